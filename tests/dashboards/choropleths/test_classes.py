"""Classes: every value lies in the range that is printed for it, and in no other."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.choropleths.circles import LARGEST, radii
from dashboards.choropleths.classes import Range, classify, steps_of

STEPS = st.lists(st.one_of(st.integers(-30, 60), st.integers(-(10**6), 10**7)), max_size=40)


@settings(deadline=None)  # the first example waits for the library to load
@given(STEPS)
def test_ranges_hold_every_value_once_and_leave_neither_gap_nor_overlap(values: list[int]) -> None:
    ranges = classify(values)
    assert len(ranges) <= 5
    for value in filter(None, values):
        assert sum(found.low <= value <= found.high for found in ranges) == 1
    for below, above in pairwise(ranges):
        assert above.low == (below.high + 1 or 1)  # zero is a class of its own
        assert below.key < above.key
    for found in ranges:
        assert any(found.low <= value <= found.high for value in values)
        assert not found.low <= 0 <= found.high
    if ranges:
        assert (ranges[0].low, ranges[-1].high) == (min(filter(None, values)), max(filter(None, values)))


@given(st.decimals(-3, 9, places=6), st.sampled_from([2, 3]))
def test_a_value_is_counted_in_the_steps_in_which_it_is_shown(value: Decimal, places: int) -> None:
    assert abs(Decimal(steps_of(value, places)).scaleb(-places) - value) <= Decimal(5).scaleb(-places - 1)


def test_many_values_fall_into_fifths() -> None:
    assert [(r.low, r.high) for r in classify(range(1, 11))] == [(1, 2), (3, 4), (5, 6), (7, 8), (9, 10)]


@pytest.mark.parametrize(
    ("values", "ranges"),
    [
        ([], ()),
        ([0, 0], ()),
        ([7, 0, 7], (Range("2", 7, 7),)),
        ([1, 9, 9], (Range("0", 1, 1), Range("4", 2, 9))),
        ([1, 5, 9], (Range("0", 1, 1), Range("2", 2, 5), Range("4", 6, 9))),
        ([-4, -1, 3], (Range("0", -4, -1), Range("4", 1, 3))),
    ],
)
def test_few_values_make_few_classes_with_colours_far_apart(values: list[int], ranges: tuple[Range, ...]) -> None:
    assert classify(values) == ranges


def test_the_area_of_a_circle_is_proportional_to_its_amount() -> None:
    found = radii({"a": Decimal(400), "b": Decimal(100), "c": 0, "d": Decimal(-5)})
    assert found == {"a": LARGEST, "b": LARGEST / 2}
    assert radii({"a": 0}) == radii({}) == {}
