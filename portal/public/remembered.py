"""Counts that this process has made of the newest snapshot, so that the second page of a search does not count again.

A snapshot's rows never change: what was counted of it holds until the next one. What somebody typed is not kept, only
its digest, and nothing is written down.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final, Generic, TypeVar

from portal.public.models import Snapshot

T = TypeVar("T")
MOST: Final = 200


class Remembered(Generic[T]):
    """The newest MOST answers; what was asked longest ago goes first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[str, T] = OrderedDict()

    def of(self, snapshot: Snapshot, asked: str, make: Callable[[], T]) -> T:
        """What `make` gave when this was asked of this snapshot; of a past edition it is made each time, for a
        withdrawal changes it under the same number."""
        if snapshot.edition is not None:
            return make()
        key = hashlib.sha256(f"{snapshot.number} {snapshot.chain_head} {asked}".encode()).hexdigest()
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        made = make()
        with self._lock:
            self._known[key] = made
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return made
