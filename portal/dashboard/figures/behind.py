"""The projects behind a figure in words, on the page and in a file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dashboards.cockpit.tasks import of_row
from dashboards.indicators.behind import TASKS, Behind
from dashboards.indicators.catalogue import CATALOGUE, Indicator
from dashboards.indicators.values import IndicatorValue
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.projects.choices import Status
from geodata.projects.models import LivelihoodTask
from geodata.summary.models import ProjectRow
from geodata.summary.rates import ratio
from geodata.summary.selectors import in_order
from portal import wording
from portal.dashboard import links, panels
from portal.dashboard.figures.files import NUMBERS, numbers
from portal.dashboard.figures.texts import amount_text, note_text, value_text
from portal.workbench.lists import frame

Texts = dict[str, Any]
COLUMNS: Final = (
    Column("平台编号", width=17),
    Column("项目名称", width=36),
    Column("属地管理单位", width=18),
    Column("施工状态", width=12),
    *NUMBERS,
    Column("备注", width=26),
)


TASK_COLUMNS: Final = (
    Column("序号", Kind.NUMBER, 8),
    Column("民生实事", width=40),
    Column("指标", width=30),
    Column("年任务", Kind.PLAIN, 14),
    Column("完成数", Kind.PLAIN, 14),
    Column("数量单位", width=12),
    Column("达到年任务", width=12),
    Column("数据截至", Kind.DAY),
)


def figure(value: IndicatorValue, indicator: Indicator) -> Texts:
    """A value with its parts, of a project or of the place."""
    return {
        "text": value_text(value.value, indicator),
        "above": amount_text(value.numerator, indicator),
        "below": "" if value.denominator is None else amount_text(value.denominator, indicator),
        "n": value.n,
        "note": note_text(value.note),
    }


def rows(found: Iterable[IndicatorValue], indicator: Indicator, known: Mapping[int, ProjectRow]) -> list[Texts]:
    """What each project gives, with the way to the project."""
    return [figure(value, indicator) | project(known[int(value.code)]) for value in found]


def project(row: ProjectRow) -> Texts:
    """The project that a row behind a figure is of."""
    return {
        "code": row.code,
        "name": row.name,
        "unit_name": wording.label(row.unit_name or ""),
        "status_label": wording.label(Status(row.status).label),
        "shape": wording.SHAPE[Status(row.status)],
        "url": links.project(row.code or ""),
    }


def tasks(found: Sequence[LivelihoodTask]) -> Texts:
    """The tasks that I17 counts, each with whether its target is reached, and the value that they make."""
    indicator = CATALOGUE[TASKS]
    rows = [panels.task(of_row(one)) | {"number": one.seq_no, "reached": _reached(one)} for one in found]
    reached = sum(1 for row in rows if row["reached"])
    return {
        "indicator": indicator.id,
        "label": wording.label(indicator.label),
        "formula": wording.label(indicator.formula),
        "text": value_text(ratio(Decimal(reached), Decimal(len(rows))), indicator),
        "reached": reached,
        "rows": rows,
    }


def task_cells(found: Iterable[LivelihoodTask]) -> Iterator[list[Cell]]:
    """The rows of the file."""
    for one in found:
        quantities: list[Cell] = [one.target_quantity, one.completed_quantity, one.quantity_unit]
        yield [one.seq_no, one.name, one.indicator_name, *quantities, "是" if _reached(one) else "否", one.data_as_of]


def _reached(one: LivelihoodTask) -> bool:
    return (one.completed_quantity or 0) >= (one.target_quantity or 0)


def projects(found: Iterable[IndicatorValue], day: date, *, today: date) -> dict[int, ProjectRow]:
    """The rows of the projects behind these values by their ids. One query."""
    return {row.pk: row for row in in_order([int(value.code) for value in found], day, today=today)}


def cells(found: Behind, indicator: Indicator, *, today: date) -> Iterator[list[Cell]]:
    """The rows of the file, the sum of all of them last."""
    for piece in frame.in_pieces(found.rows):
        known = projects(piece, found.as_of, today=today)
        for value in piece:
            row = known[int(value.code)]
            named = [row.code, row.name, row.unit_name or "", str(Status(row.status).label)]
            yield [*named, *numbers(value, indicator), value.note]
    yield ["", "合计", found.figure.name, "", *numbers(found.figure, indicator), found.figure.note]
