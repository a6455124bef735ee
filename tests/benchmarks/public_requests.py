"""What the public site and its open data are asked for in the measurement: kinds of requests, each with addresses that
nobody has asked for yet."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Any
from urllib.parse import quote, urlencode

from tests.benchmarks.test_pages import World

LIST, ITEMS, UNCHANGED, TILE, OTHER = 0.15, 0.1, 0.005, 0.3, 1.0  # seconds promised; of others a page's bound
FACETS = ("unit", "region", "category", "status", "stage", "year", "source", "located")
ORDERS = (
    "-disbursed",
    "-physical_pct",
    "physical_pct",
    "-disbursement_rate",
    "planned_end_on",
    "-updated",
    "code",
    "-budget",
)
_COLUMNS = {
    "year": "unnest(years)",
    "source": "unnest(sources)",
    "located": "CASE WHEN is_located THEN 'yes' ELSE 'no' END",
}
_DOCUMENTS = ("api/v1/", "api/v1/snapshots", "api/v1/withdrawals", "ogc/", "ogc/collections", "opendata/manifest.json")


@dataclass(frozen=True)
class Kind:
    """`again`: ask with the validator of the first answer, which gives 304."""

    name: str
    limit: float
    addresses: list[str]
    again: bool = False


def kinds(world: World, most: int) -> Iterator[Kind]:
    """All of them, at most `most` addresses each."""
    values = {name: _values(world, name) for name in FACETS}
    yield Kind("home", LIST, ["/"])
    yield Kind("list", LIST, ["/projects/"])
    for name in FACETS:
        yield Kind(f"list by {name}", LIST, [_list({name: value}) for value in values[name][:most]])
    yield Kind("list by order", LIST, [_list({"sort": order}) for order in ORDERS])
    deep = product(ORDERS, (100, 500, 1500))
    yield Kind("list by order, late page", LIST, [_list({"sort": o, "page": page}) for o, page in deep][:most])
    for name, made in _lists(world, values).items():
        yield Kind(name, LIST, _different(lambda m=made: _list(m()), most))
    for km in (0.5, 1, 2, 3, 5):
        yield Kind(f"near {km:g} km", LIST, _different(lambda r=km: _near(world, r), most))
    yield from _pages(world, values, most)
    yield from _open_data(world, values, most)
    for zoom in range(5, 19):
        limited = _different(lambda z=zoom: _tile(world, z, world.filter()), most // 2)
        yield Kind(f"tile {zoom}", TILE, _different(lambda z=zoom: _tile(world, z, {}), most // 2) + limited)


def _lists(world: World, values: dict[str, list[str]]) -> dict[str, Callable[[], dict[str, str]]]:  # noqa: C901
    def two() -> dict[str, str]:
        names = world.chance.sample(FACETS, 2)
        return {name: world.chance.choice(values[name]) for name in names}

    def some(n: int) -> dict[str, str]:
        """Limits that a project passes."""
        while True:
            found = {name: value for name, value in world.filter(world.located()).items() if name != "q"}
            if len(found) == n:
                return found

    def word() -> dict[str, str]:
        text = world.project()[8].split("\n")[0]
        length = world.chance.choice([2, 2, 3, 4])
        start = world.chance.randrange(max(1, len(text) - length))
        found = text[start : start + length].strip()
        return {"q": found} if len(found) > 1 and " " not in found else word()

    def box() -> dict[str, str]:
        *_, lon, lat = world.located()
        half = world.chance.choice([0.01, 0.05, 0.2, 0.5, 1.0])
        return {"bbox": f"{lon - half:.4f},{lat - half:.4f},{lon + half:.4f},{lat + half:.4f}"}

    def statuses() -> dict[str, str]:
        return {"status": ",".join(sorted(world.chance.sample(values["status"], 2)))}

    def unit() -> dict[str, str]:
        return {"unit": world.chance.choice(values["unit"])}

    return {
        "list by two facets": two,
        "list by two facets of a project": lambda: some(2),
        "list by three facets": lambda: some(3),
        "list by two statuses": statuses,
        "list by two statuses and a unit": lambda: statuses() | unit(),
        "list by a word": word,
        "list by a word and a unit": lambda: word() | unit(),
        "list by a word and a facet": lambda: word() | dict([world.chance.choice(list(two().items()))]),
        "list by a word and two facets": lambda: word() | two(),
        "list by a word and an order": lambda: word() | {"sort": world.chance.choice(ORDERS)},
        "list by a box": box,
        "list by a box and a facet": lambda: box() | dict([world.chance.choice(list(two().items()))]),
        "list by a facet and an order": lambda: some(1) | {"sort": world.chance.choice(ORDERS)},
        "list by two facets and an order": lambda: two() | {"sort": world.chance.choice(ORDERS)},
    }


def _pages(world: World, values: dict[str, list[str]], most: int) -> Iterator[Kind]:
    codes = [project[0] for project in world.like]
    units = values["unit"]
    companies = _column(world, "SELECT supplier FROM public_publishedcontract WHERE to_snapshot IS NULL"
                        " AND supplier !~ '[/※]' GROUP BY 1 ORDER BY md5(supplier) LIMIT %s", most)  # fmt: skip
    largest = _column(world, "SELECT supplier FROM public_publishedcontract WHERE to_snapshot IS NULL"
                      " AND supplier !~ '[/※]' GROUP BY 1 ORDER BY count(*) DESC, 1 OFFSET 1 LIMIT %s", 5)  # fmt: skip
    townships = _column(world, "SELECT code FROM public_publishedarea WHERE to_snapshot IS NULL AND kind = 'township'"
                        " ORDER BY md5(code) LIMIT %s", most)  # fmt: skip
    yield Kind("regions", OTHER, ["/regions/", "/regions/?dimension=admin"])
    yield Kind("region: unit", OTHER, [f"/regions/{code}/" for code in units])
    yield Kind("region: township", OTHER, [f"/regions/{code}/" for code in townships])
    yield Kind("project", OTHER, [f"/projects/{code}/" for code in codes[:most]])
    yield Kind("project: payments as CSV", OTHER, [f"/projects/{code}/payments.csv" for code in codes[:most]])
    yield Kind("company", OTHER, [f"/companies/{quote(name)}/" for name in companies])
    yield Kind("company with most contracts", OTHER, [f"/companies/{quote(name)}/" for name in largest])
    yield Kind("words while typing", OTHER, _different(lambda: _typed(world), most))
    yield Kind("near a name", LIST, _different(lambda: "/near/?" + _typed(world).partition("?")[2], most))
    feeds = [f"/feeds/unit/{code}.atom" for code in units] + [f"/feeds/project/{code}.rss" for code in codes[:most]]
    yield Kind("feed of the city", OTHER, ["/feeds/city.atom", "/feeds/city.rss"])
    yield Kind("feed of a unit or project", OTHER, feeds)
    yield Kind("feed of a category", OTHER, [f"/feeds/category/{code}.atom" for code in values["category"][:most]])
    yield Kind("disclosure", OTHER, ["/disclosure/"])
    yield Kind("disclosure of a unit", OTHER, [f"/disclosure/{code}/" for code in units])
    yield Kind("other pages", OTHER, ["/glossary/", "/snapshots/", "/feeds/", "/opendata/", "/opendata/chain/"])


def _open_data(world: World, values: dict[str, list[str]], most: int) -> Iterator[Kind]:
    [(n, payments)] = world.session.execute(
        "SELECT projects, payments FROM public_snapshot ORDER BY 1 LIMIT 1"
    ).fetchall()
    items = "/ogc/collections/{}/items?f=json&limit=1000".format
    for name, count in (("projects", n), ("payments", payments)):
        offsets = [count * step // most for step in range(most)]
        yield Kind(f"items of 1,000 {name}", ITEMS, [f"{items(name)}&offset={offset}" for offset in offsets])
    yield Kind("items of 1,000 regions", ITEMS, [items("regions")])
    boxed = _different(lambda: f"{items('projects')}&bbox={_box(world)}", most)
    yield Kind("items of 1,000 projects in a box", ITEMS, boxed)
    limited = _different(lambda: f"{items('projects')}&{urlencode(_one(world, values))}", most)
    yield Kind("items of 1,000 projects of a facet", ITEMS, limited)
    paid = [f"{items('payments')}&datetime={year}-{month:02}-01/{year}-{month:02}-28" for year in (2025, 2026)
            for month in range(1, 11)]  # fmt: skip
    yield Kind("items of 1,000 payments of a month", ITEMS, paid[:most])
    yield Kind(
        "items of 1,000, as if unchanged",
        UNCHANGED,
        [f"{items('projects')}&offset={n // 2 + k}" for k in range(most)],
        True,
    )
    yield Kind("API documents", OTHER, [f"/{place}" for place in _DOCUMENTS])
    for name in ("projects", "payments", "contracts", "regions"):
        asked = [
            f"/api/v1/{name}?limit=1000&page={page}" for page in (1, 2, 10, 50, 90)[: 1 if name == "regions" else 5]
        ]
        yield Kind(f"API list of 1,000 {name}", OTHER, asked)
    yield Kind("API one project", OTHER, [f"/api/v1/projects/{project[0]}" for project in world.like[-most:]])
    yield Kind(
        "API sums of the city, first", OTHER, ["/api/v1/aggregates?by=unit,category,year", "/api/v1/aggregates?by=unit"]
    )
    sums = _different(lambda: f"/api/v1/aggregates?{urlencode(_one(world, values))}", most)
    yield Kind("API sums of a facet", OTHER, sums)
    names = ("projects", "payments", "contracts")
    changes = [f"/api/v1/changes?collection={name}&since={since}&limit=1000" for name in names for since in (0, 1)]
    yield Kind("API changes, 1,000", OTHER, changes)


def _one(world: World, values: dict[str, list[str]]) -> dict[str, str]:
    name = world.chance.choice(FACETS)
    return {name: world.chance.choice(values[name])}


def _different(made: Callable[[], str], most: int) -> list[str]:
    """Up to so many different addresses."""
    found = dict.fromkeys(made() for _ in range(most * 4))
    return list(islice(found, most))


def _list(limits: dict[str, Any]) -> str:
    return f"/projects/?{urlencode(limits)}"


def _near(world: World, km: float) -> str:
    *_, lon, lat = world.located()
    return f"/near/?lon={lon + world.chance.uniform(-0.02, 0.02):.4f}&lat={lat:.4f}&radius={km:g}"


def _box(world: World) -> str:
    *_, lon, lat = world.located()
    half = world.chance.choice([0.02, 0.1, 0.3, 1.0])
    return f"{lon - half:.4f},{lat - half:.4f},{lon + half:.4f},{lat + half:.4f}"


def _typed(world: World) -> str:
    text = world.project()[8]
    start = world.chance.randrange(max(1, len(text) - 3))
    word = "".join(text[start : start + 3].split())
    return f"/search/?{urlencode({'q': word})}" if len(word) > 1 else _typed(world)


def _tile(world: World, zoom: int, limits: dict[str, str]) -> str:
    *_, lon, lat = world.located()
    x = int((lon + 180) / 360 * (1 << zoom))
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * (1 << zoom))
    [(number,)] = world.session.execute("SELECT max(number) FROM public_snapshot").fetchall()
    return f"/tiles/{number}/projects/{zoom}/{x}/{y}.mvt" + (f"?{urlencode(limits)}" if limits else "")


def _values(world: World, name: str) -> list[str]:
    column = _COLUMNS.get(name, name)
    limit = " AND township IS NOT NULL" if name == "township" else ""
    found = _column(
        world,
        f"SELECT DISTINCT v::text FROM (SELECT {column} AS v FROM public_publishedproject"
        f" WHERE to_snapshot IS NULL{limit}) each WHERE v IS NOT NULL ORDER BY 1",
    )
    if name == "category":
        return sorted({code[:2] for code in found}) + found
    return found


def _column(world: World, statement: str, *parameters: Any) -> list[str]:
    return [value for (value,) in world.session.execute(statement, parameters or None).fetchall()]
