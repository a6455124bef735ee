"""Indicators in words: what each is, and its value in every unit as a line of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.indicators import ranking
from dashboards.indicators.catalogue import CATALOGUE, Direction, Indicator, Unit
from dashboards.indicators.catalogue.complaints import COMPLAINTS
from dashboards.indicators.catalogue.money import MONEY
from dashboards.indicators.catalogue.progress import PROGRESS
from dashboards.indicators.notes import Note
from dashboards.indicators.values import IndicatorTable, IndicatorValue
from geodata.figures.wording import NOTHING, half_up, percent, points
from portal import wording
from portal.dashboard.links import REST_PLACE

Texts = dict[str, Any]
FAMILIES: Final[Mapping[str, tuple[Indicator, ...]]] = {"progress": PROGRESS, "money": MONEY, "complaints": COMPLAINTS}
COMPOSITE: Final = "composite"
FAMILY_NAMES: Final = {
    "progress": gettext_lazy("Progress"),
    "money": gettext_lazy("Money"),
    "complaints": gettext_lazy("Complaints"),
    COMPOSITE: gettext_lazy("Composite ranking"),
}
UNITS: Final = {
    Unit.PERCENT: gettext_lazy("percent"),
    Unit.POINTS: gettext_lazy("percentage points"),
    Unit.PIECES: gettext_lazy("orders"),
    Unit.YUAN: gettext_lazy("yuan"),
    Unit.DAYS: gettext_lazy("days"),
}
DIRECTIONS: Final = {
    Direction.HIGHER: gettext_lazy("Higher is better"),
    Direction.LOWER: gettext_lazy("Lower is better"),
    Direction.NONE: gettext_lazy("Neither; never ranked"),
}


def unit_text(indicator: Indicator) -> str:
    """The unit in words: 件/万人 for orders over something."""
    if indicator.unit == Unit.PIECES_EACH:
        return f"{_('orders')}/{wording.label(indicator.short_denominator)}"
    return str(UNITS[indicator.unit])


def value_text(value: Decimal | None, indicator: Indicator) -> str:
    """A value as lists print it: two decimals of a percent, 万元, one decimal of points and days; — for none."""
    if value is None:
        return NOTHING
    if indicator.unit == Unit.PERCENT:
        return percent(value, 2)
    if indicator.unit == Unit.POINTS:
        return f"{points(value, 1)} {UNITS[Unit.POINTS]}"
    if indicator.unit == Unit.DAYS:
        return f"{half_up(value, 1):,} {UNITS[Unit.DAYS]}"
    if indicator.unit == Unit.YUAN:
        return wording.money(value)
    places = 0 if indicator.unit == Unit.PIECES else 2
    return f"{half_up(value, places):,}"


Opener = Callable[[str, str], str]  # the address of the rows behind an indicator's value in a place


def meaning(indicator: Indicator, table: IndicatorTable, opener: Opener, before: IndicatorTable | None = None) -> Texts:
    """One indicator: its definition and the lines of its values; units in their groups, best first where ranked, with
    how many places they rose since the table of the day before."""
    past = before if before and indicator.id in before.ids else None
    groups = ranking.ranked(table, indicator.id, past)

    def line(value: IndicatorValue, place: str) -> Texts:
        return _line(value, indicator) | {"url": opener(indicator.id, place)}

    return {
        "id": indicator.id,
        "label": wording.label(indicator.label),
        "formula": wording.label(indicator.formula),
        "denominator": wording.label(indicator.denominator),
        "unit": unit_text(indicator),
        "direction": str(DIRECTIONS[indicator.direction]),
        "records": wording.label(indicator.records),
        "date_rule": wording.label(indicator.date_rule),
        "note": wording.label(indicator.note),
        "counts": wording.label(indicator.counts),
        "city": line(table.city(indicator.id), ""),
        "rest": line(table.rest(indicator.id), REST_PLACE) if table.projects("") else None,
        "by_area": indicator.by_area,
        "ranks": any(group.of for group in groups),
        "groups": [
            {
                "label": wording.label(group.name),
                "rows": [line(row.value, row.value.code) | _place(row) for row in group.rows],
            }
            for group in groups
        ],
    }


def composite(
    table: IndicatorTable,
    weights: Mapping[str, Decimal],
    before: IndicatorTable,
    opener: Opener,
    count: Callable[[str], str],
) -> Texts:
    """The composite ranking: every unit's score, its parts, and how many places it rose since the day before.
    `count`: the address of a unit's projects."""
    scores = ranking.composite(table, weights)
    names = [(name, wording.label(CATALOGUE[name].label)) for name in ranking.COMPOSITE_IDS]
    return {
        "left_out": note_text(ranking.left_out(weights)),
        "heads": [{"label": label, "weight": weights[ranking.WEIGHTS[name]].normalize()} for name, label in names],
        "groups": [
            {
                "label": wording.label(group.name),
                "rows": [
                    _scored(row, scores[row.value.code], opener) | {"n_url": count(row.value.code)}
                    for row in group.rows
                ],
            }
            for group in ranking.ranked_composite(table, weights, before)
        ],
    }


def _scored(row: ranking.Ranked, score: ranking.Composite, opener: Opener) -> Texts:
    values = {name: value for name, value, _weight in score.parts}
    return {
        "name": wording.label(row.value.name),
        **_place(row),
        "score": NOTHING if score.score is None else f"{half_up(score.score, 2)}",
        "n": row.value.n,
        "parts": [
            {"text": percent(values.get(name), 2), "url": opener(name, row.value.code)}
            for name in ranking.COMPOSITE_IDS
        ],
    }


def _place(row: ranking.Ranked) -> Texts:
    return {
        "rank": row.rank,
        "reason": note_text(row.reason),
        "change": row.change,
        "fallen": -(row.change or 0),
    }


def _line(value: IndicatorValue, indicator: Indicator) -> Texts:
    return {
        "name": wording.label(value.name),
        "text": value_text(value.value, indicator),
        "above": amount_text(value.numerator, indicator),
        "below": "" if value.denominator is None else amount_text(value.denominator, indicator),
        "n": value.n,
        "note": note_text(value.note),
    }


def note_text(note: Note) -> str:
    """The remark beside a value in the language of the page."""
    if not note:
        return ""
    figures = {name: wording.label(one) if isinstance(one, str) else one for name, one in note.figures.items()}
    return _(note.sentence) % figures


_IN_YUAN: Final = frozenset({"I04", "I05", "I07", "I08", "I09", "I10", "I15", *(i.id for i in MONEY)} - {"I15A"})


def amount_text(amount: Decimal | int, indicator: Indicator) -> str:
    """A numerator or denominator: money in words, a number else."""
    if indicator.id in _IN_YUAN:
        return wording.money(Decimal(amount))
    whole = Decimal(amount)
    return f"{half_up(whole, 0 if whole == whole.to_integral_value() else 2):,}"
