"""Figures that official bulletins printed, computed by our formulas."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from dashboards.indicators.formulas import FORMULAS, Known, One
from dashboards.indicators.parts import NOTHING, Part
from dashboards.indicators.periods import Span, span_until
from dashboards.indicators.values import Level, indicator_table
from geodata.figures.wording import half_up, percent
from geodata.progress.schedule import by_month
from geodata.projects.models import Project
from geodata.stewards.scope import CITY
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension
from geodata.summary.selectors import project_rows
from tests.geodata.summary import facts

ANY = date(2021, 8, 31)


def one(name: str, day: date = ANY, **parts: tuple[str, str]) -> One:
    found = {measure: Part(Decimal(above), Decimal(below), 9) for measure, (above, below) in parts.items()}
    return FORMULAS[name].of(found, Known(day, {}, NOTHING), None, whole=True)


@pytest.mark.parametrize(
    ("name", "measure", "above", "below", "printed"),
    [
        ("I01", "starts", "159", "170", "93.53%"),  # Hunan, old communities, August 2021: Yueyang
        ("I04", "annual", "480456700", "891308600", "53.90%"),  # the same table, 元
        ("I04", "annual", "2816826000", "7523937300", "37.44%"),  # the province, as a ratio of sums
        ("I04", "annual", "1169", "1000", "116.90%"),  # may pass 100 %
        ("C08", "in_time", "11289", "11303", "99.88%"),  # Junshan 2020
        ("C10", "reworked", "34", "11303", "0.30%"),
        ("C09", "satisfied", "2617", "2713", "96.46%"),  # Yueyang, second quarter of 2017
        ("I15R", "idle", "19078", "36950", "51.63%"),  # a share of 19,078 in 36,950 (Kunming)
    ],
)
def test_a_printed_rate_is_that_of_its_counts(name: str, measure: str, above: str, below: str, printed: str) -> None:
    assert percent(one(name, **{measure: (above, below)}).value) == printed


@pytest.mark.parametrize(("month", "printed"), [(2, "16.67%"), (4, "33.33%"), (8, "66.67%"), (10, "83.33%")])
def test_time_progress_counts_months(month: int, printed: str) -> None:
    assert percent(by_month(month)) == printed
    end = date(2024, month, {2: 29, 4: 30, 8: 31, 10: 31}[month])
    assert percent(one("I06", end).value) == printed


@pytest.mark.parametrize(
    ("day", "done", "points", "pace"),
    [
        (date(2024, 4, 30), "31.7", "-1.6", "0.95"),  # “低于序时进度1.6个百分点”
        (date(2024, 2, 29), "17.4", "0.7", "1.04"),
        (date(2024, 4, 30), "22", "-11.3", "0.66"),
        (date(2024, 4, 30), "18", "-15.3", "0.54"),
        (date(2024, 2, 29), "5", "-11.7", "0.30"),
    ],
)
def test_deviation_and_pace_of_a_month(day: date, done: str, points: str, pace: str) -> None:
    deviation, ratio = one("I07", day, annual=(done, "100")).value, one("I08", day, annual=(done, "100")).value
    assert deviation is not None
    assert ratio is not None
    assert half_up(deviation, 1) == Decimal(points)
    assert half_up(ratio, 2) == Decimal(pace)


def test_without_a_denominator_there_is_no_value_and_no_month_is_over_in_january() -> None:
    assert one("I04", annual=("5", "0")).value is None
    assert one("I04").value is None
    assert one("I08", date(2024, 1, 30), annual=("5", "100")).value is None
    assert one("C04", merged=("5", "0")).value is None


@pytest.mark.parametrize(
    ("now", "base", "value", "note"),
    [
        ("15", "10", "0.5", ""),
        ("5", "10", "-0.5", ""),
        ("12", "9", None, "基数不足 10 件，只列增减 +3 件"),
        ("3", "9", None, "基数不足 10 件，只列增减 -6 件"),
        ("4", "0", None, "基数不足 10 件，只列增减 +4 件"),
    ],
)
def test_a_change_is_a_percentage_from_ten_complaints_on(now: str, base: str, value: str | None, note: str) -> None:
    found = one("C07Y", year_before=(now, base))
    assert found.value == (None if value is None else Decimal(value))
    assert found.above == Decimal(now) - Decimal(base)
    assert found.note == note


@pytest.mark.parametrize(
    ("first", "last", "year_before", "one_before"),
    [
        ("2026-03-01", "2026-03-31", ("2025-03-01", "2025-03-31"), ("2026-02-01", "2026-02-28")),
        ("2026-03-01", "2026-03-30", ("2025-03-01", "2025-03-30"), ("2026-02-01", "2026-02-28")),
        ("2026-03-01", "2026-03-10", ("2025-03-01", "2025-03-10"), ("2026-02-01", "2026-02-10")),
        ("2024-02-01", "2024-02-29", ("2023-02-01", "2023-02-28"), ("2024-01-01", "2024-01-31")),
        ("2026-01-01", "2026-03-31", ("2025-01-01", "2025-03-31"), ("2025-10-01", "2025-12-31")),
        ("2026-03-09", "2026-03-15", ("2025-03-09", "2025-03-15"), ("2026-03-02", "2026-03-08")),
    ],
)
def test_periods_are_compared_with_the_same_days(
    first: str, last: str, year_before: tuple[str, str], one_before: tuple[str, str]
) -> None:
    span = Span(date.fromisoformat(first), date.fromisoformat(last))
    assert tuple(map(str, (span.year_before.first, span.year_before.last))) == year_before
    assert tuple(map(str, (span.one_before.first, span.one_before.last))) == one_before


def test_a_period_ends_on_the_day_at_the_latest() -> None:
    assert span_until(date(2026, 3, 10), None) == Span(date(2026, 3, 1), date(2026, 3, 10))
    period = (date(2026, 1, 1), date(2026, 12, 31))
    assert span_until(date(2026, 3, 10), period) == Span(date(2026, 1, 1), date(2026, 3, 10))


@pytest.mark.django_db
@pytest.mark.parametrize("plan", [None, Decimal(0)])
def test_a_project_without_a_plan_shows_no_rate_and_is_ignored_by_the_group(
    make_project: Callable[..., Project], plan: Decimal | None
) -> None:
    """Two projects, one without a plan of the year: — for it, and the group's rate is that of the other alone."""
    with_plan, without = make_project(name="有计划"), make_project(name="无计划")
    facts.plan(with_plan, planned_amount=Decimal("1000"))
    facts.plan(without, planned_amount=plan)
    for project, done in ((with_plan, "390.00"), (without, "999.00")):
        facts.report(project, date(2026, 3, 31), invested_year=Decimal(done), invested_cumulative=Decimal(done))
    chosen, today = ProjectFilter(as_of=date(2026, 3, 31)), date(2026, 4, 1)
    table = indicator_table(
        CITY, ids=("I04",), dimension=Dimension.MANAGEMENT, level=Level.UNIT, chosen=chosen, today=today
    )
    city = table.city("I04")
    assert (percent(city.value), city.n) == ("39.00%", 1)
    assert {row.code: row.annual_rate for row in project_rows(CITY, chosen, today=today)} == {
        with_plan.serial_no: Decimal("0.39"),
        without.serial_no: None,
    }
