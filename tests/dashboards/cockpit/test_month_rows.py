"""C08 and C09 of the month open the orders that they are made of: as many as numerator and denominator say."""

from datetime import date

import pytest
from django.db.models import QuerySet
from django.http import QueryDict

from dashboards.cockpit.month import COMPLAINTS, IN_TIME, SATISFIED, month_figures
from geodata.complaints import handling
from geodata.complaints.listing import OrderFilter, work_orders
from geodata.complaints.models import WorkOrder
from geodata.stewards.scope import CITY
from geodata.summary.filters import ProjectFilter
from portal.dashboard import links, strip
from tests.seeded import NOW, TODAY, seed_city

pytestmark = pytest.mark.django_db
DAYS = (None, date(2026, 2, 28), date(2025, 11, 15))


def opened(address: str) -> QuerySet[WorkOrder]:
    return work_orders(CITY, OrderFilter.from_query(QueryDict(address.partition("?")[2])), now=NOW)


def test_rates_of_the_month_open_their_orders() -> None:
    seed_city(150)
    seen = 0
    for day in DAYS:
        for unit in ("", "430602", "430624"):
            chosen = ProjectFilter(unit=unit, as_of=day)
            last = day or TODAY
            first = last.replace(day=1)
            found = month_figures(CITY, chosen=chosen, today=TODAY)
            for how, wanted in (
                (handling.DUE, found[IN_TIME].denominator),
                (handling.IN_TIME, found[IN_TIME].numerator),
                (handling.ASKED, found[SATISFIED].denominator),
                (handling.SATISFIED, found[SATISFIED].numerator),
            ):
                count = opened(links.orders(chosen, first, last, how)).count()
                assert count == (wanted or 0), (day, unit, how)
                seen += count
            assert opened(links.complaints(chosen, first, last)).count() == found[COMPLAINTS].n
            parts = strip.month(found, chosen, last)["basis"]
            assert all(part["url"] for part in parts[:3] if "—" not in part["text"])
    assert seen > 20
    assert links.orders(ProjectFilter(category="01"), TODAY, TODAY, handling.DUE) == ""
