"""An outer wall where the machine offers one: empty namespaces by bubblewrap, around the child's own walls.

Never required: inside many containers it cannot work, and the walls of ``confinement`` hold without it. It is tried
once per process. ``SANDBOX_BUBBLEWRAP = False`` in the settings does without.
"""

import shutil
import subprocess
from functools import cache
from pathlib import Path

PROBE_SECONDS = 5
NAMESPACES = ("--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--clearenv")
VIEW = ("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc")


@cache
def _working() -> str | None:
    """The program, when it is there and can make its namespaces here."""
    program = shutil.which("bwrap")
    if program is None:
        return None
    try:
        probe = subprocess.run(
            [program, *NAMESPACES, *VIEW, "--", "/bin/true"], capture_output=True, timeout=PROBE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return program if probe.returncode == 0 else None


def prefix(folder: Path, environment: dict[str, str]) -> list[str]:
    """What to put before the child's command line so that only ``folder`` is writable; nothing where it cannot work."""
    program = _working()
    if program is None:
        return []
    variables = [word for name, value in environment.items() for word in ("--setenv", name, value)]
    return [program, *NAMESPACES, *variables, *VIEW, "--bind", str(folder), str(folder), "--"]
