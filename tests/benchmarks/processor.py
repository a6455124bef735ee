"""Processor time of a web worker and of the sessions that it holds, as Linux counts it: what a request costs, whatever
else the machine is doing."""

import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

_REST = 0.02  # seconds of processor time in half a second


@dataclass(frozen=True)
class Processor:
    """The worker, and its sessions as `session` sees them; not the parallel workers that help a session."""

    worker: int
    session: "psycopg.Connection[tuple]"

    def seconds(self) -> float:
        """Spent until now."""
        return sum(_threads(pid) for pid in (*_family(self.worker), *self._sessions()))

    def _sessions(self) -> list[int]:
        rows = self.session.execute(
            "SELECT pid FROM pg_stat_activity WHERE usename = current_user AND datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchall()
        return [int(pid) for (pid,) in rows]


def settled(pid: int, patience: float = 60) -> None:
    """Waits until a process and its children do nothing of their own accord: what a server loads behind its first
    answers is no part of a request. Seconds; what never comes to rest is not waited for longer."""
    until = time.monotonic() + patience
    spent = -1.0
    while time.monotonic() < until:
        before, spent = spent, sum(_threads(each) for each in _family(pid))
        if 0 <= spent - before < _REST and before >= 0:
            return
        time.sleep(0.5)


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
