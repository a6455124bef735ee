"""Reading a project's payments, each with its newest status and contract: `now_status`, `now_contract_id`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery

from geodata.funding.models import Disbursement
from geodata.projects.visibility import within
from geodata.stewards.scope import Scope


def payments_of_project(scope: Scope, project_id: int) -> QuerySet[Any]:
    """All payments that belong to a project now, pending and void ones too, oldest first. A payment whose project is
    outside the scope is not there."""
    own = Disbursement.objects.filter(standing__project=project_id)
    rows = own.annotate(now_status=F("standing__status"), now_contract_id=F("standing__contract"))
    return within(rows, scope, project="standing__project").select_related("source", "payee").order_by("paid_on", "pk")


def payments_page(scope: Scope, project_id: int, *, upto: date, start: int, size: int) -> Sequence[Any]:
    """Some of a project's payments up to a day, newest first; `reversed_by` is the voucher that took one back whole."""
    taken_back = Disbursement.objects.filter(reverses=OuterRef("pk"))
    rows = payments_of_project(scope, project_id).filter(paid_on__lte=upto).order_by("-paid_on", "-pk")
    rows = rows.annotate(reversed_by=Subquery(taken_back.values("voucher_no")[:1])).select_related("reverses")
    return list(rows[start : start + size])


class LedgerFault(NamedTuple):
    """Something in the ledger that no service can have written."""

    fault: str
    disbursement_id: int
    voucher_no: str


_FAULTS = """
WITH standing AS (
    SELECT d.id, d.voucher_no, d.amount, d.level, d.reverses_id, s.status, a.project_id, a.contract_id
      FROM funding_disbursement d
      LEFT JOIN LATERAL (SELECT status FROM funding_disbursementstatus
                          WHERE disbursement_id = d.id ORDER BY id DESC LIMIT 1) s ON true
      LEFT JOIN LATERAL (SELECT project_id, contract_id FROM funding_disbursementassignment
                          WHERE disbursement_id = d.id ORDER BY id DESC LIMIT 1) a ON true)
SELECT '没有状态', id, voucher_no FROM standing WHERE status IS NULL
UNION ALL
SELECT '正数而已退回', id, voucher_no FROM standing WHERE status = 'returned' AND amount > 0
UNION ALL
SELECT '冲销与原凭证金额或层级不符', r.id, r.voucher_no FROM standing r JOIN standing o ON o.id = r.reverses_id
 WHERE r.amount <> -o.amount OR r.level <> o.level
UNION ALL
SELECT '冲销与原凭证不在同一项目', r.id, r.voucher_no FROM standing r JOIN standing o ON o.id = r.reverses_id
 WHERE (r.project_id, r.contract_id) IS DISTINCT FROM (o.project_id, o.contract_id)
UNION ALL
SELECT '合同属于另一项目', t.id, t.voucher_no FROM standing t JOIN funding_contract c ON c.id = t.contract_id
 WHERE c.project_id IS DISTINCT FROM t.project_id
UNION ALL
SELECT '列表所用状态与账表不符', t.id, t.voucher_no FROM standing t
  LEFT JOIN funding_paymentstanding p ON p.disbursement_id = t.id
 WHERE (t.status IS NOT NULL OR t.project_id IS NOT NULL OR p.disbursement_id IS NOT NULL)
   AND (p.status, p.project_id, p.contract_id, p.amount, p.level)
       IS DISTINCT FROM (t.status, t.project_id, t.contract_id, t.amount, t.level)
UNION ALL
SELECT '没有审计记录', d.id, d.voucher_no FROM funding_disbursement d
 WHERE NOT EXISTS (SELECT FROM funding_disbursementevent e WHERE e.pgh_obj_id = d.id)
ORDER BY 2"""


def ledger_faults() -> list[LedgerFault]:
    """What `reconcile` asks of the ledger itself; totals against the ledger are the summary's to compare."""
    with connection.cursor() as cursor:
        cursor.execute(_FAULTS)
        return [LedgerFault(*row) for row in cursor.fetchall()]
