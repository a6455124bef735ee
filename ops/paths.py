"""Where things lie on disk. Computed without side effects, so that settings may import it cheaply."""

import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCAL = ROOT / ".local"
STAMPS = LOCAL / "stamps"
VAR = ROOT / "var"

# A Unix socket's whole path must fit into sockaddr_un.sun_path: 108 bytes with the closing NUL.
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 106


def runs_as_root() -> bool:
    """Whether this process is root, which decides where the private cluster lies and who runs it."""
    return os.geteuid() == 0


def project_digest() -> str:
    """A short name of this checkout, so that two clones on one machine never share a cluster."""
    return hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]


def cluster_home() -> Path:
    """The folder that holds the private cluster's data and lock.

    The server cannot run as root, and its own user cannot enter a clone below root's home: as root the data
    therefore lie outside the project.
    """
    if runs_as_root():
        return Path("/var/lib/onemap") / project_digest()
    return LOCAL


def socket_folder() -> Path:
    """The folder of the server's Unix socket. The same for every process of this user and checkout."""
    if runs_as_root():
        return Path(f"/run/onemap-{project_digest()}")
    preferred = LOCAL / "run"
    if len(os.fsencode(preferred / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return preferred
    return Path(tempfile.gettempdir()) / f"onemap-{os.geteuid()}-{project_digest()}"
