"""The error workbook, corrected and sent again, is read as the file was; of a long file it holds the bad rows alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from geodata.exchange import error_workbook
from geodata.exchange.batches.opening import make_context, preview
from geodata.exchange.error_workbook import write_error_workbook
from geodata.exchange.mappings import Options
from geodata.regions.models import AreaUnit
from tests.geodata.exchange.importing import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def units(city: dict[str, AreaUnit]) -> dict[str, AreaUnit]:
    return city


def written(path: Path, target: Path) -> Any:
    """The plan of a file, and its error workbook at `target`."""
    seen = preview(
        path=path, dataset="projects", context=make_context(options=Options(), mapping=None, user=None, now=NOW)
    )
    write_error_workbook(path=target, grids=seen.content.grids, tables=seen.content.tables, issues=seen.plan.issues)
    return seen.plan


def difficult(path: Path, rows: int = 3) -> Path:
    """A title, groups under merged cells, a unit above, a section, merged responsible bodies, a hidden row."""
    book = Workbook()
    sheet = book.active
    sheet.title = "台账"
    sheet.append(["岳阳楼区2026年重点项目"])
    sheet.append(["单位：万元"])
    sheet.append(["序号", "项目名称", "属地管理单位", "计划年度", "总投资", "资金来源", None, "责任单位"])
    sheet.append([None, None, None, None, None, "中央", "市级", None])
    sheet.append([None, "一、城镇老旧小区改造"])
    for number in range(1, rows + 1):
        bad = number == rows
        sheet.append([number, f"示例{number}号", "岳阳楼区", 2026, "很多" if bad else 100, 60, 40, "市住建局"])
    sheet.append([rows + 1, "藏起来的", "岳阳楼区", 2026, 5, 5, 0, "市住建局"])
    for reference in ("A1:H1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "F3:G3", "H3:H4", f"H6:H{rows + 5}"):
        sheet.merge_cells(reference)
    sheet.row_dimensions[rows + 6].hidden = True
    book.save(path)
    return path


def correct(path: Path, sheet: str, wrong: Any, right: Any) -> Path:
    book = load_workbook(path)
    for row in book[sheet].iter_rows():
        for cell in row:
            if cell.value == wrong:
                cell.value = right
    book.save(path)
    return path


def test_what_was_corrected_in_the_workbook_is_read_as_the_file_was(tmp_path: Path) -> None:
    target = tmp_path / "错误.xlsx"
    plan = written(difficult(tmp_path / "台账.xlsx"), target)
    assert (plan.counts.new, plan.counts.refused) == (2, 1)
    assert load_workbook(target)["台账"]["E8"].comment.text.startswith("错误")
    again = written(correct(target, "台账", "很多", 100), tmp_path / "再.xlsx")
    assert (again.counts.new, again.counts.refused, again.counts.rows) == (3, 0, 3)  # the hidden row stays out
    entries = [planned.entry.project for planned in again.planned]
    assert {entry.category_code for entry in entries} == {"01"}
    assert all(dict(entry.parties)["lead_unit"] == ("市住建局",) for entry in entries)
    assert {str(amount) for planned in again.planned for amount in planned.entry.money.funding.values()} == {
        "600000.00",
        "400000.00",
    }


def test_of_a_long_sheet_the_bad_rows_alone_are_given_and_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(error_workbook, "LONG", 50)
    target = tmp_path / "错误.xlsx"
    plan = written(difficult(tmp_path / "台账.xlsx", rows=100), target)
    assert (plan.counts.new, plan.counts.refused) == (99, 1)
    book = load_workbook(target)
    assert [[cell.value for cell in row][:5] for row in book["台账"].iter_rows(min_row=5)] == [
        ["一、城镇老旧小区改造", None, None, None, None],
        [100, "示例100号", "岳阳楼区", 2026, "很多"],
    ]
    listed = [[cell.value for cell in row] for row in book["问题清单"].iter_rows()]
    assert "只有表头和有错误或待确认的行" in listed[0][0]
    assert listed[1][6] == "在本工作簿第几行"
    assert [(row[1], row[6]) for row in listed if row[3] == "错误"] == [(105, 6)]
    assert book["台账"]["E6"].comment.text.startswith("错误")
    again = written(correct(target, "台账", "很多", 100), tmp_path / "再.xlsx")
    assert (again.counts.new, again.counts.refused) == (1, 0)
    project = again.planned[0].entry.project
    assert (project.category_code, dict(project.parties)["lead_unit"]) == ("01", ("市住建局",))


def test_a_list_of_findings_ends_before_a_sheet_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_workbook, "MOST_LISTED", 1)
    target = tmp_path / "错误.xlsx"
    written(difficult(tmp_path / "台账.xlsx"), target)
    sheet = load_workbook(target)["问题清单"]
    assert "这里列出前 1 条" in sheet["A1"].value
    assert sheet.max_row == 3


def test_dates_of_the_calendar_of_1904_stay_the_same_days(tmp_path: Path) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.title = "台账"
    for row in (
        ["项目名称", "属地管理单位", "计划年度", "总投资", "实际开工"],
        ["甲项目", "岳阳楼区", 2026, "很多", 44864],
    ):
        book.active.append(row)
    path, target = tmp_path / "台账.xlsx", tmp_path / "错误.xlsx"
    book.save(path)
    written(path, target)
    again = written(correct(target, "台账", "很多", 100), tmp_path / "再.xlsx")
    assert again.planned[0].entry.project.values["actual_start_on"].isoformat() == "2026-10-31"


def test_signs_that_no_workbook_may_hold_are_left_out_of_it(tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_text(
        "项目名称,属地管理单位,计划年度,项目类别,总投资(万元)\n示例\x01路,岳阳\x1b楼区,2026,农村公路,1\x02\uffff2\n"
    )
    plan = written(path, tmp_path / "错误.xlsx")
    assert plan.counts.refused == 1
    (_listed, copy) = load_workbook(tmp_path / "错误.xlsx").worksheets
    assert [cell.value for cell in copy[2]][:2] == ["示例路", "岳阳楼区"]
    assert copy["E2"].comment is not None
