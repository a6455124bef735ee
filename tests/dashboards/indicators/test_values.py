"""Every indicator × area × dimension × level × day against pandas over the raw tables, with no line shared."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from dashboards.indicators.catalogue import CATALOGUE
from dashboards.indicators.formulas import leaves_out
from dashboards.indicators.values import IndicatorTable, IndicatorValue, Level, indicator_table
from geodata.errors import BadParameter, NotPermitted
from geodata.projects.models import Project, StatusChange
from geodata.regions.models import AreaPopulation
from geodata.stewards.scope import CITY, Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension
from geodata.thresholds.models import ThresholdValue
from tests.dashboards.indicators.independent import LEAD, Figure, Independent
from tests.seeded import TODAY

DAYS = (TODAY, date(2026, 2, 28), date(2025, 11, 15), date(2025, 1, 2))
COLUMNS = {Dimension.ADMIN: "admin_area__code", Dimension.MANAGEMENT: "management_unit__code"}
APART = {"C04", "I17"}  # populations and tasks: tested below by themselves
NOTHING: Figure = (0.0, 0.0, 0)


def table(day: date, dimension: Dimension, level: Level = Level.UNIT) -> IndicatorTable:
    return indicator_table(
        CITY, ids=CATALOGUE, dimension=dimension, level=level, chosen=ProjectFilter(as_of=day), today=TODAY
    )


def same(found: IndicatorValue, expected: Figure, where: object) -> None:
    """Numerator, denominator and n are those expected, and the value follows from them."""
    above, below, n = expected
    assert float(found.numerator) == pytest.approx(above, rel=1e-9, abs=1e-6), where
    if found.denominator is not None:
        assert float(found.denominator) == pytest.approx(below or 0.0, rel=1e-9, abs=1e-6), where
    assert found.n == n, where


def value_of(name: str, expected: Figure, months: float) -> float | None:
    above, below, _n = expected
    if name in ("C01", "C02", "I15"):
        return above
    if not below or below < 0 or (name in ("C07Y", "C07M") and below < 10):
        return None
    if name == "I07":
        return (above / below - months / 12) * 100
    return above / below * float(CATALOGUE[name].scale)


def compared(found: IndicatorTable, expected: Mapping[str, Mapping[str, Figure]]) -> int:
    """Holds every value of a table against the figures; gives how many had a value."""
    months = float(found.city("I06").numerator)
    known = 0
    for name in set(CATALOGUE) - APART:
        figures = expected[name]
        assert set(figures) <= {*found.areas, ""}, name
        places = {code: figures.get(code, NOTHING) for code in found.areas} | {"": figures.get("", NOTHING)}
        if name == "I06":  # the calendar is the same where there are no projects, too
            places = {code: (months, 12.0, n) for code, (_above, _below, n) in places.items()}
        for code, figure in places.items():
            one = found.value(name, code) if code else found.rest(name)
            where = (name, found.dimension, found.as_of, code)
            same(one, figure, where)
            value = value_of(name, figure, months)
            assert (one.value is None) == (value is None), where
            if one.value is not None:
                assert float(one.value) == pytest.approx(value, rel=1e-9, abs=1e-9), where
                known += 1
        if name != "I06":
            sums = [sum(part[place] or 0 for part in figures.values()) for place in range(3)]
            same(found.city(name), (sums[0], sums[1], int(sums[2])), (name, "city"))
    return known


def test_every_value_is_that_of_an_independent_computation(furnished: None) -> None:
    known = 0
    for day in DAYS:
        for dimension, column in COLUMNS.items():
            known += compared(table(day, dimension), Independent(day, column).figures())
    assert known > 1_000


def test_reported_stops_are_left_out_of_every_rate_that_says_so(furnished: None) -> None:
    with transaction.atomic():
        for place, project in enumerate(Project.objects.filter(status="under_construction").order_by("pk")[:24]):
            told = {0: {"reported_on": date(2026, 2, 20)}, 1: {"suspension_kind": "reported"}}.get(place % 3, {})
            StatusChange.objects.create(
                project=project, effective_on=date(2026, 2, 10), status="suspended", stage="construction", **told
            )
        usual = table(DAYS[0], Dimension.ADMIN)
        ThresholdValue.objects.create(key="exclude_reported_suspension", value=1)
        known = 0
        for day in DAYS[:2]:
            for dimension, column in COLUMNS.items():
                own = Independent(day, column, leaves_out=True)
                assert len(own.left_out) >= 16
                found = table(day, dimension)
                assert found.left_out("city") == len(own.left_out)
                assert sum(found.left_out(code) for code in (*found.areas, "")) == len(own.left_out)
                known += compared(found, own.figures())
        assert known > 400
        limited = table(DAYS[0], Dimension.ADMIN)
        moved = {name for name in CATALOGUE if limited.city(name).denominator != usual.city(name).denominator}
        assert moved <= {name for name in CATALOGUE if leaves_out(name)}
        assert {"I02", "I04", "I05", "I09", "I10", "I12", "NODES"} <= moved
        transaction.set_rollback(True)


def test_townships_and_the_city_are_computed_the_same_way(furnished: None) -> None:
    day = DAYS[1]
    expected = Independent(day, "township__code").figures()
    towns = table(day, Dimension.MANAGEMENT, Level.TOWNSHIP)
    assert compared(towns, expected) > 300
    whole = table(day, Dimension.MANAGEMENT, Level.CITY)
    units = table(day, Dimension.MANAGEMENT)
    for name in CATALOGUE:
        assert whole.value(name, "430600").value == whole.city(name).value == towns.city(name).value, name
        assert whole.city(name).value == units.city(name).value, name


def test_departments_are_computed_the_same_way(furnished: None) -> None:
    found = table(DAYS[1], Dimension.MANAGEMENT, Level.DEPARTMENT)
    assert len(found.areas) > 3
    assert compared(found, Independent(DAYS[1], LEAD).figures()) > 100


def test_residents_are_those_of_the_newest_year_that_has_come(furnished: None) -> None:
    for day in DAYS:
        known = dict(
            AreaPopulation.objects.filter(year__lte=day.year).order_by("year").values_list("area__code", "residents")
        )
        for dimension in Dimension:
            found = table(day, dimension)
            complaints = Independent(day, COLUMNS[dimension]).figures()["C01"]
            for code in found.areas:
                one, merged = found.value("C04", code), complaints.get(code, NOTHING)[0]
                assert (float(one.numerator), one.denominator) == (merged, known.get(code, 0)), (day, code)


def test_complaints_per_head_print_the_year_of_the_population(furnished: None) -> None:
    found = table(DAYS[2], Dimension.ADMIN)
    counties = [found.value("C04", code) for code in found.areas]
    assert [one.value for one in counties].count(None) == 1  # the county without a population
    for one in counties:
        if one.value is not None:
            assert one.note == "2025 年常住人口"
            assert one.value == Decimal(one.numerator) * 10_000 / Decimal(one.denominator or 0)
            assert one.numerator == found.value("C01", one.code).numerator
    assert found.rest("C04").value is None


def test_tasks_have_a_value_for_the_city_alone(furnished: None) -> None:
    found = table(TODAY, Dimension.MANAGEMENT)
    assert (found.city("I17").numerator, found.city("I17").denominator) == (2, 3)
    assert {found.value("I17", code).value for code in found.areas} == {None}
    assert found.rest("I17").value is None
    before = table(date(2026, 3, 26), Dimension.MANAGEMENT).city("I17")  # what was done by later is not counted
    assert (before.numerator, before.denominator) == (1, 2)


def test_a_filter_limits_rows_and_facts_alike(furnished: None) -> None:
    unit = Project.objects.order_by("pk").values_list("management_unit__code", flat=True)[0]
    chosen = ProjectFilter(unit=unit, as_of=DAYS[1])
    limited = indicator_table(
        CITY, ids=CATALOGUE, dimension=Dimension.MANAGEMENT, level=Level.UNIT, chosen=chosen, today=TODAY
    )
    everything = table(DAYS[1], Dimension.MANAGEMENT)
    for name in set(CATALOGUE) - {"C04", "I17", "I06"}:
        one, other = limited.value(name, unit), everything.value(name, unit)
        assert (one.numerator, one.denominator, one.n) == (other.numerator, other.denominator, other.n), name
        assert limited.city(name).numerator == one.numerator, name
    nobody = indicator_table(
        CITY,
        ids=CATALOGUE,
        dimension=Dimension.MANAGEMENT,
        level=Level.UNIT,
        chosen=replace(chosen, q="没有叫这个名字的项目"),
        today=TODAY,
    )
    assert nobody.city("I04").value is None
    assert nobody.city("C01").value == 0
    assert nobody.projects("city") == 0


def test_the_number_of_statements_does_not_grow_with_areas_or_indicators(furnished: None) -> None:
    for level in Level:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            table(DAYS[1], Dimension.ADMIN, level)
        assert len(queries) <= 8


def test_a_period_of_several_months_counts_all_of_it(furnished: None) -> None:
    chosen = ProjectFilter(as_of=TODAY)

    def orders(period: tuple[date, date]) -> IndicatorValue:
        return indicator_table(
            CITY,
            ids=["C02"],
            dimension=Dimension.ADMIN,
            level=Level.CITY,
            chosen=chosen,
            today=TODAY,
            period=period,
        ).city("C02")

    months = [(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28))]
    assert orders((date(2026, 1, 1), date(2026, 2, 28))).n == sum(orders(month).n for month in months) > 0


def test_the_city_s_figures_need_leave_and_an_indicator_must_exist(db: None) -> None:
    def ask(scope: Scope, name: str) -> IndicatorTable:
        return indicator_table(
            scope, ids=[name], dimension=Dimension.ADMIN, level=Level.CITY, chosen=ProjectFilter(), today=TODAY
        )

    with pytest.raises(NotPermitted):
        ask(Scope(), "I04")
    with pytest.raises(BadParameter, match="没有编号为“I99”的指标"):
        ask(CITY, "I99")
