"""Rates against figures of published tables."""

from decimal import Decimal

import pytest

from geodata.figures import percent, points
from geodata.progress.schedule import by_month
from geodata.summary import rates


def d(text: str) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (rates.ratio(159, 170), "93.53%"),
        (rates.ratio(d("48045.67"), d("89130.86")), "53.90%"),
        (rates.ratio(d("281682.60"), d("752393.73")), "37.44%"),
        (rates.ratio(11289, 11303), "99.88%"),
        (rates.ratio(2617, 2713), "96.46%"),
        (rates.ratio(d("19078"), d("36950")), "51.63%"),
        (rates.ratio(d("22057.41"), d("50988")), "43.26%"),
        (rates.ratio(d("9.8"), d("10")), "98.00%"),
        (rates.ratio(d("116.9"), d("100")), "116.90%"),
    ],
)
def test_published_rates_are_reproduced(rate: Decimal | None, shown: str) -> None:
    assert percent(rate) == shown


@pytest.mark.parametrize(
    ("rate", "month", "shown"), [("0.317", 4, "-1.6"), ("0.174", 2, "+0.7"), ("0.22", 4, "-11.3"), ("0.05", 2, "-11.7")]
)
def test_deviation_is_in_points(rate: str, month: int, shown: str) -> None:
    assert points(rates.deviation_points(d(rate), by_month(month))) == shown


@pytest.mark.parametrize("denominator", [None, 0, Decimal(0)])
def test_without_a_denominator_there_is_no_rate(denominator: Decimal | int | None) -> None:
    assert rates.ratio(d("5"), denominator) is None
    assert percent(rates.ratio(d("5"), denominator)) == "—"
    assert rates.deviation_points(None, by_month(4)) is None
