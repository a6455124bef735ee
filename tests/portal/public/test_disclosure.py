"""Completeness of disclosure: each of the eight groups falls due when it should, and all pages count the same."""

import json
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from geodata.progress.models import Milestone
from geodata.projects.models import Project
from portal.public import disclosure
from portal.public.disclosure import GROUPS, Facts, State, judged, overdue_since
from portal.public.models import Snapshot
from portal.public.selectors import NEWEST, all_projects, current_snapshot
from portal.public.selectors.disclosure import disclosure_counts, facts_of
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, public_city
from tests.seeded import seed_and_publish

__all__ = ["public_city"]
BEGUN = date(2026, 2, 27)  # the twentieth working day after it is 26 March: Saturday 28 February is worked


def row(**values: Any) -> SimpleNamespace:
    known = {"unit": "430602", "status": "preliminary", "project_code": None, "owner_unit": None}
    days = {"scope_content": "", "budget": None, "actual_start_on": None, "accepted_on": None}
    return SimpleNamespace(**{**known, **days, **values})


def contract(kind: str, **values: Any) -> SimpleNamespace:
    return SimpleNamespace(**{"kind": kind, "supplier": "某公司", "price": 1, "signed_on": BEGUN, **values})


def states(as_of: date = date(2026, 3, 30), **facts: Any) -> dict[str, State]:
    known: dict[str, Any] = {"row": row(), "reached": {}, "contracts": [], "changes": [], **facts}
    return {item.group.key: item.state for item in judged(Facts(**known), as_of)}


def test_nothing_is_asked_of_a_project_of_which_nothing_has_come_to_be() -> None:
    found = states()
    assert {key for key, state in found.items() if state == State.NOT_HELD} == {"services", "land", "supervision"}
    assert {state for key, state in found.items() if state != State.NOT_HELD} == {State.NOT_APPLICABLE}
    assert len(found) == len(GROUPS) == 8


@pytest.mark.parametrize(("as_of", "state"), [(date(2026, 3, 26), State.DUE), (date(2026, 3, 27), State.OVERDUE)])
def test_a_group_is_overdue_after_twenty_working_days(as_of: date, state: State) -> None:
    assert states(as_of, reached={"M0301": BEGUN})["approval"] == state
    assert states(as_of, reached={"M0603": BEGUN})["tendering"] == state
    assert states(as_of, row=row(actual_start_on=BEGUN))["works"] == state
    assert states(as_of, row=row(accepted_on=BEGUN))["completion"] == state
    untold = SimpleNamespace(level="major", approved_on=BEGUN, reason="地质变化", content="")
    assert states(as_of, changes=[untold])["changes"] == state


def test_a_group_is_public_when_all_its_elements_are() -> None:
    told = row(project_code="2512-430602-04-01-100017", owner_unit="某局", scope_content="改造道路", budget=1)
    told.actual_start_on = told.accepted_on = BEGUN
    found = states(
        row=told,
        reached={"M0904": BEGUN},
        contracts=[contract("epc"), contract("supervision")],
        changes=[SimpleNamespace(level="significant", approved_on=BEGUN, reason="地质变化", content="改桩基")],
    )
    held = {key: state for key, state in found.items() if state != State.NOT_HELD}
    assert set(held.values()) == {State.PUBLISHED}
    assert states(contracts=[contract("epc"), contract("design", price=None)])["tendering"] == State.OVERDUE


def test_a_small_change_asks_for_nothing_and_a_day_unknown_is_never_overdue() -> None:
    small = SimpleNamespace(level="minor", approved_on=BEGUN, reason="", content="")
    assert states(changes=[small])["changes"] == State.NOT_APPLICABLE
    assert states(row=row(status="under_construction"))["approval"] == State.DUE


@pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
def test_the_units_add_up_to_the_projects_and_every_page_says_the_same() -> None:
    snapshot = seed_and_publish(60)
    kept = disclosure_counts(snapshot)
    everything = list(facts_of(all_projects(NEWEST).order_by()))
    again = json.loads(json.dumps(disclosure.kept(iter(everything), snapshot.as_of)))
    assert again == {name: current_snapshot().whole[name] for name in ("disclosure", "late")}
    assert again["disclosure"] == kept
    per_project = [item.state for facts in everything for item in judged(facts, snapshot.as_of)]
    assert sum(n for groups in kept.values() for s in groups.values() for n in s.values()) == len(per_project) == 480
    late = per_project.count(State.OVERDUE)
    assert late > 0
    citizen = Client(headers={"accept": "text/html"})
    page = citizen.get("/disclosure/")
    assert page.context["city"]["overdue"] == late == sum(line["overdue"] for line in page.context["lines"])
    assert f"逾期未公开 {late} 组" in page.content.decode()
    unit = next(line for line in page.context["lines"] if line["overdue"])
    one = citizen.get(unit["url"])
    assert one.context["unit_sums"]["overdue"] == unit["overdue"]
    shown = citizen.get(one.context["late"][0]["url"].split("#")[0])
    assert "逾期未公开" in shown.content.decode()
    line = [each for each in shown.context["disclosure"] if each["state"] == State.OVERDUE]
    assert [each["group"] for each in line] == [each["group"] for each in one.context["late"][0]["missing"]]
    waiting = {facts.row.code: overdue_since(judged(facts, snapshot.as_of)) for facts in everything}
    code = unit["url"].split("/")[2]
    of_unit = sorted(
        (waiting[f.row.code], f.row.code) for f in everything if f.row.unit == code and waiting[f.row.code]
    )
    assert [each["url"].split("/")[2] for each in one.context["late"]] == [code for _since, code in of_unit]
    assert one.context["late_count"] == len(of_unit) > 0
    Snapshot.objects.using("publisher").update(whole={})  # a snapshot of before the counts were kept with it
    assert disclosure_counts(current_snapshot()) is None
    empty = citizen.get("/disclosure/").content.decode()
    assert "下次发布" in empty
    assert "全市" not in empty.partition("<main")[2]
    assert "下次发布" in citizen.get(unit["url"]).content.decode()


@pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
def test_the_project_page_says_what_is_missing_and_by_when(public_city: dict[str, Project]) -> None:
    road = public_city["road"]
    Milestone.objects.create(project=road, code="M0301", name="可研批复", actual_on=TODAY - timedelta(days=1))
    publish(as_of=TODAY, now=NOW)
    answer = Client(headers={"accept": "text/html"}).get(f"/projects/{road.serial_no}/")
    approval = answer.context["disclosure"][1]
    assert (approval["state"], approval["due_text"]) == (State.DUE, "2026年4月27日")
    there = {each["name"]: each["there"] for each in approval["elements"]}
    assert there == {"项目统一代码": True, "建设单位": False, "建设规模和内容": False, "总投资": True}
    assert "目前适用 1 组，本页已公开 0 组" in answer.content.decode()
    assert Client().get("/disclosure/999/").status_code == 404
