"""The catalogue of indicators: every rate names what it is divided by, and each has a formula."""

import pytest

from dashboards.indicators.catalogue import BY_COLUMN, CATALOGUE, Direction, Indicator, Unit
from dashboards.indicators.formulas import FORMULAS
from geodata.summary.columns import COLUMNS, NAMES
from geodata.summary.sums import RATE_NAMES

CHANGES = {"C07Y", "C07M"}  # the name says what they are compared with


@pytest.mark.parametrize("indicator", CATALOGUE.values(), ids=lambda indicator: indicator.id)
def test_an_indicator_says_all_and_a_rate_names_its_denominator(indicator: Indicator) -> None:
    assert indicator.column == "" or indicator.column in NAMES
    assert indicator.rate == "" or indicator.rate in RATE_NAMES
    assert all((indicator.name, indicator.formula, indicator.records, indicator.date_rule, indicator.counts))
    assert bool(indicator.denominator) != indicator.is_amount
    if indicator.unit in {Unit.PERCENT, Unit.PIECES_EACH} and indicator.id not in CHANGES:
        sign = "占" if indicator.unit == Unit.PERCENT else "件/"
        assert f"（{sign}{indicator.short_denominator}）" in indicator.label


def test_every_indicator_has_its_formula_and_no_formula_is_left_over() -> None:
    assert set(FORMULAS) == set(CATALOGUE)


def test_no_two_indicators_have_the_same_label() -> None:
    labels = [indicator.label for indicator in CATALOGUE.values()]
    assert sorted(set(labels)) == sorted(labels)


def test_complaints_are_never_ranked() -> None:
    assert {i.direction for i in CATALOGUE.values() if i.id.startswith("C")} == {Direction.NONE}


def test_the_labels_are_those_of_the_columns_where_both_name_a_denominator() -> None:
    labels = {column.name: column.label for column in COLUMNS}
    for name in ("annual_rate", "investment_rate", "disbursement_rate"):
        assert BY_COLUMN[name].label == labels[name]


def test_the_paid_out_rate_says_that_it_is_of_money_arrived() -> None:
    assert CATALOGUE["I12"].label == "资金拨付率（占到位）"
