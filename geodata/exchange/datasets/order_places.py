"""Where work orders happened: degrees count only when somebody has said where they were taken from.

GCJ-02 and BD-09 look like CGCS2000 and lie 0.6 to 1.3 km off, so that two columns of degrees without a word are a
question for the whole sheet. An order whose place cannot be used comes in without one, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from django.conf import settings

from geodata.crs.declared import PACKED, named_system, parse_declared
from geodata.crs.degrees import unpack
from geodata.crs.detection import WHERE_FROM
from geodata.crs.systems import BD09, GCJ02, RefusedSystem, Source, importable
from geodata.crs.transforms import convert
from geodata.exchange.issues import Issue, Severity
from geodata.exchange.plans import Context, Draft
from geodata.exchange.shapes import HOW_TO_ANSWER
from geodata.exchange.tables.reading import Row

Warn = Callable[..., None]
Place = tuple[float, float]
_COLUMN: Final = "经度"


class OrderPlaces:
    """Reads the places of one file's orders, and remembers the sheets that nobody has said a system of."""

    def __init__(self, draft: Draft, context: Context) -> None:
        self._draft = draft
        self._anywhere = context.options.outside_city == "accept"
        self._option = parse_declared(context.options.crs)
        self._packed = context.options.crs.endswith(PACKED)
        self._silent: set[str] = set()

    def of(self, row: Row) -> Place | None:
        """Longitude and latitude of EPSG:4490; None for a row without a usable place."""
        lon, lat = row.decimal("lon"), row.decimal("lat")
        if lon is None or lat is None:
            return None
        said = row.text("crs")
        system = parse_declared(said) or named_system(said, degrees=True) if said else self._option
        if system is None and not said:
            self._ask(row)
            return None
        if system is None:
            return self._without(row, "不认识这个坐标系，未定位", said, column="坐标系")
        try:
            if system not in {GCJ02, BD09}:
                importable(int(system))
        except RefusedSystem as refused:
            return self._without(row, f"{refused}，未定位", said or str(system), column="坐标系")
        numbers = [unpack(float(one)) if self._packed and not said else float(one) for one in (lon, lat)]
        if None in numbers:
            return self._without(row, "坐标的“分”或“秒”达到 60，不是度.分秒写法，未定位", f"{lon},{lat}")
        return self._moved(row, [one for one in numbers if one is not None], system)

    def _ask(self, row: Row) -> None:
        """Once a sheet; it keeps the file out until somebody answers."""
        if row.sheet in self._silent:
            return
        self._silent.add(row.sheet)
        how = "也可以加一列“坐标系”，或在“对应各列”中选定，以后同一来源不再问"
        message = f"“经度”“纬度”没有说明取自哪里：{WHERE_FROM}；{HOW_TO_ANSWER}，{how}"
        self._draft.plan.issues.append(Issue(severity=Severity.QUESTION, message=message, sheet=row.sheet))

    def _moved(self, row: Row, numbers: list[float], system: Source) -> Place | None:
        (x, y), (other_x, other_y) = convert(np.array([numbers, numbers[::-1]]), system)
        if self._inside(x, y):
            return round(float(x), 8), round(float(y), 8)
        value = ",".join(format(one, ".10g") for one in numbers)
        if self._inside(other_x, other_y) and not self._anywhere:
            return self._without(row, "经纬度写反了，请对调，未定位", value)
        return self._without(row, "坐标不在本市范围内，未定位", value)

    def _inside(self, x: float, y: float) -> bool:
        west, south, east, north = (-180, -90, 180, 90) if self._anywhere else settings.CITY_EXTENT
        return bool(np.isfinite([x, y]).all()) and west <= x <= east and south <= y <= north

    def _without(self, row: Row, message: str, value: str, column: str = _COLUMN) -> Place | None:
        """The order comes in without a place, and why is said."""
        self._draft.warn(row, message, column=column, value=value)
        return None
