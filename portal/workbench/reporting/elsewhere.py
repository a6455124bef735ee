"""What contracts and the ledger know of projects whose reports are judged: the same for the form and for the table."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from geodata.progress.reporting import NOT_KNOWN, Elsewhere
from geodata.stewards.scope import Scope
from geodata.summary import selectors as summary


def elsewhere(scope: Scope, project_id: int, *, today: date) -> Elsewhere:
    """Of one project. One query."""
    return elsewhere_of(scope, [project_id], today=today).get(project_id, NOT_KNOWN)


def elsewhere_of(scope: Scope, project_ids: Collection[int], *, today: date) -> dict[int, Elsewhere]:
    """Of many projects, by their ids. One query, whatever their number."""
    rows = summary.rows_of(scope, project_ids, today=today)
    return {row.pk: Elsewhere(contract_total=row.contract_total, disbursed=row.disbursed) for row in rows}
