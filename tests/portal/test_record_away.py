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
def away(patch: pytest.MonkeyPatch, error: psycopg.Error) -> Iterator[None]:
    """No session of the record's database is to be had."""

    def refuse(_parameters: object) -> None:
        raise error

    with patch.context() as patched:
        connections["default"].close()
        patched.setattr(connections["default"], "get_new_connection", refuse)
        yield


@pytest.mark.parametrize("address", ["/map/", "/workbench/", "/administration/audit/", "/accounts/login/"])
def test_staff_are_told_to_come_again(
    hq_admin: User, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    client = client_of(hq_admin)
    client.raise_request_exception = False
    with away(monkeypatch, psycopg.OperationalError()):
        page = client.get(address, headers={"accept": "text/html"})
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
