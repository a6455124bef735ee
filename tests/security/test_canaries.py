"""Invented callers are planted in work orders and hunted in every byte that the public can get."""

import gzip
from collections.abc import Iterator

import mapbox_vector_tile
import pytest
from django.db import connections
from django.test import Client

from geodata.complaints.choices import OrderKind, OrderState
from geodata.complaints.entries import CallerEntry, WorkOrderEntry
from geodata.complaints.services import match_orders, record_work_orders
from geodata.projects.models import Project
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, public_city
from tests.portal.publication.test_publish import everything_public

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
PLANTED = 200


def canaries(number: int) -> tuple[str, str, str, str]:
    """Name, phone, words and order number of one invented caller; each occurs nowhere else."""
    return f"鹇{number:04d}鹮", f"1990000{number:04d}", f"鹈鹕{number:04d}之言", f"YYCANARY{number:06d}"


@pytest.fixture
def planted(public_city: dict[str, Project]) -> None:
    entries = []
    for number in range(PLANTED):
        name, phone, words, order = canaries(number)
        entries.append(
            WorkOrderEntry(
                order_no=order,
                received_at=NOW,
                kind=OrderKind.COMPLAINT,
                state=OrderState.PROCESSING,
                title=f"示例路提质工程扰民{words}",
                address=f"示例路{words}",
                lon=113.1,
                lat=29.3,
                caller=CallerEntry(name=name, phone=phone, content=f"我是{name},电话{phone},{words}"),
            )
        )
    record_work_orders(entries=entries, user=None, now=NOW)
    match_orders(now=NOW)
    publish(as_of=TODAY, now=NOW)


def public_bytes(code: str) -> Iterator[str]:
    client = Client(headers={"accept": "text/html"})
    addresses = ["/", "/projects/", "/en/", f"/projects/{code}/", f"/projects/{code}/payments.csv", "/nothing/"]
    addresses += ["/projects/?q=鹈鹕", "/tiles/projects.json", "/healthz"]
    for address in addresses:
        yield client.get(address).content.decode()
    for layer in ("projects", "regions", "base"):
        for y in (211, 212, 213):
            body = client.get(f"/tiles/1/{layer}/9/416/{y}.mvt").content
            body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
            yield str(mapbox_vector_tile.decode(body))


def test_no_caller_reaches_a_public_byte(planted: None, public_city: dict[str, Project]) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM complaints_workorder")
        assert cursor.fetchone() == (PLANTED,)
    text = everything_public() + "\n".join(public_bytes(public_city["road"].serial_no))
    assert "示例路提质工程" in text
    found = [word for number in range(PLANTED) for word in canaries(number) if word in text.replace("q=鹈鹕", "")]
    assert found == []


def test_no_caller_stands_in_clear_in_the_record_either(planted: None) -> None:
    """Names and phones are sealed; the audit trail holds none of them."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'complaints_%'")
        text = ""
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            text += cursor.fetchone()[0] or ""
    clear = [word for number in range(PLANTED) for word in canaries(number)[:2] if word in text]
    assert clear == []
