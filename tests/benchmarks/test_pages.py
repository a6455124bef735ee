"""Every page and every zoom of tiles over 100,000 projects: 50 first-time requests each, contents checked.

A real web worker answers over HTTP; every request asks for something else, so none of our caches can know it. What a
page or tile says is compared with SQL of our own. Fails when the 95th percentile of a page is over a second, that of
the tiles of a zoom over 300 ms, or anything said is wrong.

ONEMAP_BENCH_PROJECTS and ONEMAP_BENCH_REQUESTS make it smaller; ONEMAP_BENCH_PAGES chooses pages by a part of the name.
"""

import gzip
import math
import os
import random
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, RemoteDisconnected
from itertools import chain
from time import perf_counter
from typing import Any
from urllib.parse import quote, urlencode

import mapbox_vector_tile
import psycopg
import pytest
from django.conf import settings

from geodata.tiles.thinning import THINNED_BELOW
from tests import pages
from tests.benchmarks.big_city import City, ready, served
from tests.pages import Answer, Places

REQUESTS = int(os.environ.get("ONEMAP_BENCH_REQUESTS", "50"))
ONLY = os.environ.get("ONEMAP_BENCH_PAGES", "")
PAGE_LIMIT, TILE_LIMIT, FILE_LIMIT = 1.0, 0.3, 20.0  # seconds; a file of many rows is no page
# Where marks are thinned a tile keeps a mark for each of 32 × 32 cells, or all of up to a thousand, and a cell around.
CAP, HEAVIEST = 1_150, 500_000  # marks and bytes of a tile
# pages that show ProjectFilter's list with its number of projects
COUNTED = {
    "public:home", "public:projects", "public:projects_csv", "workbench:map", "workbench:projects",
}  # fmt: skip
FILTERED = COUNTED | {"public:tile", "workbench:tile"}
WEST, SOUTH, EAST, NORTH = 112.4, 28.5, 114.1, 29.8
STAFF_ROWS = (
    "projects_project p JOIN project_totals t ON t.project_id = p.id WHERE NOT p.is_deleted",
    {"q": "p.search_text", "code": "p.serial_no", "years": "(t.years || p.plan_year::int)"},
)
PUBLIC_ROWS = (
    "public_publishedproject t WHERE t.to_snapshot IS NULL",
    {"q": "t.search_text", "code": "t.code", "years": "t.years"},
)
LIMITS = {
    "unit": "t.unit = %s", "region": "%s IN (t.region, t.township)", "category": "t.category LIKE %s || '%%'",
    "status": "t.status = %s", "year": "%s::int = ANY ({years})", "source": "%s = ANY (t.sources)",
    "located": "t.is_located = (%s = 'yes')", "q": "{q} LIKE '%%' || lower(%s) || '%%'",
}  # fmt: skip


@dataclass
class World:
    """What occurs in the published city, to ask for, and how SQL counts it."""

    session: "psycopg.Connection[tuple[Any, ...]]"
    rows: tuple[str, dict[str, str]]
    chance: random.Random
    like: list[tuple[Any, ...]] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        source, names = self.rows
        self.like = self.session.execute(
            f"SELECT {names['code']}, t.unit, t.region, t.township, t.category, t.status, t.years, t.sources,"
            f" {names['q']}, ST_X(ST_Transform(t.anchor_3857, 4326)), ST_Y(ST_Transform(t.anchor_3857, 4326))"
            f" FROM {source} ORDER BY md5({names['code']}) LIMIT 3000"
        ).fetchall()

    def filter(self, project: tuple[Any, ...] | None = None) -> dict[str, str]:
        """One to three limits that a project (this one, if given) passes, such as nobody has asked for yet."""
        for _ in range(200):
            _code, unit, region, township, category, status, years, sources, text, *_ = project or self.project()
            start = self.chance.randrange(max(1, len(text) - 3))
            word = text[start : start + self.chance.choice([2, 2, 3])].strip()
            possible = {
                "unit": unit, "region": self.chance.choice([region, township]), "category": category[:2],
                "status": status, "year": str(self.chance.choice(years)) if years else None,
                "source": self.chance.choice(sources) if sources else None,
                "located": "yes" if project else self.chance.choice(["yes", "no"]),
                "q": word if len(word) > 1 else None,
            }  # fmt: skip
            names = self.chance.sample(sorted(possible), k=self.chance.choice([1, 2, 2, 3]))
            chosen = {name: str(possible[name]) for name in names if possible[name] and " " not in str(possible[name])}
            key = urlencode(sorted(chosen.items()))
            if chosen and key not in self.asked:
                break
        self.asked.add(key)
        return chosen

    def count(self, chosen: dict[str, str]) -> int:
        source, names = self.rows
        limits = " AND ".join(LIMITS[name].format(**names) for name in chosen)
        row = self.session.execute(f"SELECT count(*) FROM {source} AND {limits}", list(chosen.values())).fetchone()
        return int(row[0]) if row else 0

    def project(self) -> tuple[Any, ...]:
        return self.chance.choice(self.like)

    def located(self) -> tuple[Any, ...]:
        """A project with a place."""
        while True:
            if (found := self.project())[-2] is not None:
                return found


@dataclass
class Visitor:
    """One connection to the worker, with or without a session."""

    port: int
    session: str = ""
    validators: dict[str, str] = field(default_factory=dict)  # of an address, for answers that are known already

    def __post_init__(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=120)

    def get(self, address: str) -> tuple[int, bytes, float]:
        """Status, body and seconds from the request to its last byte."""
        headers = {"Accept": "text/html", "Accept-Encoding": "gzip"}
        if self.session:
            headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={self.session}"
        if address in self.validators:
            headers["If-None-Match"] = self.validators[address]
        started = perf_counter()
        try:
            self.connection.request("GET", address, headers=headers)
            response = self.connection.getresponse()
        except RemoteDisconnected:  # the worker closes a connection that was idle while the other visitor asked
            started = perf_counter()
            self.connection.close()
            self.connection.request("GET", address, headers=headers)
            response = self.connection.getresponse()
        body = response.read()
        seconds = perf_counter() - started
        packed = response.headers.get("Content-Encoding") == "gzip" or body.startswith(b"\x1f\x8b")
        self.etag = response.headers.get("ETag", "")
        return response.status, gzip.decompress(body) if packed else body, seconds

    def learn(self, address: str) -> None:
        """From now on asks with the validator of the answer that it gets now."""
        self.get(address)
        self.validators[address] = self.etag


@dataclass
class Outcome:
    """Times and faults of one page or of the tiles of one zoom."""

    name: str
    limit: float
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    note: str = ""

    def line(self) -> str:
        ordered = sorted(self.seconds)
        p50, p95 = (ordered[max(0, math.ceil(len(ordered) * share) - 1)] for share in (0.5, 0.95))
        if p95 > self.limit:
            self.faults.append(f"{self.name}: p95 {p95 * 1000:.0f} ms is over {self.limit * 1000:.0f} ms")
        figures = f"{p50 * 1000:7.0f} {p95 * 1000:7.0f} {ordered[-1] * 1000:7.0f} ms"
        return f"  {self.name:34} {figures}  n={len(ordered)}{self.note}{' FAULTS' if self.faults else ''}"


@pytest.fixture(scope="module")
def city() -> City:
    return ready()


def worlds(city: City, stack: ExitStack, seed: int) -> tuple[World, World]:
    record = stack.enter_context(city.sql("ONEMAP_DATABASE_URL"))
    published = stack.enter_context(city.sql("ONEMAP_PUBLIC_DATABASE_URL"))
    return World(record, STAFF_ROWS, random.Random(seed)), World(published, PUBLIC_ROWS, random.Random(seed + 1))


def says(text: str, number: int) -> bool:
    return bool(re.search(rf"(?<![\d.,-])(?:{number}|{number:,})(?![\d.,]*\d)", text))


def visit(name: str, world: World, visitor: Visitor, known: dict[str, Any]) -> Outcome:
    outcome = Outcome(name, FILE_LIMIT if pages.TABLE[name].answer is Answer.FILE else PAGE_LIMIT)
    for number in range(REQUESTS):
        code = world.project()[0]
        places = Places(code=code, **known["at"](world, number))
        address = known["address"](name, places)
        chosen = world.filter() if name in COUNTED else {}
        query = urlencode(chosen) or _other_query(name, world, number)
        place = quote(address, safe="/") + (f"?{query}" if query else "")
        expected = world.count(chosen) if chosen else None
        status, body, seconds = visitor.get(place)
        outcome.seconds.append(seconds)
        text = body.decode()
        if status != 200:
            outcome.faults.append(f"{status} {place}")
        elif expected is not None and not says(text, expected):
            outcome.faults.append(f"{place} does not say {expected}")
        elif name.endswith(":project") and code not in text:
            outcome.faults.append(f"{place} does not name {code}")
    return outcome


def _other_query(name: str, world: World, number: int) -> str:
    """What to ask of pages without ProjectFilter, differently every time."""
    if name.endswith(":search"):
        text = world.project()[8]
        return urlencode({"q": text[:2].strip() or "工程"})
    if name in {"workbench:payments", "workbench:orders"}:
        code, unit, *_ = world.project()
        return urlencode([{"project": code}, {"unit": unit, "page": number + 1}, {"q": code[-4:]}][number % 3])
    if name == "public:near":
        *_, lon, lat = world.located()
        return urlencode({"lon": f"{lon:.4f}", "lat": f"{lat:.4f}", "radius": (0.5, 1, 5)[number % 3]})
    if name == "workbench:organisations":
        return urlencode({"page": number + 1})
    return ""


def test_pages(city: City) -> None:
    with ExitStack() as stack:
        record, published = worlds(city, stack, 1)
        port, _worker = stack.enter_context(served(city))
        clerk, citizen = Visitor(port, city.log_in()), Visitor(port)
        known = {"at": partial(_arguments, record.session), "address": pages.address}
        is_open = {name: pages.is_open(name) for name in wanted()}
        found = (
            visit(name, published if is_open[name] else record, citizen if is_open[name] else clerk, known)
            for name in is_open
        )
        report("pages", found)


def wanted() -> Iterator[str]:
    served_here = set(pages.routes())
    left_out = {"public:healthz", "publication:progress"}
    for name, row in pages.TABLE.items():
        asked = row.answer in {Answer.PAGE, Answer.PART, Answer.FILE} and ONLY in name
        if asked and name in served_here - left_out:
            yield name


def _arguments(session: "psycopg.Connection[tuple[Any, ...]]", world: World, number: int) -> dict[str, Any]:
    """Other arguments of a request: a unit or township, an organisation, a person, a report, others every time."""
    _code, unit, _region, township, *_ = world.project()

    def some(table: str, limit: str = "true") -> int:
        found = session.execute(
            f"SELECT id FROM {table} WHERE {limit} ORDER BY md5(id::text || %s) LIMIT 1", [str(number)]
        ).fetchone()
        return int(found[0]) if found else 1

    company = session.execute(
        "SELECT o.name FROM funding_contract c JOIN organisations_organisation o ON o.id = c.contractor_id"
        " JOIN projects_project p ON p.id = c.project_id AND p.disclosure = 'public' AND NOT p.is_deleted"
        " WHERE NOT o.is_natural_person AND o.name !~ '/' ORDER BY md5(c.number || %s) LIMIT 1",
        [str(number)],
    ).fetchone()
    return {
        "unit": township if township and number % 2 else unit,
        "township": township or "",
        "organisation": some("organisations_organisation"),
        "company": company[0] if company else "",
        "person": some("stewards_user"),
        "report": some("progress_periodreport", "state = 'submitted' AND kind = 'month'"),
    }


def test_tiles(city: City) -> None:
    with ExitStack() as stack:
        record, published = worlds(city, stack, 3)
        row = published.session.execute("SELECT max(number) FROM public_snapshot").fetchone()
        port, _worker = stack.enter_context(served(city))
        clerk, citizen = Visitor(port, city.log_in()), Visitor(port)
        number = row[0] if row else 1
        parts = [(f"{number}/{layer}/{z}", layer, z) for z in range(19) for layer in ("projects", "regions", "base")]
        public = ((f"/tiles/{part}", layer, z, published, citizen) for part, layer, z in parts)
        staff = ((f"/staff-tiles/{part}", layer, z, record, clerk) for part, layer, z in parts if layer == "projects")
        report("tiles", (tiles(*asked) for asked in chain(public, staff)))


def tiles(place: str, layer: str, zoom: int, world: World, visitor: Visitor) -> Outcome:
    """Tiles of a zoom: those of projects under another filter each time, every fourth without one."""
    outcome = Outcome(place, TILE_LIMIT)
    most = heaviest = 0
    for number in range(REQUESTS if layer == "projects" else max(3, REQUESTS // 5)):
        here = world.located() if number % 2 else None
        lon, lat = here[-2:] if here else (world.chance.uniform(WEST, EAST), world.chance.uniform(SOUTH, NORTH))
        x = int((lon + 180) / 360 * (1 << zoom))
        y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * (1 << zoom))
        query = "" if layer != "projects" or number % 4 == 0 else f"?{urlencode(world.filter(here))}"
        status, body, seconds = visitor.get(f"{place}/{x}/{y}.mvt{query}")
        outcome.seconds.append(seconds)
        if status != 200:
            outcome.faults.append(f"{status} {place}/{x}/{y}.mvt{query}")
            continue
        codes = [mark["properties"].get("code") for found in _decoded(body) for mark in found["features"]]
        most, heaviest = max(most, len(codes)), max(heaviest, len(body))
        if layer == "projects" and zoom < THINNED_BELOW and len(codes) > CAP:
            outcome.faults.append(f"{place}/{x}/{y}.mvt{query} holds {len(codes)} marks")
        if layer == "projects" and zoom >= THINNED_BELOW and here and here[0] not in codes:
            outcome.faults.append(f"{place}/{x}/{y}.mvt{query} does not hold {here[0]}")
    if heaviest > HEAVIEST:
        outcome.faults.append(f"{place}: a tile of {heaviest} bytes")
    outcome.note = f"  at most {most} features, {heaviest // 1000} kB"
    return outcome


def _decoded(body: bytes) -> list[Any]:
    return list(mapbox_vector_tile.decode(body).values())


def report(what: str, found: Iterable[Outcome]) -> None:
    """Says each line as soon as it is known: fifty requests to each of fifty pages take a quarter of an hour."""
    sys.stdout.write(f"\n{what}: p50, p95, max of first-time requests\n")
    faults: list[str] = []
    for outcome in found:
        sys.stdout.write(f"{outcome.line()}\n")
        sys.stdout.flush()
        faults += outcome.faults
    sys.stdout.write("".join(f"  {fault}\n" for fault in faults))
    assert faults == []
