"""Which status may follow which, and what must be known first. Data and pure checks; no database.

Moves of the table need their guards. Any other move, back or over several steps, needs headquarters and a reason and
is flagged in the audit. From 竣工 back to 在建 never (a new part is made instead), out of 办结销号 or 取消 never.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from geodata.projects.choices import Stage, Status
from geodata.projects.stages import number

TERMINAL: Final = frozenset({Status.CLOSED, Status.CANCELLED})
STARTED: Final = frozenset(
    {
        Status.UNDER_CONSTRUCTION,
        Status.SUSPENDED,
        Status.WORKS_COMPLETED,
        Status.ACCEPTED,
        Status.HANDED_OVER,
        Status.IN_OPERATION,
        Status.CLOSED,
    }
)
# A works permit must be verified again after a year's stop (建筑工程施工许可管理办法); the stop is reported in a month.
REVERIFY_AFTER_DAYS: Final = 365
REPORT_STOP_WITHIN_DAYS: Final = 31
_FORBIDDEN: Final = frozenset({(Status.ACCEPTED, Status.UNDER_CONSTRUCTION)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a project when its status is to change; `judged_on` is the day on which that is asked."""

    effective_on: date
    stage: Stage = Stage.RESERVE
    in_plan_year: bool = False
    started_on: date | None = None
    permit_no: str = ""
    permit_exempt_reason: str = ""
    has_contract: bool = False
    site_photo: bool = False
    suspension_kind: str = ""
    reason: str = ""
    expected_resume_on: date | None = None
    reported_on: date | None = None
    judged_on: date | None = None
    suspended_on: date | None = None
    permit_reverified_doc: str = ""
    physical_pct: Decimal | None = None
    works_completed_on: date | None = None
    accepted_on: date | None = None
    acceptance_passed: bool = False
    handed_over_on: date | None = None
    receiving_unit: str = ""
    operator_unit: str = ""
    owner_operates: bool = False
    final_account_on: date | None = None
    retention_released: bool = False
    doc_no: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a move is possible. `missing` are the guards that do not hold, in Chinese; `exceptional` needs HQ."""

    allowed: bool
    missing: tuple[str, ...] = ()
    exceptional: bool = False


Guard = tuple[Callable[[Facts], bool], str]


def _reverified(facts: Facts) -> bool:
    if facts.suspended_on is None:
        return True
    stopped = (facts.effective_on - facts.suspended_on).days
    return stopped < REVERIFY_AFTER_DAYS or bool(facts.permit_reverified_doc)


def _accepted_after_completion(facts: Facts) -> bool:
    if facts.accepted_on is None or facts.works_completed_on is None:
        return True
    return facts.accepted_on >= facts.works_completed_on


def _reported_in_time(facts: Facts) -> bool:
    """The report of a stop is due within a month; a stop that is younger may be recorded before it."""
    if facts.reported_on is not None or facts.judged_on is None:
        return True
    return (facts.judged_on - facts.effective_on).days <= REPORT_STOP_WITHIN_DAYS


def _not_before(day: date | None, facts: Facts) -> bool:
    return day is None or facts.effective_on >= day


_IN_PLAN: Final[Guard] = (lambda f: f.in_plan_year, "未列入年度计划")
_PROCURED: Final[Guard] = (
    lambda f: number(f.stage) > number(Stage.PROCUREMENT),
    "招标采购尚未完成，请先填报节点“合同签订”",
)
_STARTED_ON: Final[Guard] = (lambda f: f.started_on is not None, "缺少实际开工日期")
_START_DAY: Final[Guard] = (
    lambda f: f.started_on in {None, f.effective_on},
    "生效日期与节点“开工”填报的日期不一致",
)
_SITE_PHOTO: Final[Guard] = (lambda f: f.site_photo, "缺少开工现场照片：须有拍摄时间和位置，或拍摄当天有现场签到")
_PERMIT: Final[Guard] = (lambda f: bool(f.permit_no or f.permit_exempt_reason), "缺少施工许可证号或免办理由")
_CONTRACT: Final[Guard] = (lambda f: f.has_contract, "尚无合同")
_STOP_KIND: Final[Guard] = (lambda f: bool(f.suspension_kind), "缺少停工类型")
_STOP_REASON: Final[Guard] = (lambda f: bool(f.reason), "缺少原因")
_RESUME_DATE: Final[Guard] = (lambda f: f.expected_resume_on is not None, "缺少预计复工日期")
_RESUME_LATER: Final[Guard] = (
    lambda f: f.expected_resume_on is None or f.expected_resume_on > f.effective_on,
    "预计复工日期须晚于停工日期",
)
_REPORTED: Final[Guard] = (_reported_in_time, "停工已满一个月，须填写停工报告日期")
_REVERIFIED: Final[Guard] = (_reverified, "停工满一年，须提供施工许可核验文件")
_DONE: Final[Guard] = (
    lambda f: f.works_completed_on is not None or (f.physical_pct is not None and f.physical_pct >= 100),
    "形象进度未到100%，也没有完工日期",
)
_ACCEPTED_ON: Final[Guard] = (lambda f: f.accepted_on is not None, "缺少竣工验收日期")
_PASSED: Final[Guard] = (lambda f: f.acceptance_passed, "缺少验收合格结论")
_IN_ORDER: Final[Guard] = (_accepted_after_completion, "竣工验收日期早于完工日期")
_ACCEPTED_BY_THEN: Final[Guard] = (lambda f: _not_before(f.accepted_on, f), "生效日期早于竣工验收日期")
_HANDED_OVER_ON: Final[Guard] = (lambda f: f.handed_over_on is not None, "缺少资产移交日期")
_RECEIVER: Final[Guard] = (lambda f: bool(f.receiving_unit), "缺少接收单位")
_OPERATOR: Final[Guard] = (lambda f: bool(f.operator_unit), "缺少运维单位")
_OWNER_OPERATES: Final[Guard] = (lambda f: f.owner_operates, "建设单位不是运维单位，须先办理移交")
_FINAL_ACCOUNT: Final[Guard] = (lambda f: f.final_account_on is not None, "竣工财务决算尚未批复")
_ACCOUNT_BY_THEN: Final[Guard] = (lambda f: _not_before(f.final_account_on, f), "生效日期早于决算批复日期")
_RELEASED: Final[Guard] = (lambda f: f.retention_released, "质保金尚未全部返还")
_DOCUMENT: Final[Guard] = (lambda f: bool(f.doc_no), "缺少取消或调出计划的文号")

TABLE: Final[dict[tuple[Status, Status], tuple[Guard, ...]]] = {
    (Status.PRELIMINARY, Status.NOT_STARTED): (_PROCURED, _IN_PLAN),
    (Status.NOT_STARTED, Status.UNDER_CONSTRUCTION): (_STARTED_ON, _START_DAY, _PERMIT, _CONTRACT, _SITE_PHOTO),
    (Status.UNDER_CONSTRUCTION, Status.SUSPENDED): (
        _STOP_KIND,
        _STOP_REASON,
        _RESUME_DATE,
        _RESUME_LATER,
        _REPORTED,
    ),
    (Status.SUSPENDED, Status.UNDER_CONSTRUCTION): (_REVERIFIED,),
    (Status.UNDER_CONSTRUCTION, Status.WORKS_COMPLETED): (_DONE,),
    (Status.WORKS_COMPLETED, Status.UNDER_CONSTRUCTION): (_STOP_REASON,),
    (Status.WORKS_COMPLETED, Status.ACCEPTED): (_ACCEPTED_ON, _PASSED, _IN_ORDER, _ACCEPTED_BY_THEN),
    (Status.ACCEPTED, Status.HANDED_OVER): (_HANDED_OVER_ON, _RECEIVER),
    (Status.HANDED_OVER, Status.IN_OPERATION): (_OPERATOR,),
    (Status.ACCEPTED, Status.IN_OPERATION): (_OWNER_OPERATES,),
    (Status.IN_OPERATION, Status.CLOSED): (_FINAL_ACCOUNT, _ACCOUNT_BY_THEN, _RELEASED),
    **{(status, Status.CANCELLED): (_DOCUMENT,) for status in Status if status not in TERMINAL},
}


def check(before: str, after: str, facts: Facts, *, headquarters: bool = False) -> Verdict:
    """Whether a project may go from one status to another; cancelling, too, is headquarters' to decide."""
    move = (Status(before), Status(after))
    if move[0] == move[1]:
        return Verdict(True)
    impossible = _impossible(*move)
    if impossible:
        return Verdict(False, (impossible,))
    if move not in TABLE:
        return _exception(*move, facts, headquarters)
    missing = [message for holds, message in TABLE[move] if not holds(facts)]
    if after == Status.CANCELLED and not headquarters:
        missing.append("取消项目须由指挥部批准")
    return Verdict(not missing, tuple(missing))


def is_possible(before: str, after: str) -> bool:
    """Whether a recorded history may show this move at all, guards and exceptions aside."""
    return before == after or not _impossible(Status(before), Status(after))


def _impossible(before: Status, after: Status) -> str:
    if (before, after) in _FORBIDDEN:
        return "已竣工验收的项目不能退回在建，请新建子项目"
    if before in TERMINAL:
        return f"项目已{before.label}，状态不能再变"
    return ""


def _exception(before: Status, after: Status, facts: Facts, headquarters: bool) -> Verdict:
    missing = []
    if not headquarters:
        missing.append(f"不能从{before.label}直接变为{after.label}，须由指挥部办理")
    if not facts.reason:
        missing.append("缺少原因")
    return Verdict(not missing, tuple(missing), exceptional=True)
