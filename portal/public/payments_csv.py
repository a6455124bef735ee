"""The payments of a project as a CSV that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from geodata.figures.cells import safe
from geodata.funding.choices import Purpose
from portal.public.models import PublishedPayment, Snapshot

HEADER = ("序号", "支付日期", "金额(元)", "收款人", "资金来源", "用途", "支付编号", "冲销支付编号")


def payments_csv(rows: Iterable[PublishedPayment], snapshot: Snapshot, *, name: str) -> bytes:
    """UTF-8 with BOM; the last rows give the sum, the as-of date and the snapshot's number."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    count, total = 0, Decimal(0)
    for count, row in enumerate(rows, start=1):
        total += row.amount
        writer.writerow(
            [
                count,
                row.paid_on.isoformat(),
                f"{row.amount:.2f}",
                safe(row.payee),
                safe(row.source_name or ""),
                Purpose(row.purpose).label,
                row.number,
                row.reverses or "",
            ]
        )
    writer.writerow(["合计", f"{count} 笔", f"{total:.2f}"])
    demo = "(示例数据)" if snapshot.is_demo else ""
    writer.writerow([f"{safe(name)}{demo}", f"数据截至 {snapshot.as_of}", f"第 {snapshot.number} 期快照"])
    return ("\ufeff" + out.getvalue()).encode()
