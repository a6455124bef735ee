"""What a plan may do in the name of one person: rows of others' projects are refused, and nobody approves alone.

A command of the administrator has no such limit; whatever is uploaded in the workbench has. The rows are judged when
the preview is made and again when it is written, because rights and units may have changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from geodata.exchange.batches.permits import ACTIONS
from geodata.exchange.issues import Issue, Severity
from geodata.exchange.plans import Action, Plan, Planned
from geodata.organisations.models import Organisation
from geodata.organisations.names import name_key
from geodata.progress.entries import MilestoneEntry, ReportEntry
from geodata.progress.models import Milestone, PeriodReport
from geodata.projects.entries import ProjectEntry
from geodata.projects.visibility import visible
from geodata.stewards.scope import Scope

OUTSIDE: Final = "项目不在您的管辖范围内，这一行不能由您导入；请转给它的属地单位，或请指挥部办公室导入"
CITY_TASK: Final = "民生实事任务由指挥部办公室导入"
STATUS_SHEET: Final = "状态变更须经他人确认：请在项目的“状态”页提出，或请指挥部办公室导入"
KEY_NODE: Final = "关键节点的实际日期须经他人确认：请在项目的“节点”页上报，或请指挥部办公室导入"
STATUS_KEPT: Final = "施工状态与库中不同，没有改动：状态变更须在项目的“状态”页提出、由他人确认"
REPORT_WAITS: Final = "报表不能自己审核自己：按“已提交”入库，由他人审核"


def limit(plan: Plan, scope: Scope) -> None:
    """Refuses what lies outside the person's rows, and turns what needs a second person into something that waits."""
    action = ACTIONS[plan.dataset]
    part = scope.only(action)
    if not part.everything:
        _keep_inside(plan, part)
    if not scope.headquarters:
        _leave_to_others(plan)


def _keep_inside(plan: Plan, scope: Scope) -> None:
    judge = _Judge(plan, scope)
    kept = (Action.NEW, Action.CHANGED, Action.UNCHANGED)
    found = [(one, problem) for one in plan.planned if one.action in kept and (problem := judge.problem(one))]
    # whatever else was found in such a row may speak of somebody else's project
    silent = {(one.row.sheet, one.row.number) for one, _problem in found}
    plan.issues[:] = [issue for issue in plan.issues if not issue.row or (issue.sheet, issue.row) not in silent]
    for planned, problem in found:
        _refuse(plan, planned, problem)
    _ask_of_own(plan, judge)


def _ask_of_own(plan: Plan, judge: _Judge) -> None:
    """The question which project a row means names one's own projects alone; where none is left, the row is refused."""
    kept = []
    for asked in plan.alike:
        own = tuple(one for one in asked.candidates if judge.owns(one.project_id))
        if own == asked.candidates:
            kept.append(asked)
            continue
        place = (asked.sheet, asked.row)
        plan.issues[:] = [issue for issue in plan.issues if (issue.sheet, issue.row) != place]
        severity, message = Severity.ERROR, OUTSIDE
        if own:
            kept.append(replace(asked, candidates=own))
            severity, message = Severity.QUESTION, kept[-1].message()
        plan.issues.append(
            Issue(
                severity=severity, message=message, sheet=asked.sheet, row=asked.row, column="项目名称" if own else ""
            )
        )
    plan.alike[:] = kept


def _refuse(plan: Plan, planned: Planned, message: str, column: str = "") -> None:
    planned.action, planned.entry, planned.changes = Action.REFUSED, None, ()
    _say(plan, planned, Severity.ERROR, message, column)


def _say(plan: Plan, planned: Planned, severity: Severity, message: str, column: str = "") -> None:
    row = planned.row
    plan.issues.append(Issue(severity=severity, message=message, sheet=row.sheet, row=row.number, column=column))


class _Judge:
    """Whether a planned row stays within somebody's units, organisations or assigned projects."""

    def __init__(self, plan: Plan, scope: Scope) -> None:
        self._scope = scope
        self._own = dict(visible(scope).values_list("pk", "serial_no"))
        self._serials = frozenset(self._own.values())
        self._bodies = _names_of(scope.organisation_ids)
        made = (one.entry for one in plan.planned if one.action is Action.NEW)
        self._new = {
            project.key for entry in made if (project := _project(entry)) is not None and self._is_own_new(project)
        }

    def owns(self, project_id: int) -> bool:
        """Whether the person keeps this recorded project."""
        return project_id in self._own

    def problem(self, planned: Planned) -> str:
        if planned.action is Action.UNCHANGED:
            return self._unchanged(planned)
        if planned.layout == "tasks" or planned.layout not in _READERS:
            return CITY_TASK if planned.layout == "tasks" else OUTSIDE
        return "" if _READERS[planned.layout](self, planned.entry) else OUTSIDE

    def _unchanged(self, planned: Planned) -> str:
        """An unchanged row says that the record holds the same: nobody learns that of rows of others."""
        serial = planned.key.split(" ")[0]
        return "" if serial in self._serials else OUTSIDE

    def project(self, entry: Any) -> bool:
        """A row of the 台账, or a feature: the project is one's own before and after."""
        project = _project(entry)
        if project is None:
            return False
        bundle = getattr(entry, "bundle", None)
        if bundle is not None and not self._may(bundle):
            return False
        return self._may(project)

    def _may(self, project: ProjectEntry) -> bool:
        if project.parent_key and project.parent_key not in self._serials | self._new:
            return False
        if project.project_id is None:
            return self._is_own_new(project)
        unit = project.values.get("management_unit_id")
        stays = unit is None or not self._scope.unit_ids or unit in self._scope.unit_ids
        return project.project_id in self._own and stays

    def _is_own_new(self, project: ProjectEntry) -> bool:
        if project.project_id is not None:
            return False
        if project.values.get("management_unit_id") in self._scope.unit_ids:
            return True
        return any(name_key(name) in self._bodies for names in project.parties.values() for name in names)

    def status(self, entry: Any) -> bool:
        return entry[0] in self._serials | self._new

    def of_project(self, entry: Any) -> bool:
        return entry.project_id in self._own


_READERS: Final[Mapping[str, Callable[[_Judge, Any], bool]]] = {
    "ledger": _Judge.project,
    "shapes": _Judge.project,
    "places": _Judge.project,
    "status": _Judge.status,
    "reports": _Judge.of_project,
    "nodes": _Judge.of_project,
    "plans": _Judge.of_project,
}


def _project(entry: Any) -> ProjectEntry | None:
    found = getattr(entry, "project", None)
    return found if isinstance(found, ProjectEntry) else None


def _names_of(ids: Iterable[int]) -> frozenset[str]:
    rows = Organisation.objects.filter(pk__in=list(ids)).prefetch_related("aliases")
    return frozenset(
        name_key(name) for body in rows for name in (body.name, *(alias.name for alias in body.aliases.all()))
    )


def _leave_to_others(plan: Plan) -> None:
    """Four eyes: what a second person has to confirm in the workbench is not brought in as confirmed."""
    key_nodes = _key_nodes(plan)
    for planned in list(plan.writable()):
        if planned.layout == "status":
            _refuse(plan, planned, STATUS_SHEET, "新状态")
        elif isinstance(planned.entry, ReportEntry):
            _submitted(plan, planned, planned.entry)
        elif isinstance(planned.entry, MilestoneEntry):
            node = planned.entry
            if node.actual_on and (node.is_key or (node.project_id, node.code) in key_nodes):
                _refuse(plan, planned, KEY_NODE, "实际日期")
        else:
            _without_status(plan, planned)


def _key_nodes(plan: Plan) -> frozenset[tuple[int, str]]:
    wanted = {entry.project_id for entry in plan.entries("nodes")}
    rows = Milestone.objects.filter(project_id__in=wanted, is_key=True) if wanted else Milestone.objects.none()
    return frozenset(rows.values_list("project_id", "code"))


def _submitted(plan: Plan, planned: Planned, entry: ReportEntry) -> None:
    if entry.state == PeriodReport.State.APPROVED:
        planned.entry = replace(entry, state=PeriodReport.State.SUBMITTED, reviewed_at=None)
        _say(plan, planned, Severity.WARNING, REPORT_WAITS, "状态")


def _without_status(plan: Plan, planned: Planned) -> None:
    """A known project keeps its status, whatever the 台账 says; a report that it carries waits for approval."""
    entry = planned.entry
    project = _project(entry)
    if project is None:
        return
    if project.project_id is not None and project.history:
        planned.entry = entry = replace(entry, project=replace(project, history=()))
        _say(plan, planned, Severity.WARNING, STATUS_KEPT, "施工状态")
    money = getattr(entry, "money", None)
    report = getattr(money, "report", None)
    if money is not None and report is not None and report.state == PeriodReport.State.APPROVED:
        waiting = replace(report, state=PeriodReport.State.SUBMITTED, reviewed_at=None)
        planned.entry = replace(entry, money=replace(money, report=waiting))
        _say(plan, planned, Severity.WARNING, REPORT_WAITS)
