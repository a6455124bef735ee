"""More tables of offices: titles marked by systems, totals by many names, amounts and codes spoiled by a program."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl

from tests.geodata.exchange.field.cases import Case, book
from tests.geodata.exchange.field.tables import HEAD, NEW, ONE, READ, dated, days, lines, plan

TWO = ["示例二路", "岳阳楼区", "2026", "农村公路", "500"]
BOTH = {**READ, "示例二路": {"total_investment": 5_000_000}}
PAID = ["支付凭证号", "支付日期", "收款人全称", "支付金额(元)"]


def paid(*rows: list[Any]) -> bytes:
    return book([PAID, *rows])


def amount(text: Any) -> bytes:
    return plan([*ONE[:4], text])


def worth(yuan: int | str) -> dict[str, dict[str, Any]]:
    return {ONE[0]: {"total_investment": Decimal(yuan)}}


def changed(content: bytes, how: Any) -> bytes:
    """The workbook after somebody hid or filtered in it."""
    made, target = openpyxl.load_workbook(io.BytesIO(content)), io.BytesIO()
    how(made.active)
    made.save(target)
    return target.getvalue()


def filtered(sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:E3"
    sheet.auto_filter.add_filter_column(0, [ONE[0]])
    sheet.row_dimensions[3].hidden = True


def without_column(sheet: Any) -> None:
    sheet.column_dimensions["E"].hidden = True


EXPLAINED = [[f"{at}、填报单位应当如实填报"] for at in range(1, 24)]
UNMERGED = book(
    [
        ["序号", "项目名称", "属地管理单位", "计划年度", "项目类别", "投资情况（万元）", None],
        [None, None, None, None, None, "总投资", "年度计划投资"],
        [1, *ONE[:4], 1234.5, 300],
    ]
)
COUNTIES = book([HEAD, ONE], name="岳阳楼区", more={"君山区": [HEAD, TWO]})
SUMMED = book([HEAD, ONE, TWO], name="汇总", more={"岳阳楼区": [HEAD, ONE], "第二页": [HEAD, TWO]})
TOTALS = plan(
    ["全市合计", None, None, None, 1734.5],
    ["其中：新建项目（2个）", None, None, None, 1734.5],
    ONE,
    ["岳阳楼区小计", None, None, None, 1234.5],
    ["说明：资金以实际下达为准"],
    TWO,
    ["小　计", None, None, None, 500],
    ["总 计：", None, None, None, 1734.5],
)
SECOND = plan(
    ONE,
    [],
    ["附表：调整项目"],
    ["项目名称", "项目类别", "计划年度", "属地管理单位", "总投资(元)"],
    ["示例二路", "农村公路", 2026, "岳阳楼区", 5_000_000],
)
STARRED = ["*项目名称", "属地管理单位*", "计划年度（必填）", "※项目类别", "★总投资(万元)"]
QUOTED = (
    '"项目名称";属地管理单位;计划年度;项目类别;总投资(万元)\n"示例新村\n改造";"岳阳楼区";2026;"农村公路";"1,234.5"\n'
)
GLUED = lines(",").encode("utf-8-sig") + lines(",", HEAD, TWO).encode("utf-8-sig")
TRAILING = "".join(",".join(row) + ",,,\r\n" for row in (HEAD, ONE)) + ",,,,,,,\r\n"

LEDGERS: dict[str, Case] = {
    "header-at-row-25": Case("a.xlsx", book([["某表"], *EXPLAINED, HEAD, ONE]), NEW, read=READ),
    "group-without-merge": Case("a.xlsx", UNMERGED, NEW, read=READ),
    "hundred-millions": Case(
        "a.xlsx", plan([*ONE[:4], 1.2], head=[*HEAD[:4], "总投资（亿元）"]), NEW, read=worth(120_000_000)
    ),
    "starred-titles": Case("a.xlsx", plan(ONE, head=STARRED), NEW, read=READ),
    "sheet-for-each-county": Case("a.xlsx", COUNTIES, {"new": 2}, read=BOTH),
    "summary-sheet-of-the-others": Case("a.xlsx", SUMMED, {"new": 2, "refused": 2}, read=BOTH),
    "totals-by-many-names": Case("a.xlsx", TOTALS, {"new": 2}, read=BOTH),
    "second-table-below": Case("a.xlsx", SECOND, NEW, ("又是一个表头",), blocked=True),
    "filter-left-on": Case("a.xlsx", changed(plan(ONE, TWO), filtered), NEW, ("隐藏",), read=READ),
    "hidden-column": Case(
        "a.xlsx", changed(plan(ONE), without_column), NEW, ("隐藏",), read={ONE[0]: {"total_investment": None}}
    ),
    "chinese-day": Case(
        "a.xlsx", days("二○二五年三月一日", "二零二六年十月底"), NEW, read=dated(date(2025, 3, 1), date(2026, 10, 31))
    ),
    "day-with-midnight": Case(
        "a.xlsx", days("2025-03-01 00:00:00", "2026/10/31 0:00"), NEW, read=dated(date(2025, 3, 1), date(2026, 10, 31))
    ),
    "serials-as-text": Case(
        "a.csv",
        lines(",", [*HEAD, "计划竣工时间"], [*ONE, "46326"]).encode(),
        NEW,
        read=dated(None, date(2026, 10, 31)),
    ),
    "year-of-a-program": Case(
        "a.csv",
        lines(",", HEAD, ["示例新村改造", "岳阳楼区", "2026.0", "农村公路", "1234.50"]).encode(),
        NEW,
        read=READ,
    ),
    "wide-thousands": Case("a.xlsx", amount("1，234.50"), NEW, read=READ),
    "unit-in-every-cell": Case(
        "a.xlsx",
        plan([*ONE[:4], "1,234.5 万元"], [*TWO[:4], "5000000元"], ["示例三路", *TWO[1:4], "1.2亿"]),
        {"new": 3},
        read={**BOTH, "示例三路": {"total_investment": 120_000_000}},
    ),
    "comma-as-point": Case("a.xlsx", amount("1234,5"), {"refused": 1}, ("请只填数字",)),
    "point-and-comma-exchanged": Case("a.xlsx", amount("1.234,50"), {"refused": 1}, ("请只填数字",)),
    "blank-thousands": Case("a.xlsx", amount("1 234.50"), NEW, read=READ),
    "sum-in-a-cell": Case("a.xlsx", amount("1000+234.5"), {"refused": 1}, ("请只填数字",)),
    "money-with-a-remark": Case("a.xlsx", amount("1234.5（含征拆）"), {"refused": 1}, ("请只填数字",)),
    "the-same-title-twice": Case(
        "a.xlsx", plan([*ONE, 0.2], head=[*HEAD, "总投资(亿元)"]), NEW, ("都是“总投资”",), read=READ
    ),
    "quoted-line-ends": Case("a.csv", QUOTED.encode("gbk"), NEW, read=READ),
    "rare-signs": Case(
        "a.csv",
        lines(",", HEAD, ["示例䶮𬭎村改造", *ONE[1:]]).encode("gb18030"),
        NEW,
        read={"示例䶮𬭎村改造": {"plan_year": 2026}},
    ),
    "trailing-commas": Case("a.csv", TRAILING.encode("utf-16"), NEW, read=READ),
    "two-exports-glued": Case("a.csv", GLUED, {"new": 2}, read=BOTH),
    "refund-in-brackets": Case(
        "a.xlsx", paid(["ZF1", "2026.3.5", "示例公司", "（3，000.00）"]), NEW, dataset="disbursements"
    ),
    "voucher-in-powers-of-ten": Case(
        "a.csv",
        lines(",", PAID, ["2.02603E+13", "2026-03-05", "示例公司", "100"]).encode(),
        {"refused": 1},
        ("位数已经丢失",),
        dataset="disbursements",
    ),
    "voucher-longer-than-a-number": Case(
        "a.xlsx",
        paid([20260301000012345678, "2026-03-05", "示例公司", 100]),
        {"refused": 1},
        ("位数已经丢失",),
        dataset="disbursements",
    ),
    "two-payments-of-a-voucher": Case(
        "a.xlsx",
        paid(["ZF1", 20260305, "示例公司", 100], ["ZF1", 20260305, "样例公司", 200]),
        {"new": 2},
        dataset="disbursements",
    ),
    "account-in-powers-of-ten": Case(
        "a.csv",
        lines(",", [*PAID, "收款人账号"], ["ZF1", "2026-03-05", "示例公司", "100", "4.30502E+18"]).encode(),
        NEW,
        ("位数已经丢失，没有采用",),
        dataset="disbursements",
    ),
}
