"""What a line under the header is: data, a total, a section title, a footer, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from geodata.exchange.columns import Kind, Layout
from geodata.exchange.tables.cells import as_text
from geodata.exchange.tables.grids import Grid
from geodata.exchange.tables.headers import Header, Titles, normalise_title, squeeze

COPY_MARKS = frozenset(("同上", "〃", "″", '"', "''", "“"))

SAMPLE_ROWS = 200
EXAMPLE = "示例行"  # a row that begins with this shows how to fill a template in; it is never read

_TOTAL = re.compile(r"^(合计|总计|总合计|全市合计|小计|本页小计|累计合计|合计数|total|grandtotal|subtotal)[:]?$")
_PART = re.compile(r"^(?!其中).{2,12}(小计|合计|总计)[:]?$")  # 岳阳楼区小计
_WHEREOF = re.compile(r"^其中[:]?")
_SUBTOTAL = re.compile(r"小计|subtotal")
_SECTION = re.compile(
    r"^(?:(?P<upper>[一二三四五六七八九十]+)、|(?P<lower>[(][一二三四五六七八九十]+[)]))(?P<title>.+)$"
)
# 一 or （一） alone in the column 序号, the title in a cell of its own
_SECTION_NUMBER = re.compile(r"^(?:(?P<upper>[一二三四五六七八九十]+)、?|(?P<lower>[(][一二三四五六七八九十]+[)]))$")
_SECTION_COUNT = re.compile(r"[(](\d+)[个项]*[)]$")
_FOOTER = re.compile(
    r"^(注|备注|说明|附注|附表|附件|填表说明|填报说明|填报人|填表人|制表人?|审核人?|复核人?|审批人|负责人|单位负责人"
    r"|联系人|联系电话|数据来源|填报日期|制表日期|打印日期|打印时间)(\d*):"
)
_NUMBERS = (Kind.AMOUNT, Kind.PERCENT, Kind.INTEGER, Kind.DECIMAL)


class LineKind(StrEnum):
    """The kinds of lines below a header."""

    DATA = "data"
    BLANK = "blank"
    TOTAL = "total"
    SUBTOTAL = "subtotal"
    SECTION = "section"
    FOOTER = "footer"
    REPEATED_HEADER = "repeated_header"
    OTHER_HEADER = "other_header"


@dataclass(frozen=True, slots=True)
class Line:
    """A classified line: its index in the grid, its level and title when it opens a section."""

    index: int
    kind: LineKind
    title: str = ""
    level: int = 0
    count: int | None = None


class Classifier:
    """Classifies the lines of one table, in order: a footer makes a lonely text after it a footer too."""

    def __init__(self, grid: Grid, header: Header, layout: Layout) -> None:
        self._grid = grid
        self._header = header
        self._numeric = {m.position for m in header.matched if m.column.kind in _NUMBERS}
        self._sequence = next((m.position for m in header.matched if m.column.key == "seq"), None)
        self._footed = False
        self._titles = Titles(layout)
        self._least = max(layout.minimum, 3)
        self._numbered = self._sequence is not None and any(
            squeeze(as_text(grid.cell(row, self._sequence).value)).removesuffix(".0").isdigit()
            for row in range(header.bottom, min(header.bottom + SAMPLE_ROWS, len(grid.rows)))
        )

    def classify(self, index: int) -> Line:
        """What the line at that index is."""
        cells = self._grid.rows[index]
        filled = [position for position, cell in enumerate(cells) if not _blank(cell.value, cell.missing_formula_value)]
        if not filled:
            return Line(index, LineKind.BLANK)
        first = squeeze(as_text(cells[filled[0]].value))
        special = self._summary(index, first, filled) or self._closing(index, first, filled)
        if special is None and self._repeats_header(index, first, filled):
            special = Line(index, LineKind.REPEATED_HEADER)
        if special is None and self._another_header(index, first, filled):
            special = Line(index, LineKind.OTHER_HEADER)
        return special or Line(index, LineKind.DATA)

    def _summary(self, index: int, first: str, filled: Sequence[int]) -> Line | None:
        """Totals and section titles: at most one text beside the figures."""
        leading = first.casefold()
        if self._sequence is not None and filled[0] == self._sequence and first.isdigit() and len(filled) > 1:
            return None
        if _TOTAL.match(leading):
            kind = LineKind.SUBTOTAL if _SUBTOTAL.search(leading) else LineKind.TOTAL
            return Line(index, kind)
        section = _SECTION.match(first)
        texts = [position for position in filled if position not in self._numeric]
        if len(texts) == 1 and _PART.match(leading):
            return Line(index, LineKind.SUBTOTAL, title=first.removesuffix(":"))
        if len(texts) == 1 and _WHEREOF.match(first):
            return Line(index, LineKind.FOOTER)
        title = section["title"] if section else ""
        if section is None and self._numbered and filled[0] == self._sequence and len(texts) == 2:
            # only where other lines of the table bear 1, 2, 3: in some tables 一, 二, 三 are the projects
            section = _SECTION_NUMBER.match(first)
            title = squeeze(as_text(self._grid.cell(index, texts[1]).value))
            texts = texts[1:]
        if section is None or len(texts) > 1:
            return None
        counted = _SECTION_COUNT.search(title)
        count = int(counted[1]) if counted else None
        title = title[: counted.start()] if counted else title
        return Line(index, LineKind.SECTION, title=title, level=1 if section["upper"] else 2, count=count)

    def _closing(self, index: int, first: str, filled: Sequence[int]) -> Line | None:
        """Notes and signatures under the table, and the example of our own templates."""
        if first == EXAMPLE:
            return Line(index, LineKind.FOOTER)
        if _FOOTER.match(first):
            self._footed = True
            return Line(index, LineKind.FOOTER)
        if self._footed and len(filled) == 1 and not first.isdigit():
            return Line(index, LineKind.FOOTER)
        return None

    def _repeats_header(self, index: int, first: str, filled: Sequence[int]) -> bool:
        """A header printed again at a page break."""
        if len(filled) < 3 or first.isdigit():
            return False
        same = 0
        for match in self._header.matched:
            text = as_text(self._grid.cell(index, match.position).value)
            if text:
                title = normalise_title(text)[0]
                if title != match.path and title != match.path.rpartition("/")[2]:
                    return False
                same += 1
        return same >= 3

    def _another_header(self, index: int, first: str, filled: Sequence[int]) -> bool:
        """The header of another table below: nothing under it may be read by the columns of the first."""
        if self._grid.layer is not None or len(filled) < self._least:
            return False
        cells = self._grid.rows[index]
        if any(_is_number(cells[position].value) for position in self._numeric.intersection(filled)):
            return False  # nearly every line: titles are looked up for the few others
        if self._title(first) is None:
            return False
        named = {self._title(as_text(self._grid.cell(index, position).value)) for position in filled} - {None}
        return len(named) >= max(self._least, len(filled) * 0.6)

    def _title(self, text: str) -> str | None:
        title = normalise_title(text)[0]
        found = self._titles.find([title]) if title else None
        return found[1].key if found else None


def _is_number(value: object) -> bool:
    return not isinstance(value, str) or value.replace(",", "").replace(".", "", 1).isdigit()


def _blank(value: object, missing: bool) -> bool:
    return not missing and (value is None or (isinstance(value, str) and not value.strip()))
