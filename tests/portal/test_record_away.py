"""While the record's database is away: a page in Chinese that says when to come again, never a fault of ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connections
from django.test import Client

from geodata.stewards.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def away(patch: pytest.MonkeyPatch, error: psycopg.Error) -> Iterator[list[int]]:
    """No session of the record's database is to be had. Gives a list of the tries, which grows."""
    tried: list[int] = []

    def refuse(_parameters: object) -> None:
        tried.append(1)
        raise error

    with patch.context() as patched:
        connections["default"].close()
        patched.setattr(connections["default"], "get_new_connection", refuse)
        yield tried


@pytest.mark.parametrize("address", ["/map/", "/workbench/", "/administration/audit/", "/accounts/login/"])
def test_staff_are_told_to_come_again(
    hq_admin: User, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    client = client_of(hq_admin)
    client.raise_request_exception = False
    with away(monkeypatch, psycopg.OperationalError()) as tried:
        page = client.get(address, headers={"accept": "text/html"})
        assert len(tried) == 1  # each of them waits
        assert (page.status_code, page.headers["Retry-After"]) == (503, "30")
        assert page.headers["Cache-Control"] == "no-store"
        assert "数据库暂时无法连接" in page.content.decode()
        problem = client.get(address, headers={"accept": "application/json"})
        assert (problem.status_code, problem.headers["Content-Type"]) == (503, "application/problem+json")
    assert client.get(address, headers={"accept": "text/html"}).status_code != 503


def test_a_fault_of_ours_stays_a_fault(
    hq_admin: User, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(hq_admin)
    client.raise_request_exception = False
    with away(monkeypatch, psycopg.errors.LockNotAvailable()):
        assert client.get("/map/", headers={"accept": "text/html"}).status_code == 500
