"""Forecasts as the job keeps them: stored, read with reasons, added up, unmoved by what came later."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import F, Sum

from dashboards.curves.backtest import FINISH
from dashboards.curves.forecast import Reason
from dashboards.curves.models import BackTestLine, CompletionForecast, ForecastRun, YearEndForecast
from dashboards.curves.selectors import back_test, forecast_of, group_forecast, late_projects
from dashboards.curves.services import forecast_all, forecast_if_due
from geodata.errors import NotFound, NotPermitted
from geodata.progress.models import PeriodReport
from geodata.projects.models import Project, StatusChange
from geodata.stewards.roles import Action
from geodata.stewards.scope import CITY, Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.selectors import totals
from tests.seeded import TODAY, seed_city

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 29, 18, 40, tzinfo=UTC)
ORIGIN = date(2026, 2, 28)
PROJECTS = 300


@pytest.fixture
def forecast_city(db: None) -> None:
    seed_city(PROJECTS)
    forecast_all(today=TODAY, now=NOW)


def stored(origin: date) -> list[tuple[object, ...]]:
    days = CompletionForecast.objects.filter(origin=origin).values_list("project", "low", "point", "high", "references")
    money = YearEndForecast.objects.filter(origin=origin)
    return [
        *days.order_by("project"),
        *money.values_list("project", "measure", "low", "point", "high").order_by("project", "measure"),
    ]


def test_a_run_keeps_forecasts_that_hold_their_points_and_a_back_test(forecast_city: None) -> None:
    run = ForecastRun.objects.get()
    assert (run.origin, run.projects) == (ORIGIN, PROJECTS)
    assert run.forecasts == CompletionForecast.objects.count() + YearEndForecast.objects.count() > 500
    assert not CompletionForecast.objects.exclude(low__lte=F("point"), point__lte=F("high")).exists()
    assert not CompletionForecast.objects.filter(low__lte=F("origin")).exists()
    assert not YearEndForecast.objects.filter(measure="completed", low__lt=F("now")).exists()
    assert not YearEndForecast.objects.exclude(low__lte=F("point"), point__lte=F("high")).exists()
    test = back_test()
    assert test.origin == ORIGIN
    for measure in (FINISH, "completed", "disbursed"):
        line = test.of(measure)
        assert line is not None
        assert 0 < line.hits <= line.forecasts
    assert BackTestLine.objects.filter(bucket="1-3").count() == 2


def test_a_forecast_of_a_day_does_not_change_by_facts_after_it(forecast_city: None) -> None:
    past, kept = date(2025, 11, 30), stored(date(2025, 11, 30))
    assert len(kept) > 50
    PeriodReport.objects.filter(period_end__gt=past).exclude(state="approved").delete()
    for report in PeriodReport.objects.filter(period_end__gt=past, invested_cumulative__isnull=False)[:80]:
        PeriodReport.objects.create(
            project=report.project,
            kind=report.kind,
            period_start=report.period_start,
            period_end=report.period_end,
            version=report.version + 5,
            state="approved",
            physical_pct=Decimal(99),
            invested_cumulative=(report.invested_cumulative or Decimal(0)) * 3,
        )
    moving = (
        ProjectRow.objects.at(TODAY, today=TODAY).filter(status="under_construction").values_list("pk", flat=True)[:60]
    )
    for pk in list(moving):
        StatusChange.objects.create(
            project_id=pk,
            from_status="under_construction",
            status="suspended",
            stage="construction",
            effective_on=past + timedelta(days=20),
        )
    before_origin = stored(ORIGIN)
    forecast_all(today=TODAY, now=NOW)
    assert stored(past) == kept
    assert stored(ORIGIN) != before_origin


def test_reading_says_the_forecast_or_the_reason(forecast_city: None) -> None:
    seen = set()
    for row in ProjectRow.objects.at(TODAY, today=TODAY):
        found = forecast_of(CITY, row.code, today=TODAY)
        assert (found.completion is None) == bool(found.reason)
        assert (not found.year_end) == bool(found.money_reason)
        assert found.year == 2026
        seen.add(found.reason)
        if found.completion:
            assert row.status == "under_construction"
    assert {Reason.NONE, Reason.FINISHED, Reason.NOT_STARTED, Reason.SUSPENDED} <= seen


def test_what_became_of_a_project_since_the_months_end_counts(forecast_city: None) -> None:
    pk = CompletionForecast.objects.filter(origin=ORIGIN).values_list("project", flat=True)[0]
    code = Project.objects.get(pk=pk).serial_no
    assert forecast_of(CITY, code, today=TODAY).completion is not None
    StatusChange.objects.create(
        project_id=pk,
        from_status="under_construction",
        status="suspended",
        stage="construction",
        effective_on=date(2026, 3, 15),
    )
    found = forecast_of(CITY, code, today=TODAY)
    assert (found.reason, found.completion, found.year_end) == (Reason.SUSPENDED, None, {})
    assert forecast_of(CITY, code, today=TODAY, as_of=date(2026, 3, 10)).completion is not None
    assert forecast_of(CITY, code, today=TODAY, as_of=date(2023, 3, 10)).completion is None


def test_before_the_first_run_every_forecast_says_so(db: None) -> None:
    seed_city(30)
    row = next(
        row
        for row in ProjectRow.objects.at(TODAY, today=TODAY).filter(status="under_construction")
        if row.freshness_days is not None and row.freshness_days < 40 and row.completed is not None
    )
    found = forecast_of(CITY, row.code, today=TODAY)
    assert (found.reason, found.money_reason) == (Reason.NOT_COMPUTED, Reason.NOT_COMPUTED)
    assert back_test().lines == {}


def test_a_group_grows_by_what_is_forecast_and_keeps_the_rest(forecast_city: None) -> None:
    for chosen in (ProjectFilter(), ProjectFilter(unit="430602")):
        sums = totals(CITY, chosen, today=TODAY)
        now = {"completed": sums.completed, "disbursed": sums.disbursed}
        found = group_forecast(CITY, chosen=chosen, today=TODAY, now=now)
        rows = ProjectRow.objects.at(TODAY, today=TODAY).filter(status="under_construction")
        if chosen.unit:
            rows = rows.filter(unit=chosen.unit)
        for measure, group in found.items():
            made = YearEndForecast.objects.filter(origin=ORIGIN, measure=measure, project__in=rows.values("pk"))
            parts = made.aggregate(mean=Sum("mean"), now=Sum("now"))
            assert group.low <= group.point <= group.high
            assert group.forecast == made.count()
            assert abs(group.point - (now[measure] + parts["mean"] - parts["now"])) < 1
    nobody = Scope(actions=frozenset({Action.VIEW_PROJECTS}))
    with pytest.raises(NotPermitted):
        group_forecast(nobody, chosen=ProjectFilter(), today=TODAY, now={})


def test_late_projects_are_those_of_the_scope_latest_first(forecast_city: None) -> None:
    everything = late_projects(CITY, chosen=ProjectFilter(), today=TODAY, most=500)
    assert everything
    assert [late.days for late in everything] == sorted((late.days for late in everything), reverse=True)
    for late in everything:
        assert late.days == (late.point - late.planned_end_on).days > 0
    project = Project.objects.get(serial_no=everything[0].code)
    actions = frozenset({Action.VIEW_PROJECTS, Action.VIEW_CITY_FIGURES})
    own = Scope(unit_ids=frozenset({project.management_unit_id}), actions=actions)
    seen = late_projects(own, chosen=ProjectFilter(), today=TODAY, most=500)
    assert [late.code for late in seen] == [
        late.code for late in everything if late.unit == project.management_unit.code
    ]
    assert late_projects(Scope(actions=actions), chosen=ProjectFilter(), today=TODAY, most=500) == []
    other = Project.objects.exclude(management_unit=project.management_unit).values_list("serial_no", flat=True)[0]
    with pytest.raises(NotFound):
        forecast_of(own, other, today=TODAY)


def test_a_run_is_due_once_a_month_and_after_approvals_that_have_paused(forecast_city: None) -> None:
    assert forecast_if_due(today=TODAY, now=NOW + timedelta(hours=1)) is None
    report = PeriodReport.objects.filter(state="submitted").first() or PeriodReport.objects.create(
        project=Project.objects.order_by("pk")[0],
        kind="week",
        period_start=date(2026, 3, 20),
        period_end=date(2026, 3, 26),
        state="submitted",
    )
    PeriodReport.objects.filter(pk=report.pk).update(state="approved", reviewed_at=NOW + timedelta(hours=2))
    assert forecast_if_due(today=TODAY, now=NOW + timedelta(hours=2, minutes=5)) is None
    assert forecast_if_due(today=TODAY, now=NOW + timedelta(hours=2, minutes=15)) is not None
    assert forecast_if_due(today=TODAY, now=NOW + timedelta(hours=3)) is None
    assert forecast_if_due(today=date(2026, 3, 31), now=NOW + timedelta(days=1)) is not None
