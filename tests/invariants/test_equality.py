"""One filter, one answer: list = count = sums = facets = tiles = file, for staff and public, whatever is asked.

A random filter is asked of every page over HTTP, and the expected rows are picked by plain Python from all rows, so a
mistake in the filter's SQL is a difference, too. `make test` asks a few, `make prove` hundreds.
"""

import csv
import io
import math
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import normalize

import mapbox_vector_tile
import pytest
from django.test import Client
from django.utils import timezone
from shapely import from_wkb
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.thresholds.catalogue import BY_KEY
from portal import wording
from portal.public.models import PublishedProject
from tests import pages
from tests.conftest import PASSWORD
from tests.seeded import TODAY, seed_and_publish

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])

PROJECTS, UNIT = 90, "430602"
DAYS = (None, None, None, date(2026, 2, 14), date(2025, 12, 31), date(2025, 6, 30), date(2023, 1, 1))
WORDS = ("工程", "岳阳", "改造", "YYMS-2025", "路", "街道 改造", "没有")
# page's list of choices → parameter
CHOICES = {
    "units": "unit", "regions": "region", "categories": "category", "statuses": "status", "years": "year",
    "sources": "source",
}  # fmt: skip
ZOOM = 8  # far fewer marks than would be thinned; every mark of the city is in these tiles
WEST, SOUTH, EAST, NORTH = 112.0, 28.2, 114.5, 30.2

Facts = dict[str, Any]


@dataclass(frozen=True)
class Asker:
    """Who asks: a client, the rows of their world on a day, and where the answers stand."""

    client: Client
    rows: Callable[[date | None], list[Facts]]
    lists: tuple[str, ...]
    files: tuple[str, ...]
    tiles: str
    days: tuple[date | None, ...] = (None,)
    stale: bool = False


def _facts(row: Any) -> Facts:
    shape: BaseGeometry | None = from_wkb(bytes(row.geom.wkb)) if row.geom else None
    names = (
        "code", "region", "township", "unit", "category", "status", "stage", "search_text", "is_located", "budget",
        "disbursed", "arrived",
    )  # fmt: skip
    found = {name: getattr(row, name) for name in names}
    freshness = getattr(row, "freshness_days", None)
    return found | {"years": set(row.years), "sources": set(row.sources), "shape": shape, "freshness": freshness}


def passes(row: Facts, chosen: ProjectFilter, *, but: str = "") -> bool:
    """The filter in plain Python, without one of its limits."""
    old = row["freshness"] is None or row["freshness"] > BY_KEY["stale_days_monthly"].default
    tests = {
        "region": not chosen.region or chosen.region in (row["region"], row["township"]),
        "unit": not chosen.unit or row["unit"] == chosen.unit,
        "category": row["category"].startswith(chosen.category),
        "status": not chosen.status or row["status"] in chosen.status,
        "stage": not chosen.stage or row["stage"] in chosen.stage,
        "year": chosen.year is None or chosen.year in row["years"],
        "source": not chosen.source or chosen.source in row["sources"],
        "q": all(term in row["search_text"] for term in normalize("NFKC", chosen.q).lower().split()),
        "bbox": chosen.bbox is None or (row["shape"] is not None and box(*chosen.bbox).intersects(row["shape"])),
        "located": not chosen.located or row["is_located"] == (chosen.located == "yes"),
        "no_area": not chosen.no_area or not row[chosen.no_area],
        "stale": not chosen.stale or (row["status"] == "under_construction" and old),
    }
    return all(answer for name, answer in tests.items() if name != but)


def facets(rows: list[Facts], chosen: ProjectFilter, name: str) -> dict[str, int]:
    """For each value of a facet how many rows the list would have with that value chosen."""
    found: dict[str, int] = {}
    for row in rows:
        if not passes(row, chosen, but=name):
            continue
        values: Iterable[Any] = {
            "year": row["years"], "source": row["sources"], "category": {row["category"][:2], row["category"]},
        }.get(name) or [row.get(name)]  # fmt: skip
        for value in values:
            found[str(value)] = found.get(str(value), 0) + 1
    return found


def some_filter(chance: random.Random, asker: Asker, rows: list[Facts], turn: int) -> ProjectFilter:
    """One to three limits with values that occur, and now and then one that does not; each limit has its turn."""
    like = chance.choice([row for row in rows if row["township"]])
    west, south = chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)
    possible: dict[str, Any] = {
        "region": chance.choice([like["region"], like["township"]]) or "430699",
        "unit": like["unit"],
        "category": like["category"][: chance.choice([2, 4])],
        "status": tuple({like["status"], chance.choice(rows)["status"]}),
        "stage": (like["stage"],),
        "year": chance.choice([*like["years"], 1999]),
        "source": chance.choice([*sorted(like["sources"]), "county"]),
        "q": chance.choice([*WORDS, like["search_text"][:4].strip()]),
        "bbox": (west, south, min(west + chance.uniform(0.1, 2), 115), min(south + chance.uniform(0.1, 2), 31)),
        "located": chance.choice(["yes", "no"]),
    }
    if asker.stale:
        possible["stale"] = True
        possible["no_area"] = chance.choice(["region", "township"])
    first = sorted([*possible, "township"])[turn % (len(possible) + 1)]
    if first == "township":
        first, possible["region"] = "region", like["township"]
    names = {first, *chance.sample(sorted(possible), k=chance.choice([0, 0, 1, 2]))}
    return ProjectFilter(as_of=chance.choice(asker.days), **{name: possible[name] for name in names})


def check(asker: Asker, chosen: ProjectFilter) -> int:
    """Every answer to one filter against the rows that pass it; returns how many these are."""
    world = asker.rows(chosen.as_of)
    expected = [row for row in world if passes(row, chosen)]
    codes = sorted(row["code"] for row in expected)
    for place in asker.lists:
        listed, context = _listed(asker.client, place, chosen)
        assert sorted(listed) == codes, (place, chosen)
        assert context["page_obj"].paginator.count == len(codes), (place, chosen)
        _sums_agree(context.get("totals"), expected)
        _choices_agree(context.get("choices", {}), world, chosen)
    for place in asker.files:
        assert sorted(_file(asker.client, place, chosen)) == codes, (place, chosen)
    located = {row["code"] for row in expected if row["is_located"]}
    assert _in_tiles(asker, chosen) == located, chosen
    return len(codes)


def _listed(client: Client, place: str, chosen: ProjectFilter) -> tuple[list[str], Any]:
    found: list[str] = []
    number = pages_there = 1
    while number <= pages_there:
        response = client.get(place, {**chosen.to_query(), "page": str(number)}, headers=pages.HTML)
        assert response.status_code == 200, (place, chosen)
        found += [row["code"] for row in response.context["rows"]]
        pages_there, number = response.context["page_obj"].paginator.num_pages, number + 1
    return found, response.context


def _sums_agree(said: Any, expected: list[Facts]) -> None:
    if said is None:
        return
    assert str(said["projects"]).replace(",", "") == str(len(expected))
    assert said["unlocated"] == sum(not row["is_located"] for row in expected)
    for name in ("budget", "disbursed", "arrived"):
        assert said[name] == wording.money(sum(row[name] or 0 for row in expected)), name


def _choices_agree(choices: dict[str, Any], world: list[Facts], chosen: ProjectFilter) -> None:
    for group, name in CHOICES.items():
        if not choices.get(group) or len(choices[group][0]) < 3:
            continue
        counts = facets(world, chosen, name)
        assert {code: n for code, _label, n in choices[group] if n} == {
            code: counts[code] for code, _label, _n in choices[group] if counts.get(code)
        }, (group, chosen)


def _file(client: Client, place: str, chosen: ProjectFilter) -> Iterator[str]:
    query = chosen.to_query()
    if "?" in place:
        place, extra = place.split("?")
        query |= dict([extra.split("=")])
    response = client.get(place, query, headers=pages.HTML)
    assert response.status_code == 200, (place, chosen)
    body = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
    for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"))):
        if (row["平台编号"] or "").startswith("YYMS-"):
            yield row["平台编号"]


def _in_tiles(asker: Asker, chosen: ProjectFilter) -> set[str]:
    found: set[str] = set()
    for x in range(column(WEST), column(EAST) + 1):
        for y in range(line(NORTH), line(SOUTH) + 1):
            response = asker.client.get(f"{asker.tiles}/{ZOOM}/{x}/{y}.mvt", chosen.to_query())
            assert response.status_code == 200
            layer = mapbox_vector_tile.decode(response.content).get("projects", {"features": []})
            found |= {feature["properties"]["code"] for feature in layer["features"]}
    return found


def column(lon: float) -> int:
    return int((lon + 180) / 360 * (1 << ZOOM))


def line(lat: float) -> int:
    return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * (1 << ZOOM))


def staff_asker(client: Client, unit: str = "") -> Asker:
    known: dict[date | None, list[Facts]] = {}

    def rows(day: date | None) -> list[Facts]:
        if day not in known:
            today = timezone.localdate()
            found = ProjectRow.objects.at(day or today, today=today)
            known[day] = [_facts(row) for row in (found.filter(unit=unit) if unit else found)]
        return known[day]

    served = set(pages.routes())
    lists = ("/map/", *(["/workbench/projects/"] if "workbench:projects" in served else []))
    files = ("/workbench/projects/?format=csv",) if "workbench:projects" in served else ()
    return Asker(client, rows, lists, files, "/staff-tiles/1/projects", DAYS, stale=True)


def citizen_asker() -> Asker:
    published = [_facts(row) for row in PublishedProject.objects.using("publisher").filter(to_snapshot=None)]
    files = ("/projects.csv",) if "public:projects_csv" in set(pages.routes()) else ()
    return Asker(Client(), lambda _day: published, ("/", "/projects/"), files, "/tiles/1/projects")


def ask_many(asker: Asker, times: int, seed: int) -> None:
    chance = random.Random(seed)
    rows = asker.rows(None)
    some = sum(check(asker, some_filter(chance, asker, rows, turn)) for turn in range(times))
    assert some > 0


def askers() -> list[Asker]:
    """City staff, staff of the county with most projects, and citizens, over one city with projects off the map."""
    seed_and_publish(PROJECTS)
    assert ProjectRow.objects.at(TODAY, today=TODAY).filter(is_located=False).count() > 1
    city, county = Client(), Client()
    city.force_login(pages.staff_member())
    county.force_login(
        ensure_account(
            username="county", display_name="某人", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code=UNIT
        )
    )
    return [staff_asker(city), staff_asker(county, UNIT), citizen_asker()]


def test_list_count_sums_facets_tiles_and_file_agree_under_random_filters(transactional_db: None) -> None:
    for seed, (asker, times) in enumerate(zip(askers(), (12, 4, 11), strict=True)):
        ask_many(asker, times, seed)


@pytest.mark.heavy
def test_they_agree_under_hundreds_of_filters(transactional_db: None) -> None:
    for seed, (asker, times) in enumerate(zip(askers(), (250, 100, 250), strict=True), 10):
        ask_many(asker, times, seed)
