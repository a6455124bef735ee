"""Progress lines for a person who waits: what happens now, and how many seconds have passed."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ops.errors import SetupError
from ops.paths import ROOT

_started = time.monotonic()


def step(text: str) -> None:
    """One line of progress, shown at once even when the output is a pipe."""
    print(f"[{time.monotonic() - _started:4.0f} s] {text}", flush=True)


def seconds() -> float:
    """Seconds since the command began."""
    return time.monotonic() - _started


def run(
    command: Sequence[str], *, failure: str, environment: Mapping[str, str] | None = None, folder: Path = ROOT
) -> None:
    """Runs a command that says nothing while it works; when it fails, shows its last lines and the sentence given."""
    done = subprocess.run(
        list(command),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-40:]), file=sys.stderr)
        raise SetupError(failure, f"'{' '.join(command[:4])} ...' ended with {done.returncode}.")


def run_aloud(command: Sequence[str], *, failure: str) -> None:
    """Runs a command that takes long and shows what it says, without remarks (indented) and counters."""
    with subprocess.Popen(
        list(command),
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as child:
        for line in child.stdout or ():
            if line.strip() and not line.startswith(" ") and not line.rstrip().endswith("%"):
                step(f"  {line.rstrip()}")
    if child.returncode:
        raise SetupError(failure, f"'{' '.join(command[:4])} ...' ended with {child.returncode}.")
