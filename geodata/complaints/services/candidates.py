"""What the database knows of projects near and named, in a few set-based statements for any number of orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection

from geodata.complaints.scoring import RADIUS_M, Activity, activity
from geodata.complaints.wording import CONTRACTOR, NameIndex, plain, wordings
from geodata.projects.choices import PartyRole, Status
from geodata.projects.models import Category, Project, ProjectParty, StatusChange
from geodata.srid import METRIC_SRID

_RUNNING: Final = frozenset({Status.UNDER_CONSTRUCTION, Status.SUSPENDED})
_DONE: Final = frozenset(
    {Status.WORKS_COMPLETED, Status.ACCEPTED, Status.HANDED_OVER, Status.IN_OPERATION, Status.CLOSED}
)
_NEAREST: Final = 30  # projects asked for around one order
_SHORTEST_FIRM: Final = 5

# Distance in metres of EPSG:4547 to the true geometry; the functional GiST index on projects answers each order.
_NEAR: Final = """
SELECT o.id, near.project_id, near.distance
  FROM complaints_workorder o
 CROSS JOIN LATERAL (SELECT ST_Transform(o.geom, %(metric)s::int) AS place) at
 CROSS JOIN LATERAL (
    SELECT p.id AS project_id, ST_Distance(ST_Transform(p.geom, 4547), at.place) AS distance
      FROM projects_project p
     WHERE ST_DWithin(ST_Transform(p.geom, 4547), at.place, %(radius)s) AND NOT p.is_deleted
     ORDER BY ST_Transform(p.geom, 4547) <-> at.place
     LIMIT %(nearest)s) near
 WHERE o.id = ANY (%(orders)s) AND o.geom IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Known:
    """The projects: when each may be complained about, its category, and how it may be named."""

    activities: dict[int, Activity]
    categories: dict[int, str]
    names: NameIndex


def near(order_ids: Collection[int]) -> dict[int, dict[int, float]]:
    """Projects within 200 m of each order, with the distance in metres."""
    found: dict[int, dict[int, float]] = defaultdict(dict)
    arguments: dict[str, Any] = {
        "metric": METRIC_SRID,
        "radius": RADIUS_M,
        "nearest": _NEAREST,
        "orders": list(order_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, arguments)
        for order, project, distance in cursor.fetchall():
            found[order][project] = distance
    return found


def known_projects() -> Known:
    """All projects that are not deleted. A part of a bundle is a project like any other."""
    codes = dict(Category.objects.values_list("pk", "code"))
    days = _days()
    activities: dict[int, Activity] = {}
    categories: dict[int, str] = {}
    names = NameIndex()
    generic = _generic()
    rows = Project.objects.filter(is_deleted=False).values_list(
        "pk", "name", "aliases", "category", "actual_start_on", "works_completed_on", "accepted_on"
    )
    for pk, name, aliases, category, start, completed, accepted in rows.iterator(chunk_size=5000):
        known = days.get(pk, {})
        activities[pk] = activity(
            started=_given(start, known.get("started")),
            completed=_given(completed, accepted, known.get("done")),
            ended=_given(known.get("cancelled")),
        )
        categories[pk] = codes[category]
        for words, weight in wordings(name, aliases, generic).items():
            names.add(words, pk, weight)
    _add_contractors(names)
    return Known(activities, categories, names)


def _given(*days: date | None) -> list[date]:
    return [day for day in days if day is not None]


def _days() -> dict[int, dict[str, date]]:
    """The first day of each kind of status of every project."""
    days: dict[int, dict[str, date]] = defaultdict(dict)
    rows = StatusChange.objects.order_by("effective_on", "pk").values_list("project", "status", "effective_on")
    for project, status, day in rows.iterator(chunk_size=5000):
        if status in _RUNNING:
            days[project].setdefault("started", day)
        elif status in _DONE:
            days[project].setdefault("started", day)
            days[project].setdefault("done", day)
        elif status == Status.CANCELLED:
            days[project].setdefault("cancelled", day)
    return days


def _generic() -> frozenset[str]:
    """Names of categories: 老旧小区 in a text means no one project."""
    words: set[str] = set()
    for name, aliases in Category.objects.values_list("name", "aliases"):
        for one in (name, *aliases):
            words.update(wordings(one, (), ()))
            words.add(plain(one))
    return frozenset(words)


def _add_contractors(names: NameIndex) -> None:
    firms = ProjectParty.objects.filter(role=PartyRole.CONTRACTOR, valid_to__isnull=True, project__is_deleted=False)
    for project, firm, short in firms.values_list("project", "organisation__name", "organisation__short_name"):
        for words in _firm_words((firm, short)):
            names.add(words, project, CONTRACTOR)


def _firm_words(names: Iterable[str]) -> set[str]:
    words: set[str] = set()
    for name in names:
        whole = plain(name)
        words |= {whole, whole.removesuffix("有限公司"), whole.removesuffix("有限责任公司")}
    return {one for one in words if len(one) >= _SHORTEST_FIRM}
