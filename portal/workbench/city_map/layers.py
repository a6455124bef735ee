"""What lies over the map: bottlenecks and pairs of works as signs, the words of the density of complaints."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.bottlenecks.rules import Reason
from dashboards.bottlenecks.selectors import Bottleneck, bottlenecks
from dashboards.conflicts.selectors import Pair, PairsFilter, pair_page, pairs
from geodata.complaints.density import FEWEST, LEVELS
from geodata.figures.wording import half_up
from geodata.stewards.scope import Scope
from portal import maps, wording
from portal.workbench.city_map.view import BOTTLENECKS, COMPLAINTS, CONFLICTS, Asked

MOST_SIGNS: Final = 500  # of each layer; the rest stands in the lists


def context(asked: Asked) -> dict[str, Any]:
    """The lines of the layers in the legend, and where their signs come from. No query."""
    on = asked.view.layers
    lines = {
        BOTTLENECKS: ("bottleneck", _("Bottlenecks"), "dashboard:bottlenecks"),
        CONFLICTS: ("conflict", _("Works that could share a dig"), "dashboard:conflicts"),
    }
    legend = [
        {"kind": kind, "label": label, "url": reverse(route)}
        for layer, (kind, label, route) in lines.items()
        if layer in on
    ]
    return {
        "layer_legend": legend,
        "layer_url": f"{reverse('workbench:map_layers')}{asked.url_of_map}" if legend else "",
        "density_legend": _density() if COMPLAINTS in on else [],
    }


def signs(scope: Scope, asked: Asked, *, today: date) -> dict[str, Any]:
    """The signs of the layers that are on, MOST_SIGNS of each, and how many there are. Up to five queries."""
    found: list[dict[str, Any]] = []
    counts: dict[str, int] = {}
    if BOTTLENECKS in asked.view.layers:
        held = bottlenecks(scope, asked.filter, today=today)
        counts["bottleneck"] = len(held)
        found += signs_of_bottlenecks(held)
    if CONFLICTS in asked.view.layers:
        chosen = PairsFilter(unit=asked.filter.unit)
        counts["conflict"] = pairs(scope, chosen).count()
        found += signs_of_pairs(pair_page(scope, chosen, start=0, stop=MOST_SIGNS))
    return {"signs": found, "counts": counts}


def signs_of_bottlenecks(found: Iterable[Bottleneck]) -> list[dict[str, Any]]:
    """The signs of those that have a place, the gravest of very many."""
    return [sign for sign in (_bottleneck(each) for each in found) if sign][:MOST_SIGNS]


def signs_of_pairs(found: Iterable[Pair]) -> list[dict[str, Any]]:
    """A sign half way between the two works of each pair."""
    return [_pair(pair) for pair in found]


def _density() -> list[dict[str, str]]:
    """The levels of the grid with their ranges."""
    ends = [*(f"{low}–{high - 1}" for low, high in pairwise(LEVELS)), f"≥ {LEVELS[-1]}"]
    few = {"key": "0", "text": _("fewer than %(n)s") % {"n": FEWEST}}
    return [few, *({"key": str(place), "text": text} for place, text in enumerate(ends, start=1))]


def reason_label(reason: Reason) -> str:
    """A reason in words."""
    return {
        Reason.LAND: _("Needs land"),
        Reason.SUSPENDED: _("Works suspended"),
        Reason.NODE: _("Key node overdue"),
    }[reason]


def evidence(found: Bottleneck) -> str:
    """Why, with its numbers: the node, the days, who waits, the reason given."""
    parts = []
    if found.late is not None:
        words = {"node": wording.label(found.held.node), "days": found.late, "n": found.held.waiting}
        parts.append(_("“%(node)s” is %(days)s days late, %(n)s later nodes wait") % words)
    if found.held.suspended_because:
        parts.append(_("suspended: %(reason)s") % {"reason": wording.label(found.held.suspended_because)})
    return _("; ").join(parts)


def _bottleneck(found: Bottleneck) -> dict[str, Any] | None:
    place = maps.lonlat(found.row.anchor_3857)
    if place is None:
        return None
    return {
        "kind": "bottleneck",
        "lon": place[0],
        "lat": place[1],
        "title": found.row.name,
        "text": " · ".join(part for part in (reason_label(found.reasons[0]), evidence(found)) if part),
        "url": reverse("workbench:project", args=[found.row.code]),
    }


def pair_name(pair: Pair) -> str:
    """Both projects; one that the person may not know of by its unit alone."""
    return " ↔ ".join(
        side.name or _("a project of %(unit)s") % {"unit": wording.label(side.unit)}
        for side in (pair.first, pair.second)
    )


def pair_text(pair: Pair) -> str:
    """How near, and when both are at work."""
    row = pair.row
    return _("%(metres)s m apart, both at work %(first)s – %(last)s") % {
        "metres": f"{half_up(row.distance_m, 0):f}",
        "first": wording.day(row.overlap_from),
        "last": wording.day(row.overlap_to),
    }


def _pair(pair: Pair) -> dict[str, Any]:
    own = pair.first if pair.first.own else pair.second
    return {
        "kind": "conflict",
        "lon": round(pair.row.place.x, 6),
        "lat": round(pair.row.place.y, 6),
        "title": pair_name(pair),
        "text": pair_text(pair),
        "url": reverse("workbench:project", args=[own.code]) if own.code else "",
    }
