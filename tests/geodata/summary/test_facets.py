"""Facets: a value's count is the count of the list with that value chosen, whatever else is chosen."""

import dataclasses
import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from geodata.projects.choices import Status
from geodata.projects.models import Category, Project
from geodata.projects.visibility import within
from geodata.regions.models import AreaUnit
from geodata.stewards.scope import Scope
from geodata.summary.facets import FACETS, facet_counts
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from portal.public.models import PublishedProject
from tests.geodata.summary import facts

MakeProject = Callable[..., Project]
TODAY = date(2026, 3, 30)
STATUSES = ("under_construction", "suspended", "accepted")
SOURCES = ("county", "municipal", "special_bond")


@pytest.fixture
def strewn(make_project: MakeProject, city: dict[str, AreaUnit], categories: dict[str, Category]) -> random.Random:
    """Thirty projects of every kind of unit, place, category, status, year and source."""
    chance = random.Random(11)
    town = AreaUnit.objects.create(code="430626001", kind="township", name="示例镇", parent=city["430626"])
    for number in range(30):
        located = chance.random() < 0.7
        project = make_project(
            management_unit=chance.choice([city["430602"], city["430626"], city["ZONE_YYJKQ"]]),
            admin_area=chance.choice([city["430602"], city["430626"]]) if located else None,
            township=chance.choice([None, town]),
            category=categories[chance.choice(["01", "0101", "0102", "04"])],
            plan_year=chance.choice([2025, 2026]),
            geom=Point(113.1, 29.3, srid=4490) if located else None,
            is_deleted=number % 10 == 9,
        )
        if chance.random() < 0.8:
            facts.status(project, date(2026, chance.randrange(1, 5), 1), chance.choice(STATUSES))
        for year in chance.sample([2024, 2026, 2027], k=chance.randrange(3)):
            facts.plan(project, year)
        for code in chance.sample(SOURCES, k=chance.randrange(3)):
            facts.budget_line(project, "1", date(2026, chance.randrange(1, 5), 2), source=facts.source(code))
    return chance


def _some_filter(chance: random.Random) -> ProjectFilter:
    possible: dict[str, list[Any]] = {
        "region": ["430602", "430626001", "430699"], "unit": ["430602", "ZONE_YYJKQ"], "category": ["01", "0101", "09"],
        "status": [("suspended",), STATUSES[:2]], "stage": [("construction",)], "year": [2024, 2026, 1999],
        "source": ["county", "municipal"], "q": ["项目1", "示例"], "located": ["yes", "no"], "stale": [True],
        "no_area": ["region", "township"],
        "light": [("red",)],
        "as_of": [date(2026, 2, 14)],
    }  # fmt: skip
    names = chance.sample(list(possible), k=chance.randrange(4))
    return ProjectFilter(**{name: chance.choice(possible[name]) for name in names})


def _agree(rows: QuerySet[Any], chosen: ProjectFilter) -> int:
    found = facet_counts(rows, chosen)
    assert tuple(found) == FACETS
    for name, counts in found.items():
        for value, n in {**dict.fromkeys(_known(name), 0), **counts}.items():
            asked = {"status": (value,), "year": int(value) if name == "year" else 0}.get(name, value)
            assert dataclasses.replace(chosen, **{name: asked}).apply(rows).count() == n, (chosen, name, value)
    return sum(len(counts) for counts in found.values())


def _known(name: str) -> list[str]:
    known = {"unit": ["430602"], "category": ["01", "0101"], "status": list(Status.values), "year": ["2026"]}
    return known.get(name, [])


def test_a_facet_counts_what_the_list_would_show(strewn: random.Random) -> None:
    some = 0
    for _ in range(25):
        chosen = _some_filter(strewn)
        rows = ProjectRow.objects.at(chosen.as_of or TODAY, today=TODAY)
        some += _agree(rows, chosen)
    assert some > 200


def test_facets_count_within_the_scope_in_one_query(strewn: random.Random, city: dict[str, AreaUnit]) -> None:
    rows = ProjectRow.objects.at(TODAY, today=TODAY)
    own = within(rows, Scope(unit_ids=frozenset({city["430626"].pk})))
    with CaptureQueriesContext(connection) as queries:
        found = facet_counts(own, ProjectFilter(status=("suspended",), category="01"))
    assert len(queries) == 1
    assert set(found["unit"]) == {"430626"}
    _agree(own, ProjectFilter())
    assert facet_counts(within(rows, Scope()), ProjectFilter()) == {name: {} for name in FACETS}


@pytest.mark.django_db(databases=["default", "publisher"])
def test_facets_of_the_published_table_count_its_rows() -> None:
    chance = random.Random(5)
    PublishedProject.objects.using("publisher").bulk_create(
        PublishedProject(
            from_snapshot=1, digest="", code=f"YYMS-2026-{number:04d}", name="示例项目", search_text="示例项目",
            category=chance.choice(["0101", "0102", "02"]), category_name="", region=chance.choice([None, "430602"]),
            unit=chance.choice(["430602", "430626"]), status=chance.choice(STATUSES), stage="construction", nature="",
            plan_year=2026, years=[2026, chance.choice([2024, 2025])], sources=chance.sample(SOURCES, k=2),
            is_livelihood=False, scope_content="", location_text="", planned_start_precision="",
            planned_end_precision="", payment_count=0, complaints_band="0", is_located=False, tile_zoom=0,
        )
        for number in range(20)
    )  # fmt: skip
    rows = PublishedProject.objects.using("publisher").all()
    for chosen in (
        ProjectFilter(),
        ProjectFilter(category="01", year=2024),
        ProjectFilter(source="county", unit="430626"),
    ):
        assert _agree(rows, chosen) > 5
