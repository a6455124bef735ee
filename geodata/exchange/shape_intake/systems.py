"""In which coordinate system the numbers are: settled by what was declared or by the numbers, else a question.

Nothing is chosen in silence. Undeclared degrees are always asked about, because GCJ-02 and BD-09 look the same; a
person's answer comes back as a declaration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from shapely.geometry.base import BaseGeometry

from geodata.crs.declared import PACKED, parse_declared
from geodata.crs.degrees import has_packed_decimals, unpack
from geodata.crs.detection import Confidence, Decision, Extent, decide, fitting, hits, read_as
from geodata.crs.systems import BD09, GCJ02, RefusedSystem, Source, known, name_of
from geodata.crs.transforms import Coordinates, accuracy_of, pipeline
from geodata.errors import BadParameter, Refused
from geodata.exchange.shape_intake.documents import CoordinatesRefused, Fault
from geodata.exchange.shape_intake.drawing import Vertex
from geodata.srid import STORAGE_SRID

AUTO: Final = "auto"
PACKED_LABEL: Final = "度.分秒 写法的经纬度（113.0520 即 113°05′20″）"
_DEGREES: Final[tuple[tuple[Source, str], ...]] = (
    (STORAGE_SRID, "2000国家大地坐标系 / GPS / 天地图 / 测绘单位的经纬度"),
    (GCJ02, "GCJ-02：高德、腾讯、奥维导出"),
    (BD09, "BD-09：百度地图"),
)
# what a page offers; any other EPSG code of the table may be typed
CHOICES: Final[tuple[tuple[str, str], ...]] = (
    (AUTO, "自动判断（不能确定时询问）"),
    *((str(source), label) for source, label in _DEGREES),
    (f"{STORAGE_SRID}{PACKED}", PACKED_LABEL),
    *((str(code), name_of(code)) for code in (4547, 4526, 4546, 4525, 4508, 4497, 4509, 4498, 32649, 3857)),
    *((str(code), f"{name_of(code)}（需先转换）") for code in (2383, 2362, 2435, 2414, 4610, 4214)),
)
EXCHANGED: Final = "，纵横坐标互换"
MOSTLY: Final = 0.5
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person said of the system."""

    source: Source | None = None
    packed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way in which the numbers are read, and their place in EPSG:4490. `declared` is what was said."""

    source: Source
    swapped: bool
    packed: bool
    confidence: Confidence
    moved: Coordinates
    label: str
    declared: Source | None = None
    notes: tuple[str, ...] = ()

    @property
    def crs(self) -> str:
        """How this reading is asked for."""
        return f"{self.source}{PACKED}" if self.packed else str(self.source)

    @property
    def steps(self) -> str:
        """The transformation as text."""
        return ("度.分秒→度；" if self.packed else "") + pipeline(self.source, swapped=self.swapped)

    @property
    def accuracy_m(self) -> str:
        accuracy = accuracy_of(self.source)
        return "" if accuracy is None else str(accuracy)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Several readings, or one to be confirmed."""

    message: str
    readings: tuple[Reading, ...]


def wish_of(text: str) -> Wish:
    """What a form's `crs` says. Raises BadParameter for something that names no system."""
    bare = text.strip()
    if not bare or bare.lower() == AUTO:
        return Wish()
    packed = bare.endswith(PACKED)
    source = parse_declared(bare.removesuffix(PACKED))
    if source is None or (packed and source != STORAGE_SRID):
        raise BadParameter(f"不认识坐标系“{bare[:_SHOWN]}”，请写 EPSG 代码（如 4526）、GCJ02 或 BD09")
    if isinstance(source, int):
        known(source)
    return Wish(source, packed)


def settle(
    points: Coordinates,
    *,
    wish: Wish,
    said: Source | None,
    extent: Extent,
    area: BaseGeometry | None,
    unit: str,
    written_in_degrees: bool = False,
) -> Reading | Doubt:
    """The reading of the points, or the doubt about it. `said` is what the text says of itself; the wish wins.

    Raises RefusedSystem for Beijing54 and Xian80, Refused where no system fits.
    """
    numbers = _unpacked(points) if wish.packed else points
    declared = wish.source if wish.source is not None else said
    decision = decide(numbers, extent=extent, declared=declared, area=area)
    if decision.confidence is Confidence.REFUSED:
        raise RefusedSystem(decision.question or "", code="refused-system")
    if decision.system is not None and (declared is not None or decision.confidence is Confidence.CERTAIN):
        reading = _reading(numbers, decision, wish, declared)
        if declared is None and area is not None and not _touches(reading.moved, area):
            return _confirm(reading, f"按{reading.label}换算后，图形不在属地“{unit}”范围内，请确认坐标系")
        return reading
    found = _degrees(points, extent, area, written_in_degrees) or _projected(points, extent, area)
    if not found:
        raise Refused(decision.question or "坐标系不明，请注明", code="unknown-system")
    return Doubt(_message(decision, found, declared), found)


def _message(decision: Decision, found: tuple[Reading, ...], declared: Source | None) -> str:
    if declared is not None:
        return f"注明为{name_of(declared)}，但按它换算后坐标落在本市以外。请确认实际的坐标系"
    if found[0].source in {STORAGE_SRID, GCJ02, BD09}:
        return "这些经纬度从哪里取得？高德、腾讯为 GCJ-02，百度为 BD-09，三者相差 0.6 至 1.3 公里，单凭数值分不出来"
    if len(found) > 1:
        return "这些数值在几种坐标系里都落在本市，请按资料上注明的坐标系选择"
    return decision.question or f"按{found[0].label}读取，请确认"


def _confirm(reading: Reading, message: str) -> Doubt:
    return Doubt(message, (reading,))


def _touches(moved: Coordinates, area: BaseGeometry) -> bool:
    """Whether half of the points lie in the area or near it."""
    inside = np.array([hits(moved[at : at + 1], STORAGE_SRID, False, area) for at in _sample(len(moved))])
    return bool(inside.mean() >= MOSTLY)


def _sample(count: int) -> range:
    return range(0, count, max(1, count // 50))


def _reading(points: Coordinates, decision: Decision, wish: Wish, declared: Source | None) -> Reading:
    source = decision.system
    if source is None:  # decided by the caller; this satisfies the types
        raise Refused(decision.question or "坐标系不明，请注明", code="unknown-system")
    notes = tuple(note for note in decision.evidence if "互换" in note or "带号" in note)
    return Reading(
        source=source,
        swapped=decision.swapped,
        packed=wish.packed,
        confidence=decision.confidence,
        moved=read_as(points, source, decision.swapped),
        label=name_of(source),
        declared=declared,
        notes=notes,
    )


def _option(points: Coordinates, source: Source, swapped: bool, label: str, *, packed: bool = False) -> Reading:
    return Reading(
        source=source,
        swapped=swapped,
        packed=packed,
        confidence=Confidence.ASK,
        moved=read_as(points, source, swapped),
        label=label + (EXCHANGED if swapped and source not in {STORAGE_SRID, GCJ02, BD09} else ""),
    )


def _degrees(points: Coordinates, extent: Extent, area: BaseGeometry | None, written: bool) -> tuple[Reading, ...]:
    """The readings of numbers that are degrees of this city."""
    swapped = next((way for way in (False, True) if _mostly_inside(points, STORAGE_SRID, way, extent)), None)
    if swapped is None:
        return ()
    plain = tuple(_option(points, source, swapped, label) for source, label in _DEGREES)
    packed = None if written else _packed_option(points, swapped, extent, area)
    if packed is None:
        return plain
    first = area is not None and not hits(points, STORAGE_SRID, swapped, area)
    return (packed, *plain) if first else (*plain, packed)


def _packed_option(points: Coordinates, swapped: bool, extent: Extent, area: BaseGeometry | None) -> Reading | None:
    """Reading as 度.分秒, where every number can be and the result is not plainly elsewhere."""
    if not all(has_packed_decimals(number) for number in points[:50].flat):
        return None
    values = [[unpack(first), unpack(second)] for first, second in points]
    if any(value is None for pair in values for value in pair):
        return None
    unpacked = np.array(values, dtype=float)
    if not _mostly_inside(unpacked, STORAGE_SRID, swapped, extent):
        return None
    if area is not None and not hits(unpacked, STORAGE_SRID, swapped, area):
        return None
    return _option(unpacked, STORAGE_SRID, swapped, PACKED_LABEL, packed=True)


def _projected(points: Coordinates, extent: Extent, area: BaseGeometry | None) -> tuple[Reading, ...]:
    found = fitting(points, extent=extent, area=area)
    return tuple(_option(points, item.system, item.swapped, name_of(item.system)) for item in found)


def _mostly_inside(points: Coordinates, source: Source, swapped: bool, extent: Extent) -> bool:
    return extent.share(read_as(points, source, swapped)) >= 0.95


def _unpacked(points: Coordinates) -> Coordinates:
    values = [[unpack(first), unpack(second)] for first, second in points]
    if any(value is None for pair in values for value in pair):
        raise Refused("有坐标的“分”或“秒”达到 60，不是 度.分秒 写法。请改选其他坐标系", code="not-packed")
    return np.array(values, dtype=float)


def check_places(vertices: list[Vertex], reading: Reading, extent: Extent) -> None:
    """Raises CoordinatesRefused for every point that lies outside the city while the others lie in it."""
    outside = np.flatnonzero(~extent.holds(reading.moved))
    if len(outside):
        raise CoordinatesRefused([_stray(vertices[at], reading, extent) for at in outside[:50]], code="outside-city")


def find_strays(vertices: list[Vertex], points: Coordinates, wish: Wish, said: Source | None, extent: Extent) -> None:
    """Where no system brings all points into the city but one brings most of them: the others are the fault."""
    if wish.packed:
        return
    declared = wish.source if wish.source is not None else said
    best: Reading | None = None
    for source, swapped in _ways(points, declared, extent):
        candidate = _option(points, source, swapped, name_of(source))
        share = extent.share(candidate.moved)
        if MOSTLY <= share < 1 and (best is None or share > extent.share(best.moved)):
            best = candidate
    if best is not None:
        check_places(vertices, best, extent)


def _ways(points: Coordinates, declared: Source | None, extent: Extent) -> list[tuple[Source, bool]]:
    ways: list[tuple[Source, bool]] = []
    if declared is not None:
        ways += [(declared, False), (declared, True)]
    ways += [(STORAGE_SRID, False), (STORAGE_SRID, True)]
    ways += [(item.system, item.swapped) for item in fitting(points, extent=extent, agreement=MOSTLY)]
    return ways


def _stray(vertex: Vertex, reading: Reading, extent: Extent) -> Fault:
    pair = np.array([(vertex.first, vertex.second)])
    other = [
        (STORAGE_SRID, False),
        (STORAGE_SRID, True),
        *((c.system, c.swapped) for c in fitting(pair, extent=extent)),
    ]
    fits = [way for way in other if extent.share(read_as(pair, way[0], way[1])) == 1]
    why = "请检查是否少写、多写或写错了数字"
    if (reading.source, not reading.swapped) in fits:
        why = "这一行的两个坐标与其他行前后颠倒"
    elif fits:
        why = f"这一行像是{name_of(fits[0][0])}，与其他行（{reading.label}）不同"
    written = f"{vertex.first:.10g}, {vertex.second:.10g}"
    return Fault(f"第 {vertex.row} 行的点（{written}）落在本市以外：{why}", vertex.row, vertex.column)
