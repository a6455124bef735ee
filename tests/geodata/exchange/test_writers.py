"""Files that staff take away: nothing in them runs, CSV and XLSX hold the same, a workbook hides nothing."""

import csv
import io
import itertools
import re
import tracemalloc
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from geodata.errors import TooLarge
from geodata.exchange.writers import LARGEST_WORKBOOK, Column, Kind, Sheet, check_size, csv_lines, safe, write_workbook

STARTS = (
    "=",
    "+",
    "-",
    "@",
    "＝",
    "＋",
    "－",
    "＠",
    "﹢",
    "﹦",
    "⁺",
    "−",
    "\t=",
    "\r=",
    "\n+",
    " =",
    "\u3000＝",
    "\ufeff=",
    "\u00a0@",
)
ENDS = ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x","y")', "SUM(A1:A9)", 'WEBSERVICE("http://x")')
PAYLOADS = [start + end for start, end in itertools.product(STARTS, ENDS)]
SHEET = Sheet(
    "项目",
    (
        Column("名称"),
        Column("金额（元）", Kind.MONEY),
        Column("比率(%)", Kind.PERCENT),
        Column("偏差(个百分点)", Kind.POINTS),
        Column("件数", Kind.NUMBER),
        Column("日期", Kind.DAY),
        Column("时间", Kind.MOMENT),
    ),
    ("数据截至 2026-03-30", "筛选 无"),
)
ROW = [
    "示例路",
    Decimal("-1234567890123.45"),
    Decimal("0.62345"),
    Decimal("-4.44"),
    3,
    date(2026, 3, 5),
    datetime(2026, 3, 5, 9, 7),
]
EMPTY = ["", None, None, None, None, None, None]


def table(rows: list[list]) -> list[list[str]]:
    text = b"".join(csv_lines(SHEET, rows)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def workbook(rows: list[list], sheet: Sheet = SHEET) -> io.BytesIO:
    file = io.BytesIO()
    write_workbook(sheet, rows, file)
    file.seek(0)
    return file


def test_there_are_at_least_eighty_payloads() -> None:
    assert len(set(PAYLOADS)) >= 80


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_starts_a_formula(payload: str) -> None:
    assert safe(payload).startswith("'")
    assert safe(safe(payload)) == safe(payload)


@pytest.mark.parametrize("text", ["示例路", "G=M", "3-5号楼", "a@b", "", "1. 项目", "'已有引号"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert safe(text) == text


def test_control_characters_that_no_workbook_may_hold_are_dropped() -> None:
    assert safe("示\x00例\x0b路\x1f") == "示例路"


def test_a_csv_has_a_mark_titles_rows_and_a_last_row_that_tells_what_it_is() -> None:
    whole = b"".join(csv_lines(SHEET, [ROW, EMPTY]))
    assert whole.startswith(b"\xef\xbb\xbf")
    rows = table([ROW, EMPTY])
    assert rows[0] == [column.title for column in SHEET.columns]
    assert rows[1] == ["示例路", "-1234567890123.45", "62.35", "-4.4", "3", "2026-03-05", "2026-03-05 09:07"]
    assert rows[2] == [""] * 7
    assert rows[3] == ["共 2 行", "数据截至 2026-03-30", "筛选 无"]


def test_a_workbook_holds_numbers_as_numbers_exact_to_the_fen_and_dates_as_dates() -> None:
    page = openpyxl.load_workbook(workbook([ROW]))["项目"]
    cells = page[2]
    assert [cell.value for cell in cells] == [
        "示例路", -1234567890123.45, 62.35, -4.4, 3, datetime(2026, 3, 5), datetime(2026, 3, 5, 9, 7),
    ]  # fmt: skip
    assert cells[1].number_format == "#,##0.00"
    assert cells[5].is_date
    raw = zipfile.ZipFile(workbook([ROW])).read("xl/worksheets/sheet1.xml").decode()
    assert "-1234567890123.45" in raw


def test_every_payload_is_a_text_in_the_workbook_and_no_cell_is_a_formula() -> None:
    rows = [[payload, *EMPTY[1:]] for payload in PAYLOADS]
    file = workbook(rows)
    raw = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<f[ >]", raw)
    page = openpyxl.load_workbook(file).active
    assert all(str(row[0].value).startswith("'") for row in page.iter_rows(min_row=2, max_row=1 + len(PAYLOADS)))


def test_a_workbook_has_one_sheet_and_hides_nothing() -> None:
    file = workbook([ROW])
    names = zipfile.ZipFile(file).namelist()
    assert sum(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in names) == 1
    assert not [name for name in names if re.search("comment|pivot|external|vba|drawing|media|custom", name)]
    book = openpyxl.load_workbook(file)
    assert [sheet.sheet_state for sheet in book] == ["visible"]
    assert not book.defined_names
    assert not book["项目"].defined_names
    assert not book.properties.creator
    assert not book.properties.lastModifiedBy


def test_a_workbook_that_would_take_too_long_is_refused_with_a_way_out() -> None:
    check_size(LARGEST_WORKBOOK)
    with pytest.raises(TooLarge, match="CSV"):
        check_size(LARGEST_WORKBOOK + 1)


def test_memory_does_not_grow_with_the_rows_of_a_csv() -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        for _piece in csv_lines(SHEET, itertools.repeat(ROW, rows)):
            pass
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    assert peak(20_000) < peak(2_000) * 1.5
