"""What the pages of the city's units and townships show."""

import json
from collections.abc import Mapping
from typing import Any

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
from portal.public.selectors import Edition, regions
from portal.public.selectors.regions import ADMIN, MANAGEMENT, READINGS

KIND_ORDER = {"county": 0, "zone": 1}


def reading_of(query: Mapping[str, str]) -> str:
    """The territorial reading of an address. Raises BadParameter for another value or another parameter."""
    return str(parameters.read(query, {"dimension": parameters.one_of(*READINGS)}).get("dimension", MANAGEMENT))


def readings(chosen: str) -> list[dict[str, Any]]:
    labels = {MANAGEMENT: _("By responsible unit"), ADMIN: _("By place")}
    return [{"code": code, "label": label, "selected": code == chosen} for code, label in labels.items()]


def city_context(reading: str, edition: Edition) -> dict[str, Any]:
    """Every unit's line, the rest's and the city's, which is their sum."""
    _column, kinds = READINGS[reading]
    shown = list(regions.drawn(edition, kinds))
    units, rest = regions.city_by_area(edition, reading, {area.code: area.kind for area in shown})
    names = {area.code: wording.label(area.name) for area in shown}
    lines = [
        {**_line(unit.totals, unit.statuses), **_place(unit.code, names, reading), "kind": unit.kind} for unit in units
    ]
    city = sum((unit.totals for unit in units), rest.totals)
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
        "rest": {**_line(rest.totals, rest.statuses), "name": rest_name} if rest.totals.projects else None,
        "city": _line(city, {Status.UNDER_CONSTRUCTION: building}),
        "key_figures": glossary.key_figures(city),
        "drawing": drawing(shown, {unit.code: _mark(unit, names, reading) for unit in units}),
    }


def _place(code: str, names: dict[str, str], reading: str) -> dict[str, str]:
    suffix = "?dimension=admin" if reading == ADMIN else ""
    return {"code": code, "name": names[code], "url": reverse("public:region", args=[code]) + suffix}


def _mark(unit: regions.AreaFigures, names: dict[str, str], reading: str) -> dict[str, Any]:
    return {**_place(unit.code, names, reading), "count": unit.totals.projects}


def _line(totals: Totals, statuses: dict[str, int]) -> dict[str, Any]:
    return {
        "projects": totals.projects,
        "building": statuses.get(Status.UNDER_CONSTRUCTION, 0),
        "budget_text": wording.money(totals.budget),
        "disbursed_text": wording.money(totals.disbursed),
        "disbursement": _rate(totals, "disbursement"),
        "annual": _rate(totals, "annual"),
    }


def _rate(totals: Totals, name: str) -> str:
    return wording.rate_text(totals.rates[name].value) if name in totals.rates else "—"


def area_context(area: PublishedArea, reading: str, snapshot: Snapshot) -> dict[str, Any]:
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
        "townships": _townships(area, rows, snapshot.edition) if area.kind != "township" else [],
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
    return [
        {
            "name": names.get(code, code),
            "url": f"{reverse('public:projects')}?{querystring}&category={code}",
            **_line(totals, {}),
        }
        for code, totals in groups.items()
    ]


def _townships(area: PublishedArea, rows: Any, edition: Edition) -> list[dict[str, Any]]:
    counts = regions.by_township(rows)
    also = {code for code in counts if code}
    shown = [
        {
            "name": wording.label(town.name),
            "url": reverse("public:region", args=[town.code]),
            "n": counts.get(town.code, {}).get("n", 0),
            "budget_text": wording.money(counts.get(town.code, {}).get("money")),
            "disbursed_text": wording.money(counts.get(town.code, {}).get("paid")),
        }
        for town in regions.townships(edition, area.code, also)
    ]
    if nowhere := counts.get(None):
        texts = {"budget_text": wording.money(nowhere["money"]), "disbursed_text": wording.money(nowhere["paid"])}
        shown.append({"name": _("Without a township"), "url": "", "n": nowhere["n"], **texts})
    return shown
