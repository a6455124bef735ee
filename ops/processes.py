"""Ends what a killed server left behind."""

import os
import signal
import time
from pathlib import Path


def working_in(folder: Path) -> list[int]:
    """Ids of the processes whose working directory is the folder.

    A PostgreSQL server and all of its children work in the data directory and nothing else does, which tells them
    apart from every other process without trusting a stale pid file.
    """
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
        except OSError:  # ended meanwhile, or another user's
            continue
    return found


def end_all_in(folder: Path, patience: float = 10.0) -> None:
    """Ends every process working in the folder: politely first, then for good. Returns when none is left."""
    deadline = time.monotonic() + patience
    polite_until = time.monotonic() + patience / 4
    while remaining := working_in(folder):
        now = time.monotonic()
        if now > deadline:
            raise TimeoutError(f"processes {remaining} in {folder} do not end")
        # SIGQUIT is PostgreSQL's own immediate exit; children of a dead server obey it.
        wanted = signal.SIGQUIT if now < polite_until else signal.SIGKILL
        for pid in remaining:
            try:
                os.kill(pid, wanted)
            except ProcessLookupError:
                continue
        time.sleep(0.1)
