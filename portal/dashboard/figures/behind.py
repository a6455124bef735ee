"""The projects behind a figure in words, on the page and in a file."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from dashboards.indicators.behind import Behind
from dashboards.indicators.catalogue import Indicator
from dashboards.indicators.values import IndicatorValue
from geodata.exchange.writers import Column
from geodata.exchange.writers.sheets import Cell
from geodata.projects.choices import Status
from geodata.summary.models import ProjectRow
from geodata.summary.selectors import in_order
from portal import wording
from portal.dashboard import links
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
