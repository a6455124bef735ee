"""Log-in: right, throttled, and silent about who exists."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from geodata.stewards.models import User
from portal.accounts.models import LoginFailure
from tests.conftest import PASSWORD

ADDRESS = "/accounts/login/"


def attempt(client: Client, username: str, password: str, **extra: str):
    return client.post(ADDRESS, {"username": username, "password": password}, **extra)


@pytest.fixture
def browser() -> Client:
    return Client(headers={"accept": "text/html"})


def test_the_right_password_leads_to_the_first_page(browser: Client, leader: User) -> None:
    response = attempt(browser, "leader", PASSWORD)
    assert response.status_code == 302
    assert response.headers["Location"] == "/dashboard/"


def test_the_fifth_failure_locks_name_and_address_even_for_the_right_password(browser: Client, leader: User) -> None:
    for _ in range(5):
        assert attempt(browser, "leader", "wrong").status_code == 200
    response = attempt(browser, "leader", PASSWORD)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "分钟" in response.content.decode() or "秒" in response.content.decode()


def test_the_lock_of_one_address_does_not_lock_the_person_elsewhere(browser: Client, leader: User) -> None:
    for _ in range(6):
        attempt(browser, "leader", "wrong", REMOTE_ADDR="10.0.0.1")
    assert attempt(browser, "leader", PASSWORD, REMOTE_ADDR="10.0.0.2").status_code == 302


def test_the_lock_ends_by_itself(browser: Client, leader: User) -> None:
    for _ in range(5):
        attempt(browser, "leader", "wrong")
    LoginFailure.objects.update(failed_at=timezone.now() - timedelta(minutes=16))
    assert attempt(browser, "leader", PASSWORD).status_code == 302


def test_known_and_unknown_names_get_the_same_answer(browser: Client, leader: User, settings: Any) -> None:
    settings.DEMO = False
    known = attempt(browser, "leader", "wrong").content.decode().replace("leader", "X")
    unknown = attempt(browser, "nobody", "wrong").content.decode().replace("nobody", "X")
    pages = [[line for line in text.splitlines() if "csrf" not in line] for text in (known, unknown)]
    assert pages[0] == pages[1]


def test_no_name_is_kept_in_clear(browser: Client, leader: User) -> None:
    attempt(browser, "my-password-typed-into-the-name", "x")
    assert "my-password" not in str(LoginFailure.objects.values().get())


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_login_never_sends_people_to_another_site(browser: Client, leader: User, there: str) -> None:
    response = browser.post(ADDRESS, {"username": "leader", "password": PASSWORD, "next": there})
    assert response.headers["Location"] == "/dashboard/"
