"""Every page asks the databases twelve questions at most, and as many over 1,000 projects as over 10.

The large city has a project with a thousand payments and a thousand work orders, too: no page asks once a row.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geodata.complaints.choices import MatchMethod, MatchState, OrderKind, OrderState
from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.funding.models import DisbursementAssignment
from geodata.progress.models import Milestone
from geodata.projects.choices import Status
from geodata.projects.models import GeometryVersion, Project
from geodata.summary.services import refresh_statistics
from portal.publication.services import publish
from tests import emptying, pages
from tests.geodata.summary import facts
from tests.pages import Answer
from tests.seeded import NOW, TODAY, seed_city

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])

MOST, FEW, MANY = 12, 10, 1_000
ASKED = [Answer.PAGE, Answer.PART, Answer.FILE, Answer.TILE]


@contextmanager
def questions() -> Iterator[list[str]]:
    """The statements that reach any of the databases; a transaction's frame is not a question."""
    with ExitStack() as stack:
        captured = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in ("default", "public")]
        asked: list[str] = []
        yield asked
        statements = [query["sql"] for each in captured for query in each.captured_queries]
        asked += [
            text for text in statements if not text.startswith(("BEGIN", "COMMIT", "SET ", "SAVEPOINT", "RELEASE"))
        ]


def plant_many(project: Project) -> None:
    """A thousand payments and a thousand work orders of one project."""
    paid = facts.payments(MANY, "1.00")
    DisbursementAssignment.objects.bulk_create(DisbursementAssignment(disbursement=d, project=project) for d in paid)
    orders = WorkOrder.objects.bulk_create(
        WorkOrder(
            order_no=f"MANY{number:05d}",
            received_at=NOW - timedelta(hours=number),
            kind=OrderKind.COMPLAINT,
            state=OrderState.PROCESSING,
            title="示例诉求",
        )
        for number in range(MANY)
    )
    OrderMatch.objects.bulk_create(
        OrderMatch(
            order=order,
            project=project,
            score=1,
            state=MatchState.SUGGESTED if order.pk % 20 == 0 else MatchState.CONFIRMED,
            method=MatchMethod.FILE,
        )
        for order in orders
    )


def plant_silence() -> None:
    """One project under construction that has never reported, so that the list of such projects has a row."""
    like = Project.objects.order_by("pk")[0]
    silent = Project.objects.create(
        serial_no="YYMS-2026-9999",
        name="从不报送的示例项目",
        name_key="从不报送的示例项目",
        category=like.category,
        plan_year=like.plan_year,
        management_unit=like.management_unit,
        status=Status.UNDER_CONSTRUCTION,
    )
    facts.status(silent, TODAY - timedelta(days=90), Status.UNDER_CONSTRUCTION)


def plant_standstill() -> None:
    """One project that stands still with a key node long overdue, so that red lists, bottlenecks and the ring of the
    selection's address have a row at every size."""
    like = Project.objects.filter(management_unit__code="430602").order_by("pk")[0]
    shape = MultiPolygon(Polygon.from_bbox((113.170, 29.100, 113.172, 29.102)), srid=4490)
    still = Project.objects.create(
        serial_no="YYMS-2026-9998",
        name="停工的示例项目",
        name_key="停工的示例项目",
        category=like.category,
        plan_year=like.plan_year,
        management_unit=like.management_unit,
        admin_area=like.admin_area,
        status=Status.SUSPENDED,
        geom=shape,
        geom_source="declared",
    )
    begun = TODAY - timedelta(days=200)
    GeometryVersion.objects.create(
        project=still, number=1, geom=shape, state="approved", source="declared", valid_from=begun
    )
    facts.status(still, begun, Status.UNDER_CONSTRUCTION)
    facts.status(still, TODAY - timedelta(days=100), Status.SUSPENDED)
    for code, days in (("M0810", -150), ("M0820", 90)):
        planned = TODAY + timedelta(days=days)
        Milestone.objects.create(project=still, code=code, name="节点", planned_on=planned, is_key=True)


def counted(projects: int) -> dict[str, int]:
    """Questions of every address by its route, over a city of this size."""
    seed_city(projects)
    plant_silence()
    plant_standstill()
    known = pages.places()
    if projects == MANY:
        plant_many(Project.objects.get(serial_no=known.code))
        refresh_statistics()
    known = pages.places(publish(as_of=TODAY, now=NOW).number)
    citizen, clerk = Client(headers=pages.HTML), Client(headers=pages.HTML)
    clerk.force_login(pages.staff_member())
    found: dict[str, int] = {}
    for name, row in pages.TABLE.items():
        place = pages.address(name, known)
        if place is None or row.answer not in ASKED:
            continue
        client = citizen if pages.is_open(name) else clerk
        for query in row.queries:
            cache.clear()
            with questions() as asked:
                response = client.get(f"{place}?{query}")
                _ = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
            assert response.status_code == 200, (name, query)
            found[f"{name}?{query}"] = len(asked)
    return found


def test_every_page_asks_at_most_twelve_questions_at_any_number_of_rows(transactional_db: None) -> None:
    few = counted(FEW)
    for alias in ("default", "publisher"):
        emptying._empty(alias)
    many = counted(MANY)
    assert {name: n for name, n in many.items() if n > MOST} == {}
    assert {name: (few[name], n) for name, n in many.items() if n != few[name]} == {}
