"""Payments as rows of the staff's list and of its files. Who may not name natural persons reads their names masked."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.complaints.masks import mask_name
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.figures.wording import yuan
from geodata.funding.choices import COUNTED, Level, PaymentStatus, Purpose
from geodata.funding.payments import LevelSum, PaymentFilter, payments, shown
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench.lists import frame
from portal.workbench.lists.frame import Head

DEFAULT_SORT: Final = "-paid_on"
PARAMETERS: Final = {
    "since": "支付日期起",
    "until": "支付日期止",
    "unit": "属地管理单位",
    "project": "项目",
    "payee": "收款单位编号",
    "source": "资金来源",
    "purpose": "用途",
    "level": "拨付层级",
    "status": "状态",
    "unattributed": "未归集",
    "attributed": "已归集",
    "q": "检索",
}
CODED: Final = {
    "purpose": Purpose.choices,
    "level": Level.choices,
    "status": PaymentStatus.choices,
    "unattributed": [("1", "是")],
    "attributed": [("1", "是")],
}
FILE_COLUMNS: Final = (
    Column("支付日期", Kind.DAY, 12),
    Column("金额(元)", Kind.MONEY, 18),
    Column("拨付层级", width=14),
    Column("状态", width=10),
    Column("是否计入", width=10),
    Column("收款人", width=32),
    Column("收款账号尾号", width=14),
    Column("凭证号", width=24),
    Column("资金来源", width=18),
    Column("用途", width=10),
    Column("摘要", width=32),
    Column("平台编号", width=17),
    Column("项目名称", width=36),
    Column("属地管理单位", width=16),
    Column("合同编号", width=20),
    Column("冲销凭证号", width=24),
    Column("已被冲销", width=10),
)


def payee(scope: Scope, name: str, *, is_person: bool) -> str:
    return mask_name(name) if is_person and not scope.allows(Action.NAME_PAYEES) else name


def cells(scope: Scope, chosen: PaymentFilter) -> Iterator[list[Cell]]:
    """The rows of the list in its order: their numbers through a cursor of the server, the rest some at a time."""
    numbers = chosen.ordered(payments(scope, chosen)).values_list("pk", flat=True).iterator(chunk_size=5000)
    for piece in frame.in_pieces(numbers):
        for row in shown(piece):
            yield _cells(scope, row)


def _cells(scope: Scope, row: dict[str, Any]) -> list[Cell]:
    return [
        row["paid_on"],
        row["amount"],
        str(Level(row["level"]).label),
        str(PaymentStatus(row["status"]).label) if row["status"] else "",
        "是" if row["status"] in COUNTED else "否",
        payee(scope, row["payee_name"], is_person=row["payee_is_person"]),
        f"****{row['account_tail']}" if row["account_tail"] else "",
        row["voucher_no"],
        row["source_name"] or "",
        str(Purpose(row["purpose"]).label),
        _summary(scope, row),
        row["project_code"] or "",
        row["project_name"] or "",
        row["unit_name"] or "",
        row["contract_number"] or "",
        row["reverses_no"] or "",
        "是" if row["is_reversed"] else "",
    ]


def _summary(scope: Scope, row: dict[str, Any]) -> str:
    """The purpose as written, unless it may name the person whose name is masked."""
    hidden = row["payee_is_person"] and not scope.allows(Action.NAME_PAYEES)
    return "" if hidden else str(row["summary"])


def heads() -> list[Head]:
    return [
        Head(_("Date"), "paid_on"),
        Head(_("Amount"), "amount", num=True),
        Head(_("Payee")),
        Head(_("Project")),
        Head(_("Purpose")),
        Head(_("Source of money")),
        Head(_("Level")),
        Head(_("Status")),
        Head(_("Voucher")),
    ]


def texts(scope: Scope, row: dict[str, Any]) -> dict[str, Any]:
    """One row of the page."""
    code = row["project_code"]
    return {
        "day_text": wording.day(row["paid_on"]),
        "amount_text": yuan(row["amount"]),
        "payee": wording.label(payee(scope, row["payee_name"], is_person=row["payee_is_person"])),
        "account": f"****{row['account_tail']}" if row["account_tail"] else "",
        "project_name": row["project_name"] or "",
        "project_url": reverse("workbench:project", args=[code]) if code else "",
        "unit_name": wording.label(row["unit_name"] or ""),
        "contract": row["contract_number"] or "",
        "purpose_label": wording.label(str(Purpose(row["purpose"]).label)),
        "summary": _summary(scope, row),
        "source_label": wording.label(row["source_name"] or ""),
        "level_label": wording.label(str(Level(row["level"]).label)),
        "status_label": wording.label(str(PaymentStatus(row["status"]).label)) if row["status"] else "—",
        "is_counted": row["status"] in COUNTED,
        "is_void": row["status"] == PaymentStatus.VOID,
        "voucher": row["voucher_no"],
        "reverses": row["reverses_no"] or "",
        "is_reversed": row["is_reversed"],
        "is_negative": row["amount"] < 0,
    }


def sum_texts(sums: Iterable[LevelSum]) -> list[dict[str, Any]]:
    """A figure a level: what counts, and what of the list does not. Levels are never added to one another."""
    return [
        {
            "label": wording.label(str(each.level.label)),
            "counted_text": wording.money(each.counted_amount),
            "exact_text": yuan(each.counted_amount),
            "counted": each.counted,
            "other": each.count - each.counted,
            "other_text": wording.money(each.amount - each.counted_amount),
        }
        for each in sums
    ]


def sum_notes(sums: Iterable[LevelSum]) -> list[str]:
    """The same for the last row of a file."""
    return [
        f"{each.level.label}计入 {each.counted} 笔 {each.counted_amount:.2f} 元"
        + (
            f"，另有未计入 {each.count - each.counted} 笔 {each.amount - each.counted_amount:.2f} 元"
            if each.count > each.counted
            else ""
        )
        for each in sums
    ]
