"""Payments as a CSV that a spreadsheet opens without running anything in it: of a project, of a company."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from geodata.figures.cells import safe
from geodata.funding.choices import Purpose
from portal.public.models import PublishedPayment, Snapshot

_FIRST: Final = ("序号", "支付日期", "金额(元)")
_LAST: Final = ("资金来源", "用途", "支付编号", "冲销支付编号")
HEADER: Final = (*_FIRST, "收款人", *_LAST)
COMPANY_HEADER: Final = (*_FIRST, "平台编号", "项目名称", *_LAST)


def payments_csv(rows: Iterable[PublishedPayment], snapshot: Snapshot, *, name: str) -> bytes:
    """The payments of one project; each names its payee."""
    return _written(HEADER, rows, lambda row: [row.payee], snapshot, name)


def company_csv(
    rows: Iterable[PublishedPayment], snapshot: Snapshot, *, name: str, projects: Mapping[str, str]
) -> bytes:
    """All payments to one body; each names its project."""
    return _written(COMPANY_HEADER, rows, lambda row: [row.code, projects.get(row.code, "")], snapshot, name)


def _written(header: Sequence[str], rows: Iterable[PublishedPayment], own: Any, snapshot: Snapshot, name: str) -> bytes:
    """UTF-8 with BOM; the last rows give the sum, the as-of date and the snapshot's number."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    count, total = 0, Decimal(0)
    for count, row in enumerate(rows, start=1):
        total += row.amount
        writer.writerow(
            [
                count,
                row.paid_on.isoformat(),
                f"{row.amount:.2f}",
                *map(safe, own(row)),
                safe(row.source_name or ""),
                Purpose(row.purpose).label,
                row.number,
                row.reverses or "",
            ]
        )
    writer.writerow(["合计", f"{count} 笔", f"{total:.2f}"])
    demo = "（示例数据）" if snapshot.is_demo else ""
    writer.writerow([f"{safe(name)}{demo}", f"数据截至 {snapshot.as_of}", f"第 {snapshot.number} 期快照"])
    return ("\ufeff" + out.getvalue()).encode()
