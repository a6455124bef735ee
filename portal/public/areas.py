"""What the pages of the city's units and townships show."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from geodata import parameters
from geodata.projects.choices import Status
from geodata.summary.sums import Totals
from portal import maps, wording
from portal.public import feeds, glossary, selectors
from portal.public.drawing import drawing
from portal.public.lists import Names, row_texts
from portal.public.models import PublishedArea, Snapshot
from portal.public.painting import RATES, painting, rate_text, rates
from portal.public.selectors import Edition, regions
from portal.public.selectors.regions import ADMIN, MANAGEMENT, READINGS

KIND_ORDER = {"county": 0, "zone": 1}


@dataclass(frozen=True)
class Shown:
    """What an address asks for: the territorial reading, and the rate that areas are painted by."""

    reading: str = MANAGEMENT
    rate: str = RATES[0]


def shown_of(query: Mapping[str, str]) -> Shown:
    """Raises BadParameter for another value or another parameter."""
    read = parameters.read(query, {"dimension": parameters.one_of(*READINGS), "rate": parameters.one_of(*RATES)})
    return Shown(str(read.get("dimension", MANAGEMENT)), str(read.get("rate", RATES[0])))


def readings(chosen: str) -> list[dict[str, Any]]:
    labels = {MANAGEMENT: _("By responsible unit"), ADMIN: _("By place")}
    return [{"code": code, "label": label, "selected": code == chosen} for code, label in labels.items()]


def city_context(view: Shown, edition: Edition) -> dict[str, Any]:
    """Every unit's line, the rest's and the city's, which is their sum."""
    reading = view.reading
    _column, kinds = READINGS[reading]
    shown = list(regions.drawn(edition, kinds))
    units, rest = regions.city_by_area(edition, reading, {area.code: area.kind for area in shown})
    names = {area.code: wording.label(area.name) for area in shown}
    figures = {unit.code: unit.totals for unit in units}
    places = {code: _place(code, names, view) for code in figures}
    city = sum((unit.totals for unit in units), rest.totals)
    line = _lines([*figures.values(), rest.totals, city])
    lines = [{**line(unit.totals, unit.statuses), **places[unit.code], "kind": unit.kind} for unit in units]
    building = sum(unit.statuses.get(Status.UNDER_CONSTRUCTION, 0) for unit in (*units, rest))
    rest_name = _("Not assigned") if reading == MANAGEMENT else _("Without location")
    return {
        "reading": reading,
        "readings": readings(reading),
        "groups": [
            {"label": label, "lines": [line for line in lines if line["kind"] == kind]}
            for kind, label in (("county", _("Counties and districts")), ("zone", _("Functional zones")))
            if kind in kinds
        ],
        "rest": {**line(rest.totals, rest.statuses), "name": rest_name} if rest.totals.projects else None,
        "city": line(city, {Status.UNDER_CONSTRUCTION: building}),
        "key_figures": glossary.key_figures(city),
        **_painted(shown, figures, places, view.rate),
    }


def _painted(
    shapes: list[Any], figures: Mapping[str, Totals], places: Mapping[str, dict[str, str]], rate: str
) -> dict[str, Any]:
    """The choropleth of areas with the switch of its rates. `figures` and `places` by the areas' codes."""
    painted = painting(figures, rate)
    marks = {
        code: {**places[code], **painted.marks[code], "count": totals.projects} for code, totals in figures.items()
    }
    return {"rates": rates(rate), "painting": painted, "drawing": drawing(shapes, marks)}


def _place(code: str, names: Mapping[str, str], view: Shown) -> dict[str, str]:
    return {"code": code, "name": names[code], "url": f"{reverse('public:region', args=[code])}{_asked(view)}"}


def _asked(view: Shown) -> str:
    """The same reading and the same rate on another page; nothing where both are the usual ones."""
    usual = Shown()
    asked = {"dimension": view.reading} if view.reading != usual.reading else {}
    if view.rate != usual.rate:
        asked["rate"] = view.rate
    return f"?{urlencode(asked)}" if asked else ""


def _lines(shown: Collection[Totals]) -> Callable[[Totals, Mapping[str, int]], dict[str, Any]]:
    """What writes a line of a table of these, each column of money in one unit."""
    budget = wording.money_of_column(totals.budget for totals in shown)
    disbursed = wording.money_of_column(totals.disbursed for totals in shown)

    def line(totals: Totals, statuses: Mapping[str, int]) -> dict[str, Any]:
        return {
            "projects": totals.projects,
            "building": statuses.get(Status.UNDER_CONSTRUCTION, 0),
            "budget_text": budget(totals.budget),
            "disbursed_text": disbursed(totals.disbursed),
            "disbursement": rate_text(totals, "disbursement_rate"),
            "annual": rate_text(totals, "annual_rate"),
        }

    return line


def area_context(area: PublishedArea, view: Shown, snapshot: Snapshot) -> dict[str, Any]:
    reading = view.reading
    rows = regions.rows_of(snapshot.edition, area, reading)
    found = regions.breakdown(rows)
    names = Names.read(snapshot.edition)
    querystring = regions.filter_of(area, reading).querystring()
    places = selectors.names_of_areas(snapshot.edition, {area.parent_code})
    name = wording.label(area.name)
    shape = (area.management_geom or area.geom) if reading == MANAGEMENT else area.geom
    return {
        "area": {"code": area.code, "name": name, "kind": area.kind, "is_schematic": area.is_schematic},
        "crumbs": _crumbs(area, places),
        "reading": reading,
        "readings": readings(reading) if area.kind == "county" else [],
        "key_figures": glossary.key_figures(found.totals),
        "statuses_counted": _statuses(found.statuses, querystring),
        "categories": _categories(found.categories, names.categories, querystring),
        "rows": [row_texts(row, names) for row in regions.largest(rows)],
        "count": found.totals.projects,
        "feeds": feeds.links((feeds.UNIT, area.code, name)) if area.kind in KIND_ORDER else [],
        "all_url": f"{reverse('public:projects')}?{querystring}",
        **(_townships(area, rows, snapshot.edition, view) if area.kind != "township" else {}),
        "outline": json.loads(shape.simplify(0.0005, preserve_topology=True).geojson) if shape else None,
        "statuses": wording.status_legend(),
        "map": maps.map_context(
            tiles=f"/tiles/{snapshot.number}",
            querystring=querystring,
            bounds=maps.bounds_of(shape, margin=0.01),
            labels=wording.map_labels(units=names.units, categories=names.categories),
            project_url=reverse("public:project", args=["CODE"]).replace("CODE", "{code}"),
            unlocated=found.totals.unlocated,
        ),
    }


def _crumbs(area: PublishedArea, places: dict[str, str]) -> list[tuple[str, str]]:
    """City › unit of a township; the area itself is the page's own."""
    crumbs = [(reverse("public:regions"), _("The whole city"))]
    if area.kind == "township" and area.parent_code in places:
        crumbs.append((reverse("public:region", args=[area.parent_code]), wording.label(places[area.parent_code])))
    return crumbs


def _statuses(counts: dict[str, int], querystring: str) -> list[dict[str, Any]]:
    most = max(counts.values(), default=0)
    return [
        {
            "label": status["label"],
            "shape": status["shape"],
            "n": counts[status["code"]],
            "most": most,
            "url": f"{reverse('public:projects')}?{querystring}&status={status['code']}",
        }
        for status in wording.status_legend()
        if counts.get(status["code"])
    ]


def _categories(groups: dict[str, Totals], names: dict[str, str], querystring: str) -> list[dict[str, Any]]:
    line = _lines(groups.values())
    return [
        {
            "name": names.get(code, code),
            "url": f"{reverse('public:projects')}?{querystring}&category={code}",
            **line(totals, {}),
        }
        for code, totals in groups.items()
    ]


def _townships(area: PublishedArea, rows: Any, edition: Edition, view: Shown) -> dict[str, Any]:
    """A line for each township, painted by the rate; what lies in none is the last line, and the lines add up."""
    counted = regions.by_township(rows)
    towns = list(regions.townships(edition, area.code, {code for code in counted if code}))
    figures = {town.code: counted.get(town.code, Totals()) for town in towns}
    names = {town.code: wording.label(town.name) for town in towns}
    towards = Shown(rate=view.rate)  # a township has one reading
    places = {code: _place(code, names, towards) for code in figures}
    map_of_them = _painted(towns, figures, places, view.rate)
    values = map_of_them["painting"].marks
    elsewhere = {town.code: town.parent_code for town in towns if town.parent_code != area.code}
    counties = selectors.names_of_areas(edition, set(elsewhere.values())) if elsewhere else {}
    line = _lines(counted.values())
    lines = [
        {
            **places[code],
            **values[code],
            **line(totals, {}),
            "county": wording.label(counties.get(elsewhere.get(code, ""), "")),
        }
        for code, totals in figures.items()
    ]
    if nowhere := counted.get(None):
        text = rate_text(nowhere, view.rate)
        lines.append({"name": _("Without a township"), "url": "", "text": text, **line(nowhere, {})})
    return {"townships": lines, **map_of_them}
