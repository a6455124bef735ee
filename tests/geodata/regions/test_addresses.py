"""Addresses are looked up in what the city's own map knows: crossings, roads, names and townships, with a radius."""

import pytest
from django.contrib.gis.geos import LineString, Point

from geodata.regions.addresses import places_of_address
from geodata.regions.models import AreaUnit, BaseFeature
from tests.conftest import square


@pytest.fixture
def gazetteer(city: dict[str, AreaUnit]) -> dict[str, AreaUnit]:
    """Two roads that cross, a longer one of a like name, a village; a road of that name in the other county."""
    town = AreaUnit.objects.create(
        code="430602001",
        kind="township",
        name="示例街道",
        parent=city["430602"],
        geom=square(113.10, 29.30, 0.05),
    )
    AreaUnit.objects.create(
        code="430626001", kind="township", name="示例镇", parent=city["430626"], geom=square(113.25, 29.25, 0.1)
    )
    for name, line in (
        ("甲路", ((113.11, 29.32), (113.13, 29.32))),
        ("乙大道", ((113.12, 29.31), (113.12, 29.34))),
        ("南甲路", ((113.11, 29.345), (113.115, 29.345))),
        ("甲路", ((113.30, 29.30), (113.31, 29.30))),
        ("岳大道", ((113.01, 29.22), (113.19, 29.22))),
    ):
        BaseFeature.objects.create(kind="road", name=name, geom=LineString(*line, srid=4490))
    BaseFeature.objects.create(kind="place", name="丙村", geom=Point(113.14, 29.33, srid=4490))
    BaseFeature.objects.create(kind="place", name="岳阳楼区", geom=Point(113.1, 29.3, srid=4490))
    return {**city, "town": town}


@pytest.mark.parametrize(
    ("text", "first", "spot", "most_m"),
    [
        ("岳阳楼区甲路与乙大道交叉口", "crossing:乙大道×甲路", (113.12, 29.32), 100),
        ("示例街道甲路 18 号", "road:甲路", (113.12, 29.32), 1000),
        ("平江县甲路", "road:甲路", (113.305, 29.30), 500),
        ("岳阳楼区南甲路", "road:南甲路", (113.1125, 29.345), 250),
        ("示例街道丙村三组", "place:丙村", (113.14, 29.33), 1000),
        ("岳阳楼区示例街道", "township:示例街道", (113.125, 29.325), 3200),
        ("岳阳楼区示例", "township:示例街道", (113.125, 29.325), 3200),
    ],
)
def test_the_narrowest_place_that_the_address_names_stands_first(
    gazetteer: dict[str, AreaUnit], text: str, first: str, spot: tuple[float, float], most_m: int
) -> None:
    found = places_of_address(text)
    assert found[0].key == first
    assert (found[0].lon, found[0].lat) == pytest.approx(spot, abs=2e-3)
    assert 100 <= found[0].accuracy_m <= most_m
    assert [place.accuracy_m for place in found] == sorted(place.accuracy_m for place in found)


def test_only_what_is_narrow_is_a_place(gazetteer: dict[str, AreaUnit]) -> None:
    found = {place.key: place.is_narrow for place in places_of_address("岳阳楼区示例街道甲路，近岳大道")}
    assert found == {"road:甲路": True, "township:示例街道": False}  # the other road does not touch the township
    assert [(place.key, place.is_narrow) for place in places_of_address("岳大道")] == [("road:岳大道", False)]


def test_the_unit_bounds_an_address_that_names_no_area(gazetteer: dict[str, AreaUnit]) -> None:
    (here,) = places_of_address("甲路", unit_id=gazetteer["430626"].pk)
    assert here.lon == pytest.approx(113.305, abs=1e-3)
    assert places_of_address("乙大道", unit_id=gazetteer["430626"].pk) == []


@pytest.mark.parametrize("text", ["", "   ", "没有这样的地方", "岳阳楼区", "%", "甲", "甲" * 5000])
def test_what_names_nothing_finds_nothing(gazetteer: dict[str, AreaUnit], text: str) -> None:
    assert places_of_address(text) == []


def test_an_address_is_answered_with_three_questions(gazetteer: dict[str, AreaUnit], django_assert_num_queries) -> None:
    with django_assert_num_queries(3):
        places_of_address("岳阳楼区示例街道甲路与乙大道交叉口丙村")
