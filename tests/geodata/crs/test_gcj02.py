"""GCJ-02 and BD-09 against published vectors."""

import numpy as np
import pytest

from geodata.crs import gcj02
from geodata.crs.systems import BD09, GCJ02
from geodata.crs.transforms import transform

# WGS 84, GCJ-02, BD-09 of four places of Yueyang, published to seven decimals (1 cm)
PLACES = [
    ((113.0890, 29.3850), (113.0949766, 29.3824782), (113.1015463, 29.3881466)),
    ((113.5810, 28.7020), (113.5864971, 28.6986218), (113.5930943, 28.7043046)),
    ((112.5400, 29.5300), (112.5455024, 29.5272457), (112.5519453, 29.5334925)),
    ((113.4500, 29.4770), (113.4559559, 29.4744818), (113.4625290, 29.4801456)),
]


def test_the_published_vector_is_met_to_the_last_digit() -> None:
    gcj = gcj02.to_gcj02(121.0917077, 30.6107779)
    assert gcj == pytest.approx((121.09626927850977, 30.608604368560773), abs=1e-13)
    assert gcj02.gcj02_to_bd09(*gcj) == pytest.approx((121.10271724622564, 30.61484575976839), abs=1e-13)


@pytest.mark.parametrize(("wgs", "gcj", "bd"), PLACES)
def test_places_of_the_city_shift_as_published(
    wgs: tuple[float, float], gcj: tuple[float, float], bd: tuple[float, float]
) -> None:
    assert gcj02.to_gcj02(*wgs) == pytest.approx(gcj, abs=1e-7)
    assert gcj02.to_bd09(*wgs) == pytest.approx(bd, abs=1e-7)


def test_the_inverse_is_exact_against_the_formula() -> None:
    lon, lat = np.meshgrid(np.linspace(75, 134, 40), np.linspace(19, 53, 40))
    for forward, inverse in ((gcj02.to_gcj02, gcj02.from_gcj02), (gcj02.to_bd09, gcj02.from_bd09)):
        back_lon, back_lat = inverse(*forward(lon, lat))
        # 1e-9 degree is a tenth of a millimetre
        assert np.abs(back_lon - lon).max() < 1e-9
        assert np.abs(back_lat - lat).max() < 1e-9


def test_a_source_named_gcj02_or_bd09_is_brought_into_storage() -> None:
    for wgs, gcj, bd in PLACES:
        assert transform([gcj], GCJ02)[0] == pytest.approx(wgs, abs=2e-7)
        assert transform([bd], BD09)[0] == pytest.approx(wgs, abs=2e-7)
