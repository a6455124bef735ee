"""Processor time of a web worker and of the sessions that it holds, as Linux counts it: what a request costs, whatever
else the machine is doing."""

from dataclasses import dataclass
from pathlib import Path

import psycopg

_TICKS = 100  # of a second in /proc/*/stat
_REAPED = 15, 16  # processor time of a process' ended children in /proc/*/stat, user and system


@dataclass(frozen=True)
class Processor:
    """The worker, and its sessions as `session` sees them; a parallel worker of the database ends with its statement
    and is counted with the server's ended children, by the hundredth of a second."""

    worker: int
    session: "psycopg.Connection[tuple]"

    def seconds(self) -> float:
        """Spent until now."""
        return sum(_threads(pid) for pid in (*_family(self.worker), *self._sessions())) + _children_of(self._server())

    def _sessions(self) -> list[int]:
        rows = self.session.execute(
            "SELECT pid FROM pg_stat_activity WHERE usename = current_user AND datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchall()
        return [int(pid) for (pid,) in rows]

    def _server(self) -> int:
        return int(_stat(self.session.info.backend_pid)[3])


def _family(pid: int) -> list[int]:
    """A process and those that it started."""
    children = [
        int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()
    ]
    return [pid, *(each for child in children for each in _family(child))]


def _threads(pid: int) -> float:
    nanoseconds = 0
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            nanoseconds += int(path.read_text().split()[0])
        except OSError:  # the thread has ended
            continue
    return nanoseconds / 1e9


def _children_of(pid: int) -> float:
    fields = _stat(pid)
    return sum(int(fields[place]) for place in _REAPED) / _TICKS


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat, of which the second, the name in brackets, may hold spaces."""
    before, _, after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    return [before.split(" ")[0], "", *after.split()]
