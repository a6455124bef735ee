"""Python's collector of cycles, at rest while a file is read or written.

It comes by after every few hundred new objects and, the more there are, passes over more of them: of an import of
20,000 features it took a quarter of Python's time and freed nothing, because rows hold no cycles. What they hold is
freed as ever when nobody names it any more.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_resting = 0  # how many threads want it at rest
_was_on = True


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Until the last thread that asked for it is through, if the collector was on before."""
    global _resting, _was_on
    with _lock:
        if not _resting:
            _was_on = gc.isenabled()
            gc.disable()
        _resting += 1
    try:
        yield
    finally:
        with _lock:
            _resting -= 1
            if not _resting and _was_on:
                gc.enable()
