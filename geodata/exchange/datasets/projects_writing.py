"""Handing a planned file of projects to the services, in the order in which its parts need each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils import timezone

from geodata.exchange.datasets.projects_layouts import LEDGER, SHAPES, STATUS_ROWS, TASKS
from geodata.exchange.datasets.projects_planning import LedgerEntry
from geodata.exchange.datasets.projects_shapes import ShapeEntry
from geodata.exchange.finders import SourceFinder
from geodata.exchange.plans import Context, Plan
from geodata.funding.entries import FundingPlanEntry
from geodata.funding.services.budget import record_funding_plans
from geodata.funding.services.sources import ensure_sources
from geodata.progress.services import record_period_reports, record_plan_years
from geodata.projects import services
from geodata.projects.entries import FirstShapes, ProjectEntry
from geodata.projects.models import Project


def write_projects(plan: Plan, context: Context) -> dict[str, int]:
    """Projects of both layouts, then plans, reports and financing. The project of each entry, by its key."""
    ledger: list[LedgerEntry] = list(plan.entries(LEDGER.key))
    shapes: list[ShapeEntry] = list(plan.entries(SHAPES.key))
    bundles: dict[str, ProjectEntry] = {entry.bundle.key: entry.bundle for entry in shapes if entry.bundle}
    projects = [*bundles.values(), *(entry.project for entry in ledger), *(entry.project for entry in shapes)]
    recorded = services.record_projects(
        entries=projects,
        today=timezone.localdate(context.now),
        user=context.user,
        batch=context.batch_id,
        shapes=_first_shapes([*ledger, *shapes], context),
        progress=lambda done, total: context.tell(done, total, "入库"),
    )
    ids = dict(recorded.ids)
    _write_money(ledger, ids, context)
    return ids


def _write_money(ledger: list[LedgerEntry], ids: Mapping[str, int], context: Context) -> None:
    held = [(ids[entry.project.key], entry.money) for entry in ledger]
    plans = [replace(money.plan, project_id=pk) for pk, money in held if money.plan]
    record_plan_years(entries=plans, batch=context.batch_id)
    reports = [replace(money.report, project_id=pk) for pk, money in held if money.report]
    record_period_reports(entries=reports, user=context.user, batch=context.batch_id)
    if any(money.funding for _pk, money in held):
        ensure_sources()
        sources = SourceFinder()
        funding = [
            FundingPlanEntry(project_id=pk, source_id=source, amount=amount)
            for pk, money in held
            for code, amount in money.funding.items()
            if (source := sources.find(code)) is not None
        ]
        record_funding_plans(entries=funding, user=context.user, now=context.now, batch=context.batch_id)


def _first_shapes(held: Sequence[LedgerEntry | ShapeEntry], context: Context) -> FirstShapes:
    first = {entry.project.key: entry.geometry for entry in held if entry.geometry and _begins(entry, context)}
    return FirstShapes(first, context.now)


def _begins(entry: LedgerEntry | ShapeEntry, context: Context) -> bool:
    """Whether its project begins with the shape; one that waits for its approval comes afterwards as any other."""
    return entry.project.project_id is None and not _waits(context)


def write_shapes(plan: Plan, ids: Mapping[str, int], context: Context) -> None:
    """The other shapes, now that every project has its id."""
    held: list[LedgerEntry | ShapeEntry] = [*plan.entries(SHAPES.key), *plan.entries(LEDGER.key)]
    entries = [
        replace(entry.geometry, project_id=ids[entry.project.key])
        for entry in held
        if entry.geometry and not _begins(entry, context)
    ]
    if entries:
        services.record_geometries(
            entries=entries,
            now=context.now,
            user=context.user,
            batch=context.batch_id,
            first_waits=_waits(context),
        )


def _waits(context: Context) -> bool:
    return context.scope is not None and not context.scope.headquarters


def _by_serial(serials: set[str]) -> dict[str, int]:
    return dict(Project.objects.filter(serial_no__in=serials).values_list("serial_no", "id"))


def write_statuses(plan: Plan, ids: Mapping[str, int], context: Context) -> None:
    """Dated changes; a row whose project was refused stays out with it."""
    held = list(plan.entries(STATUS_ROWS.key))
    known = _by_serial({serial for serial, _entry in held})
    entries = [(known[serial], entry) for serial, entry in held if serial in known]
    if entries:
        services.record_status_changes(entries=entries, user=context.user, batch=context.batch_id)


def write_tasks(plan: Plan, ids: Mapping[str, int], context: Context) -> None:
    """Yearly tasks with their projects."""
    held = list(plan.entries(TASKS.key))
    known = _by_serial({serial for serials, _entry in held for serial in serials})
    entries = [
        replace(entry, project_ids=tuple(known[serial] for serial in serials if serial in known))
        for serials, entry in held
    ]
    if entries:
        services.record_livelihood_tasks(entries=entries, batch=context.batch_id)
