"""What the staff map writes: the strip of key figures, the units with their rates, the card of one unit."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.choropleths.areas import IN_MONEY
from dashboards.choropleths.ranks import Rank, ranks
from dashboards.choropleths.selectors import FROM_SUMS, RATES, AreaValue, Choropleth, choropleth_of, value_text
from dashboards.indicators.catalogue import Indicator
from geodata.figures.wording import NOTHING, half_up, percent, points
from geodata.progress.schedule import by_months
from geodata.summary.filters import ProjectFilter
from geodata.summary.rates import Number, deviation_points
from geodata.summary.regions import Dimension, RegionSummary
from geodata.summary.sums import Totals
from geodata.summary.wording import left_out_of_rates
from portal import wording
from portal.workbench.city_map.view import PLACE, Asked

Texts = dict[str, Any]


def _item(label: str, text: str, basis: str = "") -> Texts:
    return {"label": label, "text": text, "basis": basis}


# --- the strip


def strip(totals: Totals, as_of: date) -> list[Texts]:
    """The key figures of the rows in the list, each with what it is divided by."""
    start, annual = totals.rates["on_time_start"], totals.rates["annual"]
    return [
        _item(
            _("Projects"),
            f"{totals.projects:,}",
            _("%(n)s under construction") % {"n": f"{totals.rates['complaint'].n:,}"},
        ),
        _item(
            _("Started in time"),
            percent(start.value, 1),
            _("%(started)s of %(due)s due to start")
            % {"started": f"{start.numerator:,}", "due": f"{start.denominator:,}"},
        ),
        _item(_("Year's plan done"), percent(annual.value, 1), _of_time(totals, as_of)),
        _item(_("Paid out"), wording.money(totals.disbursed), _of_arrived(totals)),
        complaints(totals),
    ]


def complaints(totals: Totals) -> Texts:
    """C01 since the record begins, with the raw number beside it; C03 counts those of a month."""
    basis = _("in all; %(raw)s calls before merging") % {"raw": f"{totals.complaints_raw:,}"}
    return _item(_("Complaints"), f"{totals.complaints_merged:,}", basis)


def _of_time(totals: Totals, as_of: date) -> str:
    annual, time = totals.rates["annual"], by_months(as_of)
    off = {"time": percent(time, 1), "points": points(deviation_points(annual.value, time)), "plan": ""}
    off["plan"] = wording.money(Decimal(annual.denominator))
    said = _("of %(plan)s planned; time gone %(time)s, %(points)s points") % off
    return _("; ").join(part for part in (said, left_out_of_rates(totals.left_out)) if part)


def _of_arrived(totals: Totals) -> str:
    rate = totals.rates["disbursement"].value
    return _("%(rate)s of %(arrived)s arrived") % {"rate": percent(rate, 1), "arrived": wording.money(totals.arrived)}


# --- the units


def rows_url(asked: Asked, code: str, dimension: Dimension) -> str:
    """The list of the projects of a painted place under the same limits: as many as its circle and its line say."""
    limits: dict[str, Any] = {"unit": "", "region": "", "bbox": None, PLACE[dimension]: code}
    found = replace(asked.filter, page=1, limit=ProjectFilter().limit, sort="", **limits)
    return f"{reverse('workbench:projects')}?{urlencode(found.to_query())}"


def choropleth(found: Choropleth, asked: Asked, *, opens: bool) -> Texts:
    """The table of units and the legend of the fill. `opens`: the person's lists hold the projects of every unit."""
    selected = asked.place
    rows = [
        _row(area, found.indicator)
        | {
            "url": asked.url_of_place(area.code, found.dimension),
            "selected": (found.dimension, area.code) == selected,
            "rows_url": rows_url(asked, area.code, found.dimension) if opens else "",
        }
        for area in found.areas
    ]
    return {
        "label": wording.label(found.indicator.label),
        "formula": wording.label(found.indicator.formula),
        "as_of_text": _("As of %(date)s") % {"date": wording.day(found.as_of)},
        "legend": [{"key": line.key, "text": line.text, "areas": line.areas} for line in found.legend],
        "rows": rows,
        "rest": _row(found.rest, found.indicator),
        "city": _row(found.city, found.indicator) | {"name": _("The whole city")},
        "note": _note(found),
    }


def _row(area: AreaValue, indicator: Indicator) -> Texts:
    return {
        "code": area.code,
        "name": wording.label(area.name),
        "value": area.value if area.value is None else half_up(area.value, 6),
        "value_text": value_text(area.value, indicator),
        "numerator_text": _part(area.numerator, indicator),
        "denominator_text": _part(area.denominator, indicator),
        "n": area.n,
        "projects": area.projects,
        "unlocated": area.unlocated,
        "budget": area.budget,
        "budget_text": wording.money(area.budget),
        "class_key": area.class_key,
    }


def _part(amount: Number, indicator: Indicator) -> str:
    """A sum of money or a number of projects or complaints; nothing where there is no denominator to speak of."""
    return wording.money(Decimal(amount)) if indicator.id in IN_MONEY else f"{half_up(Decimal(amount), 0):,}"


def _note(found: Choropleth) -> str:
    parts = [_counted_in(found), wording.label(found.indicator.note)]
    if found.without_report and found.indicator.id in {"I04", "BEHIND"}:
        parts.append(_("%(n)s projects have a plan and no report of this year") % {"n": found.without_report})
    parts.append(left_out_of_rates(found.left_out))
    return _("; ").join(part for part in parts if part)


def _counted_in(found: Choropleth) -> str:
    """The days in which an indicator of a period counts."""
    if found.period is None:
        return ""
    first, last = (wording.day(day) for day in found.period)
    return _("counted from %(first)s to %(last)s") % {"first": first, "last": last}


def painted(found: Choropleth | None, *, asked: Asked, names: Mapping[str, str], circles: list[Texts]) -> Texts:
    """What the map's script reads: classes and texts by unit, the address of each, and the circles."""
    view = asked.view
    texts: Texts = {
        "dimension": view.painted.value,
        "level": view.level.value,
        "rate": view.rate,
        "label": "",
        "classes": {},
        "texts": {},
        "legend": [],
        "urls": {code: asked.url_of_place(code, view.painted) for code in names},
        "names": dict(names),
        "circles": circles,
    }
    if found:
        texts |= {
            "label": wording.label(found.indicator.label),
            "classes": {area.code: area.class_key for area in found.areas},
            "texts": {area.code: value_text(area.value, found.indicator) for area in found.areas},
            "legend": [{"key": line.key, "text": line.text, "areas": line.areas} for line in found.legend],
        }
    return texts


# --- one unit


def unit_card(summary: RegionSummary, code: str, asked: Asked, painted: Choropleth | None) -> Texts | None:
    """The chosen unit's figures, its rates and its place among the units; None for one that the day does not know.

    `painted`: what the map shows in the same dimension, whose value the card has, too.
    """
    region = next((region for region in summary.regions if region.code == code), None)
    if region is None:
        return None
    totals = region.totals
    figures = [
        _item(_("Projects"), f"{totals.projects:,}", _("%(n)s without location") % {"n": f"{totals.unlocated:,}"}),
        _item(_("Total investment"), wording.money(totals.budget)),
        _item(_("Paid out"), wording.money(totals.disbursed), _of_arrived(totals)),
        complaints(totals),
        _item(_("Without a recent report"), f"{totals.stale:,}", _building(totals)),
    ]
    return {
        "code": code,
        "name": wording.label(region.name),
        "figures": figures + [_rate(found, code) for found in _of_card(summary, painted)],
        "clear_url": asked.url(unit="", region=""),
    }


def _building(totals: Totals) -> str:
    return _("of %(n)s under construction") % {"n": f"{totals.rates['complaint'].n:,}"}


def _of_card(summary: RegionSummary, painted: Choropleth | None) -> list[Choropleth]:
    """What the map is painted by, and the rates of the first choice that the sums have."""
    known = [choropleth_of(summary, rate) for rate in RATES if rate in FROM_SUMS]
    others = [found for found in known if painted is None or found.indicator != painted.indicator]
    return [painted, *others] if painted else others


def _rate(found: Choropleth, code: str) -> Texts:
    indicator = found.indicator
    area = next(area for area in found.areas if area.code == code)
    if area.value is None:
        return _item(wording.label(indicator.label), NOTHING, _("No data"))
    parts = {"above": _part(area.numerator, indicator), "below": _part(area.denominator, indicator), "n": area.n}
    counts = indicator.id not in IN_MONEY
    basis = (_("%(above)s ÷ %(below)s projects") if counts else _("%(above)s ÷ %(below)s, %(n)s projects")) % parts
    rank: Rank | None = ranks(found).get(code)
    if rank:
        basis = _("%(basis)s; place %(place)s of %(of)s") % {"basis": basis, "place": rank.place, "of": rank.of}
    return _item(wording.label(indicator.label), value_text(area.value, indicator), basis)


def dimension_choices(chosen: Dimension) -> list[Texts]:
    """The two territorial dimensions."""
    labels = {Dimension.MANAGEMENT: _("By managing unit"), Dimension.ADMIN: _("By county")}
    return [{"code": d.value, "label": label, "selected": d == chosen} for d, label in labels.items()]
