"""The catalogue of indicators: every rate names what it is divided by, and exists as a column."""

import pytest

from dashboards.indicators.catalogue import BY_COLUMN, CATALOGUE, Indicator, Unit
from geodata.summary.columns import COLUMNS, NAMES


@pytest.mark.parametrize("indicator", CATALOGUE.values(), ids=lambda indicator: indicator.id)
def test_an_indicator_is_a_column_and_a_rate_names_its_denominator(indicator: Indicator) -> None:
    assert indicator.column in NAMES
    if indicator.unit == Unit.PERCENT:
        assert indicator.denominator
        assert f"(占{indicator.short_denominator})" in indicator.label


def test_the_labels_are_those_of_the_columns_where_both_name_a_denominator() -> None:
    labels = {column.name: column.label for column in COLUMNS}
    for name in ("annual_rate", "investment_rate", "disbursement_rate"):
        assert BY_COLUMN[name].label == labels[name]


def test_the_paid_out_rate_says_that_it_is_of_money_arrived() -> None:
    assert CATALOGUE["I12"].label == "资金拨付率(占到位)"
