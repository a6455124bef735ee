"""Finding headers, skipping what is no data, reading cells: the rules for tables as people lay them out."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from geodata.exchange.columns import Column, Kind, Layout
from geodata.exchange.mappings import ColumnMapping, Options
from geodata.exchange.tables.headers import find_header, normalise_title
from geodata.exchange.tables.reader import read_table
from geodata.sandbox.documents import Cell
from tests.geodata.exchange.sheets import grid, messages, read

LEDGER = Layout(
    key="ledger",
    titles=("台账",),
    columns=(
        Column(key="name", label="项目名称", required=True),
        Column(key="place", label="建设地点", synonyms=("地点",)),
        Column(key="unit", label="责任单位", kind=Kind.NAMES, fill_down=True),
        Column(key="total", label="总投资", kind=Kind.AMOUNT),
        Column(key="central", label="中央资金", kind=Kind.AMOUNT, synonyms=("资金来源/中央",)),
        Column(key="province", label="省级资金", kind=Kind.AMOUNT, synonyms=("资金来源/省级",)),
        Column(key="plan", label="年度计划投资", kind=Kind.AMOUNT, patterns=(r"(?P<year>\d{4})年度?/计划投资",)),
        Column(key="period", label="建设起止年限", kind=Kind.PERIOD, synonyms=("起止年限",)),
        Column(key="rate", label="完成率", kind=Kind.PERCENT),
        Column(key="end", label="计划竣工时间", kind=Kind.END_DATE, synonyms=("计划竣工",)),
        Column(key="note", label="备注"),
    ),
)
HEADER = ["序号", "项目名称", "建设地点", "总投资(万元)", "责任单位", "备注"]


@pytest.mark.parametrize(
    ("text", "title", "unit"),
    [
        ("总投资（万元）", "总投资", "万元"),
        ("建设 \n 地点", "建设地点", ""),
        ("金额(单位:元)", "金额", "元"),
        ("形象进度(%)", "形象进度", "%"),
        ("支付金额,万元", "支付金额", "万元"),
        ("ＡＢ（１）", "ab(1)", ""),
        ("摘要(用途)", "摘要(用途)", ""),
        ("元", "元", ""),
    ],
)
def test_titles_compare_without_blanks_width_and_unit(text: str, title: str, unit: str) -> None:
    assert normalise_title(text) == (title, unit)


@pytest.mark.parametrize("above", [0, 1, 5, 29])
def test_a_header_is_found_anywhere_in_the_first_thirty_rows(above: int) -> None:
    rows = [[f"标题{n}"] for n in range(above)] + [HEADER, [1, "甲", "城区", 5, "局", None]]
    table = read(rows, LEDGER)
    assert [row.number for row in table.rows] == [above + 2]


def test_a_header_below_thirty_rows_is_not_found() -> None:
    rows = [[f"标题{n}"] for n in range(30)] + [HEADER]
    assert find_header(grid(rows), LEDGER) is None


def test_two_header_rows_with_merged_groups_give_paths() -> None:
    rows = [
        ["示例表"],
        ["单位:万元"],
        ["序号", "项目名称", "资金来源", None, "2026年度", None, "备注"],
        [None, None, "中央", "省级", "计划投资", "主要建设内容", None],
        [1, "甲", 10, 20, 30, "路", None],
    ]
    merged = [(3, 1, 4, 1), (3, 2, 4, 2), (3, 3, 3, 4), (3, 5, 3, 6), (3, 7, 4, 7), (1, 1, 1, 7)]
    table = read(rows, LEDGER, merged=merged)
    row = table.rows[0]
    assert (row.amount("central"), row.amount("province"), row.amount("plan")) == (100_000, 200_000, 300_000)
    assert table.captures["plan"] == {"year": "2026"}


def test_a_group_title_that_nobody_merged_still_covers_its_columns() -> None:
    rows = [
        ["序号", "项目名称", "建设地点", "资金来源", None],
        [None, None, None, "中央", "省级"],
        [1, "甲", "城", 1, 2],
    ]
    assert read(rows, LEDGER, options=Options(unit="元")).rows[0].amount("province") == 2


def test_the_unit_of_the_title_wins_over_the_cell_above_the_file_name_and_the_option() -> None:
    body = [1, "甲", "城", 2, "局", None]
    plain = ["序号", "项目名称", "建设地点", "总投资", "责任单位", "备注"]
    option = Options(unit="元")
    titled = read([["单位:元"], HEADER, body], LEDGER, options=option)
    above = read(
        [["填报单位:市住建局", None, "单位：亿元"], plain, body], LEDGER, options=option, file_name="台账(万元).xlsx"
    )
    named = read([plain, body], LEDGER, options=option, file_name="台账（千元）.xlsx")
    optional = read([plain, body], LEDGER, options=option)
    asked = read([plain, body], LEDGER)
    assert titled.rows[0].amount("total") == 20_000
    assert above.rows[0].amount("total") == 200_000_000
    assert named.rows[0].amount("total") == 2_000
    assert optional.rows[0].amount("total") == 2
    assert messages(asked)[0].startswith("question")
    assert "没有写明金额单位" in messages(asked)[0]


def test_a_column_of_wan_with_billions_in_it_is_asked_about() -> None:
    table = read([HEADER, [1, "甲", "城", 39_805_000, "局", None]], LEDGER)
    assert any(text.startswith("question") and "请核对单位" in text for text in messages(table))


def test_totals_sections_footers_and_blank_rows_are_no_data() -> None:
    rows = [
        HEADER,
        ["合 计", None, None, 60, None, None],
        ["一、道路(2)", None, None, 30, None, None],
        [1, "甲", "城", 10, "局", None],
        [2, "乙", "城", 20, "局", None],
        ["二、教育（1）", None, None, 30, None, None],
        [3, "丙", "城", 30, "局", None],
        [None] * 6,
        ["注：1.金额单位为万元", None, None, None, None, None],
        ["2.数据截至3月31日。", None, None, None, None, None],
        ["填报人：王某 联系电话：0730", None, None, None, None, None],
    ]
    table = read(rows, LEDGER)
    assert [(row.text("name"), row.section) for row in table.rows] == [("甲", "道路"), ("乙", "道路"), ("丙", "教育")]
    assert [(t.title, t.declared, t.agrees) for t in table.totals] == [
        ("合计", 600_000, True),
        ("道路", 300_000, True),
        ("教育", 300_000, True),
    ]
    assert table.issues == []
    assert table.blank_rows == 1


def test_a_total_that_does_not_add_up_is_a_warning_with_both_sums() -> None:
    rows = [HEADER, [1, "甲", "城", 10, "局", None], ["合计", None, None, 10.02, None, None]]
    assert messages(read(rows, LEDGER)) == [
        "warning 工作表“表”第 3 行“总投资”列：“合计”写的是 10.02 万元，各行相加是 10 万元"
    ]
    rows[2][3] = 10.01
    assert messages(read(rows, LEDGER)) == []


def test_a_section_that_counts_wrongly_is_a_warning() -> None:
    rows = [HEADER, ["一、道路(2)", None, None, None, None, None], [1, "甲", "城", 10, "局", None]]
    assert "写明 2 项，实有 1 行" in messages(read(rows, LEDGER))[0]


def test_a_project_whose_name_begins_like_a_section_is_data() -> None:
    table = read([HEADER, [1, "一、二期道路", "城", 10, "局", None]], LEDGER)
    assert [row.text("name") for row in table.rows] == ["一、二期道路"]


def test_a_header_printed_again_on_the_next_page_is_skipped() -> None:
    table = read([HEADER, [1, "甲", "城", 10, "局", None], HEADER, [2, "乙", "城", 20, "局", None]], LEDGER)
    assert [row.text("name") for row in table.rows] == ["甲", "乙"]
    assert table.issues == []


def test_vertical_merges_fill_units_and_never_amounts() -> None:
    rows = [HEADER, [1, "甲", "城", 10, "局\n(牵头)区政府", None], [2, "乙", "城", None, None, None]]
    table = read(rows, LEDGER, merged=[(2, 4, 3, 4), (2, 5, 3, 5)])
    assert table.rows[1].names("unit") == ("局", "区政府")
    assert table.rows[1].amount("total") is None


def test_ditto_copies_texts_and_is_refused_for_money() -> None:
    rows = [
        HEADER,
        [1, "甲", "城", 10, "局", None],
        [2, "乙", "同上", 20, "〃", "/"],
        [3, "丙", "城", "同上", "局", "无"],
    ]
    table = read(rows, LEDGER)
    assert (table.rows[1].text("place"), table.rows[1].names("unit")) == ("城", ("局",))
    assert (table.rows[1].text("note"), table.rows[2].text("note")) == ("", "")
    assert not table.rows[2].ok
    assert messages(table) == ["error 工作表“表”第 4 行“总投资”列：金额不能写“同上”"]


def test_a_formula_without_its_saved_result_is_an_error() -> None:
    rows = [HEADER, [1, "甲", "城", Cell(None, missing_formula_value=True), "局", None]]
    table = read(rows, LEDGER)
    assert not table.rows[0].ok
    assert "公式没有保存的结果" in messages(table)[0]


def test_hidden_rows_and_columns_are_reported_and_left_out() -> None:
    rows = [HEADER, [1, "甲", "城", 10, "局", "x"], [2, "乙", "城", 20, "局", "y"]]
    hidden = {"hidden_rows": frozenset({3}), "hidden_columns": frozenset({6})}
    table = read(rows, LEDGER, **hidden)
    assert [(row.text("name"), row.text("note")) for row in table.rows] == [("甲", "")]
    assert [text.split(" ")[0] for text in messages(table)] == ["warning", "warning"]
    included = read(rows, LEDGER, options=Options(hidden="include"), **hidden)
    assert [(row.text("name"), row.text("note")) for row in included.rows] == [("甲", "x"), ("乙", "y")]


def test_an_empty_required_cell_is_an_error_with_its_place() -> None:
    table = read([HEADER, [1, None, "城", 10, "局", None]], LEDGER)
    assert messages(table) == ["error 工作表“表”第 2 行“项目名称”列：必填，不能为空"]


def test_a_missing_required_column_stops_the_sheet() -> None:
    table = read([["序号", "建设地点", "总投资(元)", "责任单位"], [1, "城", 10, "局"]], LEDGER)
    assert table.rows == []
    assert "缺少必填列：项目名称" in messages(table)[0]


def test_an_unknown_column_with_values_is_noticed_once() -> None:
    rows = [[*HEADER, "天气", "空列"], [1, "甲", "城", 10, "局", None, "晴", None]]
    assert messages(read(rows, LEDGER)) == ["notice 工作表“表”“天气”列：不认识这一列，未读取"]


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        ("3,980.50", 39_805_000),
        ("3980.5万", 39_805_000),
        ("１２００", 12_000_000),
        ("(1,000)", -10_000_000),
        ("—", None),
        (Decimal("408.24000000000001"), Decimal("4082400")),
        (Decimal("1411.1999999999998"), Decimal("14112000")),
    ],
)
def test_amounts_are_read_as_people_write_them(cell: object, yuan: Decimal | None) -> None:
    table = read([HEADER, [1, "甲", "城", cell, "局", None]], LEDGER)
    assert table.issues == []
    assert table.rows[0].amount("total") == yuan


@pytest.mark.parametrize("text", ["约500", "500左右"])
def test_an_approximate_amount_is_kept_and_marked(text: str) -> None:
    table = read([HEADER, [1, "甲", "城", text, "局", None]], LEDGER)
    assert table.rows[0].amount("total") == 5_000_000
    assert table.rows[0].approximate == {"total"}
    assert messages(table)[0].startswith("notice")


def test_an_amount_finer_than_the_fen_is_refused_unless_the_mapping_rounds() -> None:
    header = ["序号", "项目名称", "建设地点", "总投资(元)", "责任单位"]
    rows = [header, [1, "甲", "城", "12.345000001", "局"], [2, "乙", "城", "6.82121E-13", "局"]]
    refused = read(rows, LEDGER)
    assert [row.ok for row in refused.rows] == [False, False]
    assert messages(refused)[0].startswith("error 工作表“表”第 2 行“总投资”列：金额超过两位小数")
    rounded = read(rows, LEDGER, options=Options(round="fen"))
    assert [row.amount("total") for row in rounded.rows] == [Decimal("12.35"), Decimal("0.00")]
    assert [text[:17] for text in messages(rounded)] == ["warning 工作表“表”第 2", "warning 工作表“表”第 3"]


DATES = ["序号", "项目名称", "建设地点", "计划竣工时间", "起止年限"]


@pytest.mark.parametrize(
    ("cell", "day", "precision"),
    [
        ("2026.3", date(2026, 3, 31), "month"),
        ("2026年3月", date(2026, 3, 31), "month"),
        (46326, date(2026, 10, 31), "day"),
        (datetime(2026, 10, 31), date(2026, 10, 31), "day"),
        (20260305, date(2026, 3, 5), "day"),
        ("2026年10月底", date(2026, 10, 31), "month"),
        ("2026年10月上旬", date(2026, 10, 10), "tenday"),
        ("2026年三季度", date(2026, 9, 30), "quarter"),
        ("2026年内", date(2026, 12, 31), "year"),
    ],
)
def test_dates_keep_the_precision_of_their_writing(cell: object, day: date, precision: str) -> None:
    table = read([DATES, [1, "甲", "城", cell, None]], LEDGER)
    dated = table.rows[0].dated("end")
    assert dated is not None
    assert (dated.value, dated.precision) == (day, precision)


def test_a_number_that_may_be_january_or_october_is_not_guessed() -> None:
    table = read([DATES, [1, "甲", "城", Decimal("2026.1"), None]], LEDGER)
    assert not table.rows[0].ok
    assert "1月还是10月" in messages(table)[0]
    assert read([DATES, [1, "甲", "城", "2026.10", None]], LEDGER).rows[0].day("end") == date(2026, 10, 31)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025.12-2026.11", date(2025, 12, 1), date(2026, 11, 30)),
        ("2024-2026", date(2024, 1, 1), date(2026, 12, 31)),
        ("2025年9月—2026年8月", date(2025, 9, 1), date(2026, 8, 31)),
        ("2025-10", date(2025, 10, 1), date(2025, 10, 31)),
    ],
)
def test_periods_run_from_first_to_last_day(text: str, first: date, last: date) -> None:
    period = read([DATES, [1, "甲", "城", None, text]], LEDGER).rows[0].period("period")
    assert period is not None
    assert (period[0].value, period[1].value) == (first, last)


def test_dates_of_the_1904_system_are_moved() -> None:
    table = read([DATES, [1, "甲", "城", 46326 - 1462, None]], LEDGER, date1904=True)
    assert table.rows[0].day("end") == date(2026, 10, 31)


def test_percentages_mean_what_their_whole_column_says() -> None:
    header = ["序号", "项目名称", "建设地点", "完成率"]
    rows = [
        header,
        [1, "甲", "城", Cell(Decimal("0.34"), "0.00%")],
        [2, "乙", "城", "31.6%"],
        [3, "丙", "城", 18.75],
        [4, "丁", "城", "10%"],
        [5, "戊", "城", None],
    ]
    ratios = [row.ratio("rate") for row in read(rows, LEDGER).rows]
    assert ratios == [Decimal("0.34"), Decimal("0.316"), Decimal("0.1875"), Decimal("0.1"), None]


def test_a_title_with_a_percent_sign_settles_bare_numbers() -> None:
    rows = [["序号", "项目名称", "建设地点", "完成率(%)"], [1, "甲", "城", 1], [2, "乙", "城", "0.5"]]
    assert [row.ratio("rate") for row in read(rows, LEDGER).rows] == [Decimal("0.01"), Decimal("0.005")]


def test_a_mapping_names_foreign_titles_and_leaves_some_out() -> None:
    mapping = ColumnMapping(
        columns={"Scheme": "name", "Where": "建设地点", "Cost": "total", "Weather": ""},
        constants={"unit": "市交通局", "note": "外来"},
        options=Options(unit="元", date_format="%d/%m/%Y"),
    )
    table = read(
        [["Scheme", "Where", "Cost", "Weather", "End"], ["A", "X", "1,000", "dry", None]], LEDGER, mapping=mapping
    )
    row = table.rows[0]
    assert (row.text("name"), row.amount("total"), row.names("unit"), row.text("note")) == (
        "A",
        1000,
        ("市交通局",),
        "外来",
    )
    assert table.issues == []


def test_dates_follow_the_format_of_the_mapping() -> None:
    options = Options(date_format="%d/%m/%Y")
    table = read(
        [DATES, [1, "甲", "城", "03/04/2014", None], [2, "乙", "城", "2014-04-03", None]], LEDGER, options=options
    )
    assert table.rows[0].day("end") == date(2014, 4, 3)
    assert not table.rows[1].ok


def test_a_sheet_without_a_known_header_is_no_table() -> None:
    assert read_table(grid([["甲", "乙"], [1, 2]]), LEDGER, mapping=ColumnMapping(), options=Options()) is None
