"""Every rule at, below and above each of its thresholds. Pure: no database."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dashboards.alerts.facts import Doubt, Facts, Node, Report, Suspension
from dashboards.alerts.rules import BY_ID, RULES, judged
from geodata.thresholds.catalogue import BY_KEY, CATALOGUE, ORDERED

DAY = date(2026, 4, 30)
LIMITS = {known.key: known.default for known in CATALOGUE}
ALL = [rule.id for rule in RULES]
MILLION = Decimal(1_000_000)


def level(rule: str, **facts: Any) -> str | None:
    """What one rule says of a project, with the parameters as delivered."""
    values = {"project_id": 1, "day": DAY, **facts}
    finding = BY_ID[rule].judge(Facts(**values), LIMITS)
    return None if finding is None else str(finding.level)


def report(end: date = DAY, **fields: Any) -> Report:
    return Report(7, end.replace(day=1), end, **fields)


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


@pytest.mark.parametrize(("days", "expected"), [(0, None), (1, "yellow"), (15, "yellow"), (16, "red")])
def test_a_key_node_is_late_from_the_day_after_and_red_beyond_fifteen_days(days: int, expected: str | None) -> None:
    assert level("W01", late_nodes=[Node("M0820", "完工", ago(days))]) == expected


def test_the_start_of_works_is_no_business_of_the_nodes_rule() -> None:
    assert level("W01", late_nodes=[Node("M0801", "开工", ago(90))]) is None


def test_the_latest_node_decides_and_the_others_are_counted() -> None:
    nodes = [Node("M0604", "合同签订", ago(3)), Node("M0820", "完工", ago(20))]
    finding = BY_ID["W01"].judge(Facts(project_id=1, day=DAY, late_nodes=nodes), LIMITS)
    assert finding is not None
    assert finding.level == "red"
    assert finding.sentence == "关键节点“完工”应于2026年4月10日完成，已逾期 20 天，另有 1 个关键节点逾期"
    assert finding.inputs["days_late"] == 20


@pytest.mark.parametrize("status", ["accepted", "handed_over", "in_operation", "closed", "cancelled"])
def test_nothing_of_a_finished_project_is_late(status: str) -> None:
    late = {"late_nodes": [Node("M0820", "完工", ago(90))], "report": report(invested_year=Decimal(0))}
    assert level("W01", status=status, **late) is None
    assert level("W02", status=status, annual_plan=MILLION, **late) is None


# (年度投资完成率 in percent, last day of the report's month, expected): 序时 is months over ÷ 12
@pytest.mark.parametrize(
    ("rate", "end", "expected"),
    [
        # the acceptance numbers: April 序时 33.3 %
        ("22", date(2026, 4, 30), "yellow"),  # −11.3 points, ratio .66
        ("18", date(2026, 4, 30), "red"),  # ratio .54, although yellow by points
        ("5", date(2026, 2, 28), "yellow"),  # 序时 16.7 % < 25 %: the ratio is off; −11.7 points
        # the ratio: .8 and .6 of 序时 themselves are still in order
        ("20", date(2026, 3, 31), None),  # 序时 25 %: −5 points, ratio exactly .8
        ("19.99", date(2026, 3, 31), "yellow"),
        ("15", date(2026, 3, 31), "yellow"),  # ratio exactly .6, −10 points
        ("14.99", date(2026, 3, 31), "red"),
        # the points with both ends included: −10 and −30 are yellow (序时 50 % in June, 100 % in December)
        ("90", date(2026, 12, 31), "yellow"),
        ("90.01", date(2026, 12, 31), None),
        ("70", date(2026, 12, 31), "yellow"),
        ("69.99", date(2026, 12, 31), "red"),
        # January: 序时 8.3 % is below both
        ("0", date(2026, 1, 31), None),
        ("116.9", date(2026, 12, 31), None),
    ],
)
def test_investment_behind_time_is_judged_by_points_and_by_ratio(rate: str, end: date, expected: str | None) -> None:
    facts = {"annual_plan": MILLION, "report": report(end, invested_year=MILLION * Decimal(rate) / 100)}
    assert level("W02", day=end, **facts) == expected


def test_a_report_is_held_against_the_end_of_its_own_month() -> None:
    """October's report read on 1 December: nobody has had to report November yet."""
    facts = {"annual_plan": MILLION, "report": report(date(2026, 10, 31), invested_year=MILLION * Decimal("0.80"))}
    assert level("W02", day=date(2026, 12, 1), **facts) is None


def test_without_plan_or_report_of_the_year_time_is_not_judged() -> None:
    old = report(date(2025, 12, 31), invested_year=Decimal(0))
    assert level("W02", annual_plan=MILLION) is None
    assert level("W02", annual_plan=Decimal(0), report=report(invested_year=Decimal(0))) is None
    assert level("W02", annual_plan=MILLION, report=old) is None


def test_the_sentence_of_a_late_project_names_its_numbers() -> None:
    facts = Facts(project_id=1, day=DAY, annual_plan=MILLION, report=report(invested_year=MILLION * Decimal("0.18")))
    finding = BY_ID["W02"].judge(facts, LIMITS)
    assert finding is not None
    assert finding.sentence == (
        "截至4月底年度投资完成率 18.0%（占年度计划），序时进度 33.3%，落后 15.3 个百分点，达成比 0.54"
    )
    assert finding.inputs["deviation_points"] == "-15.33"


@pytest.mark.parametrize(
    ("due", "day", "expected"),
    [
        (date(2026, 3, 31), date(2026, 3, 30), None),
        (date(2026, 3, 31), date(2026, 3, 31), "yellow"),
        (date(2026, 3, 31), date(2026, 5, 30), "yellow"),
        (date(2026, 3, 31), date(2026, 5, 31), "red"),  # March, April, May: three months' ends without a start
        (date(2025, 12, 31), date(2026, 2, 27), "yellow"),
        (date(2025, 12, 31), date(2026, 2, 28), "red"),
    ],
)
def test_a_planned_start_is_red_after_three_months(due: date, day: date, expected: str | None) -> None:
    assert level("W03", status="not_started", planned_start_on=due, day=day) == expected


def test_an_accepted_reason_holds_back_yellow_but_not_red() -> None:
    reason = {"status": "not_started", "report": report(delay_reason="land")}
    assert level("W03", planned_start_on=ago(10), **reason) is None
    assert level("W03", planned_start_on=ago(100), **reason) == "red"


@pytest.mark.parametrize(
    ("permit", "day", "expected"),
    [
        (date(2026, 1, 31), date(2026, 3, 30), None),
        (date(2026, 1, 31), date(2026, 3, 31), "yellow"),
        (date(2026, 1, 31), date(2026, 4, 29), "yellow"),
        (date(2026, 1, 31), date(2026, 5, 1), "red"),  # 30 April has no 31st
        (date(2025, 11, 15), date(2026, 2, 15), "red"),
    ],
)
def test_a_permit_without_works_lapses_in_three_months(permit: date, day: date, expected: str | None) -> None:
    assert level("W03", status="not_started", permit_on=permit, day=day) == expected
    assert level("W03", status="under_construction", permit_on=permit, day=day) is None


@pytest.mark.parametrize(
    ("paid", "certified", "expected"),
    [("9.7", "10", None), ("9.8", "10", "yellow"), ("10", "10", "yellow"), ("10.01", "10", "red"), ("7.9", "10", None)],
)
def test_paid_against_certified_output(paid: str, certified: str, expected: str | None) -> None:
    facts = {"disbursed": MILLION * Decimal(paid), "certified": MILLION * Decimal(certified)}
    assert level("W04", **facts) == expected


@pytest.mark.parametrize(("paid", "expected"), [("60", None), ("60.01", "yellow"), ("70", "yellow"), ("70.01", "red")])
def test_paid_against_progress_where_nothing_is_measured(paid: str, expected: str | None) -> None:
    facts = {
        "disbursed": MILLION * Decimal(paid) / 100,
        "contract_total": MILLION,
        "report": report(physical_pct=Decimal(50)),
    }
    assert level("W04", **facts) == expected
    assert level("W04", **{**facts, "contract_total": None, "budget": MILLION}) == expected
    assert level("W04", **{**facts, "contract_total": None}) is None


def test_advance_payment_within_the_contract_does_not_count_as_paid() -> None:
    facts = {
        "disbursed": MILLION * Decimal("0.80"),
        "contract_total": MILLION,
        "report": report(physical_pct=Decimal(50)),
        "advance_paid": MILLION * Decimal("0.30"),
    }
    assert level("W04", **facts, advance_agreed=MILLION * Decimal("0.30")) is None  # 50 % against 50 %
    assert level("W04", **facts, advance_agreed=MILLION * Decimal("0.15")) == "yellow"  # 65 %
    assert level("W04", **facts) == "red"  # no advance agreed


@pytest.mark.parametrize(
    ("arrived", "expected"), [("40", None), ("39.99", "yellow"), ("20", "yellow"), ("19.99", "red")]
)
def test_money_behind_the_works(arrived: str, expected: str | None) -> None:
    facts = {
        "arrived": MILLION * Decimal(arrived) / 100,
        "budget": MILLION,
        "report": report(physical_pct=Decimal(60)),
    }
    assert level("W06", **facts) == expected
    assert level("W06", **facts, status="not_started") is None


@pytest.mark.parametrize(("days", "expected"), [(90, None), (91, "yellow"), (180, "yellow"), (181, "red")])
def test_money_that_lies_there(days: int, expected: str | None) -> None:
    assert level("W07", arrivals=[(ago(days), MILLION)], disbursed=Decimal(0)) == expected


def test_what_came_first_is_spent_first() -> None:
    arrivals = [(ago(200), MILLION), (ago(50), MILLION)]
    assert level("W07", arrivals=arrivals, disbursed=MILLION) is None  # only the fresh money is left
    assert level("W07", arrivals=arrivals, disbursed=MILLION - 20_000) == "red"
    assert level("W07", arrivals=arrivals, disbursed=MILLION - 9_999) is None  # below the least amount
    assert level("W07", arrivals=[*arrivals, (ago(10), -MILLION)], disbursed=Decimal(0)) is None  # taken back


@pytest.mark.parametrize(
    ("last", "day", "expected"),
    [
        (date(2026, 3, 31), date(2026, 5, 5), None),  # April is due on 5 May, and the day itself is in time
        (date(2026, 3, 31), date(2026, 5, 6), "yellow"),
        (date(2026, 3, 31), date(2026, 6, 5), "yellow"),
        (date(2026, 3, 31), date(2026, 6, 6), "red"),
        (date(2026, 4, 30), date(2026, 5, 6), None),
    ],
)
def test_missed_monthly_reports(last: date, day: date, expected: str | None) -> None:
    assert level("W08", day=day, report=report(last)) == expected
    assert level("W08", day=day, report=report(last), status="not_started") is None


def test_a_project_that_never_reported_owes_from_the_month_of_its_start() -> None:
    assert level("W08", actual_start_on=date(2026, 4, 20), day=date(2026, 5, 5)) is None
    assert level("W08", actual_start_on=date(2026, 4, 20), day=date(2026, 5, 6)) == "yellow"
    assert level("W08", status_since=date(2026, 3, 20), day=date(2026, 5, 6)) == "red"
    assert level("W08") is None  # nobody knows since when


@pytest.mark.parametrize(("days", "expected"), [(10, None), (11, "yellow"), (20, "yellow"), (21, "red")])
def test_missed_weekly_reports(days: int, expected: str | None) -> None:
    assert level("W08", report=report(ago(days), weekly=True), weekly_since=ago(60)) == expected


def test_the_weekly_rhythm_counts_from_when_it_began_and_no_longer_than_it_lasts() -> None:
    month = report(ago(25))
    assert level("W08", report=month, weekly_since=ago(9)) is None  # its first week is not over for long
    assert level("W08", report=month, weekly_since=ago(10)) == "yellow"
    assert level("W08", weekly_since=ago(20), actual_start_on=ago(300)) == "red"  # never reported at all
    assert level("W08", weekly_since=ago(20), actual_start_on=ago(3)) is None
    assert level("W08", report=report(ago(60), weekly=True), weekly_since=ago(90), status="not_started") is None


def test_who_reports_by_the_month_again_owes_the_month_that_the_last_week_left_open() -> None:
    week = report(date(2026, 4, 12), weekly=True)
    assert level("W08", day=date(2026, 5, 5), report=week) is None
    assert level("W08", day=date(2026, 5, 6), report=week) == "yellow"
    assert level("W08", day=date(2026, 5, 6), report=report(date(2026, 4, 30), weekly=True)) is None


@pytest.mark.parametrize(("pct", "expected"), [("40", None), ("39.99", "yellow"), ("30", "yellow"), ("29.99", "red")])
def test_contradictions_are_those_of_the_report_form(pct: str, expected: str | None) -> None:
    facts = {
        "budget": MILLION,
        "report": report(physical_pct=Decimal(pct), invested_cumulative=MILLION / 2),
    }
    assert level("W09", **facts) == expected


def test_progress_that_went_back_is_red() -> None:
    past = report(date(2026, 3, 31), physical_pct=Decimal(50))
    assert level("W09", report=report(physical_pct=Decimal("49.99")), before=past) == "red"
    assert level("W09", report=report(physical_pct=Decimal(50)), before=past) is None


@pytest.mark.parametrize(
    ("week", "before", "expected"),
    [
        (4, 0, None),  # too few to say
        (5, 0, "red"),  # three times nothing
        (5, 10, "yellow"),  # 2.5 a week: exactly twice
        (5, 11, None),
        (6, 8, "red"),  # exactly three times 2
        (6, 9, "yellow"),
    ],
)
def test_complaints_that_rise(week: int, before: int, expected: str | None) -> None:
    assert level("W10", complaints_week=week, complaints_before=before) == expected


@pytest.mark.parametrize(
    ("repeats", "callers", "expected"),
    [(1, 4, None), (2, 0, "yellow"), (3, 0, "red"), (1, 5, "yellow"), (1, 9, "yellow"), (1, 10, "red"), (2, 10, "red")],
)
def test_complaints_that_repeat(repeats: int, callers: int, expected: str | None) -> None:
    assert level("W11", repeats=repeats, callers=callers) == expected


@pytest.mark.parametrize(
    ("days", "filed", "expected"),
    [
        (15, False, None),
        (16, False, "yellow"),
        (30, False, "yellow"),
        (31, False, "red"),
        (31, True, None),
        (299, True, None),
        (300, True, "yellow"),
        (364, True, "yellow"),
        (365, True, "red"),
    ],
)
def test_works_that_stand_still(days: int, filed: bool, expected: str | None) -> None:
    stopped = Suspension(ago(days), filed)
    assert level("W14", status="suspended", suspension=stopped) == expected
    assert level("W14", status="under_construction", suspension=stopped) is None


@pytest.mark.parametrize(
    ("days", "expected"), [(10, None), (11, "yellow"), (15, "yellow"), (16, "red"), (365, "red"), (366, None)]
)
def test_acceptance_that_is_not_filed(days: int, expected: str | None) -> None:
    facts = {"status": "accepted", "accepted_on": ago(days)}
    assert level("W15", **facts) == expected
    assert level("W15", **facts, filed_on=ago(1)) is None


@pytest.mark.parametrize(
    ("satisfied", "revisited", "expected"),
    [(9, 10, None), (8, 9, None), (89, 100, "yellow"), (8, 10, "yellow"), (79, 100, "red"), (0, 9, None)],
)
def test_dissatisfied_callers(satisfied: int, revisited: int, expected: str | None) -> None:
    assert level("W19", satisfied=satisfied, revisited=revisited) == expected


def test_shapes_that_are_missing_or_doubtful() -> None:
    assert level("W22", is_located=False) == "yellow"
    assert level("W22", is_located=False, status="not_started") is None
    assert level("W22") is None
    assert level("W22", doubts=[Doubt("outside", "超出属地", Decimal("80.5"))]) == "yellow"


def test_a_project_of_which_nothing_is_known_warns_of_nothing() -> None:
    assert judged(Facts(project_id=1, day=DAY, status="preliminary"), LIMITS, enabled=ALL) == {}


def test_a_rule_that_is_off_says_nothing() -> None:
    facts = Facts(project_id=1, day=DAY, is_located=False)
    assert set(judged(facts, LIMITS, enabled=ALL)) == {"W22"}
    assert judged(facts, LIMITS, enabled=[rule for rule in ALL if rule != "W22"]) == {}


def test_parameters_decide_and_not_the_code() -> None:
    facts = Facts(project_id=1, day=DAY, late_nodes=[Node("M0820", "完工", ago(10))])
    stricter = {**LIMITS, "w01_red_days": Decimal(9)}
    assert BY_ID["W01"].judge(facts, stricter).level == "red"  # type: ignore[union-attr]


def test_every_rule_names_parameters_that_exist_and_are_in_order() -> None:
    assert len(BY_ID) == len(RULES) == 14
    for rule in RULES:
        assert rule.parameters
        assert all(key in BY_KEY for key in rule.parameters), rule.id
        assert rule.version >= 1
        assert rule.meaning
        assert rule.source
    assert all(LIMITS[low] < LIMITS[high] for low, high in ORDERED)
