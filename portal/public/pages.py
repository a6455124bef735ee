"""What the public pages show, as plain dictionaries for the templates."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from geodata.figures.wording import percent, yuan
from geodata.funding.choices import Purpose
from geodata.projects.choices import Status
from portal import wording
from portal.public.models import PublishedContract, PublishedFunding, PublishedPayment, PublishedProject
from portal.public.selectors import payments as payments_of


def project_texts(row: PublishedProject, *, unit: str, township: str) -> dict[str, Any]:
    """The facts of the project page."""
    status = wording.label(Status(row.status).label)
    return {
        "code": row.code,
        "name": row.name,
        "summary": summary_sentence(row, status),
        "status_label": status,
        "shape": wording.SHAPE[row.status],
        "category_label": wording.label(row.category_name),
        "unit_name": unit,
        "township_name": township,
        "scope": row.scope_content,
        "location_text": row.location_text,
        "owner": row.owner_unit,
        "lead": row.lead_unit,
        "planned_start_text": wording.day(row.planned_start_on, row.planned_start_precision),
        "planned_end_text": wording.day(row.planned_end_on, row.planned_end_precision),
        "budget_text": wording.money(row.budget),
        "progress_pct": None if row.physical_pct is None else wording.percent_number(row.physical_pct / 100),
        "progress_text": wording.progress_text(row.physical_pct),
        "disbursed_text": wording.money(row.disbursed),
        "disbursement_rate_text": percent(row.disbursement_rate, 1),
        "disbursement_rate_pct": wording.percent_number(row.disbursement_rate),
        "complaints_band": row.complaints_band,
        "updated_text": wording.day(row.updated),
    }


def summary_sentence(row: PublishedProject, status: str) -> str:
    """The project in one sentence: how far, until when, how much was paid out of what arrived."""
    parts = [status]
    if row.physical_pct is not None:
        parts.append(_("%(progress)s of the works done") % {"progress": wording.progress_text(row.physical_pct)})
    if row.planned_end_on and row.status in {Status.NOT_STARTED, Status.UNDER_CONSTRUCTION, Status.SUSPENDED}:
        end = wording.day(row.planned_end_on, row.planned_end_precision)
        parts.append(_("planned to be completed in %(date)s") % {"date": end})
    if row.disbursed is not None and row.payment_count:
        paid = {"amount": wording.money(row.disbursed), "count": row.payment_count}
        parts.append(_("%(amount)s paid out in %(count)s payments") % paid)
    return _(", ").join(parts) + _(".")


def funding_texts(row: PublishedFunding) -> dict[str, str]:
    return {"source_label": wording.label(row.source_name), "amount_text": wording.money(row.amount)}


def contract_texts(row: PublishedContract) -> dict[str, str]:
    return {
        "name": row.name,
        "party": wording.label(row.supplier),
        "price_text": wording.money(row.price),
        "signed_on_text": wording.day(row.signed_on),
    }


def payment_texts(row: PublishedPayment) -> dict[str, Any]:
    note = _("Reverses payment %(number)s") % {"number": row.reverses} if row.reverses else ""
    return {
        "number": row.number,
        "date_text": wording.day(row.paid_on),
        "amount_text": f"{yuan(row.amount)} {_('yuan')}",
        "payee": wording.label(row.payee),
        "source_label": wording.label(row.source_name or "") or "—",
        "purpose": wording.label(Purpose(row.purpose).label),
        "note": note,
        "is_reversal": row.amount < 0,
    }


def payments_context(number: int, code: str) -> dict[str, Any]:
    """Every payment of a project with its sum, exact to the fen."""
    rows = list(payments_of(number, code))
    total = sum((row.amount for row in rows), Decimal(0))
    return {
        "payments": [payment_texts(row) for row in rows],
        "payments_count": len(rows),
        "payments_total_text": f"{yuan(total)} {_('yuan')}",
    }
