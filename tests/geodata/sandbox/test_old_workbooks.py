"""Workbooks of Excel 97 to 2003: the same cells as .xlsx gives."""

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest
import xlwt

from geodata.errors import FileRefused
from geodata.sandbox import door
from geodata.sandbox.documents import Workbook


@pytest.fixture
def read(tmp_path: Path):
    def ask(content: bytes) -> Workbook:
        path = tmp_path / "sent"
        path.write_bytes(content)
        return door.read_workbook(path)

    return ask


def made(*, date1904: bool = False, name: str = "台账") -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = date1904
    sheet = book.add_sheet(name)
    sheet.write_merge(0, 0, 0, 3, "示例县项目台账")
    for column, title in enumerate(["序号", "项目名称", "总投资", "计划竣工"]):
        sheet.write(1, column, title)
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    share = xlwt.easyxf(num_format_str="0.00%")
    sheet.write(2, 0, 1)
    sheet.write(2, 1, "示例路改造")
    sheet.write(2, 2, 3980.55)
    sheet.write(2, 3, dt.date(2026, 10, 31), day)
    sheet.write(3, 2, 0.34, share)
    sheet.write(3, 3, True)
    sheet.row(3).hidden = True
    sheet.col(2).hidden = True
    other = book.add_sheet("底稿")
    other.visibility = 1
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_an_old_workbook_keeps_text_numbers_dates_and_what_is_hidden(read):
    first, second = read(made()).sheets
    assert [cell.value for cell in first.rows[2]] == [1, "示例路改造", Decimal("3980.55"), dt.date(2026, 10, 31)]
    assert (first.rows[3][2].value, first.rows[3][2].number_format) == (Decimal("0.34"), "0.00%")
    assert first.rows[3][3].value is True
    assert first.merged == [(1, 1, 1, 4)]
    assert (first.hidden_rows, first.hidden_columns) == ({4}, {3})
    assert (first.hidden, second.hidden) == (False, True)


def test_dates_of_an_old_workbook_may_count_from_1904(read):
    workbook = read(made(date1904=True))
    assert workbook.date1904
    assert workbook.sheets[0].rows[2][3].value == dt.date(2026, 10, 31)


@pytest.mark.parametrize("spoil", [lambda raw: raw[:900], lambda raw: raw[:512] + b"\xff" * 2000, lambda raw: raw[:60]])
def test_a_damaged_old_workbook_is_refused(read, spoil):
    with pytest.raises(FileRefused):
        read(spoil(made()))


def test_an_old_workbook_with_macros_is_refused(read):
    with pytest.raises(FileRefused, match="宏"):
        read(made() + "_VBA_PROJECT_CUR".encode("utf-16-le"))
