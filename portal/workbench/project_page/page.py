"""The page put together: seven statements after the log-in, whatever the length of its lists."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models.expressions import Combinable

from dashboards.curves.selectors import forecast_columns, months_of
from geodata.complaints import selectors as complaints
from geodata.complaints.services import LONGEST_REASON, may_decide
from geodata.funding import selectors as funding
from geodata.funding.monthly import MoneySum, money_sums
from geodata.funding.papers import papers
from geodata.progress.history import history_page
from geodata.progress.selectors import Course, course_columns, course_of
from geodata.progress.services import LONGEST_CAPTION, may_edit_photos
from geodata.projects.choices import Status
from geodata.projects.selectors import Dossier
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary import selectors as summary
from geodata.summary.models import ProjectRow
from geodata.visits.selectors import Visits, visit_columns, visits_of
from geodata.visits.services import may_check_in
from portal import maps, wording
from portal.workbench.project_page import (
    bodies,
    forecast,
    head,
    history,
    light,
    money,
    orders,
    photos,
    releases,
    visits,
)
from portal.workbench.project_page import course as works
from portal.workbench.project_page.asked import SIZES, Asked

# Lakes, roads and edges alone: they change with the base layer, not with a project.
GROUND = "/staff-tiles/ground"


def columns(day: date) -> list[Combinable]:
    """What the page needs beside the dossier itself, read in the same statement."""
    ahead = forecast_columns(upto=day)
    return [*ahead, *light.light_columns(upto=day), *course_columns(upto=day), *visit_columns(upto=day)]


def page_context(scope: Scope, dossier: Dossier, asked: Asked, *, today: date) -> dict[str, Any]:
    """Everything that templates/workbench/project.html reads; the dossier bears `columns` of the day beside it."""
    day, project = asked.day(today), dossier.project
    row = summary.row_of(scope, project.pk, today=today, as_of=day)
    completion, year_end, tested, lamp, alerts, held, *works_columns, went, near_m, warn_m = dossier.beside
    progress = course_of(works_columns, upto=day)
    source = project.geom_source if row.geom and day == today else None
    been = visits_of([went, near_m, warn_m], progress.photos, source=source)
    sums = money_sums(scope, project.pk, upto=day)
    return {
        "as_of": day,
        "as_of_text": wording.day(day),
        "is_past": day < today,
        "today": today,
        "asked": asked,
        "head": head.head_texts(row, dossier, day=day),
        **light.light_context(scope, [lamp, alerts, held], day=day, today=today),
        "figures": head.key_figures(row, dossier.approvals),
        "bars": head.bars(row),
        "facts": head.facts(row, project),
        "people": bodies.people(project),
        "parties": bodies.party_texts(dossier.parties, day),
        "parts": [
            {"code": part.serial_no, "name": part.name, "shape": wording.SHAPE[part.status]} for part in dossier.parts
        ],
        **_map(row, dossier, day),
        "may_draw": day == today and dossier.allows(scope, Action.EDIT_PROJECTS),
        **_works(row, progress, sums, [completion, year_end, tested], day),
        **_money(scope, dossier, progress, sums, asked, day),
        **_orders(scope, row, asked, day),
        **_photos(scope, dossier, progress, been, asked, is_past=day < today),
        **_visits(scope, row, progress, been, asked, is_past=day < today),
        **_history(scope, project.pk, asked, day),
    }


def _map(row: ProjectRow, dossier: Dossier, day: date) -> dict[str, Any]:
    return {
        "geojson": json.loads(row.geom.geojson) if row.geom else None,
        "shape_facts": bodies.shape_facts(dossier.shape_of(day), dossier.versions),
        "map": maps.map_context(tiles=GROUND, bounds=maps.bounds_of(row.geom), labels={}, projects=False),
    }


def _works(row: ProjectRow, progress: Course, sums: list[MoneySum], ahead: list[Any], day: date) -> dict[str, Any]:
    months, given_up = months_of(progress, sums, day), row.status == Status.CANCELLED
    return {
        "milestones": [works.milestone_texts(node, day, given_up=given_up) for node in progress.milestones],
        "report": works.report_texts(progress.newest),
        "curve": works.curve(months),
        "months": works.month_texts(months),
        **forecast.forecast_context(row, ahead, months, day),
    }


def _money(
    scope: Scope, dossier: Dossier, progress: Course, sums: list[MoneySum], asked: Asked, day: date
) -> dict[str, Any]:
    held = papers(scope, dossier.project.pk, upto=day)
    totals = money.payment_sums(sums)
    shown = asked.within("payments", totals["rows"])
    rows = funding.payments_page(
        scope, dossier.project.pk, upto=day, start=shown.start("payments"), size=SIZES["payments"]
    )
    return {
        "sources": money.by_source(sums),
        "years": money.by_year(sums, progress.years, _done_by_year(progress)),
        "approvals": [money.approval_texts(row) for row in dossier.approvals],
        "papers": money.paper_texts(held),
        "paper_totals": money.paper_totals(held),
        "contracts": [money.contract_texts(contract, sums) for contract in held.contracts],
        "contract_totals": money.contract_totals(held.contracts, sums),
        "payments": [money.payment_texts(payment) for payment in rows],
        "payment_sums": totals,
        "payment_pages": shown.pages("payments", totals["rows"]),
    }


def _done_by_year(progress: Course) -> dict[int, Decimal]:
    """What the newest report of each year says of that year."""
    return {
        report.period_end.year: report.invested_year for report in progress.reports if report.invested_year is not None
    }


def _orders(scope: Scope, row: ProjectRow, asked: Asked, day: date) -> dict[str, Any]:
    midnight = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)
    size = SIZES["orders"]
    found = complaints.orders_page(scope, row.pk, before=midnight, start=asked.start("orders"), size=size)
    if not found.matches and asked.orders > 1:
        asked = asked.at("orders", 1)
        found = complaints.orders_page(scope, row.pk, before=midnight, start=0, size=size)
    total = found.suggested + found.confirmed
    return {
        "orders": [orders.order_texts(match) for match in found.matches],
        "orders_total": total,
        "orders_suggested": found.suggested,
        "orders_confirmed": found.confirmed,
        "orders_hidden": row.orders_all + row.orders_suggested - total,
        "orders_pages": asked.pages("orders", total),
        "may_decide": may_decide(scope),
        "longest_reason": LONGEST_REASON,
    }


def _photos(
    scope: Scope, dossier: Dossier, progress: Course, been: Visits, asked: Asked, *, is_past: bool
) -> dict[str, Any]:
    rights = releases.Rights.of(scope, dossier, is_past=is_past)
    total = len(progress.photos)
    shown = asked.within("photos", total)
    start = shown.start("photos")
    return {
        "photos": [
            photos.photo_texts(photo, dossier.project.name)
            | visits.photo_place(photo, been)
            | releases.photo_release(photo, rights)
            for photo in progress.photos[start : start + SIZES["photos"]]
        ],
        "photos_total": total,
        "photos_pages": shown.pages("photos", total),
        "may_edit_photos": may_edit_photos(scope) and not is_past,
        "longest_caption": LONGEST_CAPTION,
        "documents": [releases.document_texts(document, rights) for document in progress.documents],
    }


def _visits(
    scope: Scope, row: ProjectRow, progress: Course, been: Visits, asked: Asked, *, is_past: bool
) -> dict[str, Any]:
    total = len(been.check_ins)
    shown = asked.within("visits", total)
    start = shown.start("visits")
    listed = been.check_ins[start : start + SIZES["visits"]]
    spots = visits.spots(listed, progress.photos, been, start + 1)
    return {
        **visits.trust_context(been),
        "check_ins": [
            visits.check_in_texts(one, number, been.warn_m) for number, one in enumerate(listed, start=start + 1)
        ],
        "check_ins_total": total,
        "check_ins_pages": shown.pages("visits", total),
        "spots": spots,
        "spots_map": maps.map_context(
            tiles=GROUND, bounds=maps.bounds_around(spots) or maps.bounds_of(row.geom), labels={}, projects=False
        ),
        "may_check_in": may_check_in(scope) and not is_past,
        "may_suggest": may_check_in(scope) and not is_past and row.geom is None,
    }


def _history(scope: Scope, project_id: int, asked: Asked, day: date) -> dict[str, Any]:
    size = SIZES["history"]
    found = history_page(scope, project_id, upto=day, start=asked.start("history"), size=size)
    if not found.happenings and asked.history > 1:
        asked = asked.at("history", 1)
        found = history_page(scope, project_id, upto=day, start=0, size=size)
    return {
        "history": [history.happening_texts(one) for one in found.happenings],
        "history_total": found.total,
        "history_pages": asked.pages("history", found.total),
    }
