"""The nodes of a project as their page shows them: plan, forecast, actual day, documents, who must confirm."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.errors import Refused
from geodata.progress.milestone_order import FOR_HEADQUARTERS, missing_before
from geodata.progress.models import Milestone
from geodata.progress.node_sheets import NodeSheet
from geodata.progress.services import LONGEST_COMMENT, NodeDays, needs_confirmation
from geodata.projects.choices import Precision, Status
from geodata.projects.models import Project
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench.reporting.papers import paper_texts
from portal.workbench.reporting.uploads import day


def project_head(project: Project) -> dict[str, Any]:
    """Which project this is, without the figures of a month."""
    return {
        "code": project.serial_no,
        "name": project.name,
        "unit_name": wording.label(project.management_unit.name),
        "category_label": wording.label(project.category.name),
        "status_label": wording.label(Status(project.status).label),
        "shape": wording.SHAPE[project.status],
        "url": reverse("workbench:project", args=[project.serial_no]),
    }


def nodes_context(
    scope: Scope,
    held: NodeSheet,
    *,
    may_edit: bool,
    may_approve: bool,
    today: date,
    typed: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything that templates/workbench/reporting/milestones.html reads. `typed`: a refused form, with its `node`."""
    reached = {node.code for node in held.nodes if node.actual_on or node.reported_on}
    names = {node.code: node.name for node in held.nodes}
    rows = [
        _texts(scope, held, node, names, reached, may_approve=may_approve, today=today, typed=typed)
        for node in held.nodes
    ]
    return {
        "head": project_head(held.project),
        "nodes": rows,
        "unconfirmed": sum(1 for row in rows if row["waits"]),
        "late": sum(1 for row in rows if row["late_text"]),
        "done": sum(1 for node in held.nodes if node.actual_on),
        "may_edit": may_edit,
        "today": today,
        "longest_comment": LONGEST_COMMENT,
    }


def _texts(
    scope: Scope,
    held: NodeSheet,
    node: Milestone,
    names: dict[str, str],
    reached: set[str],
    *,
    may_approve: bool,
    today: date,
    typed: dict[str, Any] | None,
) -> dict[str, Any]:
    mine = typed if typed and typed.get("node") == node.code else None
    late = _days_late(node, today)
    missing = missing_before(node.code, known=names.keys(), reached=reached)
    return {
        "id": node.pk,
        "code": node.code,
        "name": node.name,
        "is_key": node.is_key,
        "for_headquarters": node.code in FOR_HEADQUARTERS,
        "confirmed_by_another": needs_confirmation(node),
        "planned_text": wording.day(node.planned_on, node.planned_precision),
        "forecast_text": wording.day(node.forecast_on),
        "actual_text": wording.day(node.actual_on),
        "reported_text": wording.day(node.reported_on) if node.reported_on else "",
        "late_text": _("%(days)s days late") % {"days": late} if late > 0 else "",
        "weight_text": f"{node.weight_pct.normalize():f}%" if node.weight_pct else "",
        "is_done": node.actual_on is not None,
        "waits": node.reported_on is not None,
        "comment": node.review_comment if node.reported_on is None and node.actual_on is None else "",
        "override_reason": node.override_reason,
        "missing": [names[code] for code in missing],
        "papers": [paper_texts(paper) for paper in held.papers.get(node.pk, [])],
        "revision": node.revision,
        "values": mine or _values(node),
        "refusal": mine["refusal"] if mine else "",
        "decision": _decision(scope, node, may_approve),
        "decide_url": reverse("workbench:milestone_decide", args=[node.pk]),
    }


def _days_late(node: Milestone, today: date) -> int:
    """Days since the plan of a node that is not reached; a plan by month or quarter counts no days."""
    if node.planned_on is None or node.planned_precision != Precision.DAY or node.reported_on or node.actual_on:
        return 0
    return (today - node.planned_on).days


def _values(node: Milestone) -> dict[str, Any]:
    shown = node.reported_on or node.actual_on
    return {
        "planned_on": node.planned_on.isoformat() if node.planned_on else "",
        "forecast_on": node.forecast_on.isoformat() if node.forecast_on else "",
        "actual_on": shown.isoformat() if shown else "",
        "override_reason": node.override_reason,
    }


def _decision(scope: Scope, node: Milestone, may_approve: bool) -> dict[str, bool]:
    """As of a report; the second account of a person is found out on deciding."""
    headquarters = node.code in FOR_HEADQUARTERS and not scope.headquarters
    own = scope.user_id in node.hands
    return {
        "waits": node.reported_on is not None,
        "own": own,
        "headquarters": headquarters,
        "may": may_approve and not own and not headquarters,
    }


def days_sent(data: Any) -> NodeDays:
    """The three days of the form. Raises Refused for one that cannot be read."""
    return NodeDays(
        planned_on=day(data.get("planned_on", ""), "计划日期"),
        forecast_on=day(data.get("forecast_on", ""), "预计日期"),
        actual_on=day(data.get("actual_on", ""), "实际日期"),
    )


def typed_again(data: Any, refusal: Refused | Exception) -> dict[str, Any]:
    """What a refused form shows again."""
    names = ("node", "planned_on", "forecast_on", "actual_on", "override_reason")
    return {name: str(data.get(name, ""))[:400] for name in names} | {"refusal": str(refusal)}
