"""The projects behind a month of the curves in words, on the page and in a file."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.curves.selectors import CourseMonth, MonthBehind, ProjectMonth
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.projects.choices import Status
from geodata.summary.filters import ProjectFilter
from geodata.summary.selectors import in_order
from portal import wording
from portal.dashboard import links
from portal.dashboard.figures.behind import project
from portal.workbench.lists import frame

Texts = dict[str, Any]
COLUMNS: Final = (
    Column("平台编号", width=17),
    Column("项目名称", width=36),
    Column("属地管理单位", width=18),
    Column("施工状态", width=12),
    Column("计划(元)", Kind.MONEY, 20),
    Column("完成投资(元)", Kind.MONEY, 20),
    Column("其中有计划项目完成投资(元)", Kind.MONEY, 26),
    Column("拨付(元)", Kind.MONEY, 20),
)


def amounts(of: ProjectMonth | CourseMonth) -> Texts:
    """The three sums of a project or of the group, and what those with a plan completed."""
    return {name: wording.money(getattr(of, name)) for name in ("planned", "completed", "earned", "disbursed")}


def figures(whole: CourseMonth, month: date, chosen: ProjectFilter, day: date, *, by: str) -> list[Texts]:
    """The sums of the month; each puts its own largest first."""
    labels = {"planned": _("Plan"), "completed": _("Completed"), "disbursed": _("Disbursed")}
    return [
        {
            "label": label,
            "text": wording.money(getattr(whole, name)),
            "url": links.course(chosen, month, day, by=name),
            "selected": name == by,
        }
        for name, label in labels.items()
    ]


def rows(found: Sequence[ProjectMonth], day: date, *, today: date) -> list[Texts]:
    """What each project gives, with the way to it. One query."""
    known = {row.pk: row for row in in_order([one.project_id for one in found], day, today=today)}
    return [project(known[one.project_id]) | amounts(one) for one in found]


def curves_url(chosen: ProjectFilter) -> str:
    """The curves under the same limits."""
    limits = chosen.querystring(without=("page", "limit", "sort"))
    return f"{reverse('dashboard:curves')}?{limits}"


def cells(found: MonthBehind, *, today: date) -> Iterator[list[Cell]]:
    """The rows of the file, the sum of all of them last."""
    for piece in frame.in_pieces(found.rows):
        known = {row.pk: row for row in in_order([one.project_id for one in piece], found.as_of, today=today)}
        for one in piece:
            row = known[one.project_id]
            named: list[Cell] = [row.code, row.name, row.unit_name or "", str(Status(row.status).label)]
            yield [*named, *_sums(one)]
    yield ["", "合计", "", "", *_sums(found.whole)]


def _sums(of: ProjectMonth | CourseMonth) -> list[Cell]:
    return [of.planned, of.completed, of.earned, of.disbursed]
