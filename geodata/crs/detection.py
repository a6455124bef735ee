"""Which coordinate system is it? Evidence first, then the numbers, then a question; never a guess in silence.

Order of decision: what the file or the person declared; whether the vertices then fall into the city; which systems
bring them into the city; whether a declared area is hit. GCJ-02 and BD-09 cannot be told from numbers at all: they move
features by 0.6 to 1.3 km and stay inside the city, so undeclared degrees always carry a question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.crs.degrees import has_packed_decimals, unpack
from geodata.crs.systems import BD09, GCJ02, SYSTEMS, Datum, RefusedSystem, Source, importable, name_of
from geodata.crs.transforms import Coordinates, convert, project
from geodata.srid import STORAGE_SRID

# Share of the vertices that must agree, and how many are looked at.
AGREEMENT: Final = 0.95
SAMPLE: Final = 2000
# Less than this share of features in their own areas makes a found system doubtful.
HOME_LEAST: Final = 0.5
# Eastings from here on bear a zone in front: the greatest numbers without one have seven digits.
LEAST_PREFIXED: Final = 10_000_000
# A declared area is widened by 500 m, in degrees of latitude.
AREA_BUFFER: Final = 0.0045
WHERE_FROM: Final = (
    "坐标从哪里取得（测绘单位/RTK/奥维/谷歌/高德/腾讯/百度/手机定位）？高德、腾讯为GCJ-02，百度为BD-09，须注明"
)


class Extent(NamedTuple):
    """A box in degrees of EPSG:4490 in which a city's coordinates are believed."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, points: Coordinates) -> NDArray[np.bool_]:
        """Which of the points lie inside."""
        inside: NDArray[np.bool_] = (
            (points[:, 0] >= self.west)
            & (points[:, 0] <= self.east)
            & (points[:, 1] >= self.south)
            & (points[:, 1] <= self.north)
        )
        return inside

    def share(self, points: Coordinates) -> float:
        """Share of the points inside."""
        return float(np.mean(self.holds(points)))


class Confidence(StrEnum):
    """How the system was found."""

    DECLARED = "declared"  # said by file or person, and the numbers agree
    CERTAIN = "certain"  # only one system brings the numbers into the city
    LIKELY = "likely"  # usable, with a question to confirm
    ASK = "ask"  # undecided: nothing may be imported
    REFUSED = "refused"  # known, and not importable


@dataclass(frozen=True, slots=True)
class Decision:
    """The finding: `swapped` means that the file has northing (latitude) first."""

    system: Source | None
    confidence: Confidence
    swapped: bool = False
    question: str | None = None
    evidence: tuple[str, ...] = ()


class Candidate(NamedTuple):
    """One way of reading numbers: a system, and whether the northing (latitude) stands first."""

    system: int
    swapped: bool


def ranges(epsg: int, extent: Extent) -> tuple[float, float, float, float]:
    """Eastings and northings (least, least, greatest, greatest) that an extent has in a projected system."""
    lon = np.linspace(extent.west, extent.east, 50)
    lat = np.linspace(extent.south, extent.north, 50)
    box = np.array([(x, y) for x in lon for y in (extent.south, extent.north)])
    sides = np.array([(x, y) for y in lat for x in (extent.west, extent.east)])
    moved = project(np.vstack([box, sides]), epsg)
    return (*moved.min(axis=0), *moved.max(axis=0))


def decide(
    points: Coordinates,
    *,
    extent: Extent | None,
    declared: Source | None = None,
    area: BaseGeometry | None = None,
) -> Decision:
    """Decide the system of an (n, 2) array of vertices as the file has them.

    `extent` None believes a declaration wherever the vertices lie (features outside the city were accepted).
    `area` is the declared 属地 in EPSG:4490, where one is known.
    """
    vertices = np.asarray(points, dtype=float).reshape(-1, 2)
    if len(vertices) == 0 or not np.isfinite(vertices).all():
        return Decision(None, Confidence.ASK, question="文件没有可用的坐标")
    step = max(1, len(vertices) // SAMPLE)
    vertices = vertices[::step]
    if declared is not None:
        return _with_declaration(vertices, declared, extent, area)
    return _from_numbers(vertices, extent, area)


def _with_declaration(
    vertices: Coordinates, declared: Source, extent: Extent | None, area: BaseGeometry | None
) -> Decision:
    try:
        if declared not in {GCJ02, BD09}:
            importable(int(declared))
    except RefusedSystem as error:
        return Decision(declared, Confidence.REFUSED, question=str(error))
    said = f"声明为{name_of(declared)}"
    if extent is None:
        return Decision(declared, Confidence.DECLARED, evidence=(said, "未检查范围"))
    for swapped in (False, True):
        if _share_inside(vertices, declared, swapped, extent) >= AGREEMENT:
            note = (said, "坐标落在本市范围内") if not swapped else (said, "纵横坐标互换后落在本市范围内")
            return Decision(declared, Confidence.DECLARED, swapped, evidence=note)
    return _against_declaration(vertices, declared, extent, area, said)


def _against_declaration(
    vertices: Coordinates, declared: Source, extent: Extent, area: BaseGeometry | None, said: str
) -> Decision:
    """The declaration does not fit: accept a mere slip with the zone prefix, ask about everything else."""
    found = _from_numbers(vertices, extent, area)
    same_meridian = (
        isinstance(found.system, int)
        and isinstance(declared, int)
        and SYSTEMS[found.system].meridian is not None
        and SYSTEMS[found.system].meridian == SYSTEMS[declared].meridian
        and SYSTEMS[found.system].datum == SYSTEMS[declared].datum
    )
    if same_meridian and found.system is not None:
        note = (said, f"坐标数值为{name_of(found.system)}，仅带号写法不同")
        return Decision(found.system, Confidence.LIKELY, found.swapped, evidence=note)
    question = f"{said}，但坐标落在本市以外"
    if found.system is not None:
        question += f"；数值符合{name_of(found.system)}，请确认"
    return Decision(None, Confidence.ASK, question=question, evidence=(said, *found.evidence))


def _from_numbers(vertices: Coordinates, extent: Extent | None, area: BaseGeometry | None) -> Decision:
    if extent is None:
        return Decision(None, Confidence.ASK, question="文件未声明坐标系，请选择坐标系后重新导入（命令行用 --crs）")
    if np.mean((np.abs(vertices[:, 0]) <= 180) & (np.abs(vertices[:, 1]) <= 180)) >= AGREEMENT:
        return _degrees(vertices, extent, area)
    if np.mean((np.abs(vertices) < 100_000).all(axis=1)) >= AGREEMENT:
        return Decision(
            None,
            Confidence.ASK,
            question="坐标数值很小，像是局部坐标或CAD相对坐标，需要控制点，不能自动导入（给出两个以上控制点后可以换算）",
        )
    prefixed = float(np.mean(np.abs(vertices).max(axis=1) >= LEAST_PREFIXED))
    found = fitting(vertices, extent=extent, area=area)
    if not found and 0 < prefixed < 1:
        question = "一部分坐标带有带号、一部分没有，不能一起换算，请统一写法后再导入"
        return Decision(None, Confidence.ASK, question=question)
    return _projected(found)


def fitting(
    points: Coordinates, *, extent: Extent, area: BaseGeometry | None = None, agreement: float = AGREEMENT
) -> list[Candidate]:
    """The projected systems that bring the share `agreement` of the points into the extent; where some of them also
    bring them into the area, only those."""
    found = [item for item in _candidates(extent) if _share_inside(points, *item, extent) >= agreement]
    if area is not None:
        found = [item for item in found if hits(points, *item, area)] or found
    return found


def weigh_places(
    decision: Decision,
    points: Coordinates,
    *,
    extent: Extent,
    places: Sequence[tuple[Coordinates, BaseGeometry | None]],
) -> Decision:
    """What was found from numbers alone, held against the 属地 of each feature (a vertex of it and its area, if known).

    Of several systems the only one that brings the features into their areas is taken; one that leaves most of them
    outside becomes a question.
    """
    known = [(spot, area.buffer(AREA_BUFFER)) for spot, area in places[:SAMPLE] if area is not None]
    if not known:
        return decision
    if decision.system is None:
        found = [item for item in fitting(points, extent=extent) if _share_at_home(known, item) >= AGREEMENT]
        if len(found) != 1 or found[0].system == 3857:
            return decision
        evidence = (f"只有按{name_of(found[0].system)}换算，各要素才落在所属属地内",)
        return Decision(found[0].system, Confidence.CERTAIN, found[0].swapped, evidence=evidence)
    if decision.confidence is not Confidence.CERTAIN or not isinstance(decision.system, int):
        return decision
    if _share_at_home(known, Candidate(decision.system, decision.swapped)) >= HOME_LEAST:
        return decision
    question = f"数值范围符合{name_of(decision.system)}，但按它换算后多数要素不在所属属地内，请确认坐标系"
    return Decision(None, Confidence.ASK, question=question, evidence=decision.evidence)


def _share_at_home(known: Sequence[tuple[Coordinates, BaseGeometry]], way: Candidate) -> float:
    spots = read_as(np.vstack([spot for spot, _area in known]), way.system, way.swapped)
    return float(np.mean([shapely.contains_xy(area, x, y) for (x, y), (_spot, area) in zip(spots, known, strict=True)]))


def _projected(found: list[Candidate]) -> Decision:
    if not found:
        return Decision(None, Confidence.ASK, question="按已知坐标系换算都不在本市范围内，请注明坐标系")
    names = "、".join(name_of(item.system) for item in found)
    if len(found) > 1:
        return Decision(None, Confidence.ASK, question=f"坐标可能是：{names}，请注明", evidence=(names,))
    system, swapped = found[0]
    evidence = (f"数值范围符合{names}", *(("纵横坐标互换",) if swapped else ()))
    if system == 3857:
        return Decision(system, Confidence.LIKELY, swapped, "是Web墨卡托还是百度墨卡托？", evidence)
    return Decision(system, Confidence.CERTAIN, swapped, evidence=evidence)


def _degrees(vertices: Coordinates, extent: Extent, area: BaseGeometry | None) -> Decision:
    for swapped in (False, True):
        if _share_inside(vertices, STORAGE_SRID, swapped, extent) < AGREEMENT:
            continue
        if _packed(vertices, swapped, extent, area):
            question = "数值像是 度.分秒 写法（113.0520 即 113°05′20″），请确认"
            return Decision(None, Confidence.ASK, swapped, question, ("按度分秒读取才落在所属区域内",))
        evidence = ("数值为经纬度", *(("纬度在前，已互换",) if swapped else ()))
        return Decision(STORAGE_SRID, Confidence.LIKELY, swapped, WHERE_FROM, evidence)
    return Decision(None, Confidence.ASK, question="经纬度不在本市范围内，请检查坐标或注明坐标系")


def _packed(vertices: Coordinates, swapped: bool, extent: Extent, area: BaseGeometry | None) -> bool:
    """Decimal reading leaves the declared area while the reading as degrees, minutes, seconds falls inside."""
    if area is None or hits(vertices, STORAGE_SRID, swapped, area):
        return False
    if not all(has_packed_decimals(number) for number in vertices[:50].flat):
        return False
    unpacked = [[unpack(x), unpack(y)] for x, y in vertices]
    if any(number is None for pair in unpacked for number in pair):
        return False
    return hits(np.array(unpacked, dtype=float), STORAGE_SRID, swapped, area)


def _candidates(extent: Extent) -> Iterator[Candidate]:
    """Systems whose numbers can lie in the extent. One of each set with equal numbers: 3° before 6°, CGCS2000 alone."""
    seen: set[tuple[int | None, int | None]] = set()
    for system in sorted(SYSTEMS.values(), key=lambda system: system.width or 0):
        gauss = system.width is not None and system.datum is Datum.CGCS2000
        near = system.meridian is None or extent.west - 4 <= system.meridian <= extent.east + 4
        if system.geographic or not near or (system.width is not None and not gauss):
            continue
        if gauss and (system.meridian, system.zone) in seen:
            continue
        if gauss:
            seen.add((system.meridian, system.zone))
        yield from (Candidate(system.epsg, False), Candidate(system.epsg, True))


def read_as(vertices: Coordinates, system: Source, swapped: bool) -> Coordinates:
    """Longitude and latitude of the points, so read; 999 where a system has no place for one."""
    moved = convert(np.ascontiguousarray(vertices[:, ::-1] if swapped else vertices), system)
    return np.where(np.isfinite(moved), moved, 999.0)


def _share_inside(vertices: Coordinates, system: Source, swapped: bool, extent: Extent) -> float:
    return extent.share(read_as(vertices, system, swapped))


def hits(vertices: Coordinates, system: Source, swapped: bool, area: BaseGeometry) -> bool:
    """Whether the points, so read, lie in the area or within 500 m of it."""
    moved = read_as(vertices, system, swapped)
    inside = shapely.contains_xy(area.buffer(AREA_BUFFER), moved[:, 0], moved[:, 1])
    return bool(np.mean(inside) >= AGREEMENT)
