"""What the page of a project shows, as plain dictionaries for the template."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from geodata import parameters
from geodata.figures.wording import percent
from geodata.projects.choices import Status
from geodata.summary.rates import ratio
from portal import wording
from portal.public import changes, companies, completeness, feeds, gallery, ledger, selectors
from portal.public.disclosure import Facts
from portal.public.models import PublishedHandling, PublishedMilestone, PublishedProject, PublishedWithdrawal, Snapshot
from portal.public.running import running_total

WHOLE_UP_TO = 300  # payments on one page; the sum below them is always that of all
NOT_BEGUN = (Status.PRELIMINARY, Status.NOT_STARTED)
UNFINISHED = (Status.NOT_STARTED, Status.UNDER_CONSTRUCTION, Status.SUSPENDED)


def page_number(query: Mapping[str, str]) -> int:
    """The page of the payments. Raises BadParameter for another parameter or another value."""
    return int(parameters.read(query, {"page": parameters.page}).get("page", 1))


def project_context(whole: selectors.WholeProject, snapshot: Snapshot) -> dict[str, Any]:
    row = whole.row
    places = wording.labels(selectors.names_of_areas(snapshot.edition, {row.unit, row.township, row.region}))
    return {
        "project": project_texts(row, snapshot) | {"bundle": _bundle(whole)},
        "unit": _place(row.unit, places),
        "township": _place(row.township, places),
        "region": _place(row.region, places, "?dimension=admin") if row.region != row.unit else None,
        "parts": [
            {"name": part.name, "url": reverse("public:project", args=[part.code]), "code": part.code}
            | {"budget_text": wording.money(part.budget), "disbursed_text": wording.money(part.disbursed)}
            for part in selectors.parts(snapshot.edition, row.code).only("code", "name", "budget", "disbursed")
        ],
        "milestones": [milestone_texts(node) for node in whole.milestones],
        "handling": handling_texts(whole.handling),
        **gallery.gallery_context(whole),
        "feeds": feeds.links((feeds.PROJECT, row.code, row.name)),
    }


def _place(code: str | None, places: Mapping[str, str], suffix: str = "") -> dict[str, str] | None:
    if code not in places or code is None:
        return None
    return {"name": places[code], "url": reverse("public:region", args=[code]) + suffix}


def _bundle(whole: selectors.WholeProject) -> dict[str, str] | None:
    if not whole.row.parent_code or not whole.bundle:
        return None
    return {"name": whole.bundle, "url": reverse("public:project", args=[whole.row.parent_code])}


def project_texts(row: PublishedProject, snapshot: Snapshot) -> dict[str, Any]:
    """The facts of the project page."""
    status = wording.label(Status(row.status).label)
    return {
        "code": row.code,
        "project_code": row.project_code,
        "name": row.name,
        "summary": summary_sentence(row, status),
        "status_label": status,
        "status_on_text": wording.day(row.status_on) if row.status_on else "",
        "shape": wording.SHAPE[row.status],
        "category_label": wording.label(row.category_name),
        "scope": row.scope_content,
        "location_text": row.location_text,
        "owner": row.owner_unit,
        "lead": row.lead_unit,
        "responsible": row.responsible_unit,
        "office_phone": row.office_phone,
        "planned_start_text": wording.day(row.planned_start_on, row.planned_start_precision),
        "planned_end_text": wording.day(row.planned_end_on, row.planned_end_precision),
        "actual_start_text": wording.day(row.actual_start_on) if row.actual_start_on else "",
        "accepted_text": wording.day(row.accepted_on) if row.accepted_on else "",
        "has_money": row.budget is not None,
        "budget_text": wording.money(row.budget),
        "arrived_text": wording.money(row.arrived),
        "disbursed_text": wording.money(row.disbursed),
        "contract_text": wording.money(row.contract_total),
        "progress_pct": None if row.physical_pct is None else wording.percent_number(row.physical_pct / 100),
        "progress_text": wording.progress_text(row.physical_pct),
        "annual_rate_text": percent(row.annual_rate, 1),
        "annual_rate_pct": wording.percent_number(row.annual_rate),
        "disbursement_rate_text": percent(row.disbursement_rate, 1),
        "disbursement_rate_pct": wording.percent_number(row.disbursement_rate),
        "complaints_text": wording.band(row.complaints_band),
        "updated_text": wording.day(row.updated) if row.updated else "",
        "updated_days": (snapshot.as_of - row.updated).days if row.updated else None,
    }


def summary_sentence(row: PublishedProject, status: str) -> str:
    """The project in one sentence: how far, until when, how much was paid out of what arrived."""
    parts = [status]
    if row.physical_pct is not None and (row.physical_pct or row.status not in NOT_BEGUN):
        parts.append(_("%(progress)s of the works done") % {"progress": wording.progress_text(row.physical_pct)})
    if row.planned_end_on and row.status in UNFINISHED:
        end = wording.day(row.planned_end_on, row.planned_end_precision)
        parts.append(_("planned to be completed in %(date)s") % {"date": end})
    if row.disbursed is not None and row.payment_count:
        paid = {"amount": wording.money(row.disbursed), "count": f"{row.payment_count:,}"}
        parts.append(_("%(amount)s paid out in %(count)s payments") % paid)
    text = _(", ").join(parts) + _(".")
    return text[:1].upper() + text[1:]


def handling_texts(row: PublishedHandling | None) -> dict[str, str]:
    """How complaints and requests were answered; empty texts where there are too few of them to publish it."""
    if row is None:
        return {"answered": "", "satisfied": ""}
    days = {"days": row.answer_days, "n": row.answered}
    asked = {"rate": percent(ratio(row.satisfied, row.asked), 1), "above": row.satisfied, "below": row.asked}
    return {
        "answered": _("half of them within %(days)s days (%(n)s answered)") % days if row.answered else "",
        "satisfied": _("%(rate)s (%(above)s of %(below)s asked)") % asked if row.asked else "",
    }


def milestone_texts(node: PublishedMilestone) -> dict[str, Any]:
    days = (node.actual_on - node.planned_on).days if node.actual_on and node.planned_on else 0
    later = _("%(n)s days later than planned") % {"n": days} if days > 0 else ""
    return {
        "name": wording.label(node.name),
        "planned_text": wording.day(node.planned_on, node.planned_precision),
        "actual_text": wording.day(node.actual_on) if node.actual_on else "",
        "forecast_text": wording.day(node.forecast_on) if node.forecast_on and not node.actual_on else "",
        "later": later or (_("%(n)s days earlier than planned") % {"n": -days} if days < 0 else ""),
    }


def money_context(whole: selectors.WholeProject, snapshot: Snapshot, *, page: int) -> dict[str, Any]:
    """Sources, years, contracts and payments; the sum of all payments is held against 已拨付."""
    row, edition = whole.row, snapshot.edition
    sums = selectors.paid_sums(edition, row.code)
    paginator = Paginator(selectors.payments(edition, row.code), WHOLE_UP_TO)
    paginator.count = sums.count
    shown = paginator.get_page(page)
    planned = sum((line.amount for line in whole.funding if line.amount), Decimal(0))
    changed: dict[str, list[dict[str, str]]] = {}
    for change in whole.changes:
        changed.setdefault(change.contract_key, []).append(ledger.change_texts(change))
    contracts = list(selectors.contracts(edition, row.code))
    return {
        "funding": [ledger.funding_texts(line, planned) for line in whole.funding],
        "funding_total_text": wording.money(planned) if whole.funding else "",
        "years": ledger.year_texts(whole.years, sums.by_year),
        "contracts": [
            ledger.contract_texts(line, sums.by_contract.get(line.key), changed.get(line.key, []))
            | {"party_url": companies.address(line.supplier)}
            for line in contracts
        ],
        "payments": [ledger.payment_texts(line) | {"payee_url": companies.address(line.payee)} for line in shown],
        "running": running_total(sums.by_day, row.contract_total, snapshot.as_of),
        "payments_count": sums.count,
        "payments_total_text": wording.exact_money(sums.total),
        "payments_agree": row.disbursed is not None and sums.total == row.disbursed,
        "paid_of_price_text": percent(ratio(sums.total, row.contract_total), 1),
        "page_obj": shown,
        **changes.context(whole, selectors.versions(edition, row.code), contracts),
        **completeness.project_context(Facts(row, _reached(whole), contracts, whole.changes), snapshot.as_of),
    }


def _reached(whole: selectors.WholeProject) -> dict[str, date]:
    return {node.node: node.actual_on for node in whole.milestones if node.actual_on}


def withdrawal_texts(row: PublishedWithdrawal) -> dict[str, str]:
    """What was taken back of a project that is still public: kind, day and reason, never what it said."""
    return {
        "label": wording.label(PublishedWithdrawal.Kind(row.kind).label),
        "date_text": wording.day(row.withdrawn_on),
        "reason": row.reason,
    }
