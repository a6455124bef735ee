"""Time to answer and satisfaction go out from 30 orders on, and of fewer nothing does."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median

import pytest
from django.test import Client
from django.utils import timezone

from geodata.complaints.models import WorkOrder
from geodata.figures import half_up
from geodata.projects.models import Project
from geodata.thresholds.models import ThresholdValue
from portal.public.models import PublishedHandling
from portal.publication.services import publish
from tests.geodata.summary import facts
from tests.portal.publication.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
FIRST = datetime(2026, 1, 5, 9, 0)
ANSWERS = ("satisfied", "basically", "dissatisfied")


def closed_orders(project: Project, count: int) -> list[float]:
    """Orders answered after one to five days and asked about; gives the days."""
    days = []
    for place in range(count):
        order = facts.order(project, FIRST + timedelta(hours=place), kind=("complaint", "inquiry")[place % 2])
        took = 1 + place % 5 + (place % 3) / 4
        WorkOrder.objects.filter(pk=order.pk).update(
            state="closed", closed_at=order.received_at + timedelta(days=took), satisfaction=ANSWERS[place % 3]
        )
        days.append(took)
    return days


def page(project: Project, language: str = "") -> str:
    return Client().get(f"{language}/projects/{project.serial_no}/").content.decode()


def test_the_middle_of_the_days_and_the_satisfied_of_those_asked(public_city: dict[str, Project]) -> None:
    days = closed_orders(public_city["road"], 33)
    secret = closed_orders(public_city["secret"], 40)
    assert secret
    publish(as_of=TODAY, now=NOW)
    row = PublishedHandling.objects.get()
    assert row.code == public_city["road"].serial_no
    assert (row.answered, row.asked, row.satisfied) == (33, 33, 11)
    assert row.answer_days == half_up(Decimal(str(median(days))), 1)
    shown = page(public_city["road"])
    assert f"半数在 {row.answer_days} 天内办结（共办结 33 件）" in shown
    assert "33.3%（回访 33 件，满意 11 件）" in shown
    assert "33.3% (11 of 33 asked)" in page(public_city["road"], "/en")
    ThresholdValue.objects.create(key="satisfaction_with_basically", value=1)
    publish(as_of=TODAY, now=NOW)
    assert PublishedHandling.objects.get(to_snapshot=None).satisfied == 22


def test_of_fewer_than_thirty_nothing_leaves_the_record(public_city: dict[str, Project]) -> None:
    closed_orders(public_city["road"], 29)
    for place in range(5):  # not answered, answered on the spot, not this project's for sure, answered after the day
        order = facts.order(public_city["road"], FIRST, match="suggested" if place == 0 else "confirmed")
        known = {
            0: {"state": "closed", "closed_at": timezone.make_aware(FIRST)},
            1: {"state": "direct_answered", "closed_at": timezone.make_aware(FIRST), "satisfaction": "satisfied"},
            2: {"state": "invalid", "satisfaction": "satisfied"},
            3: {"state": "closed", "closed_at": timezone.make_aware(datetime(2026, 3, 31, 0, 0))},
            4: {"revisit_at": timezone.make_aware(datetime(2026, 3, 31, 0, 0)), "satisfaction": "satisfied"},
        }[place]
        WorkOrder.objects.filter(pk=order.pk).update(**known)
    publish(as_of=TODAY, now=NOW)
    assert not PublishedHandling.objects.exists()
    assert "办结用时和满意率满 30 件时公布。" in page(public_city["road"])
    publish(as_of=date(2026, 3, 31), now=NOW)  # a day later one more is answered, and one more was asked
    row = PublishedHandling.objects.get()
    assert (row.answered, row.asked, row.satisfied) == (30, 30, 11)
