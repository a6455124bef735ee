"""6,000 work orders against 640 projects, beside the time that it takes to record them: matching may not cost more."""

import random
import sys
from datetime import date, datetime, timedelta
from time import perf_counter

import pytest
from django.contrib.gis.geos import LineString, MultiLineString
from django.utils import timezone

from geodata.complaints.choices import OrderKind, OrderState
from geodata.complaints.entries import CallerEntry, WorkOrderEntry
from geodata.complaints.models import OrderMatch
from geodata.complaints.services import match_orders, record_work_orders
from geodata.projects.models import Category, Project, StatusChange
from geodata.projects.reference import ensure_categories
from geodata.regions.models import AreaUnit

ORDERS, PROJECTS = 6_000, 640
NOW = timezone.make_aware(datetime(2026, 3, 30, 9, 0))

pytestmark = pytest.mark.django_db


def _place(dice: random.Random) -> tuple[float, float]:
    return dice.uniform(113.0, 113.3), dice.uniform(29.2, 29.5)


def _projects(dice: random.Random) -> list[Project]:
    ensure_categories()
    unit = AreaUnit.objects.create(code="430602", kind="county", name="岳阳楼区")
    categories = list(Category.objects.filter(parent=None))
    made = []
    for number in range(PROJECTS):
        lon, lat = _place(dice)
        made.append(
            Project(
                serial_no=f"YYMS-2026-{number:04d}",
                name=f"示例{number:03d}路片区老旧小区改造项目",
                name_key=f"示例{number:03d}路片区老旧小区改造项目",
                category=dice.choice(categories),
                plan_year=2026,
                management_unit=unit,
                geom=MultiLineString(LineString((lon, lat), (lon + 0.004, lat + 0.002)), srid=4490),
            )
        )
    projects = Project.objects.bulk_create(made)
    StatusChange.objects.bulk_create(
        StatusChange(project=one, effective_on=date(2025, 1, 5), status="under_construction", stage="construction")
        for one in projects
    )
    return projects


def _order(number: int, dice: random.Random, projects: list[Project]) -> WorkOrderEntry:
    meant = dice.choice(projects)
    near = dice.random() < 0.7
    lon, lat = meant.geom[0][0] if near else _place(dice)
    named = meant.name.removesuffix("项目") if dice.random() < 0.5 else "我们小区门口的路"
    return WorkOrderEntry(
        order_no=f"YY{number:06d}",
        received_at=NOW - timedelta(days=dice.randrange(400)),
        kind=OrderKind.COMPLAINT,
        state=OrderState.PROCESSING,
        category="住房与城乡建设",
        title="施工扰民",
        lon=lon + dice.uniform(-0.001, 0.001),
        lat=lat + dice.uniform(-0.001, 0.001),
        caller=CallerEntry(
            name="李女士",
            phone=f"138{number:08d}",
            content=f"{named}夜间施工,切割地面声音很大,影响休息,请尽快处理。" * 3,
        ),
    )


def test_matching_costs_no_more_than_recording() -> None:
    dice = random.Random(11)
    projects = _projects(dice)
    entries = [_order(number, dice, projects) for number in range(ORDERS)]
    start = perf_counter()
    record_work_orders(entries=entries, user=None, now=NOW)
    recorded = perf_counter()
    match_orders(now=NOW)
    matched = perf_counter()
    ratio = (matched - recorded) / (recorded - start)
    confirmed = OrderMatch.objects.filter(state="confirmed").count()
    sys.stdout.write(
        f"\n{ORDERS} orders: recorded in {recorded - start:.2f} s, matched to {PROJECTS} projects in"
        f" {matched - recorded:.2f} s, ratio {ratio:.2f}; {confirmed} of {OrderMatch.objects.count()} confirmed\n"
    )
    assert confirmed > ORDERS / 5
    assert ratio <= 2
