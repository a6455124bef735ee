"""The rows behind a figure add up to it, whatever the indicator, the place and the shares stated."""

from decimal import Decimal

import pytest

from dashboards.indicators.areas import areas_of
from dashboards.indicators.behind import OPENS, Behind, Place, rows_behind
from dashboards.indicators.catalogue import CATALOGUE
from dashboards.indicators.values import CITY as WHOLE
from dashboards.indicators.values import REST, IndicatorValue, Level, indicator_table
from geodata.errors import NotPermitted
from geodata.projects.models import ProjectAreaShare
from geodata.stewards.scope import CITY, Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension
from tests.seeded import TODAY

CHOSEN = ProjectFilter(as_of=TODAY)
PEOPLE = "C04"  # whose denominator belongs to no project


def behind(name: str, place: Place, scope: Scope = CITY) -> Behind:
    return rows_behind(scope, CATALOGUE[name], place=place, chosen=CHOSEN, today=TODAY)


def holds(name: str, found: Behind, value: IndicatorValue) -> None:
    """The figure is the table's, and its rows add up to it."""
    where = (name, value.name)
    figure = found.figure
    assert (figure.value is None) == (value.value is None), where
    assert abs((figure.value or 0) - (value.value or 0)) < Decimal("1e-9"), where
    assert (figure.code, figure.name, figure.n, figure.note) == (value.code, value.name, value.n, value.note), where
    assert abs(sum(Decimal(row.numerator) for row in found.rows) - Decimal(value.numerator)) < Decimal("0.001"), where
    if value.denominator is not None and name != PEOPLE:
        below = sum(Decimal(row.denominator or 0) for row in found.rows)
        assert abs(below - Decimal(value.denominator)) < Decimal("0.001"), where


@pytest.mark.parametrize("dimension", list(Dimension))
def test_the_rows_of_every_indicator_add_up_to_its_value(furnished: None, dimension: Dimension) -> None:
    table = indicator_table(CITY, ids=OPENS, dimension=dimension, level=Level.UNIT, chosen=CHOSEN, today=TODAY)
    areas = areas_of(Level.UNIT, dimension, chosen=ProjectFilter(), day=TODAY)
    split = ProjectAreaShare.objects.order_by("pk").values_list("area__code", flat=True)[:2]
    rows = 0
    for name in sorted(OPENS):
        for code in (*split, REST, WHOLE):
            found = behind(name, Place(code, Level.UNIT, dimension, areas))
            holds(name, found, table.value(name, code))
            rows += len(found.rows)
    assert rows > 1_000


def test_a_project_stands_in_each_county_with_its_share_of_the_money(furnished: None) -> None:
    areas = areas_of(Level.UNIT, Dimension.ADMIN, chosen=ProjectFilter(), day=TODAY)
    share = ProjectAreaShare.objects.select_related("area").order_by("pk")[0]
    whole = {row.code: row for row in behind("I05", Place(WHOLE, Level.CITY, Dimension.ADMIN, ())).rows}
    there = behind("I05", Place(share.area.code, Level.UNIT, Dimension.ADMIN, areas))
    (row,) = [row for row in there.rows if row.code == str(share.project_id)]
    assert row.denominator == Decimal(whole[row.code].denominator or 0) * share.share_pct / 100
    assert row.n == 0  # it is counted where its shape lies


def test_the_worst_stand_first_and_what_was_not_counted_is_not_there(furnished: None) -> None:
    city = Place(WHOLE, Level.CITY, Dimension.ADMIN, ())
    values = [row.value for row in behind("I12", city).rows if row.value is not None]
    assert values == sorted(values)
    assert [row.numerator for row in behind("C01", city).rows] == sorted(
        (row.numerator for row in behind("C01", city).rows), reverse=True
    )
    assert all(row.denominator for row in behind("I01", city).rows)


def test_the_calendar_and_the_tasks_open_no_projects() -> None:
    assert set(CATALOGUE) - OPENS == {"I06", "I17"}


def test_it_needs_leave_to_see_the_city_s_figures(db: None) -> None:
    with pytest.raises(NotPermitted):
        behind("I04", Place(WHOLE, Level.CITY, Dimension.ADMIN, ()), Scope())
