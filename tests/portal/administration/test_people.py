"""Accounts and roles on their pages: each administrator his own part."""

from collections.abc import Callable

import pytest
from django.test import Client

from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
Open = Callable[[User], Client]


@pytest.fixture
def secadmin(city: dict[str, object]) -> User:
    return ensure_account(username="secadmin", display_name="安全员", password=PASSWORD, role=Role.SECURITY_ADMIN)


def test_from_a_new_account_to_the_first_page(sysadmin: User, secadmin: User, client_of: Open) -> None:
    opened = client_of(sysadmin).post("/administration/people/", {"username": "wang", "display_name": "王五"})
    page = opened.content.decode()
    password = opened.context["password"]
    assert password in page
    assert opened.headers["Cache-Control"] == "no-store, private"
    made = User.objects.get(username="wang")
    address = f"/administration/people/{made.pk}/"
    given = client_of(secadmin).post(address, {"action": "grant", "role": "county_staff", "unit": "430602"})
    assert given.status_code == 302
    browser = Client(headers={"accept": "text/html"})
    browser.post("/accounts/login/", {"username": "wang", "password": password})
    assert browser.get("/map/").headers["Location"] == "/accounts/password/"
    assert browser.get("/map/", headers={"accept": "application/json"}).status_code == 403
    new = {"old": password, "new": "mein-Wort-2026", "again": "mein-Wort-2026"}
    assert browser.post("/accounts/password/", {**new, "old": "wrong"}).status_code == 422
    assert browser.post("/accounts/password/", new).status_code == 302
    assert browser.get("/map/").status_code == 200  # still logged in


def test_the_old_password_is_guessed_five_times_and_no_more(leader: User, client_of: Open) -> None:
    browser = client_of(leader)
    fields = {"new": "mein-Wort-2026", "again": "mein-Wort-2026"}
    statuses = [browser.post("/accounts/password/", {**fields, "old": f"w{n}"}).status_code for n in range(6)]
    assert statuses == [422] * 5 + [429]
    assert browser.post("/accounts/password/", {**fields, "old": PASSWORD}).status_code == 429


def test_who_opens_accounts_gives_no_roles_and_the_other_way_round(
    sysadmin: User, secadmin: User, steward: User, client_of: Open
) -> None:
    address = f"/administration/people/{steward.pk}/"
    grants = list(steward.grants.values())
    assert client_of(sysadmin).post(address, {"action": "grant", "role": "auditor"}).status_code == 403
    assert client_of(sysadmin).post(address, {"action": "end", "grant": grants[0]["id"]}).status_code == 403
    for act in ("close", "password", "update"):
        assert client_of(secadmin).post(address, {"action": act, "display_name": "x"}).status_code == 403
    assert (
        client_of(secadmin).post("/administration/people/", {"username": "x", "display_name": "x"}).status_code == 403
    )
    assert list(steward.grants.values()) == grants
    assert User.objects.get(pk=steward.pk) == steward
    assert "授予角色" not in client_of(sysadmin).get(address).content.decode()


def test_a_closed_account_is_out_at_once(sysadmin: User, steward: User, client_of: Open) -> None:
    browser = client_of(steward)
    assert browser.get("/map/").status_code == 200
    assert client_of(sysadmin).post(f"/administration/people/{steward.pk}/", {"action": "close"}).status_code == 302
    assert browser.get("/map/").status_code == 302
    assert client_of(sysadmin).post(f"/administration/people/{steward.pk}/", {"action": "open"}).status_code == 302


def test_a_refused_role_says_why_and_keeps_what_was_typed(secadmin: User, steward: User, client_of: Open) -> None:
    form = {"action": "grant", "role": "auditadmin", "valid_from": "2026-99-01"}
    answer = client_of(secadmin).post(f"/administration/people/{steward.pk}/", form)
    assert answer.status_code == 422
    assert "开始日期不正确" in answer.content.decode()
    assert "2026-99-01" in answer.content.decode()
    answer = client_of(secadmin).post(f"/administration/people/{steward.pk}/", {**form, "valid_from": ""})
    assert answer.status_code == 409
    assert "不能由同一人担任" in answer.content.decode()


def test_bad_numbers_and_actions_are_sentences(secadmin: User, steward: User, client_of: Open) -> None:
    browser, address = client_of(secadmin), f"/administration/people/{steward.pk}/"
    assert browser.post(address, {"action": "drop"}).status_code == 400
    for number in ("", "x", "-1", "9" * 30, "٣"):
        assert browser.post(address, {"action": "end", "grant": number}).status_code == 400
    assert browser.post(address, {"action": "end", "grant": "999999999"}).status_code == 404
    assert browser.get("/administration/people/?role=emperor").status_code == 400
    assert browser.get("/administration/people/999999999/").status_code == 404


def test_people_are_found_by_name_number_unit_and_role(
    sysadmin: User, steward: User, leader: User, client_of: Open
) -> None:
    User.objects.filter(pk=leader.pk).update(display_name="李市长", staff_no="YY-001")
    browser = client_of(sysadmin)

    def found(query: str) -> list[str]:
        return [row.person.username for row in browser.get(f"/administration/people/?{query}").context["rows"]]

    assert found("q=李市") == found("q=yy-001") == found("role=city_leader") == ["leader"]
    assert found("q=岳阳楼") == ["steward"]
    assert found("q=没有这个人") == []
