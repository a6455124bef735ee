"""What has changed between two days: figures then and now, and the projects that moved, each in a few words."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from dashboards.choropleths.selectors import value_text
from dashboards.indicators.catalogue import CATALOGUE, Unit
from dashboards.indicators.changes import Changes, Figure, Moved
from geodata.figures.wording import NOTHING, half_up, points
from portal import wording
from portal.dashboard import links

Texts = dict[str, Any]


def texts(found: Changes) -> Texts:
    return {
        "earlier": wording.day(found.earlier),
        "later": wording.day(found.later),
        "figures": [_figure(figure) for figure in found.figures if figure.more],
        "rows": [_moved(moved) for moved in found.moved],
        "summary": _("%(n)s projects changed: status %(status)s, report %(report)s, money %(money)s")
        % {
            "n": f"{found.projects:,}",
            "status": f"{found.status:,}",
            "report": f"{found.report:,}",
            "money": f"{found.money:,}",
        },
        "left_out": found.projects - len(found.moved),
    }


def _figure(figure: Figure) -> Texts:
    indicator = CATALOGUE[figure.id]
    more = figure.more or Decimal(0)
    then, now = (_value(each.value, indicator.unit, figure.id) for each in (figure.then, figure.now))
    return {
        "name": wording.label(indicator.label),
        "then": then,
        "now": now,
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
        "name": moved.name,
        "unit_name": wording.label(moved.unit_name),
        "said": said,
        "status": moved.status,
        "url": links.project(moved.code),
    }


def _signed(amount: Decimal) -> str:
    return f"{'+' if amount > 0 else '−'}{wording.money(abs(amount))}"
