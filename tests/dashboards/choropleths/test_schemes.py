"""Every scheme: ranges hold every value once, the legend prints them, a deviation changes colour at zero."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.choropleths.areas import AreaValue, steps
from dashboards.choropleths.classes import DEVIATION, Scheme, classify, diverge, fixed
from dashboards.choropleths.classing import classed, is_diverging, schemes_of
from dashboards.choropleths.selectors import PAINTABLE
from dashboards.indicators.catalogue import CATALOGUE
from geodata.errors import BadParameter

STEPS = st.lists(st.one_of(st.integers(-30, 60), st.integers(-(10**5), 10**6)), max_size=40)
BY_VALUES = st.sampled_from([Scheme.QUANTILE, Scheme.FISHER_JENKS, Scheme.EQUAL])


@settings(deadline=None, max_examples=150)
@given(STEPS, BY_VALUES)
def test_ranges_of_every_scheme_hold_every_value_once_without_gap_or_overlap(values: list[int], scheme: Scheme) -> None:
    found = classify(values, scheme=scheme)
    assert len(found) <= 5
    for value in filter(None, values):
        assert sum(each.holds(value) for each in found) == 1
    for below, above in pairwise(found):
        assert above.low == ((below.high or 0) + 1 or 1)
        assert below.key < above.key


@settings(deadline=None, max_examples=150)
@given(STEPS, BY_VALUES)
def test_a_deviation_is_brown_below_zero_and_teal_from_zero_on(values: list[int], scheme: Scheme) -> None:
    found = diverge(values, scheme=scheme)
    assert len(found) <= 5
    for value in values:
        (held,) = [each for each in found if each.holds(value)]
        assert (held.key in {"d0", "d1", "d2"}) == (value < 0)
    for below, above in pairwise(found):
        assert below.high is not None
        assert above.low == below.high + 1
        assert below.key < above.key


@given(st.integers(-2000, 2000))
def test_fixed_breaks_hold_every_deviation_once(value: int) -> None:
    assert sum(each.holds(value) for each in fixed(DEVIATION)) == 1


@pytest.mark.parametrize(
    ("tenths", "key"),
    [
        (-301, "d0"), (-300, "d1"), (-299, "d1"), (-101, "d1"), (-100, "d1"), (-99, "d2"), (-1, "d2"),
        (0, "d3"), (1, "d3"), (100, "d3"), (101, "d4"),
    ],
)  # fmt: skip
def test_the_breaks_of_the_yellow_light_belong_to_ten_to_thirty_behind(tenths: int, key: str) -> None:
    assert [each.key for each in fixed(DEVIATION) if each.holds(tenths)] == [key]


def test_equal_widths_are_equal_and_natural_breaks_part_what_lies_apart() -> None:
    equal = classify([1, 100], scheme=Scheme.EQUAL)
    assert [(each.low, each.high) for each in equal] == [(1, 20), (21, 40), (41, 60), (61, 80), (81, 100)]
    apart = classify([1, 2, 3, 50, 51, 52, 90, 91, 200, 201, 300], scheme=Scheme.FISHER_JENKS)
    assert [each.high for each in apart] == [3, 52, 91, 201, 300]


def area(code: int, value: Decimal | None, n: int = 30) -> AreaValue:
    return AreaValue(str(code), f"u{code}", value, Decimal(0), Decimal(0), n, n, 0, Decimal(0), Decimal(0))


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(PAINTABLE),
    st.lists(st.one_of(st.none(), st.decimals(-40, 40, places=4)), min_size=1, max_size=20),
    st.data(),
)
def test_the_printed_ranges_cover_every_value_of_their_units(
    rate: str, values: list[Decimal | None], data: st.DataObject
) -> None:
    indicator = CATALOGUE[rate]
    scheme = data.draw(st.sampled_from(schemes_of(indicator)))
    sizes = data.draw(st.lists(st.integers(0, 40), min_size=len(values), max_size=len(values)))
    units = [area(place, value, n) for place, (value, n) in enumerate(zip(values, sizes, strict=True))]
    found, legend = classed(units, indicator, scheme)
    assert sum(line.areas for line in legend) == len(units)
    printed = {line.key: line.text for line in legend}
    assert len(printed) == len(legend)
    for unit in found:
        assert unit.class_key in printed
        assert (unit.class_key == "none") == (unit.value is None)
        if unit.value is not None:
            assert (unit.class_key == "few") == (unit.n < indicator.fewest)
        if unit.class_key in {"none", "few", "zero"}:
            continue
        numbers = [
            Decimal(text.replace(",", "")) for text in re.findall(r"[-+]?[\d,]+(?:\.\d+)?", printed[unit.class_key])
        ]
        shown = steps(unit.value, indicator) * {
            "percent": Decimal("0.1"),
            "points": Decimal("0.1"),
            "pieces_each": Decimal("0.01"),
        }.get(indicator.unit, Decimal(1))
        if len(numbers) == 1 and "低于" in printed[unit.class_key]:
            assert shown < numbers[0]
        elif len(numbers) == 1 and "高于" in printed[unit.class_key]:
            assert shown > numbers[0]
        else:
            assert numbers[0] <= shown <= numbers[-1], (printed[unit.class_key], shown)
        if is_diverging(indicator):
            assert unit.class_key in {"d0", "d1", "d2", "d3", "d4"}


def test_fixed_breaks_are_for_deviations_alone() -> None:
    with pytest.raises(BadParameter):
        classed([area(1, Decimal("0.5"))], CATALOGUE["I04"], Scheme.FIXED)
    assert schemes_of(CATALOGUE["I07"])[0] == Scheme.FIXED
