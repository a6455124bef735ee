"""Many editors on a few shapes at once, through the address that our editor uses: nothing acknowledged is ever lost.

Each editor has a list of edits, every one a shape of its own. He reads the mark, saves with If-Match, and on 412 starts
again from the shape that he was shown. Afterwards the versions of every project must be one unbroken line in which each
acknowledged edit stands once, on top of exactly the version that its editor had before him.
"""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import perf_counter
from typing import Any

import orjson
import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from geodata.projects.models import GeometryVersion, Project
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests import shapes_in_process

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 16  # of the site
FULL = {"editors": 100, "edits": 200, "shapes": 20}
Acknowledged = dict[tuple[str, int], tuple[float, int]]  # (project, version) → (where it was drawn, on which version)


def square(lon: float) -> dict[str, Any]:
    east = round(lon + 0.001, 8)
    return {"type": "Polygon", "coordinates": [[[lon, 29.22], [east, 29.22], [east, 29.221], [lon, 29.22]]]}


class Site:
    """The web process: a few threads, each with a connection of its own, work off what any number of people ask."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(THREADS, initializer=self._apart_from_the_pool)

    @staticmethod
    def _apart_from_the_pool() -> None:
        settings = connection.settings_dict
        options = {name: value for name, value in settings["OPTIONS"].items() if name != "pool"}
        connection.settings_dict = {**settings, "OPTIONS": options}

    def do(self, call: Callable[[], Any]) -> Any:
        return self.threads.submit(call).result()

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *_error: object) -> None:
        together = Barrier(THREADS)

        def close() -> None:
            together.wait(30)
            connections["default"].close()

        list(self.threads.map(lambda _number: close(), range(THREADS)))
        self.threads.shutdown()


def edit(site: Site, client: Client, code: str, lon: float) -> tuple[int, int, int]:
    """(number, number edited, tries) of one edit that got through; a conflict is redone on top of what it shows."""
    address = reverse("workbench:geometry_state", args=[code])
    etag, tries = site.do(lambda: client.get(address))["ETag"], 0
    body = orjson.dumps({"geometry": square(lon), "source": "drawn", "submit": lon * 1e8 % 3 < 1})

    def save() -> Any:
        return client.put(address, body, content_type="application/json", headers={"If-Match": etag})

    while True:
        tries += 1
        answer = site.do(save)
        if answer.status_code == 200:
            return answer.json()["head"]["number"], int(etag.strip('"').removeprefix("g")), tries
        assert answer.status_code == 412, answer.content
        told = answer.json()
        assert told["theirs"] is not None
        etag = told["etag"]


def prove(
    make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch, *, editors: int, edits: int, shapes: int
) -> str:
    """Let them edit and hold the record against what they were told; a line of figures."""
    shapes_in_process.install(monkeypatch)
    codes = [make_project().serial_no for _number in range(shapes)]
    people = [
        ensure_account(
            username=f"editor{number}", display_name="", password="x", role=Role.COUNTY_STAFF, unit_code="430602"
        )
        for number in range(editors)
    ]
    clients = [logged_in(user) for user in people]
    for client in clients:
        client.handler = clients[0].handler  # one site, not one for each: loading it reads all static files
    start = Barrier(editors)

    def work(number: int) -> tuple[Acknowledged, int]:
        dice, told, tries = random.Random(number), {}, 0
        client = clients[number]
        start.wait()
        for turn in range(edits):
            code = dice.choice(codes)
            lon = round(113.01 + (number * edits + turn) * 1e-7, 8)
            version, base, tried = edit(site, client, code, lon)
            told[(code, version)] = (lon, base)
            tries += tried
        return told, tries

    with Site() as site, ThreadPoolExecutor(editors) as room:
        began = perf_counter()
        results = list(room.map(work, range(editors)))
        seconds = perf_counter() - began
    told: Acknowledged = {}
    for one, _tries in results:
        assert not told.keys() & one.keys()  # no number was given to two people
        told |= one
    assert len(told) == editors * edits
    for code in codes:
        hold(code, {number: value for (of, number), value in told.items() if of == code})
    tries = sum(tried for _told, tried in results)
    return f"{editors} × {edits} edits on {shapes} shapes: {tries - len(told)} conflicts, 0 lost, {seconds:.0f} s"


def logged_in(user: User) -> Client:
    """Called in the main thread: logging in writes."""
    client = Client(headers={"accept": "application/json"})
    client.force_login(user)
    return client


def hold(code: str, told: dict[int, tuple[float, int]]) -> None:
    """Every version was acknowledged, with its shape, on top of the one named; one of them at most is open."""
    rows = list(
        GeometryVersion.objects.filter(project__serial_no=code)
        .order_by("number")
        .values_list("number", "geom", "parent__number", "state")
    )
    assert [number for number, *_rest in rows] == list(range(1, len(rows) + 1))
    assert {number: (geom.extent[0], parent or 0) for number, geom, parent, _state in rows} == told
    assert all((parent or 0) == number - 1 for number, _geom, parent, _state in rows)
    states = Counter(state for *_rest, state in rows)
    assert states["draft"] + states["submitted"] == bool(rows)
    assert states["superseded"] == max(0, len(rows) - 1)


def test_ten_editors_of_two_shapes_lose_nothing(
    make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    print(prove(make_project, monkeypatch, editors=10, edits=3, shapes=2))  # noqa: T201


@pytest.mark.heavy
def test_a_hundred_editors_with_two_hundred_edits_each_on_twenty_shapes_lose_nothing(
    make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    print(prove(make_project, monkeypatch, **FULL))  # noqa: T201
