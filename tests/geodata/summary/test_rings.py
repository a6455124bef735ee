"""A ring is taken as it is or refused with a sentence; whether it crosses itself is what GEOS says, too."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.geometry import LinearRing

from geodata.errors import BadParameter
from geodata.summary.rings import crosses_itself, polygon, ring, written

POINTS = st.lists(
    st.tuples(st.integers(0, 12).map(float), st.integers(0, 12).map(float)), min_size=3, max_size=9, unique=True
)


@given(POINTS)
def test_a_ring_crosses_itself_exactly_if_it_is_not_simple(corners: list[tuple[float, float]]) -> None:
    exact = LinearRing(corners)
    assume(exact.is_valid or not exact.is_simple)
    assert crosses_itself(tuple(corners)) == (not exact.is_simple)


def test_corners_are_read_and_written_alike() -> None:
    text = "113,29.3,113.2,29.3,113.1,29.45"
    corners = ring("ring", [text])
    assert written(corners) == text
    assert ring("ring", [f"{text},113,29.3"]) == corners  # closed or not
    assert polygon(corners).srid == 4490
    assert polygon(corners).valid


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("113,29,113.2", "经度、纬度"),
        ("a,b,c,d,e,f", "经度、纬度"),
        ("113,29,113.2,29", "3 到 200 个"),
        (",".join(["113,29,114,29"] * 101), "3 到 200 个"),
        ("113,29,113.1,29,113.2,29", "没有面积"),
        ("113,29,114,30,114,29,113,29.9", "自己相交"),
        ("200,29,201,29,201,30", "−180 到 180"),
        ("1e3,29,2,3,4,5", "经度、纬度"),
    ],
)
def test_what_is_no_ring_is_refused_with_a_reason(text: str, words: str) -> None:
    with pytest.raises(BadParameter, match=words):
        ring("ring", [text])
