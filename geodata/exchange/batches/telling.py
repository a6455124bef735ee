"""How far the worker is, told over a connection of its own: what a transaction writes nobody sees before it ends."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Final

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

EVERY: Final = 0.4  # seconds
# words that the reader and the datasets use → the part of the bar that they fill, of reading and of writing
READING: Final = {"打开": (2, 30), "读取": (30, 60), "核对": (60, 92), "保存预览": (92, 99)}
WRITING: Final = {"打开": (2, 15), "读取": (15, 30), "核对": (30, 50), "入库": (50, 97), "匹配项目": (80, 97)}


class Teller:
    """Called as `progress(done, total, what)`; the percent never falls. Close it, or use it in a `with`."""

    def __init__(self, batch_id: int, parts: Mapping[str, tuple[int, int]]) -> None:
        self._batch_id, self._parts = batch_id, parts
        self._percent, self._step, self._told = 0, "", 0.0
        self._side: BaseDatabaseWrapper | None = None

    def __enter__(self) -> Teller:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._side is not None:
            self._side.close()

    def __call__(self, done: int, total: int, what: str) -> None:
        if what not in self._parts:
            return
        low, high = self._parts[what]
        self._percent = max(self._percent, low + (high - low) * min(done, total) // max(total, 1))
        moment = time.monotonic()
        if what != self._step or moment - self._told >= EVERY:
            self._step, self._told = what, moment
            self._write(f"{what} {done:,}/{total:,}" if total > 1 else what)

    def _write(self, step: str) -> None:
        if self._side is None:
            self._side = connection.copy()
        with self._side.cursor() as cursor:
            cursor.execute(
                "UPDATE exchange_batchrun SET percent = %s, step = %s, told_at = now() WHERE batch_id = %s",
                [self._percent, step[:60], self._batch_id],
            )
