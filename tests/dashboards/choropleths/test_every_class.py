"""Every class × scheme × dimension × level against mapclassify over values that share no line with ours."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import geopandas as gpd
import mapclassify
import pandas as pd
import pytest
from shapely import from_wkb

from dashboards.choropleths.classes import Scheme
from dashboards.choropleths.classing import schemes_of
from dashboards.choropleths.painted import Choropleth
from dashboards.choropleths.selectors import PAINTABLE, Level, choropleth
from dashboards.indicators.catalogue import CATALOGUE
from dashboards.indicators.values import indicator_table
from geodata.projects.models import Project
from geodata.projects.services.geometry import locate_projects
from geodata.regions.models import AreaUnit
from geodata.stewards.scope import CITY
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension
from tests.dashboards.choropleths import independent
from tests.seeded import TODAY, seed_city

CLASSIFIERS: dict[Scheme, Any] = {
    Scheme.QUANTILE: mapclassify.Quantiles,
    Scheme.FISHER_JENKS: mapclassify.FisherJenks,
    Scheme.EQUAL: mapclassify.EqualInterval,
}
MONTHS_GONE = Decimal(2)  # of twelve on 30 March: March counts on its last day


@pytest.fixture
def little_city(db: None) -> None:
    seed_city(150)
    Project.objects.filter(geom=None).update(admin_area=None, township=None)  # places are found by the shape alone
    locate_projects()


def _townships() -> gpd.GeoDataFrame:
    found = independent.frame(AreaUnit.objects.filter(kind="township"), "code", "geom")
    shapes = [from_wkb(bytes(geom.wkb)) for geom in found.pop("geom")]
    return gpd.GeoDataFrame(found, geometry=shapes, crs=4490)


def _expected(dimension: Dimension, level: Level) -> dict[str, Mapping[str, independent.Parts]]:
    """Parts of five rates by code, by geopandas' own joins."""
    if level == Level.UNIT:
        return dict(independent.rates(TODAY, dimension.value))
    table = independent.projects(TODAY)
    points = table.geometry.dropna().representative_point().to_frame("geometry")
    pairs = gpd.sjoin(points, _townships(), predicate="intersects")
    table["code"] = pairs[~pairs.index.duplicated()]["code"]
    table["code"] = table["code"].where(table["code"].notna(), "")
    table = table.assign(share=Decimal(1), own=1)
    return {name: independent._rate(table, name, TODAY) for name in ("I04", "I12", "C03", "BEHIND", "I02")}


def _shown(value: Decimal, unit: str) -> int:
    """A value in tenths of a percent or of a point, in hundredths of a piece, as it is read."""
    factor = {"percent": 1000, "points": 10, "days": 1}.get(unit, 100)
    return int((value * factor).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _groups(keys: Mapping[str, Any]) -> set[frozenset[str]]:
    """Which codes are in one class, whatever the class is called."""
    found: dict[Any, set[str]] = defaultdict(set)
    for code, key in keys.items():
        found[key].add(code)
    return {frozenset(codes) for codes in found.values()}


def _classes(values: Mapping[str, int], scheme: Scheme, most: int, side: str = "") -> dict[str, Any]:
    """Code → class by mapclassify alone."""
    series = pd.Series(values, dtype=float)
    if series.empty:
        return {}
    if scheme != Scheme.EQUAL and series.nunique() <= most:
        return {code: (side, value) for code, value in series.items()}
    if series.nunique() == 1:
        return dict.fromkeys(series.index, (side, 0))
    made = CLASSIFIERS[scheme](series.to_numpy(), k=most)
    return {code: (side, int(place)) for code, place in zip(series.index, made.yb, strict=True)}


def _by_library(values: Mapping[str, int], scheme: Scheme, diverging: bool) -> dict[str, Any]:
    below = {code: value for code, value in values.items() if value < 0}
    above = {code: value for code, value in values.items() if value >= 0}
    if scheme == Scheme.FIXED:
        return {code: sum(value >= start for start in (-300, -99, 0, 101)) for code, value in values.items()}
    if diverging:
        return _classes(below, scheme, 3, "-") | _classes(above, scheme, 2, "+")
    above = {code: value for code, value in above.items() if value}
    if below and above:
        return dict.fromkeys(below, "below") | _classes(above, scheme, 4)
    return _classes(above or below, scheme, 5)


def _painted(found: Choropleth) -> dict[str, str]:
    return {area.code: area.class_key for area in found.areas if area.class_key not in {"none", "few", "zero"}}


def _compare(found: Choropleth, values: Mapping[str, Decimal | None], n: Mapping[str, int]) -> int:
    unit, diverging = found.indicator.unit, found.indicator.unit == "points" or found.indicator.id.startswith("C07")
    steps = {code: _shown(value, unit) for code, value in values.items() if value is not None}
    enough = {code: step for code, step in steps.items() if n[code] >= found.indicator.fewest}
    classed = enough if diverging else {code: step for code, step in enough.items() if step}
    where = (found.indicator.id, found.scheme, found.dimension, found.townships)
    for area in found.areas:
        assert (area.class_key == "none") == (values[area.code] is None), (where, area)
        assert (area.class_key == "few") == (area.code in steps and area.code not in enough), (where, area)
        assert (area.class_key == "zero") == (area.code in enough and area.code not in classed), (where, area)
    assert _groups(_painted(found)) == _groups(_by_library(classed, found.scheme, diverging)), where
    return len(classed)


def test_the_classes_of_sums_are_those_of_an_independent_computation(little_city: None) -> None:
    compared = 0
    for dimension, level in (
        (Dimension.ADMIN, Level.UNIT),
        (Dimension.MANAGEMENT, Level.UNIT),
        (Dimension.ADMIN, Level.TOWNSHIP),
    ):
        expected = _expected(dimension, level)
        for rate in ("I04", "I12", "C03", "BEHIND", "I02", "I07"):
            parts = expected["I04" if rate == "I07" else rate]
            for scheme in schemes_of(CATALOGUE[rate]):
                found = choropleth(
                    CITY,
                    rate=rate,
                    dimension=dimension,
                    chosen=ProjectFilter(),
                    today=TODAY,
                    level=level,
                    scheme=scheme,
                )
                values: dict[str, Decimal | None] = {}
                for area in found.areas:
                    above, below, _n = parts.get(area.code, (Decimal(0), Decimal(0), 0))
                    value = Decimal(above) / Decimal(below) if below else None
                    if rate == "I07" and value is not None:
                        value = value * 100 - MONTHS_GONE * 100 / 12
                    values[area.code] = value
                    assert (area.value is None) == (value is None)
                    assert value is None or abs((area.value or 0) - value) < Decimal("1e-9")
                n = {area.code: parts.get(area.code, (0, 0, 0))[2] for area in found.areas}
                compared += _compare(found, values, n)
    assert compared > 500


def test_every_rate_of_the_catalogue_is_painted_as_its_table_says(little_city: None) -> None:
    compared = 0
    for dimension, level in (
        (Dimension.ADMIN, Level.UNIT),
        (Dimension.MANAGEMENT, Level.UNIT),
        (Dimension.ADMIN, Level.TOWNSHIP),
    ):
        table = indicator_table(
            CITY, ids=PAINTABLE, dimension=dimension, level=level, chosen=ProjectFilter(), today=TODAY
        )
        for rate in PAINTABLE:
            for scheme in schemes_of(CATALOGUE[rate]):
                found = choropleth(
                    CITY,
                    rate=rate,
                    dimension=dimension,
                    chosen=ProjectFilter(),
                    today=TODAY,
                    level=level,
                    scheme=scheme,
                )
                assert [area.code for area in found.areas] == list(table.areas)
                told = {code: table.value(rate, code) for code in table.areas}
                for area in found.areas:
                    value = told[area.code].value
                    assert (area.value is None) == (value is None), (rate, area)
                    assert value is None or abs((area.value or 0) - value) < Decimal("1e-9"), (rate, area)
                compared += _compare(
                    found, {code: one.value for code, one in told.items()}, {code: one.n for code, one in told.items()}
                )
    assert compared > 1000


def test_townships_of_one_county_are_compared_among_themselves(little_city: None) -> None:
    from dashboards.choropleths.selectors import painted
    from geodata.summary.regions import region_summary

    by_unit = region_summary(CITY, today=TODAY, dimension=Dimension.ADMIN)
    found = painted(
        CITY,
        by_unit=by_unit,
        rate="I04",
        chosen=ProjectFilter(region="430626"),
        today=TODAY,
        level=Level.TOWNSHIP,
        within="430626",
    )
    inside = set(AreaUnit.objects.filter(parent__code="430626", kind="township").values_list("code", flat=True))
    assert {area.code for area in found.areas} == inside
    county = next(region for region in by_unit.regions if region.code == "430626")
    assert sum(area.projects for area in found.areas) + found.rest.projects == found.city.projects
    assert found.city.projects == county.totals.projects
