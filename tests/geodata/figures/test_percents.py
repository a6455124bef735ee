"""A column of percentages is read as a whole."""

from decimal import Decimal

import pytest

from geodata.figures import PercentCell, Unreadable, parse_percents


@pytest.mark.parametrize(
    ("cells", "ratios"),
    [
        ([PercentCell(0.34, "0.00%"), "31.6%", 18.75, "10%"], ["0.34", "0.316", "0.1875", "0.1"]),
        ([0.85, 1, 0.3], ["0.85", "1", "0.3"]),
        ([85, 1, 100], ["0.85", "0.01", "1"]),
        (["85", "７%"], ["0.85", "0.07"]),
        ([1.169, 0.9], ["1.169", "0.9"]),
        ([0, 0], ["0", "0"]),
        ([PercentCell(1, "0%"), None, "—"], ["1", None, None]),
        ([], []),
    ],
)
def test_a_column_decides_what_its_bare_numbers_mean(cells: list[object], ratios: list[str | None]) -> None:
    assert parse_percents(cells) == [None if ratio is None else Decimal(ratio) for ratio in ratios]


def test_a_lone_one_is_asked_about() -> None:
    first, second = parse_percents([1, 0])
    assert isinstance(first, Unreadable)
    assert second == 0


def test_one_bad_cell_does_not_hide_the_others() -> None:
    first, second = parse_percents(["很多", "40%"])
    assert isinstance(first, Unreadable)
    assert second == Decimal("0.4")
