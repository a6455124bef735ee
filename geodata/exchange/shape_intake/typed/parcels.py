"""What stands around the points of a 界址点 file: its header, and a line ending in @ before each parcel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from geodata.crs.systems import SYSTEMS, Datum, Source
from geodata.exchange.shape_intake.drawing import LINE, POINT, POLYGON, Coordinates
from geodata.exchange.shape_intake.typed.lines import Line, number_of

_KINDS: Final = {"面": POLYGON, "线": LINE, "点": POINT}
_ATTRIBUTE: Final = re.compile(r"\s*([^=\d\s][^=]{0,20})\s*=\s*(.*)$")
_SECTION: Final = re.compile(r"\s*\[.+\]\s*$")
_DATUMS: Final = (
    (Datum.XIAN80, re.compile(r"80|西安")),
    (Datum.BEIJING54, re.compile(r"54|北京")),
    (Datum.CGCS2000, re.compile(r"2000|cgcs", re.IGNORECASE)),
)
# a printed area may differ by half a percent, and by the rounding to four decimals of a hectare
_SHARE, _LEAST_HA = 0.005, 0.0005
_FIRST_PREFIXED: Final = 10_000_000


@dataclass(slots=True)
class Header:
    """The attributes before the parcels; only those about the coordinate system matter here."""

    values: dict[str, str] = field(default_factory=dict)

    def take(self, line: Line) -> bool:
        """Whether the line is a section or an attribute; an attribute is kept."""
        if _SECTION.match(line.text):
            return True
        found = _ATTRIBUTE.match(line.text)
        if found:
            self.values[found.group(1).strip()] = found.group(2).strip()
        return found is not None

    @property
    def datum(self) -> Datum | None:
        named = self.values.get("坐标系", "")
        return next((datum for datum, pattern in _DATUMS if pattern.search(named)), None)

    def system(self, points: Coordinates) -> Source | None:
        """The system that the header names. Whether the eastings bear the zone in front, the numbers say."""
        datum, zone = self.datum, _whole(self.values.get("带号", ""))
        width = _whole(self.values.get("几度分带", "")) or 3
        if datum in {Datum.XIAN80, Datum.BEIJING54}:  # refused whatever its zone is
            family = [s for s in SYSTEMS.values() if s.datum is datum and s.width == 3 and s.zone is not None]
            return next((s.epsg for s in family if s.zone == zone), family[0].epsg)
        if datum is None or zone is None or width not in {3, 6}:
            return None
        meridian = zone * width - (3 if width == 6 else 0)
        prefix = zone if float(np.median(points.max(axis=1))) >= _FIRST_PREFIXED else None
        wanted = (datum, width, meridian, prefix)
        return next((s.epsg for s in SYSTEMS.values() if (s.datum, s.width, s.meridian, s.zone) == wanted), None)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel as its line announces it."""

    name: str
    kind: str
    points: int | None
    hectares: float | None
    number: str = ""
    sheet: str = ""  # 图幅号
    use: str = ""  # 地块用途
    land: str = ""  # 地类编码


def is_parcel(line: Line) -> bool:
    return line.text.rstrip().endswith("@")


def parcel_of(line: Line) -> Parcel:
    """The announcement of a parcel; the name may hold commas, so fields are taken from both ends around the kind."""
    texts = [item.text.strip() for item in line.fields]
    at = next((place for place, text in enumerate(texts) if text in _KINDS), len(texts))
    before, after = texts[:at], [text.removesuffix("@").strip() for text in texts[at + 1 :]]
    numbers = [number_of(text) for text in before[:2]]
    points = int(numbers[0]) if numbers and numbers[0] is not None else None
    hectares = numbers[1] if len(numbers) > 1 else None
    name = ",".join(before[3:]) or (before[2] if len(before) > 2 else "")
    sheet, use, land = (after + [""] * 3)[:3]
    return Parcel(
        name[:100],
        _KINDS[texts[at]] if at < len(texts) else "",
        points,
        hectares,
        number=(before[2] if len(before) > 2 else "")[:60],
        sheet=sheet[:60],
        use=use[:60],
        land=land[:60],
    )


def size_note(parcel: Parcel, *, points: int, rings: int, square_metres: float) -> str:
    """What a parcel's own count and area say against its points; nothing when they agree. The count may hold the
    closing point of each ring or not."""
    notes = []
    if parcel.points is not None and not points - 1 <= parcel.points <= points + rings:
        notes.append(f"注明 {parcel.points} 个界址点，实有 {points} 个")
    computed = square_metres / 10_000
    if parcel.hectares and not _agree(computed, parcel.hectares):
        why = _other_unit(computed, parcel.hectares)
        notes.append(f"注明面积 {parcel.hectares:g} 公顷，按坐标计算为 {computed:.4f} 公顷{why}")
    return f"地块“{parcel.name}”{'；'.join(notes)}，请核对" if notes else ""


def _agree(computed: float, declared: float) -> bool:
    return abs(computed - declared) <= max(_SHARE * abs(declared), _LEAST_HA)


def _other_unit(computed: float, declared: float) -> str:
    """The unit in which the printed area would be right."""
    if abs(declared / 10_000 - computed) <= _SHARE * computed:
        return "（注明的数像是平方米）"
    return "（注明的数像是亩）" if abs(declared / 15 - computed) <= _SHARE * computed else ""


def planar_area(rings: Sequence[Coordinates]) -> float:
    """Area by the shoelace formula, holes taken off as every ring inside counts with the other sign."""
    areas = sorted((abs(_shoelace(ring)) for ring in rings), reverse=True)
    return areas[0] - sum(areas[1:]) if areas else 0.0


def _shoelace(ring: Coordinates) -> float:
    moved = ring - ring[0]  # large eastings would eat the digits of the area
    x, y = moved[:, 0], moved[:, 1]
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def _whole(text: str) -> int | None:
    number = number_of(text) if text else None
    return int(number) if number is not None and float(number).is_integer() else None
