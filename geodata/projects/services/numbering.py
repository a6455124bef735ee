"""The platform's own numbers (YYMS-2026-0001): given once, never reused, one writer at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import connection
from django.db.models.functions import Length

from geodata.projects.codes import parse_serial, serial_text
from geodata.projects.models import Project

# Any number that no other lock of the program uses; held until the transaction ends.
_LOCK = 4306_0001


class Numbering:
    """Hands out the next numbers of these years within the running transaction, without asking for any again."""

    def __init__(self, years: Iterable[int], taken: Iterable[str] = ()) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        self._prefix = settings.SERIAL_PREFIX
        self._last = dict.fromkeys(years, 0)
        for serial in taken:
            parts = parse_serial(serial)
            if parts is not None and parts[0] == self._prefix:
                self._last[parts[1]] = max(self._last.get(parts[1], 0), parts[2])
        for year, last in self._last.items():
            self._last[year] = max(last, _highest(self._prefix, year))

    def next(self, year: int) -> str:
        """The next free number of a year."""
        self._last[year] += 1
        return serial_text(self._prefix, year, self._last[year])


def _highest(prefix: str, year: int) -> int:
    serials: Iterator[str] = (
        Project.objects.filter(serial_no__startswith=f"{prefix}-{year}-")
        .order_by(Length("serial_no").desc(), "-serial_no")
        .values_list("serial_no", flat=True)[:1]
        .iterator()
    )
    parts = parse_serial(next(serials, ""))
    return parts[2] if parts else 0
