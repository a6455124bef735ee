"""红黄绿灰灯: the worst of the rules that count, never green on figures older than their period."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dashboards.alerts.facts import Facts, Node, Report, Suspension
from dashboards.alerts.lights import light_of
from dashboards.alerts.rules import RULES, judged
from geodata.thresholds.catalogue import CATALOGUE

LIMITS = {known.key: known.default for known in CATALOGUE}
DAY = date(2026, 5, 3)
APRIL, MARCH, FEBRUARY = date(2026, 4, 30), date(2026, 3, 31), date(2026, 2, 28)
LATE = Node("M0820", "完工", date(2026, 4, 1))


def shown(**facts: Any) -> tuple[str, str] | None:
    values = {"project_id": 1, "day": DAY, "report": report(APRIL), **facts}
    known = Facts(**values)
    light = light_of(known, judged(known, LIMITS, enabled=[rule.id for rule in RULES]), LIMITS)
    return None if light is None else (str(light.colour), light.sentence)


def report(end: date, invested: str = "40") -> Report:
    return Report(7, end.replace(day=1), end, invested_year=Decimal(invested), physical_pct=Decimal(40))


@pytest.mark.parametrize(("invested", "colour"), [("40", "green"), ("22", "yellow"), ("18", "red")])
def test_the_light_follows_the_year_s_investment(invested: str, colour: str) -> None:
    found = shown(annual_plan=Decimal(100), report=report(APRIL, invested))
    assert found is not None
    assert found[0] == colour
    assert f"年度投资完成率 {invested}.0%" in found[1]


def test_the_worst_decides_and_the_others_are_told() -> None:
    found = shown(annual_plan=Decimal(100), report=report(APRIL, "22"), late_nodes=[LATE])
    assert found is not None
    assert found[0] == "red"
    assert found[1].startswith("关键节点“完工”应于2026年4月1日完成，已逾期 32 天；截至4月底")


@pytest.mark.parametrize(
    ("last", "day", "colour"),
    [
        (MARCH, date(2026, 5, 5), "green"),  # April is due today
        (MARCH, date(2026, 5, 6), "grey"),
        (APRIL, date(2026, 5, 6), "green"),
        (None, date(2026, 5, 6), "grey"),
    ],
)
def test_figures_older_than_their_period_are_grey_never_green(last: date | None, day: date, colour: str) -> None:
    given = None if last is None else report(last)
    found = shown(report=given, day=day, annual_plan=Decimal(100), actual_start_on=date(2026, 1, 1))
    assert found is not None
    assert found[0] == colour


def test_old_figures_no_longer_count_but_what_needs_no_report_does() -> None:
    old = {"annual_plan": Decimal(100), "report": report(FEBRUARY, "0"), "day": date(2026, 5, 6)}
    grey = shown(**old)
    assert grey == ("grey", "最近一期已审核月报为2026年2月，应报的月份尚未审核，无法判断进度")
    red = shown(**old, late_nodes=[LATE])
    assert red is not None
    assert red[0] == "red"
    assert red[1].endswith("无法判断进度")


def test_rules_that_do_not_count_for_the_light_leave_it_alone() -> None:
    stopped = Suspension(date(2025, 1, 1), filed=False)
    found = shown(status="suspended", suspension=stopped, is_located=False)
    assert found is not None
    assert found[0] == "green"


def test_a_project_that_owes_no_report_may_be_green_and_a_cancelled_one_has_no_light() -> None:
    waiting = shown(status="preliminary", report=None, planned_start_on=date(2026, 12, 31))
    assert waiting == ("green", "未到计划开工时间")
    done = shown(status="accepted", report=None)
    assert done is not None
    assert done[0] == "green"
    assert shown(status="cancelled") is None
