"""What a request for another status must bring: the facts its guards ask for, documents, and who decides it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from geodata.progress.start_photos import NO_PHOTOS, Rules, Shot, is_shown
from geodata.projects.choices import Stage, Status
from geodata.projects.stages import USUAL_STAGE, is_backward, number
from geodata.projects.transitions import TABLE, Facts, Verdict, check, is_possible

# Facts that a person states in the form; texts, days (ISO) and yes or no. The rest is known to the record.
TEXTS: Final = ("permit_no", "permit_exempt_reason", "suspension_kind", "permit_reverified_doc", "receiving_unit",
                "operator_unit")  # fmt: skip
DAYS: Final = ("expected_resume_on", "reported_on", "accepted_on", "final_account_on")
PAST: Final = ("reported_on", "accepted_on", "final_account_on")  # of these days none lies ahead
YES: Final = ("acceptance_passed", "owner_operates", "retention_released")

# which of them a move asks for, by the status that it leads to; a move from 停工 asks for other things than a start
ASKED: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    (Status.NOT_STARTED, Status.UNDER_CONSTRUCTION): ("permit_no", "permit_exempt_reason"),
    (Status.UNDER_CONSTRUCTION, Status.SUSPENDED): ("suspension_kind", "expected_resume_on", "reported_on"),
    (Status.SUSPENDED, Status.UNDER_CONSTRUCTION): ("permit_reverified_doc",),
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
    Status.UNDER_CONSTRUCTION: "施工许可证或开工令",
    Status.SUSPENDED: "停工报告或责令停工通知",
    Status.ACCEPTED: "竣工验收报告",
    Status.HANDED_OVER: "移交协议",
    Status.CLOSED: "竣工财务决算批复",
    Status.CANCELLED: "取消或调出计划的文件",
}
# where the move says more than the status that it leads to
_OF_MOVE: Final[dict[tuple[str, str], str]] = {
    (Status.WORKS_COMPLETED, Status.UNDER_CONSTRUCTION): "验收整改通知",
    (Status.SUSPENDED, Status.UNDER_CONSTRUCTION): "复工批复",
}
# moves of the table that need a reason; those outside it need one, too
_REASONED: Final = frozenset(
    {(Status.UNDER_CONSTRUCTION, Status.SUSPENDED), (Status.WORKS_COMPLETED, Status.UNDER_CONSTRUCTION)}
)
# the node that a move reaches, and the fact that says its day; without a fact it is the day of the move
NODE: Final[dict[tuple[str, str], tuple[str, str]]] = {
    (Status.NOT_STARTED, Status.UNDER_CONSTRUCTION): ("M0801", ""),
    (Status.UNDER_CONSTRUCTION, Status.WORKS_COMPLETED): ("M0820", ""),
    (Status.WORKS_COMPLETED, Status.ACCEPTED): ("M0903", "accepted_on"),
    (Status.ACCEPTED, Status.HANDED_OVER): ("M1002", ""),
    (Status.IN_OPERATION, Status.CLOSED): ("M1103", "final_account_on"),
}
# 开工、复工、竣工、取消: a county's people cannot confirm them
_HEADQUARTERS: Final = frozenset({Status.UNDER_CONSTRUCTION, Status.ACCEPTED, Status.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the record knows of a project, whatever the form says. `has_contract` comes from a noun above this one."""

    stage: str
    in_plan_year: bool
    reached: Mapping[str, date]  # the nodes that are reached, or said to be, by code
    suspended_on: date | None
    physical_pct: Decimal | None
    works_completed_on: date | None
    has_contract: bool
    shots: Sequence[Shot] = ()  # photos that may show the start of the works
    photo_rules: Rules = NO_PHOTOS


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


def document(before: str, after: str) -> str:
    """What the paper is that a move must bring."""
    return _OF_MOVE.get((before, after)) or DOCUMENT.get(after, "批准变更的文件")


def needs_reason(before: str, after: str) -> bool:
    """Whether the move must say why."""
    return (before, after) in _REASONED or not is_usual(before, after)


def is_start(before: str, after: str) -> bool:
    """Whether the works begin: the site must be shown."""
    return (before, after) == (Status.NOT_STARTED, Status.UNDER_CONSTRUCTION)


def needs_headquarters(before: str, after: str, *, stage_before: str, stage_after: str) -> bool:
    """Whether only headquarters may decide: what begins, ends or stops a project, and whatever goes back or leaps."""
    if after != before and (after in _HEADQUARTERS or not is_usual(before, after)):
        return True
    return after == before and is_backward(stage_before, stage_after)


def facts_of(
    stated: Mapping[str, Any], known: Known, *, before: str, effective_on: date, judged_on: date | None = None
) -> Facts:
    """The facts by which the guards judge: what the form states and what the record knows."""
    plain: dict[str, Any] = {name: str(stated.get(name, "")) for name in TEXTS}
    plain |= {name: bool(stated.get(name)) for name in YES}
    plain |= {name: _day(stated.get(name)) for name in DAYS}
    return Facts(
        effective_on=effective_on,
        judged_on=judged_on,
        stage=_reached_stage(known),
        in_plan_year=known.in_plan_year,
        started_on=known.reached.get("M0801", effective_on) if before == Status.NOT_STARTED else None,
        has_contract=known.has_contract,
        site_photo=is_shown(known.shots, effective_on, known.photo_rules),
        suspended_on=known.suspended_on,
        physical_pct=known.physical_pct,
        works_completed_on=_completed_on(known, before),
        handed_over_on=known.reached.get("M1002", effective_on) if before == Status.ACCEPTED else None,
        reason=str(stated.get("reason", "")),
        doc_no=str(stated.get("doc_no", "")),
        **plain,
    )


def _completed_on(known: Known, before: str) -> date | None:
    """Works that go on are complete by the node alone: the project may have been completed before and reopened."""
    if before == Status.UNDER_CONSTRUCTION:
        return known.reached.get("M0820")
    return known.works_completed_on


def judge(before: str, after: str, facts: Facts, *, headquarters: bool) -> Verdict:
    """The verdict of the table; a request is judged as if headquarters decided, the decision by who decides."""
    return check(before, after, facts, headquarters=headquarters)


def _reached_stage(known: Known) -> Stage:
    """The stage moves forward by nodes: a signed contract ends the procurement, whatever was last recorded."""
    if "M0604" in known.reached and number(known.stage) <= number(Stage.PROCUREMENT):
        return Stage.PRE_CONSTRUCTION
    return Stage(known.stage)


def _day(value: Any) -> date | None:
    if isinstance(value, date) or not value:
        return value or None
    return date.fromisoformat(str(value))
