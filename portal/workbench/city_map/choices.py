"""What one can choose on the staff map: filters with the number of projects behind each value, rates, marks."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from dashboards.choropleths.classes import Scheme
from dashboards.choropleths.classing import schemes_of
from dashboards.choropleths.selectors import PAINTABLE, RATES, Level
from dashboards.indicators.catalogue import CATALOGUE
from geodata.regions.models import AreaUnit
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from portal import wording
from portal.workbench import lights
from portal.workbench.city_map.selectors import Names
from portal.workbench.city_map.view import (
    BOTTLENECKS,
    BUDGET,
    CATEGORY,
    COMPLAINTS,
    CONFLICTS,
    COUNT,
    LIGHT,
    OFF,
    PROJECTS,
    STATUS,
    TRUST,
    Asked,
    MapView,
)

Choice = tuple[str, str, int]
Counts = Mapping[str, int]
MOST_NAMED = 3


def filter_choices(known: Names, counts: Mapping[str, Counts], chosen: ProjectFilter) -> dict[str, list[Any]]:
    """(code, label, projects) of every value; of the long lists only those with a project, and the chosen one. Lights
    come without a number: the day's scan alone knows them."""
    counties = {area.code: area.name for area in known.areas if area.kind == AreaUnit.Kind.COUNTY}
    years = sorted({*counts["year"], *([str(chosen.year)] if chosen.year else [])}, reverse=True)
    return {
        "units": _counted(wording.labels(known.units).items(), counts["unit"]),
        "regions": _counted(wording.labels(counties).items(), counts["region"]),
        "categories": _present(wording.labels(known.categories).items(), counts["category"], chosen.category),
        "statuses": _counted(wording.status_choices(), counts["status"]),
        "lights": lights.options(),
        "years": _counted(((year, year) for year in years), counts["year"]),
        "sources": _present(wording.labels(known.sources).items(), counts["source"], chosen.source),
    }


def _counted(options: Iterable[tuple[str, str]], counts: Counts) -> list[Choice]:
    return [(code, label, counts.get(code, 0)) for code, label in options]


def _present(options: Iterable[tuple[str, str]], counts: Counts, chosen: str) -> list[Choice]:
    return [option for option in _counted(options, counts) if option[2] or option[0] == chosen]


def rates(view: MapView) -> list[dict[str, Any]]:
    """The rates for the fill, and no fill."""
    labels = {rate: wording.label(CATALOGUE[rate].label) for rate in RATES} | {OFF: _("No fill")}
    return [{"id": rate, "label": label, "selected": rate == view.rate} for rate, label in labels.items()]


def more_rates(view: MapView) -> list[dict[str, Any]]:
    """Every rate that can be painted, for the list beside the first choice; none of it chosen while one of those is."""
    return [
        {"id": rate, "label": wording.label(CATALOGUE[rate].label), "selected": rate == view.rate}
        for rate in PAINTABLE
        if rate not in RATES
    ]


def schemes(asked: Asked) -> list[dict[str, Any]]:
    """How the classes of the painted rate can be made, the usual way first; none while nothing is painted."""
    if asked.view.rate == OFF:
        return []
    labels = {
        Scheme.QUANTILE: _("Equal numbers of units"),
        Scheme.FISHER_JENKS: _("Natural breaks"),
        Scheme.EQUAL: _("Equal widths"),
        Scheme.FIXED: _("Fixed breaks −30, −10, 0, +10"),
    }
    found = schemes_of(CATALOGUE[asked.view.rate])
    chosen = asked.scheme or found[0]
    return [
        {"code": "" if place == 0 else scheme.value, "label": labels[scheme], "selected": scheme == chosen}
        for place, scheme in enumerate(found)
    ]


def levels(view: MapView) -> list[dict[str, Any]]:
    """Units or townships."""
    labels = {Level.UNIT: _("Counties and zones"), Level.TOWNSHIP: _("Townships")}
    return [{"code": code.value, "label": label, "selected": code == view.level} for code, label in labels.items()]


def marks(view: MapView) -> list[dict[str, Any]]:
    """What colour and shape of a project's mark tell."""
    labels = {
        STATUS: _("By status"),
        LIGHT: _("By light"),
        CATEGORY: _("By category"),
        TRUST: _("By trust in the shape"),
    }
    return [{"code": code, "label": label, "selected": code == view.marks} for code, label in labels.items()]


def layers(asked: Asked) -> list[dict[str, Any]]:
    """What can be laid over the map; the address of each puts it on or takes it away."""
    on = asked.view.layers
    labels = {
        COMPLAINTS: _("Density of complaints"),
        BOTTLENECKS: _("Bottlenecks"),
        CONFLICTS: _("Works that could share a dig"),
    }
    return [
        {
            "code": code,
            "label": label,
            "selected": code in on,
            "url": asked.url_of_view(layers=tuple(c for c in labels if (c in on) != (c == code))),
        }
        for code, label in labels.items()
    ]


def symbols(view: MapView) -> list[dict[str, Any]]:
    """Marks of projects, or circles for their number or their investment."""
    labels = {PROJECTS: _("Projects"), COUNT: _("Number of projects"), BUDGET: _("Total investment")}
    return [{"code": code, "label": label, "selected": code == view.symbols} for code, label in labels.items()]


def scope_text(scope: Scope, known: Names) -> str:
    """Whose projects these are: the names of a person's units, the first few of many."""
    codes = [code for pk, code in known.unit_codes.items() if pk in scope.unit_ids]
    named = [wording.label(known.units[code]) for code in codes[:MOST_NAMED]]
    text = _(", ").join(named)
    return text if len(codes) <= MOST_NAMED else _("%(units)s and others") % {"units": text}
