"""Thresholds: the default until headquarters sets another value."""

from decimal import Decimal

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from geodata.thresholds.catalogue import BY_KEY, CATALOGUE, ORDERED
from geodata.thresholds.models import ThresholdValue
from geodata.thresholds.selectors import threshold, thresholds


def test_every_default_lies_within_its_bounds() -> None:
    assert len(BY_KEY) == len(CATALOGUE)
    assert [t.key for t in CATALOGUE if not t.low <= t.default <= t.high] == []
    assert [pair for pair in ORDERED if not BY_KEY[pair[0]].default < BY_KEY[pair[1]].default] == []


@pytest.mark.django_db
def test_what_is_not_set_is_the_default(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ThresholdValue.objects.create(key="snap_m", value=Decimal("0.75"))
    with django_assert_num_queries(1):
        known = thresholds()
    assert known["snap_m"] == threshold("snap_m") == Decimal("0.75")
    assert known["checkin_near_m"] == threshold("checkin_near_m") == 100
    assert known.keys() == BY_KEY.keys()


@pytest.mark.django_db
def test_an_unknown_key_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        threshold("no_such_key")
