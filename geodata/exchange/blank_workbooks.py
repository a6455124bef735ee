"""Templates to fill in: a workbook for each dataset, made from the very columns that its importer reads.

Each sheet has a header and an example row, which the reader leaves out; a last sheet explains every column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from geodata.exchange.columns import SEQUENCE, Column, Kind, Layout
from geodata.exchange.datasets import Dataset
from geodata.exchange.tables.lines import EXAMPLE
from geodata.exchange.template_examples import written

NEEDED: Final = PatternFill("solid", fgColor="DCEBEC")
SHOWN: Final = Font(italic=True, color="7B8794")
HOW: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "文字",
    Kind.CODE: "编号，按文本填写，不要让表格把它变成数字",
    Kind.AMOUNT: "金额，单位写在列标题或表头的“单位：”中",
    Kind.DATE: "日期，如 2026-03-05、2026年3月",
    Kind.END_DATE: "日期，如 2026-10-31、2026年10月底；只写到月按月末",
    Kind.PERIOD: "起止，如 2025.12-2026.11",
    Kind.PERCENT: "百分比，如 31.6%",
    Kind.INTEGER: "整数",
    Kind.DECIMAL: "数字",
    Kind.CHOICE: "只能填列出的词",
    Kind.BOOLEAN: "是 或 否",
    Kind.NAMES: "名称，多个用顿号或换行分开",
    Kind.MOMENT: "时间，如 2026-03-12 09:14",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """A column as the explanations and the help page show it."""

    label: str
    needed: bool
    how: str
    example: str
    also: str


def tables_of(dataset: Dataset) -> list[tuple[str, list[Explained]]]:
    """The sheets of a dataset by name, with their columns; feature layers by the name of their layout."""
    return [(name_of(layout), [explained(column) for column in layout.columns]) for layout in dataset.layouts]


def name_of(layout: Layout) -> str:
    """What the sheet is called."""
    return "图形文件" if layout.features else layout.titles[0]


def explained(column: Column) -> Explained:
    """A column in words."""
    how = HOW[column.kind]
    if column.kind is Kind.CHOICE:
        how = f"只能填：{'、'.join(dict.fromkeys(column.choices))}"
    if column.kind is Kind.AMOUNT and column.unit:
        how = f"金额（{column.unit}）"
    also = "、".join(title for title in column.synonyms if not title.isascii())
    return Explained(title(column), column.required, how, example(column), also)


def title(column: Column) -> str:
    """The title in a template: the unit stands with it."""
    return f"{column.label}({column.unit})" if column.unit else column.label


def example(column: Column) -> str:
    """One value as somebody would write it."""
    return written(column.label, column.kind) or next(iter(column.choices), "")


def blank_workbook(dataset: Dataset) -> bytes:
    """The template as xlsx. A dataset that only feature files bring in has its explanations alone."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for layout in dataset.layouts:
        if not layout.features:
            _sheet(book.create_sheet(name_of(layout)), layout)
    _explanations(book.create_sheet("填写说明"), dataset)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _sheet(sheet: Worksheet, layout: Layout) -> None:
    columns = [SEQUENCE, *layout.columns]
    sheet.append([title(column) for column in columns])
    sheet.append([EXAMPLE, *(example(column) for column in layout.columns)])
    for position, column in enumerate(columns, start=1):
        head = sheet.cell(1, position)
        head.font = Font(bold=True)
        head.alignment = Alignment(wrap_text=True, vertical="top")
        if column.required:
            head.fill = NEEDED
        shown = sheet.cell(2, position)
        shown.font = SHOWN
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = 22 if column.label.endswith(("名称", "内容", "地点", "全称")) else 15
        if column.kind is Kind.CODE:
            shown.number_format = "@"
    sheet.freeze_panes = "B2"


def _explanations(sheet: Worksheet, dataset: Dataset) -> None:
    for letter, width in zip("ABCDEF", (18, 26, 8, 44, 30, 44), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([f"{dataset.title}：蓝色列标题必须填写；“{EXAMPLE}”导入时自动跳过，可以删去；不需要的列可以删去。"])
    sheet.append(["所在工作表", "列的标题", "必需", "怎么写", "写法举例", "也认得的标题"])
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    for name, columns in tables_of(dataset):
        for one in columns:
            sheet.append([name, one.label, "是" if one.needed else "", one.how, one.example, one.also])
