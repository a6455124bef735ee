"""What stands behind the figures of the curves that no month says, as one kind of table: heads, rows, sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from dashboards.curves import selectors as curves
from dashboards.curves.earned import Earned
from dashboards.curves.models import Measure
from dashboards.curves.selectors.forecasts import origin_of, year_of
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.projects.choices import Status
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.selectors import in_order
from portal import wording
from portal.dashboard.figures.behind import project
from portal.workbench import forecasting
from portal.workbench.lists import frame

Texts = dict[str, Any]
Amounts = tuple[Decimal | None, ...]
_NAMED: Final = (
    Column("平台编号", width=17),
    Column("项目名称", width=36),
    Column("属地管理单位", width=18),
    Column("施工状态", width=12),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A figure and its rows. `name`, `notes` and the names of `columns` are those of a file, in Chinese; `heads` the
    same on the page. A row is a project's id with what it gives; `foot` the sums, the last of them the figure."""

    title: str
    name: str
    basis: str
    notes: tuple[str, ...]
    figure: str
    heads: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Sequence[tuple[int, Amounts]]
    foot: Sequence[tuple[str, str, Amounts]]
    shown: Callable[[int, Decimal | None], str]


def _year_end(measure: Measure) -> Callable[[Scope, ProjectFilter, date], Part]:
    def made(scope: Scope, chosen: ProjectFilter, today: date) -> Part:
        day = chosen.as_of or today
        year = year_of(origin_of(day))
        sums = curves.group_sums(scope, chosen=chosen, today=today)
        now = sums.completed if measure == Measure.COMPLETED else sums.disbursed
        ahead = curves.group_forecast(scope, chosen=chosen, today=today, now={measure.value: now}).get(measure.value)
        found = curves.year_end_behind(scope, chosen=chosen, measure=measure, today=today)
        before = sum((one.now for one in found), Decimal(0))
        mean = sum((one.mean for one in found), Decimal(0))
        labels = {
            Measure.COMPLETED: _("Completed investment by the end of %(year)s"),
            Measure.DISBURSED: _("Disbursed by the end of %(year)s"),
        }
        return Part(
            title=labels[measure] % {"year": year},
            name=f"{year} 年末预计{measure.label}",
            basis=_year_end_basis(origin_of(day)),
            notes=(f"预测依据 {origin_of(day)} 以前的数据", "区间为 80%，合计的区间不是各项目区间之和"),
            figure=wording.money(ahead.point if ahead else None),
            heads=(_("Sum on which it rests"), _("Expected at the year's end"), _("Lower end"), _("Upper end")),
            columns=("预测起点累计（元）", "年末预计（元）", "区间下限（元）", "区间上限（元）"),
            rows=[(one.project_id, (one.now, one.mean, one.low, one.high)) for one in found],
            foot=[
                ("预测项目小计", _("Projects forecast"), (before, mean, None, None)),
                ("其余按截止日现状", _("All else as it stands"), (now - before, now - before, None, None)),
                (
                    "合计",
                    _("Year's end of the group"),
                    (now, ahead.point, ahead.low, ahead.high) if ahead else (now, None, None, None),
                ),
            ],
            shown=_money,
        )

    return made


def _year_end_basis(origin: date) -> str:
    expected = _("What each project is expected to reach, from its sum on %(origin)s.") % {
        "origin": wording.day(origin)
    }
    own = _("Intervals of single projects are their own; that of the group counts their errors together.")
    gap = " " if wording.is_english() else ""
    return gap.join((expected % {"origin": wording.day(origin)}, own, _("All else stays as it stands on this day.")))


def _cost(scope: Scope, chosen: ProjectFilter, today: date) -> Part:
    found = curves.certified_behind(scope, chosen=chosen, today=today)
    works = sum((one.works for one in found), Decimal(0))
    certified = sum((one.certified for one in found), Decimal(0))
    index = Earned(works=works, certified=certified).cost_index if found else None
    return Part(
        title=_("Cost index CPI"),
        name="成本绩效指数 CPI 构成明细",
        basis=_("Physical progress × total of the contracts over certified output, of projects with certified output."),
        notes=("CPI = Σ（形象进度 × 合同总价）÷ Σ 经确认产值", "只计有经确认产值的项目"),
        figure=forecasting.index_text(index),
        heads=(_("Works of the contracts"), _("Certified output"), "CPI"),
        columns=("形象进度 × 合同总价（元）", "经确认产值（元）", "CPI"),
        rows=[(one.project_id, (one.works, one.certified, one.works / one.certified)) for one in found],
        foot=[("合计", _("Total of all rows"), (works, certified, index))],
        shown=lambda place, amount: _money(place, amount) if place < 2 else forecasting.index_text(amount),
    )


def _unplanned(scope: Scope, chosen: ProjectFilter, today: date) -> Part:
    found = curves.unplanned(scope, chosen=chosen, today=today)
    year = (chosen.as_of or today).year
    return Part(
        title=_("Projects without a plan"),
        name="没有年度计划的项目",
        basis=_("No plan of %(year)s or of a year before is recorded; the plan's line leaves them out.")
        % {"year": year},
        notes=(f"没有 {year} 年及以前的年度计划，不计入计划曲线",),
        figure=f"{len(found):,}",
        heads=(),
        columns=(),
        rows=[(pk, ()) for pk in found],
        foot=[],
        shown=_money,
    )


OF: Final[Mapping[str, Callable[[Scope, ProjectFilter, date], Part]]] = {
    "completed": _year_end(Measure.COMPLETED),
    "disbursed": _year_end(Measure.DISBURSED),
    "cost": _cost,
    "unplanned": _unplanned,
}


def texts(found: Part) -> Texts:
    """The heads, the figure and the foot of the table."""
    return {
        "title": found.title,
        "basis": found.basis,
        "figure": found.figure,
        "heads": found.heads,
        "foot": [{"label": label, "cells": _cells(found, amounts)} for _name, label, amounts in found.foot],
    }


def rows(found: Part, part: slice, day: date, *, today: date) -> list[Texts]:
    """The projects of a page with what each gives. One query."""
    shown = found.rows[part]
    known = {row.pk: row for row in in_order([pk for pk, _amounts in shown], day, today=today)}
    return [project(known[pk]) | {"cells": _cells(found, amounts)} for pk, amounts in shown]


def _cells(found: Part, amounts: Amounts) -> list[Texts]:
    return [
        {"head": head, "text": found.shown(place, amount) if amount is not None else ""}
        for place, (head, amount) in enumerate(zip(found.heads, amounts, strict=True))
    ]


def columns(found: Part) -> tuple[Column, ...]:
    """The heads of the file."""
    money = tuple(Column(name, Kind.MONEY if name.endswith("（元）") else Kind.PLAIN, 22) for name in found.columns)
    return (*_NAMED, *money)


def cells(found: Part, day: date, *, today: date) -> Iterator[list[Cell]]:
    """The rows of the file, the sums last."""
    for piece in frame.in_pieces(found.rows):
        known = {row.pk: row for row in in_order([pk for pk, _amounts in piece], day, today=today)}
        for pk, amounts in piece:
            row = known[pk]
            yield [row.code, row.name, row.unit_name or "", str(Status(row.status).label), *amounts]
    for name, _label, amounts in found.foot:
        yield ["", name, "", "", *amounts]


def _money(_place: int, amount: Decimal | None) -> str:
    return wording.money(amount)
