"""W09: each contradiction by a table of cases; what is not known contradicts nothing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from geodata.progress.consistency import Before, Figures, Finding, Limits, check, is_behind, suggestions
from geodata.projects.choices import Status

OCTOBER = date(2026, 10, 31)
SEPTEMBER = Before(
    period_end=date(2026, 9, 30),
    physical_pct=Decimal(50),
    invested_year=Decimal(4_000_000),
    invested_cumulative=Decimal(5_000_000),
)
SOUND = Figures(
    period_start=date(2026, 10, 1),
    period_end=OCTOBER,
    physical_pct=Decimal(60),
    invested_period=Decimal(1_000_000),
    invested_year=Decimal(5_000_000),
    invested_cumulative=Decimal(6_000_000),
    status=Status.UNDER_CONSTRUCTION,
    started_on=date(2025, 11, 1),
    total_investment=Decimal(10_000_000),
    annual_plan=Decimal(6_000_000),
    before=SEPTEMBER,
    contract_total=Decimal(9_000_000),
    disbursed=Decimal(3_000_000),
)


def found(**changes: object) -> set[tuple[str, str]]:
    return {(one.code, one.severity) for one in check(replace(SOUND, **changes))}  # type: ignore[arg-type]


def test_sound_figures_contradict_nothing() -> None:
    assert found() == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"physical_pct": Decimal("100.01")}, {("percent-range", "block"), ("gap", "red")}),
        ({"invested_cumulative": Decimal(-1)}, {("negative", "block"), ("year-over-total", "block")}),
        ({"invested_period": Decimal(-100_000)}, {("negative-period", "red")}),
        ({"invested_period": Decimal(5_000_001)}, {("period-over-year", "block")}),
        ({"invested_year": Decimal(6_000_001)}, {("year-over-total", "block")}),
        (
            {"physical_pct": Decimal("49.99"), "invested_cumulative": Decimal(5_500_000)},
            {("progress-decreased", "red")},
        ),
        (
            {"invested_cumulative": Decimal("4999999.99"), "invested_year": Decimal(4_500_000)},
            {("total-decreased", "red")},
        ),
        ({"invested_year": Decimal("5000100.01")}, {("sum-year", "yellow")}),
        ({"invested_cumulative": Decimal("6000100.01")}, {("sum-cumulative", "yellow")}),
        ({"total_investment": Decimal(5_999_999)}, {("over-investment", "red"), ("gap", "red")}),
        ({"status": Status.ACCEPTED}, {("done-below-hundred", "red")}),
        ({"status": Status.NOT_STARTED}, {("progress-before-start", "yellow")}),
        ({"disbursed": Decimal(9_000_001)}, {("paid-over-contract", "yellow")}),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_each_contradiction_is_found(changes: dict[str, object], expected: set[tuple[str, str]]) -> None:
    codes = found(**changes)
    assert expected <= codes
    allowed = {"sum-year", "sum-cumulative", "gap", "total-decreased"}
    assert {code for code, _severity in codes - expected} <= allowed


@pytest.mark.parametrize(
    ("physical", "severity"),
    [("70", None), ("70.01", "yellow"), ("80", "yellow"), ("80.01", "red"), ("50", None), ("49.99", "yellow")],
)
def test_the_gap_between_money_and_works_turns_yellow_above_ten_and_red_above_twenty_points(
    physical: str, severity: str | None
) -> None:
    gap = dict(found(physical_pct=Decimal(physical), before=None))
    assert gap.get("gap") == severity


@pytest.mark.parametrize(("started", "expected"), [(date(2026, 9, 1), True), (date(2026, 9, 2), False)])
def test_sixty_days_under_way_without_progress(started: date, expected: bool) -> None:
    codes = found(physical_pct=Decimal(0), started_on=started, before=None)
    assert (("no-progress", "yellow") in codes) is expected


def test_limits_come_from_the_thresholds() -> None:
    figures = replace(SOUND, physical_pct=Decimal(64))
    strict = Limits(gap_yellow_pct=Decimal(3), gap_red_pct=Decimal(20))
    assert [one.code for one in check(figures, strict)] == ["gap"]


def test_unknown_figures_contradict_nothing() -> None:
    assert check(Figures(period_start=date(2026, 10, 1), period_end=OCTOBER)) == []


def test_sums_are_not_compared_over_a_month_that_is_missing() -> None:
    august = replace(SEPTEMBER, period_end=date(2026, 8, 31))
    assert found(before=august, invested_year=Decimal(5_500_000)) == set()


def test_the_running_sums_follow_from_the_month_before_and_a_new_year_begins_at_zero() -> None:
    assert suggestions(SOUND) == {"invested_year": Decimal(5_000_000), "invested_cumulative": Decimal(6_000_000)}
    december = replace(SEPTEMBER, period_end=date(2025, 12, 31))
    january = replace(SOUND, period_start=date(2026, 1, 1), period_end=date(2026, 1, 31), before=december)
    assert suggestions(january) == {"invested_year": Decimal(1_000_000), "invested_cumulative": Decimal(6_000_000)}
    assert set(suggestions(replace(SOUND, before=None)).values()) == {None}


def test_amounts_typed_in_yuan_for_wan_are_pointed_at() -> None:
    messages = [one.message for one in check(replace(SOUND, invested_cumulative=Decimal(100_000_000)))]
    assert any("核对单位" in message for message in messages)


def test_the_gravest_comes_first() -> None:
    severities = [
        one.severity for one in check(replace(SOUND, physical_pct=Decimal(10), invested_year=Decimal(7 * 10**6)))
    ]
    assert severities == sorted(severities, key=["block", "red", "yellow"].index)
    assert severities[0] == "block"


@pytest.mark.parametrize(("year", "behind"), [("4400000", True), ("4400001", False)])
def test_ten_points_behind_the_calendar_asks_for_a_reason(year: str, behind: bool) -> None:
    assert is_behind(replace(SOUND, invested_year=Decimal(year))) is behind
    assert not is_behind(replace(SOUND, annual_plan=Decimal(0)))


def test_a_finding_names_the_field_it_is_about() -> None:
    (one,) = check(replace(SOUND, status=Status.ACCEPTED))
    assert one == Finding("done-below-hundred", "red", "项目状态为竣工，形象进度只有 60%", "physical_pct")
