"""Complaints of a project go out as a band (0, <5, n) and are never added up, counted, filtered or sorted by.

Two cities that differ in complaints alone are asked the same questions, each limit of the filter by itself: whatever
the public gets of them may differ in the band of a row and in nothing else. So no sum, no count, no order and no
selection holds anything about complaints, and no difference of two answers tells a small number.
"""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import mapbox_vector_tile
import pytest
from django.apps import apps
from django.test import Client

from geodata.projects.models import Project
from portal.public.models import PublishedProject, Snapshot
from portal.publication.services import publish
from tests import pages
from tests.geodata.summary import facts
from tests.pages import Answer
from tests.portal.publication.conftest import public_city
from tests.seeded import NOW, TODAY, seed_and_publish

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
# what lists the editions or what each of them put has one more line after each publication; a form has its own secret
LEFT_OUT = ("/snapshots/", "/opendata/", "/api/v1/snapshots", "/api/v1/changes", "/accounts/")
LISTS = (
    "/", "/projects/", "/projects.csv", "/near/", "/search/", "/api/v1/projects", "/api/v1/payments",
    "/api/v1/aggregates", "/ogc/collections/projects/items?f=json", "/ogc/collections/payments/items?f=json",
)  # fmt: skip
BY_COMPLAINTS = (
    "complaints=1", "complaints_band=0", "complaints_merged=1", "sort=complaints_band", "sort=-complaints_merged",
    "by=complaints_band",
)  # fmt: skip
# how the number of an edition and the moment of an answer are written, and the band on a page for people
NUMBER = re.compile(r"第 \d+ 期|/tiles/\d+/|\"snapshot\": ?\d+|\"(version|timeStamp)\": \"[^\"]+\"")
BAND_ON_A_PAGE = re.compile(r"(?<=<dd>)(没有投诉|少于 5 件|\d+ 件)|(?<=complaints_band</small></th><td>)[^<]+")


def rows_of(model: Any, number: int) -> list[Any]:
    """What a snapshot put or took away."""
    rows = model.objects.using("publisher")
    return [*rows.filter(from_snapshot=number), *rows.filter(to_snapshot=number)]


def test_one_complaint_and_four_are_the_same_public_database(public_city: dict[str, Project]) -> None:
    facts.order(public_city["road"], datetime(2026, 3, 9, 9, 0))
    first = publish(as_of=TODAY, now=NOW)
    for day in (10, 11, 12):
        facts.order(public_city["road"], datetime(2026, 3, day, 9, 0))
    second = publish(as_of=TODAY, now=NOW)
    published = [model for model in apps.get_models() if hasattr(model, "from_snapshot")]
    assert PublishedProject in published
    assert {model.__name__: rows_of(model, second.number) for model in published if rows_of(model, second.number)} == {}
    known = Snapshot.objects.in_bulk([first.number, second.number])
    told = [
        {name: value for name, value in vars(one).items() if name not in {"_state", "number"}} for one in known.values()
    ]
    assert told[0] == told[1]
    facts.order(public_city["road"])  # a fifth: now the number is public, and the row is another
    third = publish(as_of=TODAY, now=NOW)
    assert [row.complaints_band for row in PublishedProject.objects.filter(from_snapshot=third.number)] == ["5"]


def limits(like: PublishedProject) -> Iterator[str]:
    """Each limit of the public filter by itself, as this project passes it, and each order."""
    yield from ("", f"unit={like.unit}", f"region={like.township}", f"category={like.category[:2]}")
    yield from (f"status={like.status}", f"stage={like.stage}", f"year={like.years[0]}", f"source={like.sources[0]}")
    yield from (
        f"q={like.name[:2]}",
        "bbox=113,29.2,113.4,29.6",
        "located=yes",
        f"unit={like.unit}&status={like.status}",
    )
    yield from (f"sort={name}" for name in ("-disbursed", "planned_end_on", "-physical_pct", "updated"))


def asked_of(like: PublishedProject, number: int) -> Iterator[str]:
    """Every public page, and every list and tile under each limit."""
    yield from pages.addresses(pages.places(number), [Answer.PAGE, Answer.PART, Answer.FILE], open_to_all=True)
    for address in (*LISTS, f"/tiles/{number}/projects/9/416/213.mvt", f"/tiles/{number}/projects/12/3334/1705.mvt"):
        yield from (f"{address}{'&' if '?' in address else '?'}{limit}" for limit in limits(like))
    middle = like.geom.point_on_surface
    yield from (f"/near/?lon={middle.x:.4f}&lat={middle.y:.4f}&radius={radius}" for radius in (0.5, 5))
    for by in ("unit", "category", "year", "unit,category,year"):
        yield f"/api/v1/aggregates?by={by}"


def without_bands(address: str, response: Any) -> tuple[str, bool]:
    """The answer without the number of its snapshot and without the band of a row; whether it had one."""
    body = response.content
    body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    if ".mvt" in address:
        features = [
            one["properties"] for one in mapbox_vector_tile.decode(body).get("projects", {"features": []})["features"]
        ]
        had = [one.pop("complaints_band", None) for one in features]
        for one in features:
            one.pop("id")  # of the row, which is another with another band
        return str(features), any(had)
    text = body.decode()
    if response.headers["Content-Type"].startswith("application/") and "json" in response.headers["Content-Type"]:
        told = json.loads(text)
        had = [one.pop("complaints_band") for one in objects(told) if isinstance(one.get("complaints_band"), str)]
        text = json.dumps(told, ensure_ascii=False)
    elif address.startswith("/projects.csv"):
        lines = list(csv.reader(io.StringIO(text)))
        place = lines[0].index("投诉件数")
        had = [line.pop(place) for line in lines if len(line) > place]
        text = str(lines)
    else:
        had = BAND_ON_A_PAGE.findall(text)
        text = BAND_ON_A_PAGE.sub("", text)
    return NUMBER.sub("", text), bool(had)


def objects(told: Any) -> Iterator[dict[str, Any]]:
    if isinstance(told, dict):
        yield told
    for one in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from objects(one)


def crawled(addresses: list[str]) -> dict[str, tuple[str, bool]]:
    client = Client(headers={"accept": "text/html"})
    found = {}
    for address in addresses:
        response = client.get(address)
        if response.status_code == 200 and not address.startswith(LEFT_OUT) and "Location" not in response.headers:
            found[re.sub("^/tiles/[0-9]+/", "/tiles/", address)] = without_bands(address, response)
    return found


def test_complaints_change_the_band_of_a_row_and_nothing_else_that_is_public() -> None:
    snapshot = seed_and_publish(40)
    rows = PublishedProject.objects.using("publisher").filter(to_snapshot=None, geom__isnull=False)
    like = rows.exclude(years=[]).exclude(sources=[]).exclude(township="").order_by("-disbursed")[0]
    asked = list(asked_of(like, snapshot.number))
    before = crawled(asked)
    for place, project in enumerate(Project.objects.filter(disclosure="public").order_by("pk")):
        for _order in range((0, 3, 9)[place % 3]):
            facts.order(project)
    second = publish(as_of=TODAY, now=NOW)
    moved = PublishedProject.objects.filter(from_snapshot=second.number)
    assert moved.count() > 15  # some bands are others
    after = crawled([place.replace(f"/tiles/{snapshot.number}/", f"/tiles/{second.number}/") for place in asked])
    assert before.keys() == after.keys()
    assert len(before) > 150
    assert [place for place in before if before[place][0] != after[place][0]] == []
    banded = {place.partition("?")[0] for place, (_text, had) in after.items() if had}
    code = pages.places().code
    assert banded == {
        f"/projects/{code}/", f"/api/v1/projects/{code}", f"/ogc/collections/projects/items/{code}",
        "/projects.csv", "/api/v1/projects", "/ogc/collections/projects/items",
        "/tiles/projects/9/416/213.mvt", "/tiles/projects/12/3334/1705.mvt",
    }  # fmt: skip


def test_nothing_is_asked_for_by_complaints(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    client = Client()
    for address in LISTS:
        joint = "&" if "?" in address else "?"
        for query in BY_COMPLAINTS:
            assert client.get(f"{address}{joint}{query}").status_code == 400, (address, query)
