"""Lines of money as a page shows them: sources, years, contracts with their changes, payments."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from geodata.figures.wording import percent, yuan
from geodata.funding.choices import ChangeLevel, ContractKind, Purpose
from geodata.summary.rates import ratio
from portal import wording
from portal.public.models import (
    PublishedContract,
    PublishedContractChange,
    PublishedFunding,
    PublishedPayment,
    PublishedPlanYear,
)


def funding_texts(row: PublishedFunding, planned: Decimal) -> dict[str, Any]:
    share = ratio(row.amount, planned)
    return {
        "source_label": wording.label(row.source_name),
        "amount_text": wording.money(row.amount),
        "share_text": percent(share, 1),
        "share_pct": wording.percent_number(share),
    }


def year_texts(years: Iterable[PublishedPlanYear], paid: dict[int, Decimal]) -> list[dict[str, Any]]:
    """A line a year that has a plan, issued budget or payments."""
    planned = {row.year: row for row in years}
    return [_year(year, planned.get(year), paid.get(year)) for year in sorted(planned.keys() | paid.keys())]


def _year(year: int, row: PublishedPlanYear | None, paid: Decimal | None) -> dict[str, Any]:
    adjusted = row.adjusted if row else None
    return {
        "year": str(year),
        "plan_text": wording.money(adjusted if adjusted is not None else row.planned if row else None),
        "was_text": wording.money(row.planned) if row and adjusted is not None and row.planned is not None else "",
        "by_text": row.adjusted_by if row and adjusted is not None else "",
        "allocated_text": wording.money(row.allocated if row else None),
        "paid_text": wording.money(paid),
    }


def contract_texts(row: PublishedContract, paid: Decimal | None, changes: list[dict[str, str]]) -> dict[str, Any]:
    whole = (row.price or Decimal(0)) + (row.changes or Decimal(0))
    return {
        "name": row.name,
        "kind_label": wording.label(ContractKind(row.kind).label),
        "party": wording.label(row.supplier),
        "signed_on_text": wording.day(row.signed_on),
        "price_text": wording.money(row.price),
        "whole_text": wording.money(whole),
        "changed": bool(row.changes),
        "paid_text": wording.money(paid or Decimal(0)),
        "paid_share_text": percent(ratio(paid or Decimal(0), whole), 1),
        "changes": changes,
    }


def change_texts(row: PublishedContractChange) -> dict[str, str]:
    amount = wording.money(row.amount)
    return {
        "number": row.number,
        "date_text": wording.day(row.approved_on),
        "level_label": wording.label(ChangeLevel(row.level).label),
        "amount_text": f"+{amount}" if row.amount is not None and row.amount > 0 else amount,
        "reason": row.reason,
        "content": row.content,
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
        "reverses": row.reverses,
        "is_reversal": row.amount < 0,
    }
