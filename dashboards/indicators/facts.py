"""Sums over the chosen projects by area: of their rows, nodes, arrivals, reports and work orders, in one statement.

What is chosen is computed once (a materialised CTE); each source gives lines (measure, area, above, below, n). Days
stand in the text as parameters, so that the planner sees through the functions of figures (geodata/summary/sql).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connections
from django.db.models import F, TextField, Value
from django.db.models.functions import Coalesce

from dashboards.indicators.parts import Part, Parts
from dashboards.indicators.periods import Span
from dashboards.indicators.rows import measured, sums_of
from dashboards.indicators.sql import (
    HOUSEHOLDS,
    IDLE,
    INVESTED,
    INVESTED_BEFORE,
    NODES,
    OF_ALL_MONTHS,
    ORDERS,
    ORDERS_BEFORE,
    PLANNED,
    POPULATION,
    REPORTED_IN_TIME,
    SHARED,
)
from geodata.gathering import Written
from geodata.progress.duty import REPORTING
from geodata.progress.periods import Period, month_of
from geodata.summary.models import ProjectRows

_CITY_TIME: Final = ZoneInfo("Asia/Shanghai")
# columns of a project row that a source reads beside id and area
_COLUMNS: Final = {
    "planned": ("budget", "status", "planned_start_on", "planned_end_on"),
    "idle": ("arrived", "disbursed"),
    "nodes": ("status",),
    "duty": (),
    "orders": (),
    "before": (),
    "households": (),
    "invested": ("completed", "last_report_on"),
    "shared": (),
    "population": (),
}
Snippet = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The day, the period and the thresholds that the sources need."""

    day: date
    span: Span
    due_day: int
    broad: bool  # 基本满意 counts as satisfied


@dataclass(frozen=True, slots=True)
class Reading:
    """The statement of the chosen rows, `names` its columns, and `lines` that make parts of a relation `chosen`."""

    rows: Written
    names: tuple[str, ...]
    lines: Written

    @property
    def columns(self) -> str:
        """The names of the columns; the first is always the project's id."""
        return ", ".join(self.names)


def area_parts(
    rows: ProjectRows, *, measures: Collection[str], sources: Collection[str], column: str, asked: Asked
) -> Parts:
    """The parts of measures and sources by the values of a column, "" for the rows that have none. One query."""
    read = reading(rows, measures=measures, sources=sources, column=column, asked=asked)
    # the names are those of this package; what the ORM wrote is SQL with its own parameters
    statement = f"WITH chosen ({read.columns}) AS MATERIALIZED ({read.rows.sql}) {read.lines.sql}"
    with connections[rows.db].cursor() as cursor:
        cursor.execute(statement, [*read.rows.parameters, *read.lines.parameters])
        return parts_of(cursor.fetchall())


def reading(
    rows: ProjectRows,
    *,
    measures: Collection[str],
    sources: Collection[str],
    column: str,
    asked: Asked,
    more: Collection[str] = (),
) -> Reading:
    """What `area_parts` asks, for a larger statement that needs `more` columns of the same rows."""
    wanted = [name for name in _COLUMNS if name in sources]
    rows, names = measured(rows, measures, asked.day)
    names = list(dict.fromkeys([*names, *(name for source in wanted for name in _COLUMNS[source]), *more]))
    nowhere = Value("", TextField())
    area = Coalesce(F(column), nowhere) if column else nowhere
    chosen = rows.order_by().annotate(area=area).values_list("pk", "area", *names)
    sql, parameters = chosen.query.get_compiler(using=chosen.db, elide_empty=False).as_sql()
    snippets = [(sums_of(measures), []), *(_SNIPPETS[name](asked) for name in wanted)]
    lines = " UNION ALL ".join(f"({text})" for text, _values in snippets if text)
    return Reading(
        rows=Written(sql, parameters, len(names) + 2),
        names=("id", "area", *names),
        lines=Written(lines, [value for _text, values in snippets for value in values], columns=5),
    )


def parts_of(lines: Iterable[Sequence[Any]]) -> Parts:
    """The parts by measure and area, out of lines (measure, area, above, below, n)."""
    return {
        (measure, where): Part(Decimal(above or 0), Decimal(below or 0), int(n or 0))
        for measure, where, above, below, n in lines
    }


def months_due(span: Span, due_day: int) -> list[Period]:
    """The months whose reports fall due within a span of days."""
    month = month_of(span.first).before
    found = []
    while month.due_on(due_day) <= span.last:
        if month.due_on(due_day) >= span.first:
            found.append(month)
        month = month.after
    return found


def _planned(asked: Asked) -> Snippet:
    return PLANNED, [asked.day, asked.day]


def _idle(asked: Asked) -> Snippet:
    return IDLE, [asked.day, asked.day]


def _nodes(asked: Asked) -> Snippet:
    return NODES, [asked.day]


def _duty(asked: Asked) -> Snippet:
    texts: list[str] = []
    values: list[Any] = []
    for month in months_due(asked.span, asked.due_day):
        texts.append(REPORTED_IN_TIME)
        limit = _midnight(month.due_on(asked.due_day) + timedelta(days=1))
        values += [month.end, limit, month.end, list(REPORTING), month.end]
    return (OF_ALL_MONTHS.format(months=" UNION ALL ".join(texts)), values) if texts else ("", [])


def _orders(asked: Asked) -> Snippet:
    end = _midnight(asked.day + timedelta(days=1))
    satisfied = ["satisfied", "basically"] if asked.broad else ["satisfied"]
    return ORDERS, [satisfied, end, end, end, *_moments(asked.span)]


def _before(asked: Asked) -> Snippet:
    moments = [
        moment for span in (asked.span, asked.span.year_before, asked.span.one_before) for moment in _moments(span)
    ]
    return ORDERS_BEFORE, [*moments, *moments]


def _households(asked: Asked) -> Snippet:
    return HOUSEHOLDS, [*_moments(asked.span)]


def _shared(_asked: Asked) -> Snippet:
    return SHARED, []


def _population(asked: Asked) -> Snippet:
    return POPULATION, [asked.day.year]


def _invested(asked: Asked) -> Snippet:
    first, last = asked.span.first, asked.span.last
    if last == asked.day:  # the rows know it already
        return INVESTED, [first, first - timedelta(days=1)]
    return INVESTED_BEFORE, [first, last, first - timedelta(days=1)]


_SNIPPETS: Final = {
    "planned": _planned,
    "idle": _idle,
    "nodes": _nodes,
    "duty": _duty,
    "orders": _orders,
    "before": _before,
    "households": _households,
    "invested": _invested,
    "shared": _shared,
    "population": _population,
}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, _CITY_TIME)


def _moments(span: Span) -> tuple[datetime, datetime]:
    """From the first to before the second."""
    return _midnight(span.first), _midnight(span.last + timedelta(days=1))
