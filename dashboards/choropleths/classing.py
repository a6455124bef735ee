"""Units into classes, and the legend that prints the ranges. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _

from dashboards.choropleths.areas import AreaValue, LegendClass, steps, steps_text
from dashboards.choropleths.classes import DEVIATION, FEW, NONE, ZERO, Range, Scheme, classify, diverge, fixed
from dashboards.indicators.catalogue import Indicator, Unit
from dashboards.indicators.catalogue.indicator import PROJECTS_FEWEST
from geodata.errors import BadParameter

FEWEST: Final = PROJECTS_FEWEST  # projects below which a rate says little: shown, not classified, not ranked
# a change on the year or month before: less is better, so the colours of the two sides are exchanged
CHANGES: Final = frozenset({"C07Y", "C07M"})


def schemes_of(indicator: Indicator) -> tuple[Scheme, ...]:
    """The schemes that an indicator can be classed by, the usual one first. Fixed breaks are stated for deviations."""
    by_values = (Scheme.QUANTILE, Scheme.FISHER_JENKS, Scheme.EQUAL)
    return (Scheme.FIXED, *by_values) if indicator.unit == Unit.POINTS else by_values


def is_diverging(indicator: Indicator) -> bool:
    """Whether the values lie on two sides of zero, which are two different things."""
    return indicator.unit == Unit.POINTS or indicator.id in CHANGES


def classed(
    areas: Sequence[AreaValue], indicator: Indicator, scheme: Scheme
) -> tuple[tuple[AreaValue, ...], tuple[LegendClass, ...]]:
    """The units with their classes, and the legend. Raises BadParameter for a scheme that is not one of schemes_of."""
    if scheme not in schemes_of(indicator):
        known = "、".join(schemes_of(indicator))
        raise BadParameter(f"查询参数“scheme”的值不正确：这个指标可用的分级方法有 {known}")
    first = [replace(area, class_key=_special(area, indicator)) for area in areas]
    ranges = _ranges([steps(area.value, indicator) for area in first if not area.class_key], indicator, scheme)
    found = tuple(
        area if area.class_key else replace(area, class_key=_key(steps(area.value, indicator), ranges))
        for area in first
    )
    return found, _legend(indicator, ranges, Counter(area.class_key for area in found))


def _special(area: AreaValue, indicator: Indicator) -> str:
    """ "none", "few", "zero", or nothing for a value that a range is to hold."""
    if area.value is None:
        return NONE
    if area.n < indicator.fewest:
        return FEW
    return ZERO if not is_diverging(indicator) and not steps(area.value, indicator) else ""


def _ranges(values: Iterable[int], indicator: Indicator, scheme: Scheme) -> tuple[Range, ...]:
    if scheme == Scheme.FIXED:
        return fixed(DEVIATION)
    if not is_diverging(indicator):
        return classify(values, scheme=scheme)
    found = diverge(values, scheme=scheme)
    return tuple(replace(each, key=f"d{4 - int(each.key[1])}") for each in found) if indicator.id in CHANGES else found


def _key(count: int, ranges: Iterable[Range]) -> str:
    return next(found.key for found in ranges if found.holds(count))


def _legend(indicator: Indicator, ranges: Iterable[Range], areas: Mapping[str, int]) -> tuple[LegendClass, ...]:
    """Zero, the ranges rising, too few projects, no data; the three others only where a unit is in them."""
    lines = [LegendClass(found.key, _range_text(found, indicator), areas.get(found.key, 0)) for found in ranges]
    special = {ZERO: steps_text(0, indicator), FEW: _few(indicator), NONE: _("No data")}
    others = {key: LegendClass(key, text, areas[key]) for key, text in special.items() if areas.get(key)}
    zero = [others.pop(ZERO)] if ZERO in others else []
    return (*zero, *lines, *others.values())


def _range_text(found: Range, indicator: Indicator) -> str:
    if found.low is None:
        return _("below %(value)s") % {"value": steps_text((found.high or 0) + 1, indicator)}
    if found.high is None:
        return _("above %(value)s") % {"value": steps_text(found.low - 1, indicator)}
    low, high = steps_text(found.low, indicator), steps_text(found.high, indicator)
    if low == high:
        return low
    return _("%(low)s to %(high)s") % {"low": low, "high": high} if is_diverging(indicator) else f"{low} – {high}"


def _few(indicator: Indicator) -> str:
    if indicator.counts == "项目":
        return _("Fewer than %(n)s projects") % {"n": indicator.fewest}
    return _("Fewer than %(n)s in the denominator") % {"n": indicator.fewest}
