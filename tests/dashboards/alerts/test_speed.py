"""A night's scan of a city of ten thousand projects (make prove)."""

from datetime import timedelta
from time import perf_counter

import pytest

from dashboards.alerts.models import Alert
from tests.dashboards.alerts.conftest import scanned
from tests.seeded import TODAY, seed_city

MOST_SECONDS = 20


@pytest.mark.heavy
def test_ten_thousand_projects_are_scanned_in_twenty_seconds(db: None) -> None:
    seed_city(10_000)
    taken = []
    for day in (TODAY, TODAY + timedelta(days=1)):
        began = perf_counter()
        run = scanned(day)
        taken.append(perf_counter() - began)
        assert run.projects > 9_000
    assert Alert.objects.count() > 1_000
    assert max(taken) < MOST_SECONDS, taken
