"""Tables of 发改 project libraries, Excel clerks, 用友 and 一体化 exports, by the defect that each of them bears."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.geodata.exchange.field.cases import Case, book

HEAD = ["项目名称", "属地管理单位", "计划年度", "项目类别", "总投资(万元)"]
ONE = ["示例新村改造", "岳阳楼区", "2026", "农村公路", "1234.5"]
READ = {"示例新村改造": {"total_investment": 12_345_000}}
NEW = {"new": 1}


def lines(separator: str, *rows: list[str], end: str = "\r\n") -> str:
    return end.join(separator.join(row) for row in (rows or (HEAD, ONE))) + end


def plan(*rows: list[Any], head: list[Any] | None = None, **more: Any) -> bytes:
    return book([head or HEAD, *rows], **more)


def days(start: Any, end: Any) -> bytes:
    row = ["示例新村改造", "岳阳楼区", 2026, "农村公路", 1, start, end]
    return plan(row, head=[*HEAD, "实际开工", "计划竣工时间"])


def dated(start: date | None, end: date | None) -> dict[str, dict[str, Any]]:
    return {"示例新村改造": {"actual_start_on": start, "planned_end_on": end}}


MARCH = date(2025, 3, 1)
LIBRARY = book(
    [
        ["2026年岳阳市重点建设项目计划表"],
        [*[None] * 8, "单位：万元"],
        [
            *("序号", "项目代码", "项目名称", "建设性质", "建设地点", "建设规模及主要建设内容", "建设年限", "总投资"),
            *("截至2025年底累计完成投资", "2026年计划投资", "2026年形象进度目标", "项目业主", "责任单位"),
        ],
        ["一", "城镇老旧小区改造（2个）", *[None] * 5, 5000, None, 2000],
        [
            *(1, "2512-430602-04-01-100017", "示例路片区老旧小区改造项目", "新建", "岳阳楼区", "改造小区6个"),
            *("2025-2026", 3000, 500, 1000, "完成主体工程", "岳阳楼区住建局", "岳阳楼区人民政府"),
        ],
        [
            *(2, "2601－430602－04－01－100025", "样例新村小区改造项目", "续建", "岳阳楼区", "改造小区3个"),
            *("2026.2-2026.10", "2,000.00", 0, "1000", "全面完工", "岳阳楼区住建局", "岳阳楼区人民政府"),
        ],
        ["总计", *[None] * 6, 5000, 500, 2000],
    ]
)
MIXED = book(
    [
        ["岳阳楼区项目情况表"],
        ["序号", "项目名称", "县（市、区）", "投资情况", None, "计划年度", "项目类别"],
        [None, None, None, "总投资额\n（亿元）", "年度计划投资 万元", None, None],
        [1, "示例大桥\n 新建工程", "岳阳楼区", 1.2, 3000, "2026年", "农村公路"],
    ],
    merged=("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "G2:G3"),
)
SHEETS = book(
    [["填报说明"], ["1. 请如实填写"]],
    name="填报说明",
    more={"项目清单": [["某表"], HEAD, ONE], "系统参数": [HEAD, ["甲", "乙", "2026", "丙", "5"]]},
    hidden=("系统参数",),
)
PAYMENTS = book(
    [
        ["岳阳市预算管理一体化系统—支付明细查询"],
        ["查询条件：2026-01-01 至 2026-03-31"],
        [
            *("支付凭证编码", "支付日期", "预算单位代码", "预算单位名称", "支付方式", "资金性质", "指标文号"),
            *("支出功能分类科目", "收款人名称", "收款人账号", "收款银行", "用途", "支付金额(元)", "支付状态"),
        ],
        [
            *("ZF001", "2026-03-01 10:11:12", "306001", "[306001]岳阳市住房和城乡建设局", "1-直接支付"),
            *("[111]一般公共预算资金", "岳财建指〔2026〕12号", "2210108-老旧小区改造", "湖南示例建设有限公司"),
            *("43050162110800000001", "建行", "工程款", "3,265,920.00", "已支付"),
        ],
        ["合计", *[None] * 11, "3,265,920.00", None],
    ]
)
ORDERS = '工单编号,诉求时间,诉求类型,诉求内容,地址\r\n="YY0001",2026/3/1 8:05,1-投诉,路烂,示例路\r\n'

TABLES: dict[str, Case] = {
    "library-of-the-planners": Case(
        "2026年重点项目库.xlsx",
        LIBRARY,
        {"new": 2},
        ("截至2025年底累计完成投资",),
        read={"样例新村小区改造项目": {"total_investment": 20_000_000, "category__code": "01"}},
    ),
    "chinese-numbers-are-projects": Case(
        "汉字序号.xlsx",
        book([["序号", *HEAD], ["一", "示例甲", *ONE[1:]], ["二", "示例乙", *ONE[1:]]]),
        {"new": 2},
    ),
    "units-mixed-in-a-header": Case(
        "项目情况.xlsx", MIXED, NEW, read={"示例大桥新建工程": {"total_investment": 120_000_000}}
    ),
    "unit-in-the-title": Case(
        "a.xlsx", plan(ONE, head=[*HEAD[:4], "总投资额(单位：万元)"]), NEW, read=READ
    ),
    "unit-behind-a-colon": Case("a.xlsx", plan(ONE, head=[*HEAD[:4], "总投资\n单位：万元"]), NEW, read=READ),
    "sheets-of-which-one-is-the-ledger": Case(
        "多表.xlsx", SHEETS, NEW, ("是隐藏的工作表", "没有识别到表头"), read=READ
    ),
    "words-of-another-system": Case(
        "项目台账导出.xlsx", plan([*ONE, "执行中"], head=[*HEAD, "项目状态"]), {"refused": 1}, ("只能填：前期",)
    ),
    "a-range-of-money": Case("a.xlsx", plan([*ONE[:4], "100-200万"]), {"refused": 1}, ("请只填数字",)),
    "money-to-be-decided": Case("a.xlsx", plan([*ONE[:4], "待定"]), {"refused": 1}, ("请只填数字",)),
    "money-for-the-time-being": Case(
        "a.xlsx",
        plan([*ONE[:4], "暂定８００万元"]),
        NEW,
        ("是约数",),
        read={"示例新村改造": {"total_investment": 8_000_000}},
    ),
    "error-value": Case("a.xlsx", plan([*ONE[:4], "#REF!"]), {"refused": 1}, ("请只填数字",)),
    "dots-and-months": Case("a.xlsx", days("2025.3.1", "2026年12月"), NEW, read=dated(MARCH, date(2026, 12, 31))),
    "eight-digits": Case("a.xlsx", days(20250301, "2026年底前"), NEW, read=dated(MARCH, date(2026, 12, 31))),
    "serial-and-before": Case("a.xlsx", days(45717, "2026年6月30日前"), NEW, read=dated(MARCH, date(2026, 6, 30))),
    "wide-digits": Case("a.xlsx", days("２０２５年３月１日", "2026/9"), NEW, read=dated(MARCH, date(2026, 9, 30))),
    "moment-and-expected": Case(
        "a.xlsx", days(datetime(2025, 3, 1), "预计2026年8月"), NEW, read=dated(MARCH, date(2026, 8, 31))
    ),
    "short-year": Case("a.xlsx", days("25年3月1日", "26年10月"), NEW, read=dated(MARCH, date(2026, 10, 31))),
    "chinese-month": Case("a.xlsx", days("二〇二五年三月", "2026年上半年"), NEW, read=dated(MARCH, date(2026, 6, 30))),
    "not-begun": Case("a.xlsx", days("尚未开工", "待定"), NEW, read=dated(None, None)),
    "expected-is-no-day-of-fact": Case("a.xlsx", days("预计2026年8月", ""), {"refused": 1}, ("不是日期",)),
    "year-of-two-digits": Case("a.xlsx", days("25.3.1", ""), {"refused": 1}, ("请写成 2026-03-18",)),
    "utf-16-without-mark": Case("a.csv", lines("\t").encode("utf-16-le"), NEW, read=READ),
    "utf-16-big-endian": Case("a.csv", lines(",").encode("utf-16-be"), NEW, read=READ),
    "carets": Case("a.csv", lines("^").encode("gbk"), NEW, read=READ),
    "line-ends-of-a-mac": Case("a.csv", lines(",", end="\r").encode("gbk"), NEW, read=READ),
    "title-unit-and-total": Case(
        "a.csv",
        f"岳阳市项目表,,,,\r\n单位：万元,,,,\r\n{lines(',')}合计,,,,1234.5\r\n填表人：张三,,,,\r\n".encode("gbk"),
        NEW,
        read=READ,
    ),
    "guarded-texts": Case(
        "a.csv",
        lines(",", HEAD, ['="示例新村改造"', '"=""岳阳楼区"""', "'2026", "农村公路", '"\t1234.5"']).encode("gbk"),
        NEW,
        read=READ,
    ),
    "byte-that-is-no-sign": Case(
        "a.csv",
        lines(",").encode("gbk").replace("村".encode("gbk"), b"\xff"),
        {},
        ("第 2 行的文字既不是 UTF-8 也不是 GBK/GB18030 编码",),
    ),
    "archive-of-a-web-page": Case("导出.xls", b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n", {}, ("网页归档",)),
    "binary-workbook": Case("a.xlsb", b"PK\x03\x04" + b"0" * 99, {}, ("另存为 xlsx",)),
    "payments-of-the-budget-system": Case(
        "一体化支付明细.xlsx", PAYMENTS, NEW, dataset="disbursements"
    ),
    "payments-without-voucher": Case(
        "付款单.xlsx",
        book([["单据号", "日期", "收款单位", "摘要", "支付金额"], ["1", "2026/3/1", "示例公司", "工程款", 1]]),
        {},
        ("缺少必填列：支付凭证号；文件里用了别的列名的，请在“对应各列”里指明",),
        dataset="disbursements",
    ),
    "orders-of-another-system": Case("工单.csv", ORDERS.encode("gbk"), NEW, dataset="complaints"),
}  # fmt: skip
