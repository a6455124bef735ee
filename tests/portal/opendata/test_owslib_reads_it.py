"""The client of Python programs, OWSLib, reads every collection page by page; a map elsewhere reads our tiles."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from portal.public.models import PublishedArea, PublishedPayment, PublishedProject
from tests.seeded import seed_and_publish

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


def test_owslib_reads_as_many_features_as_the_database_has(live_server: LiveServer, settings: Any) -> None:
    from owslib.ogcapi.features import Features

    settings.ALLOWED_HOSTS = ["*"]
    seed_and_publish(60)
    service = Features(f"{live_server.url}/ogc/")
    tables = {"projects": PublishedProject, "regions": PublishedArea, "payments": PublishedPayment}
    assert set(service.feature_collections()) == set(tables)
    for name, table in tables.items():
        count = table.objects.filter(to_snapshot__isnull=True).count()  # type: ignore[attr-defined]
        found, page = set(), 400
        for offset in range(0, count + page, page):
            features = service.collection_items(name, limit=page, offset=offset)["features"]
            found |= {feature["id"] for feature in features}
        assert len(found) == count


def test_a_map_of_another_site_may_read_the_tiles() -> None:
    seed_and_publish(12)
    client = Client()
    response = client.get("/tiles/projects.json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    document = json.loads(response.content)
    assert document["tilejson"] == "3.0.0"
    template = document["tiles"][0].removeprefix("http://testserver")
    tile = client.get(template.format(z=9, x=416, y=213))
    assert (tile.status_code, tile.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert tile.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = client.get("/projects/")
    assert "Access-Control-Allow-Origin" not in again.headers
