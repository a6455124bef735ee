"""Projects by their distance from a place, by the metre in EPSG:4547 over their true public shapes."""

from typing import Any, Final

from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import QuerySet

from geodata import distances
from geodata.summary.filters import LARGEST_FIRST
from portal.public.selectors.rows import Edition, all_projects, found_places

UNSEEN: Final = ("geom", "geom_3857", "search_text", "scope_content", "aliases")  # wide columns that no list shows


def near(edition: Edition, place: GEOSGeometry, metres: float) -> QuerySet[Any]:
    """The projects whose shape comes within `metres` of the place, a road that passes by included; nearest first,
    `away_m` in metres, 0 inside. One index answers both: the plane differs from the ellipsoid by less than 0.03 %.

    Ordered by the distance alone, so that the index gives the first rows without looking at the others.
    """
    rows = all_projects(edition).filter(distances.within("geom", place, metres))
    return rows.annotate(away_m=distances.nearness("geom", place)).order_by("away_m").defer(*UNSEEN)


def places_called(edition: Edition, word: str, projects: list[int], most: int) -> list[Any]:
    """Named places, townships and larger areas whose name holds the word, then the projects with these keys; each with
    `name` and `spot`. What bears just this name stands first, and a whole county after what lies nearer to a person."""
    found = found_places(edition, word, most)
    found.sort(key=lambda place: (place.name != word, place.kind in ("county", "zone")))
    rows = all_projects(edition).filter(pk__in=projects).order_by(*LARGEST_FIRST).defer(*UNSEEN)
    return [*found, *rows.annotate(spot=PointOnSurface("geom"))[: most - len(found)]]
