"""How figures are written for people."""

from datetime import date
from decimal import Decimal

import pytest

from geodata.figures import date_text, percent, points, wan, yi, yuan


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (wan(Decimal(32659200)), "3,265.92"),
        (wan(Decimal(50)), "0.01"),
        (wan(Decimal(-49)), "0.00"),
        (yi(Decimal(1225000000)), "12.3"),
        (yuan(Decimal(4082400)), "4,082,400.00"),
        (percent(Decimal("0.53905")), "53.91%"),
        (percent(Decimal("0.5390"), 1), "53.9%"),
        (percent(Decimal("1.169")), "116.90%"),
        (points(Decimal("-1.63")), "-1.6"),
        (points(Decimal("0.73")), "+0.7"),
        (points(Decimal("-0.04")), "0.0"),
        (wan(None), "—"),
        (yi(None), "—"),
        (yuan(None), "—"),
        (percent(None), "—"),
        (points(None), "—"),
        (date_text(None), "—"),
    ],
)
def test_figures_are_rounded_half_up_and_grouped(shown: str, expected: str) -> None:
    assert shown == expected


@pytest.mark.parametrize(
    ("day", "precision", "text"),
    [
        (date(2026, 3, 18), "day", "2026年3月18日"),
        (date(2026, 3, 10), "tenday", "2026年3月上旬"),
        (date(2026, 3, 31), "tenday", "2026年3月下旬"),
        (date(2026, 3, 31), "month", "2026年3月"),
        (date(2026, 9, 30), "quarter", "2026年第三季度"),
        (date(2026, 12, 31), "year", "2026年"),
    ],
)
def test_a_date_is_written_no_more_exactly_than_it_is_known(day: date, precision: str, text: str) -> None:
    assert date_text(day, precision) == text
