"""The rules for a project's shape: type by category, size, place, neighbours, what it replaces. A table of cases.

What the sandbox and the database found out comes in as `Facts`; the numbers to compare with are the thresholds that
headquarters sets (docs/data-dictionary.md). -0.0 and 0 are one coordinate; all shares lie between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from geodata.projects.checking.findings import Finding, Severity
from geodata.projects.checking.reading import LINE, POINT, POLYGON, DrawnShape
from geodata.projects.choices import GeometrySource

KIND_NAMES: Final = {POINT: "点", LINE: "线", POLYGON: "面"}
MEASURED: Final = (GeometrySource.SURVEYED, GeometrySource.GPS)
MOVED_FAR_M: Final = Decimal(1000)
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The numbers in force; metres, square metres, shares from 0 to 1. `city` is the box of believable coordinates."""

    city: Box
    inside_share: Decimal
    margin_m: Decimal
    overlap_share: Decimal
    max_area_m2: Decimal
    min_area_m2: Decimal
    min_length_m: Decimal

    @classmethod
    def of(cls, thresholds: Mapping[str, Decimal], *, city: Box) -> Rules:
        """From the table of thresholds, whose shares are percents and whose largest area is in km²."""
        return cls(
            city=city,
            inside_share=thresholds["inside_share_pct"] / 100,
            margin_m=thresholds["unit_margin_m"],
            overlap_share=thresholds["overlap_ask_pct"] / 100,
            max_area_m2=thresholds["max_area_km2"] * 1_000_000,
            min_area_m2=thresholds["min_area_m2"],
            min_length_m=thresholds["min_length_m"],
        )


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another project of the same category and the share of overlap; `name` is empty where it may not be seen."""

    code: str
    name: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class Before:
    """The approved shape that this one would replace."""

    source: str
    accuracy_m: Decimal | None
    same_shape: bool
    moved_m: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a shape. `problem` is what the sandbox found wrong with it, at `place`."""

    shape: DrawnShape
    source: str
    accuracy_m: Decimal | None
    category_name: str
    kinds_allowed: Sequence[str]
    unit_name: str
    problem: str = ""
    place: tuple[float, float] | None = None
    area_m2: Decimal | None = None
    length_m: Decimal | None = None
    inside: Decimal | None = None
    neighbours: Sequence[Neighbour] = field(default_factory=tuple)
    before: Before | None = None


def misplaced(shape: DrawnShape, rules: Rules) -> Finding | None:
    """Whether the box of a shape lies outside the city, and whether because longitude and latitude are swapped."""
    west, south, east, north = rules.city
    left, bottom, right, top = shape.box
    if west <= left and right <= east and south <= bottom and top <= north:
        return None
    if west <= bottom and top <= east and south <= left and right <= north:
        message = "经度和纬度写反了：请把两列坐标对调后重新填入（经度约 113，纬度约 29）"
        return Finding("swapped", Severity.BLOCK, message)
    message = "图形有一部分在本市范围以外，请检查坐标系、带号和坐标是否填错"
    return Finding("outside-city", Severity.BLOCK, message, place=((left + right) / 2, (bottom + top) / 2))


def judge(facts: Facts, rules: Rules) -> list[Finding]:
    """All findings; a shape that is misplaced or invalid gets that one alone, because nothing else can be said."""
    first = misplaced(facts.shape, rules)
    if first is not None:
        return [first]
    if facts.problem:
        return [Finding("invalid", Severity.BLOCK, facts.problem, place=facts.place)]
    return [finding for check in CHECKS for finding in check(facts, rules)]


def _kind(facts: Facts, _rules: Rules) -> Iterator[Finding]:
    if facts.shape.kind in facts.kinds_allowed:
        return
    if not facts.kinds_allowed:
        message = f"“{facts.category_name}”类项目不落图，只按乡镇（街道）统计；如类别选错，请先更正项目类别"
    else:
        wanted = "或".join(KIND_NAMES[kind] for kind in facts.kinds_allowed if kind in KIND_NAMES)
        message = f"“{facts.category_name}”类项目应画成{wanted}，现在画的是{KIND_NAMES[facts.shape.kind]}"
    yield Finding("kind-not-allowed", Severity.BLOCK, message)


def _size(facts: Facts, rules: Rules) -> Iterator[Finding]:
    area, length = facts.area_m2, facts.length_m
    if facts.shape.kind == POLYGON and area is not None:
        if area < rules.min_area_m2:
            yield Finding(
                "too-small", Severity.BLOCK, f"面积只有 {area} 平方米，小于 {rules.min_area_m2.normalize():f} 平方米"
            )
        if area > rules.max_area_m2:
            most = (rules.max_area_m2 / 1_000_000).normalize()
            message = f"面积 {area / 1_000_000:.1f} 平方千米，超过 {most:f} 平方千米，请检查是否画错"
            yield Finding("too-large", Severity.BLOCK, message)
    if facts.shape.kind == LINE and length is not None and length < rules.min_length_m:
        least = rules.min_length_m.normalize()
        yield Finding("too-short", Severity.BLOCK, f"长度只有 {length} 米，短于 {least:f} 米")


def _unit(facts: Facts, rules: Rules) -> Iterator[Finding]:
    if facts.inside is None or facts.inside >= rules.inside_share:
        return
    message = (
        f"图形只有 {facts.inside * 100:.1f}% 在{facts.unit_name}（外扩 {rules.margin_m.normalize():f} 米）以内，"
        "可以提交，由指挥部审核"
    )
    yield Finding("outside-unit", Severity.HEADQUARTERS, message)


def _neighbours(facts: Facts, rules: Rules) -> Iterator[Finding]:
    for other in facts.neighbours:
        if other.share > rules.overlap_share:
            name = f"“{other.name}”（{other.code}）" if other.name else "另一单位的一个项目"
            message = f"与同类项目{name}重叠 {other.share * 100:.0f}%，是否重复填报？请说明"
            yield Finding("overlap", Severity.ASK, message, related=other.code if other.name else "")


def _replaced(facts: Facts, _rules: Rules) -> Iterator[Finding]:
    before = facts.before
    if before is None:
        return
    if before.same_shape and (before.source, before.accuracy_m) == (facts.source, facts.accuracy_m):
        yield Finding("unchanged", Severity.BLOCK, "图形、来源和精度与已批准的完全相同，没有可提交的修改")
    if before.source in MEASURED and facts.source not in MEASURED and not before.same_shape:
        label = GeometrySource(before.source).label
        message = f"现有图形是{label}，将被手绘或填报的图形替换，请说明理由"
        yield Finding("surveyed-overwritten", Severity.ASK, message)
    if before.moved_m is not None and before.moved_m > MOVED_FAR_M:
        yield Finding("moved-far", Severity.WARN, f"图形中心移动了 {before.moved_m / 1000:.1f} 千米，请核对位置")


def _accuracy(facts: Facts, _rules: Rules) -> Iterator[Finding]:
    if facts.source in MEASURED and facts.accuracy_m is None:
        yield Finding("accuracy-missing", Severity.WARN, "测绘成果和 GPS 实测最好填写精度（米）")


CHECKS: Final[tuple[Callable[[Facts, Rules], Iterator[Finding]], ...]] = (
    _kind,
    _size,
    _unit,
    _neighbours,
    _replaced,
    _accuracy,
)
