"""The colour of areas on the public site: one rate of each, in classes, with the legend that prints their ranges.

The classes are those of the staff's maps (dashboards/choropleths), so that citizens and leaders see the same. Rates
only: numbers and money differ with the size of an area and would paint its size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dashboards.choropleths.areas import AreaValue, LegendClass, rated, value_text
from dashboards.choropleths.classing import classed, schemes_of
from dashboards.indicators.catalogue import BY_COLUMN, Indicator
from geodata.figures.wording import NOTHING
from geodata.summary.sums import Rate, Totals
from portal import wording
from portal.public import glossary

RATES: Final = ("disbursement_rate", "annual_rate", "investment_rate")


@dataclass(frozen=True)
class Painting:
    """`marks`: code → {key: the class, text: the value}. `key` leads to the rate's entry in the glossary."""

    key: str
    label: str
    formula: str
    marks: dict[str, dict[str, str]]
    legend: tuple[LegendClass, ...]


def rates(chosen: str) -> list[dict[str, Any]]:
    """The rates that areas can be painted by."""
    return [{"code": code, "label": glossary.label(code), "selected": code == chosen} for code in RATES]


def painting(areas: Mapping[str, Totals], rate: str) -> Painting:
    """Areas by code in classes of one of RATES; the classes are made of these areas alone."""
    indicator = BY_COLUMN[rate]
    values = [_value(code, totals, indicator) for code, totals in areas.items()]
    found, legend = classed(values, indicator, schemes_of(indicator)[0])
    marks = {area.code: {"key": area.class_key, "text": value_text(area.value, indicator)} for area in found}
    return Painting(rate, glossary.label(rate), wording.label(indicator.formula), marks, legend)


def rate_text(totals: Totals, rate: str) -> str:
    """A rate as the map writes it; — without a denominator."""
    found = totals.rates.get(BY_COLUMN[rate].rate)
    return value_text(found.value, BY_COLUMN[rate]) if found else NOTHING


def _value(code: str, totals: Totals, indicator: Indicator) -> AreaValue:
    rate = totals.rates.get(indicator.rate, Rate())
    return rated(code, "", totals, rate, rate.value)
