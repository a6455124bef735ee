"""Writing what is to be had and what has come: financing plan, budget lines, arrivals.

Sums that do not balance (资金来源不平衡, 到位大于下达) are warnings of the importer, not refusals here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime

from django.db import transaction

from geodata.errors import Refused
from geodata.funding.entries import ArrivalEntry, BudgetLineEntry, BudgetLineKey, FundingPlanEntry
from geodata.funding.models import BudgetLine, FundArrival, FundingPlan
from geodata.funding.services.keyed import Values, checked_amount, write_keyed
from geodata.record import Outcome
from geodata.stewards.models import User


@transaction.atomic
def record_funding_plans(
    *, entries: Iterable[FundingPlanEntry], user: User | None, now: datetime, batch: int | None = None
) -> Outcome:
    """What each source is to give, by project and source; what an entry replaces is deleted, and the audit trail keeps
    it. Raises Refused for a negative amount."""
    rows: dict[Hashable, Values] = {}
    gone: set[tuple[int, int]] = set()
    for entry in entries:
        gone.update((entry.project_id, source) for source in entry.replaced)
        checked_amount(entry.amount, "资金筹措")
        if entry.amount < 0:
            raise Refused(f"资金筹措金额 {entry.amount} 元不能是负数")
        rows[entry.project_id, entry.source_id] = {
            "project_id": entry.project_id,
            "source_id": entry.source_id,
            "amount": entry.amount,
        }
    projects = {values["project_id"] for values in rows.values()}
    found = FundingPlan.objects.select_for_update().filter(project__in=projects).order_by("pk")
    known: dict[Hashable, FundingPlan] = {(row.project_id, row.source_id): row for row in found}
    outcome = write_keyed(model=FundingPlan, rows=rows, known=known, now=now, batch=batch)
    left = [row.pk for key, row in known.items() if key in gone and key not in rows]
    FundingPlan.objects.filter(pk__in=left).delete()
    return outcome


@transaction.atomic
def record_budget_lines(
    *, entries: Iterable[BudgetLineEntry], user: User | None, now: datetime, batch: int | None = None
) -> Outcome:
    """预算指标 by document, project, source, year and line. Raises Refused for an amount of zero."""
    rows: dict[Hashable, Values] = {}
    for entry in entries:
        checked_amount(entry.amount, f"指标 {entry.key.doc_no} ")
        if entry.amount == 0:
            raise Refused(f"指标 {entry.key.doc_no} 的金额为 0，请删去该行或填写金额")
        rows[entry.key] = {
            "doc_no": entry.key.doc_no,
            "line_no": entry.key.line_no,
            "project_id": entry.key.project_id,
            "year": entry.key.year,
            "source_id": entry.key.source_id,
            "amount": entry.amount,
            "issued_on": entry.issued_on,
            "functional_class": entry.functional_class,
            "budget_project_code": entry.budget_project_code,
            "budget_project_name": entry.budget_project_name,
            "fund_nature": str(entry.fund_nature),
        }
    known: dict[Hashable, BudgetLine] = dict(_lines(values["doc_no"] for values in rows.values()).items())
    return write_keyed(model=BudgetLine, rows=rows, known=known, now=now, batch=batch)


def _lines(documents: Iterable[str]) -> dict[BudgetLineKey, BudgetLine]:
    found = BudgetLine.objects.select_for_update().filter(doc_no__in=set(documents)).order_by("pk")
    return {
        BudgetLineKey(
            doc_no=line.doc_no,
            project_id=line.project_id,
            source_id=line.source_id,
            year=line.year,
            line_no=line.line_no,
        ): line
        for line in found
    }


@transaction.atomic
def record_arrivals(
    *, entries: Iterable[ArrivalEntry], user: User | None, now: datetime, batch: int | None = None
) -> Outcome:
    """资金到位 by budget line, day and line number. Raises Refused for an unknown budget line or an amount of zero.

    An arrival belongs to the project of its line unless the line names none.
    """
    held = list(entries)
    lines = _lines(entry.line.doc_no for entry in held)
    rows: dict[Hashable, Values] = {}
    for entry in held:
        line = lines.get(entry.line)
        if line is None:
            raise Refused(f"指标 {entry.line.doc_no} 尚未录入，请先导入预算指标再导入资金到位")
        checked_amount(entry.amount, f"指标 {entry.line.doc_no} 到位资金")
        if entry.amount == 0:
            raise Refused(f"指标 {entry.line.doc_no} 的到位金额为 0，请删去该行或填写金额")
        if line.project_id and entry.project_id and line.project_id != entry.project_id:
            raise Refused(f"指标 {entry.line.doc_no} 属于另一个项目，到位资金须与指标的项目一致")
        rows[line.pk, entry.arrived_on, entry.line_no] = {
            "budget_line_id": line.pk,
            "project_id": line.project_id or entry.project_id,
            "arrived_on": entry.arrived_on,
            "line_no": entry.line_no,
            "amount": entry.amount,
            "account_tail": entry.account_tail[-4:],
        }
    wanted = {values["budget_line_id"] for values in rows.values()}
    found = FundArrival.objects.select_for_update().filter(budget_line__in=wanted).order_by("pk")
    known: dict[Hashable, FundArrival] = {(row.budget_line_id, row.arrived_on, row.line_no): row for row in found}
    return write_keyed(model=FundArrival, rows=rows, known=known, now=now, batch=batch)
