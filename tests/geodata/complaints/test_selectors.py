"""The orders of one project: what waits first, only what the person may see, counted once."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geodata.complaints.models import OrderMatch
from geodata.complaints.selectors import OrdersPage, match_to_decide, orders_page
from geodata.complaints.services import may_decide, reject_match
from geodata.errors import NotFound, NotPermitted, Refused
from geodata.projects.models import Project
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import CITY, Scope
from tests.geodata.summary import facts

MakeProject = Callable[..., Project]
END = timezone.make_aware(datetime(2026, 3, 31))


def numbers(page: OrdersPage) -> list[str]:
    return [match.order.order_no for match in page.matches]


def test_what_waits_comes_first_and_best_first(make_project: MakeProject) -> None:
    project = make_project()
    old = facts.order(project, datetime(2026, 1, 1))
    new = facts.order(project, datetime(2026, 2, 1))
    weak = facts.order(project, match="suggested")
    strong = facts.order(project, match="suggested")
    facts.order(project, match="rejected")
    OrderMatch.objects.filter(order=weak).update(score=Decimal("0.4"))
    with CaptureQueriesContext(connection) as queries:
        page = orders_page(CITY, project.pk, before=END, start=0, size=3)
    assert len(queries) == 1
    assert (numbers(page), page.suggested, page.confirmed) == ([strong.order_no, weak.order_no, new.order_no], 2, 2)
    assert numbers(orders_page(CITY, project.pk, before=END, start=3, size=3)) == [old.order_no]
    early = orders_page(CITY, project.pk, before=timezone.make_aware(datetime(2026, 1, 15)), start=0, size=9)
    assert (numbers(early), early.suggested) == ([old.order_no], 0)


def test_a_body_and_another_unit_see_no_order(make_project: MakeProject, city: dict[str, AreaUnit]) -> None:
    project = make_project()
    facts.order(project)
    foreign, body = Scope(unit_ids=frozenset({city["430626"].pk})), Scope(organisation_ids=frozenset({1}))
    match = OrderMatch.objects.get()
    for scope in (foreign, body):
        assert orders_page(scope, project.pk, before=END, start=0, size=9) == OrdersPage()
        with pytest.raises(NotFound):
            match_to_decide(scope, match.pk)
    own = Scope(unit_ids=frozenset({project.management_unit_id}))
    assert match_to_decide(own, match.pk) == match


def test_rejecting_needs_a_role_and_a_reason(make_project: MakeProject, steward: User) -> None:
    project = make_project()
    order = facts.order(project)
    reader = Scope(everything=True, user_id=steward.pk)
    editor = Scope(everything=True, user_id=steward.pk, actions=frozenset({Action.EDIT_PROJECTS}))
    asked = {"order_id": order.pk, "project_id": project.pk, "now": timezone.now()}
    assert (may_decide(reader), may_decide(editor)) == (False, True)
    with pytest.raises(NotPermitted):
        reject_match(reader, reason="", **asked)
    with pytest.raises(Refused, match="理由"):
        reject_match(editor, reason="  ", **asked)
    assert OrderMatch.objects.get().state == "confirmed"
    assert reject_match(editor, reason=" 地点不符 ", **asked).reason == "地点不符"
