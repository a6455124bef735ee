"""Every value of a choropleth against a computation that shares no line with ours, in both dimensions."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from dashboards.choropleths.classes import steps_of
from dashboards.choropleths.ranks import ranks
from dashboards.choropleths.selectors import FEWEST, RATES, Choropleth, choropleth
from dashboards.indicators.catalogue import Unit
from geodata.errors import BadParameter, NotPermitted
from geodata.projects.models import Project, ProjectAreaShare
from geodata.projects.services.geometry import locate_projects
from geodata.regions.models import AreaUnit
from geodata.stewards.scope import CITY, Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension
from tests.dashboards.choropleths import independent
from tests.seeded import TODAY, seed_city

DAYS = (TODAY, date(2025, 12, 31))


@pytest.fixture
def little_city(db: None) -> None:
    """A demo city of 150 projects in the real units, two of them in two counties by stated shares."""
    seed_city(150)
    Project.objects.filter(geom=None).update(admin_area=None)  # a county is found by the shape alone
    locate_projects()
    for project, percent in zip(Project.objects.exclude(admin_area=None).order_by("pk")[:2], (30, 55), strict=True):
        other = AreaUnit.objects.filter(kind="county").exclude(pk=project.admin_area_id).order_by("code")[0]
        ProjectAreaShare.objects.create(project=project, area=other, share_pct=percent)
        ProjectAreaShare.objects.create(project=project, area_id=project.admin_area_id, share_pct=100 - percent)


def all_of_them(day: date) -> Iterator[tuple[Choropleth, dict[str, independent.Parts]]]:
    for dimension in Dimension:
        expected = independent.rates(day, dimension.value)
        for rate in RATES:
            chosen = ProjectFilter(as_of=day)
            yield choropleth(CITY, rate=rate, dimension=dimension, chosen=chosen, today=TODAY), expected[rate]


def test_values_are_those_of_an_independent_computation(little_city: None) -> None:
    compared = 0
    for day in DAYS:
        for found, expected in all_of_them(day):
            for area in (*found.areas, found.rest):
                above, below, n = expected.get(area.code, (Decimal(0), Decimal(0), 0))
                where = (found.indicator.id, found.dimension, day, area.name)
                assert (area.numerator, area.denominator, area.n) == (above, below, n), where
                assert area.value == (Decimal(above) / Decimal(below) if below else None), where
                compared += area.value is not None
            above, below, n = (sum(parts[place] for parts in expected.values()) for place in range(3))
            assert (found.city.numerator, found.city.denominator, found.city.n) == (above, below, n)
    assert compared > 150


def test_every_unit_has_a_class_and_the_legend_counts_them(little_city: None) -> None:
    for found, _expected in all_of_them(TODAY):
        assert sum(line.areas for line in found.legend) == len(found.areas)
        for area in found.areas:
            assert area.class_key in {line.key for line in found.legend}
            assert (area.value is None) == (area.class_key == "none")
            if area.value is not None and area.class_key != "zero":
                assert (area.n < FEWEST) == (area.class_key == "few")
        _values_lie_in_the_printed_ranges(found)


def _values_lie_in_the_printed_ranges(found: Choropleth) -> None:
    places = 3 if found.indicator.unit == Unit.PERCENT else 2
    for line in found.legend:
        if line.key not in "01234":
            continue
        low, _dash, high = line.text.partition(" – ")
        ends = [Decimal(text.replace(",", "").rstrip("%")) / (100 if "%" in text else 1) for text in (low, high or low)]
        for area in found.areas:
            if area.class_key == line.key:
                assert area.value is not None
                assert ends[0] <= Decimal(steps_of(area.value, places)).scaleb(-places) <= ends[1]


def test_the_best_unit_is_the_first_and_complaints_have_no_places(little_city: None) -> None:
    for found, _expected in all_of_them(TODAY):
        places = ranks(found)
        if found.indicator.id == "C03":
            assert places == {}
            continue
        by_code = {area.code: area for area in found.areas}
        best = min if found.indicator.id == "BEHIND" else max
        values = [by_code[code].value or Decimal(0) for code in places]
        for code, rank in places.items():
            assert (rank.place == 1) == (by_code[code].value == best(values))
            assert 1 <= rank.place <= rank.of == len(places)
            assert by_code[code].n >= FEWEST


def test_limits_of_place_do_not_limit_the_comparison(little_city: None) -> None:
    def values(chosen: ProjectFilter) -> list[Decimal | None]:
        found = choropleth(CITY, rate="I04", dimension=Dimension.MANAGEMENT, chosen=chosen, today=TODAY)
        return [area.value for area in found.areas]

    assert values(ProjectFilter(unit="430602", region="430603")) == values(ProjectFilter())
    assert values(ProjectFilter(category="01")) != values(ProjectFilter())


def test_figures_of_the_city_need_leave_and_a_rate_that_is_known(little_city: None) -> None:
    asked = {"dimension": Dimension.ADMIN, "chosen": ProjectFilter(), "today": TODAY}
    with pytest.raises(NotPermitted):
        choropleth(Scope(everything=True), rate="I04", **asked)
    with pytest.raises(BadParameter):
        choropleth(CITY, rate="C01", **asked)
