"""What changed between two days: the figures then and now, and the projects that moved in status, report or money."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connections

from dashboards.indicators.values import IndicatorValue, Level, indicator_table
from geodata.errors import BadParameter
from geodata.projects.choices import Status
from geodata.projects.visibility import within
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow, ProjectRows
from geodata.summary.regions import Dimension

FIGURES: Final = ("I01", "I03W", "I04", "I07", "I09", "I12", "I15", "BEHIND", "C01", "C02")
LIMIT: Final = 200  # projects listed; the counts are of all
_COLUMNS: Final = (
    "pk",
    "code",
    "name",
    "unit",
    "unit_name",
    "status",
    "last_report_on",
    "physical_pct",
    "completed",
    "arrived",
    "disbursed",
)
_MOVED: Final = ("status", "last_report_on", "physical_pct", "completed", "arrived", "disbursed")


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator of the city on both days; `more` is None where one of them has no value."""

    id: str
    then: IndicatorValue
    now: IndicatorValue

    @property
    def more(self) -> Decimal | None:
        if self.then.value is None or self.now.value is None:
            return None
        return self.now.value - self.then.value


@dataclass(frozen=True, slots=True)
class Standing:
    """A project on one day. Amounts in 元, progress in percent, None where nothing was known."""

    status: str
    last_report_on: date | None
    physical_pct: Decimal | None
    completed: Decimal | None
    arrived: Decimal
    disbursed: Decimal

    @property
    def status_name(self) -> str:
        return Status(self.status).label


@dataclass(frozen=True, slots=True)
class Moved:
    """A project that differs between the days, and in what."""

    code: str
    name: str
    unit: str
    unit_name: str
    then: Standing
    now: Standing

    @property
    def status(self) -> bool:
        return self.then.status != self.now.status

    @property
    def report(self) -> bool:
        one, other = self.then, self.now
        return (one.last_report_on, one.completed, one.physical_pct) != (
            other.last_report_on,
            other.completed,
            other.physical_pct,
        )

    @property
    def money(self) -> bool:
        return (self.then.arrived, self.then.disbursed) != (self.now.arrived, self.now.disbursed)


@dataclass(frozen=True, slots=True)
class Changes:
    """`moved` holds at most LIMIT projects, those with another status first, then those with the most money paid.

    `status`, `report`, `money` count all of them, each by itself; `projects` those that differ in anything.
    """

    earlier: date
    later: date
    figures: tuple[Figure, ...]
    moved: tuple[Moved, ...]
    projects: int
    status: int
    report: int
    money: int


def changed_between(
    scope: Scope, *, earlier: date, later: date, chosen: ProjectFilter, today: date, limit: int = LIMIT
) -> Changes:
    """The city's figures on both days, and the projects of the person's scope that moved between them.

    The set of projects is that of the later day. Seven queries. Raises BadParameter for days in the wrong order or
    after today, NotPermitted without leave to see the city's figures.
    """
    if not earlier < later:
        raise BadParameter("对比的两个日期应当先早后晚,请把较早的日期填在前面")
    if later > today:
        raise BadParameter(f"截止日不能晚于今天({today})")
    then, now = (
        indicator_table(
            scope,
            ids=FIGURES,
            dimension=Dimension.MANAGEMENT,
            level=Level.CITY,
            chosen=replace(chosen, as_of=day),
            today=today,
        )
        for day in (earlier, later)
    )
    rows = within(replace(chosen, as_of=later).apply(ProjectRow.objects.at(later, today=today)), scope)
    listed = _compared(rows, ProjectRow.objects.at(earlier, today=today), limit=limit)
    counts = listed[0][-4:] if listed else (0, 0, 0, 0)
    return Changes(
        earlier,
        later,
        tuple(Figure(name, then.city(name), now.city(name)) for name in FIGURES),
        tuple(_moved(row) for row in listed),
        *(int(count) for count in counts),
    )


def _compared(now: ProjectRows, then: ProjectRows, *, limit: int) -> list[tuple[Any, ...]]:
    """The rows that differ, with the counts of all of them in the last four columns. One query."""
    parts = []
    for rows, columns in ((now, _COLUMNS), (then, ("pk", *_MOVED))):
        chosen = rows.order_by().values_list(*columns)
        parts.append(chosen.query.get_compiler(using=chosen.db, elide_empty=False).as_sql())
    (now_sql, now_values), (then_sql, then_values) = parts
    status = "o.status IS DISTINCT FROM n.status"
    report = " OR ".join(
        f"o.{name} IS DISTINCT FROM n.{name}" for name in ("last_report_on", "completed", "physical_pct")
    )
    money = "(o.arrived, o.disbursed) IS DISTINCT FROM (n.arrived, n.disbursed)"
    old = ", ".join(f"o.{name}" for name in _MOVED)
    # the names are this module's; what the ORM wrote is SQL with its own parameters
    statement = f"""
        WITH n ({", ".join(("id", *_COLUMNS[1:]))}) AS ({now_sql}), o ({", ".join(("id", *_MOVED))}) AS ({then_sql})
        SELECT n.*, {old}, count(*) OVER (), count(*) FILTER (WHERE {status}) OVER (),
            count(*) FILTER (WHERE {report}) OVER (), count(*) FILTER (WHERE {money}) OVER ()
        FROM n JOIN o ON o.id = n.id
        WHERE {status} OR {report} OR {money}
        ORDER BY ({status}) DESC, abs(n.disbursed - o.disbursed) DESC, n.code
        LIMIT %s
    """  # noqa: S608
    with connections[now.db].cursor() as cursor:
        cursor.execute(statement, [*now_values, *then_values, limit])
        return cursor.fetchall()


def _moved(row: tuple[Any, ...]) -> Moved:
    _id, code, name, unit, unit_name, *rest = row
    return Moved(code, name, unit, unit_name, now=Standing(*rest[:6]), then=Standing(*rest[6:12]))
