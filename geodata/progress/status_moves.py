"""What a request for another status must bring: the facts its guards ask for, documents, and who decides it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from geodata.projects.choices import Stage, Status
from geodata.projects.stages import USUAL_STAGE, is_backward, number
from geodata.projects.transitions import TABLE, Facts, Verdict, check, is_possible

# Facts that a person states in the form; texts, days (ISO) and yes or no. The rest is known to the record.
TEXTS: Final = ("permit_no", "permit_exempt_reason", "suspension_kind", "permit_reverified_doc", "receiving_unit",
                "operator_unit")  # fmt: skip
DAYS: Final = ("expected_resume_on", "reported_on", "works_completed_on", "accepted_on", "final_account_on")
YES: Final = ("acceptance_passed", "owner_operates", "retention_released")

# which of them a move asks for, by the status that it leads to; a move from 停工 asks for other things than a start
ASKED: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    (Status.NOT_STARTED, Status.UNDER_CONSTRUCTION): ("permit_no", "permit_exempt_reason"),
    (Status.UNDER_CONSTRUCTION, Status.SUSPENDED): ("suspension_kind", "expected_resume_on", "reported_on"),
    (Status.SUSPENDED, Status.UNDER_CONSTRUCTION): ("permit_reverified_doc",),
    (Status.UNDER_CONSTRUCTION, Status.WORKS_COMPLETED): ("works_completed_on",),
    (Status.WORKS_COMPLETED, Status.ACCEPTED): ("accepted_on", "acceptance_passed"),
    (Status.ACCEPTED, Status.HANDED_OVER): ("receiving_unit",),
    (Status.HANDED_OVER, Status.IN_OPERATION): ("operator_unit",),
    (Status.ACCEPTED, Status.IN_OPERATION): ("owner_operates",),
    (Status.IN_OPERATION, Status.CLOSED): ("final_account_on", "retention_released"),
}
# without which the move's guards do not hold
REQUIRED: Final = frozenset(
    {"suspension_kind", "expected_resume_on", "accepted_on", "acceptance_passed", "receiving_unit", "operator_unit",
     "final_account_on", "retention_released", "owner_operates"}
)  # fmt: skip
# what the document is, by the status that is asked for
DOCUMENT: Final[dict[str, str]] = {
    Status.UNDER_CONSTRUCTION: "施工许可证、开工令或复工批复",
    Status.SUSPENDED: "停工报告或责令停工通知",
    Status.ACCEPTED: "竣工验收报告",
    Status.HANDED_OVER: "移交协议",
    Status.CLOSED: "竣工财务决算批复",
    Status.CANCELLED: "取消或调出计划的文件",
}
# 开工、复工、竣工、取消: a county's people cannot confirm them
_HEADQUARTERS: Final = frozenset({Status.UNDER_CONSTRUCTION, Status.ACCEPTED, Status.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the record knows of a project, whatever the form says. `has_contract` comes from a noun above this one."""

    stage: str
    in_plan_year: bool
    reached: frozenset[str]  # codes of the nodes that are reached
    suspended_on: date | None
    physical_pct: Decimal | None
    works_completed_on: date | None
    has_contract: bool


def targets(status: str) -> list[Status]:
    """The statuses that may be asked for: those of the table first, then those that headquarters alone may allow."""
    usual = [after for (before, after) in TABLE if before == status]
    others = [other for other in Status if other != status and other not in usual and is_possible(status, other)]
    return [*usual, *others]


def is_usual(before: str, after: str) -> bool:
    """Whether the move stands in the table."""
    return before == after or (Status(before), Status(after)) in TABLE


def asked(before: str, after: str) -> tuple[str, ...]:
    """The facts that the form asks for."""
    return ASKED.get((before, after), ())


def stage_after(before: str, after: str, stage: str) -> Stage:
    """The stage that goes with a status: where the works stand still or are given up it stays."""
    if after in {Status.SUSPENDED, Status.CANCELLED} or after == before:
        return Stage(stage)
    usual = USUAL_STAGE[Status(after)]
    forward = is_usual(before, after) and number(stage) > number(usual) and after != Status.UNDER_CONSTRUCTION
    return Stage(stage) if forward else usual


def needs_document(before: str, after: str) -> bool:
    """Whether a paper must come with the request."""
    return after in DOCUMENT or not is_usual(before, after)


def needs_headquarters(before: str, after: str, *, stage_before: str, stage_after: str) -> bool:
    """Whether only headquarters may decide: what begins, ends or stops a project, and whatever goes back or leaps."""
    if after != before and (after in _HEADQUARTERS or not is_usual(before, after)):
        return True
    return after == before and is_backward(stage_before, stage_after)


def facts_of(stated: Mapping[str, Any], known: Known, *, before: str, effective_on: date) -> Facts:
    """The facts by which the guards judge: what the form states and what the record knows."""
    start = before == Status.NOT_STARTED
    plain: dict[str, Any] = {name: str(stated.get(name, "")) for name in TEXTS}
    plain |= {name: bool(stated.get(name)) for name in YES}
    return Facts(
        effective_on=effective_on,
        stage=_reached_stage(known),
        in_plan_year=known.in_plan_year,
        started_on=effective_on if start else None,
        has_contract=known.has_contract,
        suspended_on=known.suspended_on,
        physical_pct=known.physical_pct,
        works_completed_on=_day(stated.get("works_completed_on")) or known.works_completed_on,
        accepted_on=_day(stated.get("accepted_on")),
        expected_resume_on=_day(stated.get("expected_resume_on")),
        final_account_on=_day(stated.get("final_account_on")),
        reason=str(stated.get("reason", "")),
        doc_no=str(stated.get("doc_no", "")),
        **plain,
    )


def judge(before: str, after: str, facts: Facts, *, headquarters: bool) -> Verdict:
    """The verdict of the table; a request is judged as if headquarters decided, the decision by who decides."""
    return check(before, after, facts, headquarters=headquarters)


def _reached_stage(known: Known) -> Stage:
    """The stage moves forward by nodes: a signed contract ends the procurement, whatever was last recorded."""
    procured = known.reached & {"M0603", "M0604"}
    if procured and number(known.stage) < number(Stage.PROCUREMENT):
        return Stage.PROCUREMENT
    return Stage(known.stage)


def _day(value: Any) -> date | None:
    if isinstance(value, date) or not value:
        return value or None
    return date.fromisoformat(str(value))
