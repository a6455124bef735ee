"""What has changed between two days: figures then and now, and the projects that moved, each in a few words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.choropleths.selectors import value_text
from dashboards.indicators.catalogue import CATALOGUE, Unit
from dashboards.indicators.changes import Changes, Figure, Moved
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.figures.wording import NOTHING, half_up, points
from geodata.summary.filters import ProjectFilter
from portal import wording
from portal.dashboard import links

Texts = dict[str, Any]


COLUMNS: Final = (
    Column("平台编号", width=17),
    Column("项目名称", width=36),
    Column("属地管理单位", width=18),
    *(
        Column(f"{name}({when})", kind, width)
        for name, kind, width in (
            ("施工状态", Kind.TEXT, 12),
            ("最近报告期末", Kind.DAY, 12),
            ("形象进度%", Kind.PLAIN, 12),
            ("完成投资元", Kind.MONEY, 20),
            ("到位元", Kind.MONEY, 20),
            ("拨付元", Kind.MONEY, 20),
        )
        for when in ("前", "后")
    ),
)


KINDS: Final = ("status", "report", "money")


def texts(found: Changes, chosen: ProjectFilter, *, rows: Sequence[Moved] | None = None) -> Texts:
    """The figures, the counts and the projects, of these a part where one is given."""
    return {
        "earlier": wording.day(found.earlier),
        "later": wording.day(found.later),
        "figures": [_figure(figure, found, chosen) for figure in found.figures if figure.more],
        "rows": [_moved(moved) for moved in (found.moved if rows is None else rows)],
        "counts": [
            {"text": text % {"n": f"{n:,}"}, "url": rows_url(found, chosen, what), "what": what}
            for what, text, n in (
                ("", _("%(n)s projects changed"), found.projects),
                ("status", _("status %(n)s"), found.status),
                ("report", _("report %(n)s"), found.report),
                ("money", _("money %(n)s"), found.money),
            )
        ],
        "left_out": found.projects - len(found.moved),
    }


def of_kind(found: Changes, what: str) -> Sequence[Moved]:
    """The projects that changed in one of KINDS, or in anything."""
    return [moved for moved in found.moved if getattr(moved, what)] if what else found.moved


def rows_url(found: Changes, chosen: ProjectFilter, what: str = "") -> str:
    """All projects that changed, or those that did in one of KINDS, under the same limits."""
    return since_url(found.earlier, found.later, chosen) + (f"&what={what}" if what else "")


def since_url(earlier: date, later: date, chosen: ProjectFilter) -> str:
    """The same of two days that nobody has compared yet."""
    limits = replace(chosen, as_of=later).querystring(without=("page", "limit", "sort"))
    return f"{reverse('dashboard:changed')}?against={earlier}&{limits}"


def screen_url(found: Changes, chosen: ProjectFilter) -> str:
    """The leaders' screen on which both days are compared."""
    limits = replace(chosen, as_of=found.later).querystring(without=("page", "limit", "sort"))
    return f"{reverse('dashboard:cockpit')}?against={found.earlier}&{limits}"


def cells(found: Iterable[Moved]) -> Iterator[list[Cell]]:
    """A row a project: each thing as it was and as it is."""
    for moved in found:
        then, now = moved.then, moved.now
        pairs = (
            (then.status_name, now.status_name),
            (then.last_report_on, now.last_report_on),
            (then.physical_pct, now.physical_pct),
            (then.completed, now.completed),
            (then.arrived, now.arrived),
            (then.disbursed, now.disbursed),
        )
        yield [moved.code, moved.name, moved.unit_name, *(one for pair in pairs for one in pair)]


def _figure(figure: Figure, found: Changes, chosen: ProjectFilter) -> Texts:
    indicator = CATALOGUE[figure.id]
    more = figure.more or Decimal(0)
    then, now = (_value(each.value, indicator.unit, figure.id) for each in (figure.then, figure.now))
    return {
        "name": wording.label(indicator.label),
        "then": then,
        "now": now,
        "then_url": links.behind(figure.id, replace(chosen, as_of=found.earlier)),
        "now_url": links.behind(figure.id, replace(chosen, as_of=found.later)),
        "way": "up" if more > 0 else "down",
    }


def _value(value: Decimal | None, unit: Unit, name: str) -> str:
    if value is None:
        return NOTHING
    if unit == Unit.POINTS:
        return points(value)
    if unit == Unit.PIECES:
        return f"{half_up(value, 0):,}"
    if unit in {Unit.PERCENT, Unit.PIECES_EACH}:
        return value_text(value, CATALOGUE[name])
    return wording.money(value)


def _moved(moved: Moved) -> Texts:
    then, now = moved.then, moved.now
    said: list[str] = []
    if moved.status:
        said.append(f"{wording.label(then.status_name)} → {wording.label(now.status_name)}")
    if moved.report:
        said.append(
            _("progress %(then)s → %(now)s")
            % {"then": wording.progress_text(then.physical_pct), "now": wording.progress_text(now.physical_pct)}
        )
    if paid := now.disbursed - then.disbursed:
        said.append(_("paid %(more)s") % {"more": _signed(paid)})
    if come := now.arrived - then.arrived:
        said.append(_("arrived %(more)s") % {"more": _signed(come)})
    return {
        "code": moved.code,
        "name": moved.name,
        "unit_name": wording.label(moved.unit_name),
        "said": said,
        "status": moved.status,
        "url": links.project(moved.code),
    }


def _signed(amount: Decimal) -> str:
    return f"{'+' if amount > 0 else '−'}{wording.money(abs(amount))}"
