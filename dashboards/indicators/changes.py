"""What changed between two days: the figures then and now, and the projects that moved in status, report or money."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.core.cache import cache
from django.db.models import BooleanField, ExpressionWrapper, Value

from dashboards.indicators.facts import Reading, parts_of, reading
from dashboards.indicators.values import IndicatorValue, Level, Wanted, table_of, wanted_of
from geodata.errors import BadParameter
from geodata.gathering import Written, together
from geodata.projects.choices import Status
from geodata.projects.visibility import visible, within
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.city import city_rows
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow, ProjectRows
from geodata.summary.regions import Dimension
from geodata.summary.version import record_version
from geodata.thresholds.selectors import thresholds

FIGURES: Final = ("I01", "I03W", "I04", "I07", "I09", "I12", "I15", "BEHIND", "C01", "C02")
LIMIT: Final = 200  # projects listed; the counts are of all
_MOVED: Final = ("status", "last_report_on", "physical_pct", "completed", "arrived", "disbursed")
_COLUMNS: Final = ("code", "unit", *_MOVED)
_KEPT_SECONDS: Final = 3600
_PASSES: Final = "passes"  # whether a project passes the filter on the earlier day


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

    The set of projects is that of the later day. For people of the whole city the answer is kept as long as the record
    stays as it is (geodata/summary/version.py). Three queries: the record's version, the thresholds, then both days at
    once; one where the answer is kept. Raises BadParameter for days in the wrong order or after today, NotPermitted
    without leave to see the city's figures.
    """
    if not earlier < later:
        raise BadParameter("对比的两个日期应当先早后晚，请把较早的日期填在前面")
    if later > today:
        raise BadParameter(f"截止日不能晚于今天（{today}）")
    scope.require(Action.VIEW_CITY_FIGURES)
    version = record_version()
    asked = chosen.querystring(without=("as_of", "sort", "page", "limit"))
    key = hashlib.sha256(f"{version.text} {earlier} {later} {today} {limit} {asked}".encode()).hexdigest()
    # the lights of a filter are no part of the version
    may_keep = scope.everything and not chosen.light
    found: Changes | None = cache.get(f"changes:{key}") if may_keep else None
    if found is None:
        found = _computed(scope, earlier=earlier, later=later, chosen=chosen, today=today, limit=limit)
        if may_keep and version.quiet:
            cache.set(f"changes:{key}", found, _KEPT_SECONDS)
    return found


def _computed(scope: Scope, *, earlier: date, later: date, chosen: ProjectFilter, today: date, limit: int) -> Changes:
    limits = thresholds()
    wanted_then, wanted_now = (
        wanted_of(FIGURES, dimension=Dimension.MANAGEMENT, level=Level.CITY, day=day, limits=limits)
        for day in (earlier, later)
    )
    then = _reading(_rows_then(scope, chosen, earlier, today), wanted_then, (*_MOVED, _PASSES))
    now = _reading(city_rows(scope, replace(chosen, as_of=later), today=today), wanted_now, _COLUMNS)
    lines_then, lines_now, listed = together(
        _lines("o", then, f"WHERE {_PASSES}"),
        _lines("n", now),
        _compared(scope, limit),
        common=(_relation("o", then), _relation("n", now)),
    )
    one, other = (
        table_of(wanted, parts_of(lines), ()) for wanted, lines in ((wanted_then, lines_then), (wanted_now, lines_now))
    )
    counts = listed[0][-4:] if listed else (0, 0, 0, 0)
    return Changes(
        earlier,
        later,
        tuple(Figure(name, one.city(name), other.city(name)) for name in FIGURES),
        tuple(_moved(row) for row in listed),
        *(int(count) for count in counts),
    )


def _rows_then(scope: Scope, chosen: ProjectFilter, earlier: date, today: date) -> ProjectRows:
    """The rows of the earlier day of all projects that pass the filter on any day; `passes` says which did on that one:
    those of its figures. A project that passes on the later day alone is compared, too."""
    rows = city_rows(scope, replace(chosen.lasting, as_of=earlier), today=today)
    passes = ExpressionWrapper(chosen.moving, BooleanField()) if chosen.moving else Value(True)
    return (within(rows, scope) if chosen.singles_out else rows).annotate(**{_PASSES: passes})


def _reading(rows: ProjectRows, wanted: Wanted, more: Collection[str]) -> Reading:
    return reading(
        rows,
        measures=wanted.measures,
        sources=wanted.sources,
        column=wanted.column,
        asked=wanted.asked,
        more=more,
    )


def _relation(name: str, read: Reading) -> Written:
    return replace(read.rows, sql=f"{name} ({read.columns}) AS MATERIALIZED ({read.rows.sql})")


def _lines(name: str, read: Reading, condition: str = "") -> Written:
    """The parts of a day's figures out of its relation."""
    chosen = f"WITH chosen AS NOT MATERIALIZED (SELECT * FROM {name} {condition})"  # noqa: S608 - names of this module
    return replace(read.lines, sql=f"{chosen} {read.lines.sql}")


def _compared(scope: Scope, limit: int) -> Written:
    """The projects of the scope that differ, with the counts of all of them in the last four columns.

    All are compared in narrow rows; the name of a project is read of those listed alone.
    """
    status = "o.status IS DISTINCT FROM n.status"
    report = " OR ".join(
        f"o.{name} IS DISTINCT FROM n.{name}" for name in ("last_report_on", "completed", "physical_pct")
    )
    money = "(o.arrived, o.disbursed) IS DISTINCT FROM (n.arrived, n.disbursed)"
    days = [f"{day}.{name} AS {day}_{name}" for day in ("n", "o") for name in _MOVED]
    shown = [
        "listed.code",
        "p.name",
        "listed.unit",
        "u.name",
        *(f"listed.{day}_{name}" for day in "no" for name in _MOVED),
    ]
    order = "status DESC, paid DESC, code"
    mine, parameters = _mine(scope)
    # the names are this module's; what the ORM wrote is SQL with its own parameters
    statement = f"""
        WITH moved AS MATERIALIZED (
            SELECT n.id, n.code, n.unit, {status} AS status, ({report}) AS report, {money} AS money,
                abs(n.disbursed - o.disbursed) AS paid, {", ".join(days)}
            FROM n JOIN o ON o.id = n.id
            WHERE ({status} OR {report} OR {money}){mine}
        ), listed AS MATERIALIZED (
            SELECT * FROM moved ORDER BY {order} LIMIT %s
        )
        SELECT {", ".join(shown)}, counts.*
        FROM listed
        JOIN projects_project p ON p.id = listed.id
        LEFT JOIN regions_areaunit u ON u.code = listed.unit
        CROSS JOIN (
            SELECT count(*), count(*) FILTER (WHERE status), count(*) FILTER (WHERE report),
                count(*) FILTER (WHERE money) FROM moved
        ) counts
        ORDER BY listed.status DESC, listed.paid DESC, listed.code
    """  # noqa: S608
    return Written(statement, [*parameters, limit], columns=len(shown) + 4)


def _mine(scope: Scope) -> tuple[str, Sequence[Any]]:
    """The limit to the person's projects, nothing for those who see all."""
    if scope.everything:
        return "", ()
    query = visible(scope).order_by().values("pk").query
    sql, parameters = query.get_compiler(using=ProjectRow.objects.db, elide_empty=False).as_sql()
    return f" AND n.id IN ({sql})", parameters


def _moved(row: Sequence[Any]) -> Moved:
    code, name, unit, unit_name, *rest = row
    return Moved(code, name, unit, unit_name, now=_standing(rest[:6]), then=_standing(rest[6:12]))


def _standing(row: Sequence[Any]) -> Standing:
    """Out of what JSON tells: days as texts, whole amounts as whole numbers."""
    status, reported, physical, completed, arrived, disbursed = row
    return Standing(
        status,
        date.fromisoformat(reported) if reported else None,
        None if physical is None else Decimal(physical),
        None if completed is None else Decimal(completed),
        Decimal(arrived),
        Decimal(disbursed),
    )
