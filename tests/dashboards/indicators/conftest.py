"""A demo city with what the generator leaves out: shares, weighted nodes, populations, refused and repeated orders."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.progress.models import Milestone
from geodata.projects.models import LivelihoodTask, Project, ProjectAreaShare
from geodata.projects.services.geometry import locate_projects
from geodata.regions.models import AreaPopulation, AreaUnit
from tests.seeded import TODAY, seed_city


def furnish() -> None:
    """Seeds the city and adds what the indicators need beyond it."""
    seed_city(90)
    Project.objects.filter(geom=None).update(admin_area=None)
    locate_projects()
    _shares()
    _weights()
    _orders()
    for year, residents in ((2024, 500_000), (2025, 510_000), (2026, 520_000)):
        for area in AreaUnit.objects.filter(kind="county").order_by("code")[1:]:
            AreaPopulation.objects.create(area=area, year=year, residents=residents + area.pk, source="试验")
    _tasks()


def _shares() -> None:
    for project, percent in zip(Project.objects.exclude(admin_area=None).order_by("pk")[:3], (30, 55, 10), strict=True):
        other = AreaUnit.objects.filter(kind="county").exclude(pk=project.admin_area_id).order_by("code")[0]
        ProjectAreaShare.objects.create(project=project, area=other, share_pct=percent)
        ProjectAreaShare.objects.create(project=project, area_id=project.admin_area_id, share_pct=95 - percent)


def _weights() -> None:
    for project in Project.objects.exclude(planned_start_on=None).order_by("pk")[::2]:
        for place, weight in ((1, 20), (1, 30), (3, 50)):
            number = Milestone.objects.filter(project=project, code__startswith="M08").count() + 2
            Milestone.objects.create(
                project=project,
                code=f"M08{number:02d}",
                name="节点",
                planned_on=project.planned_start_on + timedelta(days=70 * place),
                weight_pct=weight,
            )


def _orders() -> None:
    orders = list(WorkOrder.objects.filter(matches__state="confirmed").order_by("pk"))
    for place, order in enumerate(orders):
        order.state = {0: "invalid", 1: "direct_answered", 2: "processing"}.get(place % 11, order.state)
        order.rework_count = int(place % 7 == 0)
        if place % 11 == 2:
            order.closed_at = None
    # the second of two complaints about a project repeats the first
    last: dict[int, int] = {}
    repeats = {order.pk: order for order in orders}
    for match in OrderMatch.objects.filter(state="confirmed", order__duplicate_of=None).order_by("order__received_at"):
        if match.project_id in last and match.pk % 2:
            repeats[match.order_id].duplicate_of_id = last[match.project_id]
        last.setdefault(match.project_id, match.order_id)
    WorkOrder.objects.bulk_update(orders, ["state", "rework_count", "closed_at", "duplicate_of"])


def _tasks() -> None:
    for place, (kind, target, done, known) in enumerate(
        (
            ("cumulative", 100, 110, TODAY),
            ("cumulative", 100, 90, None),
            ("cumulative", None, 5, None),
            ("cumulative", 50, 50, date(2026, 3, 25)),
            ("threshold", 60, 70, None),
        )
    ):
        LivelihoodTask.objects.create(
            year=2026,
            level="municipal",
            seq_no=place,
            name="任务",
            indicator_name=f"指标{place}",
            indicator_kind=kind,
            target_quantity=target,
            completed_quantity=done,
            data_as_of=known,
        )


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The city once for a module whose tests only read; what it wrote is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        furnish()
        yield
        transaction.set_rollback(True)
