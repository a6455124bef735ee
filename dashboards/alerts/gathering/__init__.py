"""Gathering the facts of all projects on a day: three statements, whatever the number of projects.

Everything counts by its business date, as in the summary: what stands in the record today about that day, not what was
known then.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dashboards.alerts.facts import Doubt, Facts, Node, Report
from dashboards.alerts.gathering import hotline, money, works
from dashboards.alerts.gathering.limits import Ids
from dashboards.alerts.gathering.works import FILING, PERMIT, Change, last_day, suspension
from geodata.gathering import together
from geodata.projects.choices import Status
from geodata.summary.models import ProjectRow

_ROW: Final = (
    "id",
    "name",
    "status",
    "budget",
    "annual_plan",
    "planned_start_on",
    "planned_start_precision",
    "actual_start_on",
    "accepted_on",
    "arrived",
    "disbursed",
    "certified",
    "contract_total",
    "is_located",
)


def gathered(day: date, *, today: date, ids: Ids = None, window_days: int = 90) -> list[Facts]:
    """The facts of all projects, or of some, by id. Cancelled ones are left out: they have no light and no warning.

    `window_days`: over how many days 满意率 is counted.
    """
    rows = ProjectRow.objects.at(day, today=today) if ids is None else _some(ids, day, today)
    projects = list(rows.exclude(status=Status.CANCELLED).order_by("pk").values(*_ROW))
    parts = _parts(day, ids, window_days)
    return [_facts(row, day, parts) for row in projects]


def _parts(day: date, ids: Ids, window_days: int) -> _Parts:
    rows = together(
        works.nodes_asked(day, ids),
        works.status_asked(day, ids),
        works.reports_asked(day, ids),
        works.weekly_asked(day, ids),
        money.arrivals_asked(day, ids),
        money.advances_asked(day, ids),
        money.agreed_asked(day, ids),
        hotline.repeats_asked(day, ids),
        works.doubts_asked(day, ids),
    )
    nodes, changes, reports, weekly, arrivals, advances, agreed, repeats, doubts = rows
    return _Parts(
        nodes=works.nodes(nodes, day),
        changes=works.status(changes),
        reports=works.reports(reports),
        weekly=dict(weekly),
        arrivals=money.arrivals(arrivals),
        advances=dict(advances),
        agreed=dict(agreed),
        calls=hotline.calls(day, ids, window_days),
        repeats=hotline.repeats(repeats),
        doubts=works.doubts(doubts),
    )


def _some(ids: Collection[int], day: date, today: date) -> Any:
    return ProjectRow.objects.of(sorted(ids), day, today=today)


@dataclass(frozen=True, slots=True)
class _Parts:
    nodes: Mapping[int, Sequence[Node]]
    changes: Mapping[int, Sequence[Change]]
    reports: Mapping[int, Sequence[Report]]
    weekly: Mapping[int, date]
    arrivals: Mapping[int, Sequence[tuple[date, Decimal]]]
    advances: Mapping[int, Decimal]
    agreed: Mapping[int, Decimal]
    calls: Mapping[int, tuple[int, int, int, int]]
    repeats: Mapping[int, tuple[int, int]]
    doubts: Mapping[int, Sequence[Doubt]]


def _facts(row: Mapping[str, Any], day: date, parts: _Parts) -> Facts:
    pk = row["id"]
    held = parts.nodes.get(pk, ())
    reached = {node.code: node.due_on for node in held if node.code in (PERMIT, FILING)}
    last_two = parts.reports.get(pk, ())
    changes = parts.changes.get(pk, ())
    week, before, revisited, satisfied = parts.calls.get(pk, (0, 0, 0, 0))
    most, callers = parts.repeats.get(pk, (0, 0))
    return Facts(
        project_id=pk,
        day=day,
        name=row["name"],
        status=row["status"],
        status_since=changes[-1].effective_on if changes else None,
        budget=row["budget"],
        annual_plan=row["annual_plan"],
        planned_start_on=last_day(row["planned_start_on"], row["planned_start_precision"]),
        actual_start_on=_until(row["actual_start_on"], day),
        accepted_on=_until(row["accepted_on"], day),
        arrived=row["arrived"],
        disbursed=row["disbursed"],
        certified=row["certified"],
        contract_total=row["contract_total"],
        is_located=row["is_located"],
        late_nodes=tuple(node for node in held if node.code not in (PERMIT, FILING)),
        permit_on=reached.get(PERMIT),
        filed_on=reached.get(FILING),
        suspension=suspension(changes, day),
        report=last_two[0] if last_two else None,
        before=last_two[1] if len(last_two) > 1 else None,
        weekly_since=parts.weekly.get(pk),
        arrivals=parts.arrivals.get(pk, ()),
        advance_paid=parts.advances.get(pk, Decimal(0)),
        advance_agreed=parts.agreed.get(pk, Decimal(0)),
        complaints_week=week,
        complaints_before=before,
        repeats=most,
        callers=callers,
        revisited=revisited,
        satisfied=satisfied,
        doubts=parts.doubts.get(pk, ()),
    )


def _until(happened: date | None, day: date) -> date | None:
    return happened if happened is not None and happened <= day else None
