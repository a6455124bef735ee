"""Reads of the forecasts: of one project, of a group as a sum, and how they held in the past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Power

from dashboards.curves.forecast import (
    FRESH_DAYS,
    Interval,
    Reason,
    group,
    month_end_of,
    month_number,
    months_to_year_end,
    standing_reason,
)
from dashboards.curves.models import BackTestLine, CompletionForecast, ForecastRun, Measure, YearEndForecast
from dashboards.curves.selectors.course import last_month_over, month_end
from geodata.gathering import gathered, opened
from geodata.progress.models import Milestone
from geodata.projects.choices import Status
from geodata.projects.models import Project
from geodata.projects.visibility import visible, within
from geodata.stewards.scope import Scope
from geodata.summary.city import city_rows
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.selectors import project_row

_COMPLETION: Final = ("origin", "data_on", "low", "point", "high", "references", "category")
_YEAR_END: Final = ("origin", "measure", "now", "low", "point", "high", "references", "category")
_LINE: Final = ("measure", "bucket", "forecasts", "projects", "hits", "error", "unmade", "pending", "unfinished")


@dataclass(frozen=True, slots=True)
class BackTest:
    """The lines of the newest run by measure and bucket; `origin` is the month up to which it judged."""

    origin: date | None = None
    lines: Mapping[tuple[str, str], BackTestLine] = field(default_factory=dict)

    def of(self, measure: str, bucket: str = "") -> BackTestLine | None:
        return self.lines.get((measure, bucket))


@dataclass(frozen=True, slots=True)
class ForecastOfProject:
    """One project's forecasts from the last month that is over. `reason` says why the completion has none,
    `money_reason` why the year's end has none; `year` is that whose end is forecast."""

    origin: date
    year: int
    reason: Reason
    money_reason: Reason
    completion: CompletionForecast | None = None
    year_end: Mapping[str, YearEndForecast] = field(default_factory=dict)
    back_test: BackTest = BackTest()


@dataclass(frozen=True, slots=True)
class GroupForecast:
    """A group's running sum at the year's end, in 元: what can be forecast grows, all else stays as it is.

    `now` is the sum of all projects on the day, `forecast` how many projects were forecast.
    """

    measure: str
    now: Decimal
    low: Decimal
    point: Decimal
    high: Decimal
    forecast: int


@dataclass(frozen=True, slots=True)
class LateProject:
    """A project that will be finished after its planned day, by so many days. `contradicted`: its own nodes are planned
    later than its planned completion, so that one of the two is wrong."""

    code: str
    name: str
    unit: str
    planned_end_on: date
    low: date
    point: date
    high: date
    days: int
    contradicted: bool


def latest() -> ForecastRun | None:
    """The newest run. One query."""
    return ForecastRun.objects.first()


def origin_of(day: date) -> date:
    """The month's end from which forecasts of a day start."""
    return month_end(last_month_over(day))


def year_of(origin: date) -> int:
    """The year whose end is forecast from there."""
    number = month_number(origin)
    return month_end_of(number + months_to_year_end(number)).year


def back_test() -> BackTest:
    """How the forecasts of the past twelve months would have held. One query."""
    newest = ForecastRun.objects.order_by("-pk").values("pk")[:1]
    lines = list(BackTestLine.objects.filter(run__in=newest).select_related("run"))
    return BackTest(lines[0].run.origin if lines else None, {(line.measure, line.bucket): line for line in lines})


def forecast_columns(*, upto: date) -> list[Combinable]:
    """What `forecast_of_row` reads, as columns of a statement over projects."""
    of_project = {"project": OuterRef("pk"), "origin": origin_of(upto)}
    newest = ForecastRun.objects.order_by("-pk").values("pk")[:1]
    return [
        gathered(CompletionForecast.objects.filter(**of_project), *_COMPLETION),
        gathered(YearEndForecast.objects.filter(**of_project), *_YEAR_END),
        gathered(BackTestLine.objects.filter(run__in=newest), *_LINE, tested_until="run__origin"),
    ]


def forecast_of_row(row: ProjectRow, columns: Sequence[Any], *, day: date) -> ForecastOfProject:
    """The forecasts of a project whose row of the day and `forecast_columns` are read."""
    completion, year_end, lines = columns
    tested = opened(BackTestLine, lines)
    until = tested[0].tested_until if tested else None  # type: ignore[attr-defined]
    test = BackTest(
        date.fromisoformat(until) if isinstance(until, str) else until,
        {(line.measure, line.bucket): line for line in tested},
    )
    return _forecast(row, opened(CompletionForecast, completion), opened(YearEndForecast, year_end), test, day)


def forecast_of(scope: Scope, code: str, *, today: date, as_of: date | None = None) -> ForecastOfProject:
    """One project's forecasts on a day. Raises NotFound outside the scope. Three queries."""
    row, day = project_row(scope, code, today=today, as_of=as_of), as_of or today
    columns = visible(scope).filter(pk=row.pk).values_list(*forecast_columns(upto=day)).get()
    return forecast_of_row(row, columns, day=day)


def _forecast(
    row: ProjectRow,
    completion: Sequence[CompletionForecast],
    year_end: Iterable[YearEndForecast],
    test: BackTest,
    day: date,
) -> ForecastOfProject:
    origin = origin_of(day)
    made = {forecast.measure: forecast for forecast in year_end}
    reason = _reason(row)
    absent = reason or (Reason.TOO_FEW if test.origin and test.origin >= origin else Reason.NOT_COMPUTED)
    return ForecastOfProject(
        origin=origin,
        year=year_of(origin),
        reason=Reason.NONE if completion and not reason else absent,
        money_reason=Reason.NONE if made and not reason else absent,
        completion=completion[0] if completion and not reason else None,
        year_end={} if reason else made,
        back_test=test,
    )


def _reason(row: ProjectRow) -> Reason:
    """As `reason_against`, of the row of the day: what became of the project since the month's end counts."""
    standing = standing_reason(row.status or "")
    if standing:
        return standing
    if row.last_report_on is None or row.physical_pct is None or row.completed is None:
        return Reason.NO_REPORT
    if (row.freshness_days or 0) > FRESH_DAYS + 31:  # the origin may lie a month back
        return Reason.STALE
    if row.planned_start_on is None or row.planned_end_on is None:
        return Reason.NO_PLAN
    return Reason.NONE if row.budget else Reason.NO_BUDGET


def group_forecast(
    scope: Scope, *, chosen: ProjectFilter, today: date, now: Mapping[str, Decimal]
) -> dict[str, GroupForecast]:
    """The year's end of a group by measure, from the sums of the day, `now`; empty while none is computed. One query.

    Raises NotPermitted without leave to see the city's figures.
    """
    found: Any = (
        forecasts_of_group(scope, chosen=chosen, today=today)
        .order_by()
        .values("measure")
        .annotate(
            n=Count("pk"),
            before=Sum("now"),
            means=Sum("mean"),
            own_squared=Sum(Power(F("own"), 2)),
            shared=Sum("common"),
        )
    )
    return {row["measure"]: _sum(row, now.get(row["measure"]) or Decimal(0)) for row in found}


def forecasts_of_group(scope: Scope, *, chosen: ProjectFilter, today: date) -> QuerySet[YearEndForecast]:
    """The forecasts that a group's year end is added up from. Raises NotPermitted."""
    rows = city_rows(scope, chosen, today=today).filter(status=Status.UNDER_CONSTRUCTION)
    return YearEndForecast.objects.filter(origin=origin_of(chosen.as_of or today), project__in=rows.values("pk"))


def _sum(row: Mapping[str, Any], now: Decimal) -> GroupForecast:
    least = float(row["before"]) if row["measure"] == Measure.COMPLETED else 0.0
    interval: Interval = group(float(row["means"]), float(row["own_squared"]), float(row["shared"]), least=least)
    rest = now - row["before"]
    low, point, high = (
        rest + Decimal(repr(amount)).quantize(Decimal("0.01"))
        for amount in (interval.low, interval.point, interval.high)
    )
    return GroupForecast(row["measure"], now, low, point, high, row["n"])


def late_projects(scope: Scope, *, chosen: ProjectFilter, today: date, most: int) -> list[LateProject]:
    """The projects of one's scope that are forecast to be finished latest after their planned day. One query."""
    day = chosen.as_of or today
    rows = chosen.apply(ProjectRow.objects.at(day, today=today)).filter(status=Status.UNDER_CONSTRUCTION).order_by()
    later = Milestone.objects.filter(
        project=OuterRef("project"),
        weight_pct__gt=0,
        code__startswith="M08",
        planned_on__gt=OuterRef("project__planned_end_on"),
    )
    found = (
        within(CompletionForecast.objects.filter(origin=origin_of(day)), scope, project="project")
        .filter(Q(project__in=rows.values("pk")), point__gt=F("project__planned_end_on"))
        .annotate(late=F("point") - F("project__planned_end_on"), contradicted=Exists(later))
        .select_related("project__management_unit")
        .order_by("-late", "project__serial_no")[:most]
    )
    return [_late(forecast, forecast.project) for forecast in found]


def _late(forecast: CompletionForecast, project: Project) -> LateProject:
    planned = project.planned_end_on or forecast.point
    return LateProject(
        project.serial_no,
        project.name,
        project.management_unit.code,
        planned,
        forecast.low,
        forecast.point,
        forecast.high,
        (forecast.point - planned).days,
        bool(getattr(forecast, "contradicted", False)),
    )
