"""The filtered list as a CSV that a spreadsheet opens without running anything in it."""

import csv
import io
from decimal import Decimal
from typing import Any

from geodata.figures.cells import safe
from geodata.figures.wording import percent
from geodata.projects.choices import Status
from portal import wording
from portal.public.lists import UNSEEN, Found
from portal.public.models import PublishedProject, Snapshot

LARGEST_FILE = 5000
HEADER = (
    *("平台编号", "项目代码", "项目名称", "项目类别", "属地管理单位", "施工状态", "建设单位", "建设地点"),
    *("总投资(元)", "年度计划投资(元)", "累计完成投资(元)", "年度完成投资(元)", "资金到位(元)", "已拨付(元)"),
    "支付笔数",
    *("形象进度(%)", "年度投资完成率（占年度计划）", "资金拨付率（占到位）", "投诉件数", "数据更新至"),
)


def projects_csv(found: Found, snapshot: Snapshot) -> bytes:
    """UTF-8 with BOM, at most LARGEST_FILE rows in the order of the list; the last lines say how many there are."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    rows = found.rows.defer(*UNSEEN, "anchor_3857")[:LARGEST_FILE]
    lines = [_cells(row, found.names.units) for row in rows]
    writer.writerows(lines)
    written = len(lines)
    left = found.totals.projects - written
    told = f"本文件列出 {written} 个" if left else "全部列出"
    demo = "（示例数据）" if snapshot.is_demo else ""
    writer.writerow([f"符合条件的项目 {found.totals.projects} 个，{told}{demo}"])
    writer.writerow([f"数据截至 {snapshot.as_of}", f"第 {snapshot.number} 期快照"])
    return ("\ufeff" + out.getvalue()).encode()


def _cells(row: PublishedProject, units: dict[str, str]) -> list[Any]:
    texts = (
        *(row.code, row.project_code, row.name, row.category_name, units.get(row.unit, row.unit)),
        *(str(Status(row.status).label), row.owner_unit, row.location_text),
    )
    money = (row.budget, row.annual_plan, row.completed, row.annual_completed, row.arrived, row.disbursed)
    return [
        *(safe(text or "") for text in texts),
        *(_yuan(amount) for amount in money),
        row.payment_count,
        "" if row.physical_pct is None else f"{row.physical_pct:.2f}",
        percent(row.annual_rate) if row.annual_rate is not None else "",
        percent(row.disbursement_rate) if row.disbursement_rate is not None else "",
        wording.band(row.complaints_band),
        row.updated.isoformat() if row.updated else "",
    ]


def _yuan(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"
