"""The projects behind a number of the report, with what was found, as rows of a page and of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.figures.wording import half_up
from geodata.projects.choices import GeometrySource, Status
from geodata.quality.choices import Kind as Doubtful
from geodata.quality.filters import LOCATED, UNLOCATED, UNVERIFIED, QualityFilter
from geodata.quality.selectors import Doubt, findings_of, quality_rows
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench.lists.frame import in_pieces
from portal.workbench.quality import report

PARAMETERS: Final = {"unit": "属地管理单位", "finding": "问题", "as_of": "截止日"}
CODED: Final = {
    "finding": [(UNLOCATED, "未上图"), (UNVERIFIED, "从未核实"), (LOCATED, "已上图"), *Doubtful.choices],
}
FILE_COLUMNS: Final = (
    Column("平台编号", width=17),
    Column("项目名称", width=36),
    Column("属地管理单位", width=16),
    Column("施工状态", width=10),
    Column("总投资(元)", Kind.MONEY, 18),
    Column("图形来源", width=12),
    Column("问题", width=14),
    Column("说明", width=44),
    Column("相关项目编号", width=17),
    Column("最早发现", Kind.DAY, 12),
)
_COLUMNS: Final = ("id", "code", "name", "unit", "status", "budget", "geom_source", "is_located", "unverified")


def findings() -> list[tuple[str, str]]:
    """What one can choose: the numbers of the report."""
    return [(str(key), report.name(str(key))) for key in (*report.NAMES, LOCATED)]


def source_label(source: str) -> str:
    return wording.label(str(GeometrySource(source).label)) if source else ""


def said(doubt: Doubt) -> str:
    """A finding in one sentence; the other project is not named to those who may not see it."""
    row = doubt.row
    share = f"{half_up(row.share_pct, 1):g}" if row.share_pct is not None else "0"
    other = {"name": doubt.other.name if doubt.other else _("a project outside your area of work"), "share": share}
    match row.kind:
        case Doubtful.OUTSIDE:
            text = _("Only %(share)s%% of it lies within the unit") % {"share": share}
        case Doubtful.DUPLICATE:
            text = _("Same place as %(name)s") % other
        case Doubtful.OVERLAP:
            text = _("Overlaps %(name)s, %(share)s%% of the smaller one") % other
        case _other:
            return row.detail
    return _("%(text)s and %(n)s more") % {"text": text, "n": row.others - 1} if row.others > 1 else text


def texts(row: Any, doubts: Sequence[Doubt], units: Mapping[str, str], *, finding: str) -> dict[str, Any]:
    """One row of the page: the findings asked for first."""
    ordered = sorted(doubts, key=lambda doubt: doubt.row.kind != finding)
    return {
        "code": row.code,
        "name": row.name,
        "url": reverse("workbench:project", args=[row.code]),
        "unit_name": wording.label(units.get(row.unit, row.unit)),
        "status_label": wording.label(str(Status(row.status).label)),
        "shape": wording.SHAPE[row.status],
        "budget_text": wording.money(row.budget),
        "source_text": source_label(row.geom_source) if row.is_located else "",
        "located": row.is_located,
        "unverified": row.unverified,
        "doubts": [_doubt(doubt) for doubt in ordered] if row.is_located else [],
    }


def _doubt(doubt: Doubt) -> dict[str, Any]:
    return {
        "label": report.name(doubt.row.kind),
        "text": said(doubt),
        "since": wording.day(doubt.row.since),
        "url": reverse("workbench:project", args=[doubt.other.serial_no]) if doubt.other else "",
    }


def cells(scope: Scope, chosen: QualityFilter, units: Mapping[str, str], *, today: date) -> Iterator[list[Cell]]:
    """The rows of the file in the list's order, one a project."""
    day = chosen.as_of or today
    rows = quality_rows(scope, chosen, today=today).values_list(*_COLUMNS, named=True)
    for piece in in_pieces(rows):
        known = findings_of(scope, [row.id for row in piece], as_of=day)
        for row in piece:
            yield _cells(row, known.get(row.id, []) if row.is_located else [], units)


def _cells(row: Any, doubts: Sequence[Doubt], units: Mapping[str, str]) -> list[Cell]:
    labels = [str(Doubtful(doubt.row.kind).label) for doubt in doubts]
    return [
        row.code,
        row.name,
        units.get(row.unit, row.unit),
        str(Status(row.status).label),
        row.budget,
        str(GeometrySource(row.geom_source).label) if row.is_located and row.geom_source else "",
        "；".join([*labels, *(["从未核实"] if row.unverified else []), *([] if row.is_located else ["未上图"])]),
        "；".join(said(doubt) for doubt in doubts),
        "；".join(doubt.other.serial_no for doubt in doubts if doubt.other),
        min((doubt.row.since for doubt in doubts), default=None),
    ]
