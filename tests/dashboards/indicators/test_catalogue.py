"""The catalogue of indicators: every rate names what it is divided by, and exists as a column or as a group's rate."""

import pytest

from dashboards.indicators.catalogue import BY_COLUMN, CATALOGUE, Indicator, Unit
from geodata.summary.columns import COLUMNS, NAMES
from geodata.summary.sums import RATE_NAMES


@pytest.mark.parametrize("indicator", CATALOGUE.values(), ids=lambda indicator: indicator.id)
def test_an_indicator_is_a_column_and_a_rate_names_its_denominator(indicator: Indicator) -> None:
    assert indicator.column in NAMES or (not indicator.column and indicator.rate)
    assert not indicator.rate or indicator.rate in RATE_NAMES
    if indicator.unit in {Unit.PERCENT, Unit.PIECES_EACH}:
        assert indicator.denominator
        sign = "占" if indicator.unit == Unit.PERCENT else "件/"
        assert f"({sign}{indicator.short_denominator})" in indicator.label


def test_the_labels_are_those_of_the_columns_where_both_name_a_denominator() -> None:
    labels = {column.name: column.label for column in COLUMNS}
    for name in ("annual_rate", "investment_rate", "disbursement_rate"):
        assert BY_COLUMN[name].label == labels[name]


def test_the_paid_out_rate_says_that_it_is_of_money_arrived() -> None:
    assert CATALOGUE["I12"].label == "资金拨付率(占到位)"
