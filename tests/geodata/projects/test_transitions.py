"""The guarded moves between statuses."""

from datetime import date
from decimal import Decimal

import pytest

from geodata.projects.choices import Stage, Status
from geodata.projects.stages import NODES, ORDER, USUAL_STAGE, is_backward, number, of_node
from geodata.projects.transitions import TABLE, Facts, check, is_possible

DAY = date(2026, 3, 31)
KNOWN = Facts(
    effective_on=DAY,
    stage=Stage.CONSTRUCTION,
    in_plan_year=True,
    started_on=DAY,
    site_photo=True,
    permit_no="430602202601050101",
    has_contract=True,
    suspension_kind="reported",
    reason="管线迁改",
    expected_resume_on=date(2026, 5, 1),
    works_completed_on=date(2026, 3, 1),
    accepted_on=date(2026, 3, 20),
    acceptance_passed=True,
    handed_over_on=DAY,
    receiving_unit="街道办事处",
    operator_unit="物业公司",
    owner_operates=True,
    final_account_on=date(2026, 3, 25),
    retention_released=True,
    doc_no="岳政函〔2026〕1号",
)
NOTHING_KNOWN = Facts(effective_on=DAY)


@pytest.mark.parametrize("move", list(TABLE))
def test_every_move_of_the_table_holds_when_its_guards_hold(move: tuple[Status, Status]) -> None:
    assert check(*move, KNOWN, headquarters=True).allowed


@pytest.mark.parametrize("move", [move for move in TABLE if move != (Status.SUSPENDED, Status.UNDER_CONSTRUCTION)])
def test_no_move_of_the_table_holds_when_nothing_is_known(move: tuple[Status, Status]) -> None:
    verdict = check(*move, NOTHING_KNOWN, headquarters=True)
    assert not verdict.allowed
    assert verdict.missing


def test_an_accepted_project_never_goes_back_to_construction() -> None:
    verdict = check("accepted", "under_construction", KNOWN, headquarters=True)
    assert not verdict.allowed
    assert "新建子项目" in verdict.missing[0]
    assert not is_possible("accepted", "under_construction")


@pytest.mark.parametrize("before", ["closed", "cancelled"])
def test_terminal_statuses_are_never_left(before: str) -> None:
    assert not check(before, "under_construction", KNOWN, headquarters=True).allowed


def test_other_moves_need_headquarters_and_a_reason() -> None:
    assert not check("under_construction", "not_started", KNOWN).allowed
    verdict = check("under_construction", "not_started", KNOWN, headquarters=True)
    assert verdict.allowed
    assert verdict.exceptional
    assert not check("under_construction", "not_started", NOTHING_KNOWN, headquarters=True).allowed


def test_cancelling_is_headquarters_to_decide() -> None:
    assert not check("preliminary", "cancelled", KNOWN).allowed
    assert check("preliminary", "cancelled", KNOWN, headquarters=True).allowed


@pytest.mark.parametrize(("days", "allowed"), [(364, True), (365, False)])
def test_a_year_of_stop_needs_the_permit_verified_again(days: int, allowed: bool) -> None:
    facts = Facts(effective_on=date(2026, 3, 31), suspended_on=date.fromordinal(date(2026, 3, 31).toordinal() - days))
    assert check("suspended", "under_construction", facts).allowed is allowed


def test_acceptance_before_completion_is_refused() -> None:
    facts = Facts(
        effective_on=DAY, accepted_on=date(2026, 2, 1), works_completed_on=date(2026, 3, 1), acceptance_passed=True
    )
    assert check("works_completed", "accepted", facts).missing == ("竣工验收日期早于完工日期",)


def test_full_physical_progress_completes_the_works() -> None:
    assert check("under_construction", "works_completed", Facts(effective_on=DAY, physical_pct=Decimal(100))).allowed
    assert not check("under_construction", "works_completed", Facts(effective_on=DAY, physical_pct=Decimal(99))).allowed


def test_stages_are_ordered_and_hold_the_catalogue_of_nodes() -> None:
    assert len(ORDER) == 12
    assert number("operation_evaluation") == 12
    assert is_backward("construction", "design")
    assert not is_backward("design", "construction")
    assert of_node("M0801") is Stage.CONSTRUCTION
    assert of_node("M1301") is None
    assert of_node("X0801") is None
    assert all(of_node(node.code) is stage for stage, nodes in NODES.items() for node in nodes)
    assert USUAL_STAGE.keys() == set(Status)
