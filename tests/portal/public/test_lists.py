"""List, file, search and glossary: one filter, live counts that hold, and words for every figure."""

import csv
import io
import random
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connections, transaction
from django.db.models import QuerySet
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from geodata.projects.models import Project
from geodata.regions.models import BaseFeature
from geodata.summary.columns import COLUMNS
from geodata.summary.facets import facet_counts
from geodata.summary.filters import ProjectFilter
from geodata.summary.sums import totals_of
from geodata.tiles.render import left_out
from portal import wording
from portal.public import glossary, lists, masks, projects_csv, selectors, whole_city
from portal.public.models import Mask, PublishedProject, Snapshot
from portal.public.selectors import NEWEST
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, public_city
from tests.seeded import seed_and_publish

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
HTML = {"accept": "text/html"}
PAST = Snapshot(whole={})  # an edition of which nothing is kept: it is counted from its rows
PAST.edition = 1


def test_what_is_kept_with_the_snapshot_is_what_counting_gives(public_city: dict[str, Project]) -> None:
    seed = publish(as_of=TODAY, now=NOW)
    rows = selectors.all_projects(NEWEST)
    assert whole_city.unpacked(seed.whole) == whole_city.count(rows, rows, ProjectFilter(), PAST)


@pytest.mark.parametrize("parameter", ["unit", "region", "source"])
def test_a_code_that_does_not_exist_stands_among_the_filters_that_are_set(
    public_city: dict[str, Project], parameter: str
) -> None:
    publish(as_of=TODAY, now=NOW)
    text = Client(headers=HTML).get(f"/projects/?{parameter}=nowhere-1").content.decode()
    chips = re.search(r'<ul class="chips".*?</ul>', text, re.DOTALL)
    assert chips
    assert "nowhere-1" in re.sub(r"<[^>]*>", "", chips[0])


# one limit each, of which counts are kept
BESIDE: tuple[dict[str, str], ...] = (
    {"region": "430602"},
    {"stage": "construction"},
    {"located": "yes"},
    {"located": "no"},
    {"status": "under_construction,works_completed"},
)


def test_the_number_beside_a_choice_is_that_of_its_list() -> None:
    snapshot = seed_and_publish(60)
    asked = RequestFactory().get("/projects/", {"status": "under_construction"})
    found = lists.Found.read(asked, snapshot)
    names = {"units": "unit", "categories": "category", "years": "year", "sources": "source", "statuses": "status"}
    for choice, parameter in names.items():
        offered = lists.choices(found)[choice]
        assert offered, choice
        for code, _label, number in offered[:8]:
            query = {"status": "under_construction", parameter: code}
            chosen = ProjectFilter.from_query(query)
            assert selectors.projects(NEWEST, chosen).count() == number, query
    everything = selectors.all_projects(NEWEST)
    for single in (*({names[choice]: lists.choices(found)[choice][0][0]} for choice in names), *BESIDE):
        chosen = ProjectFilter.from_query(single)
        rows = selectors.projects(NEWEST, chosen)
        selectors.masks_of(snapshot)  # read once a process
        with CaptureQueriesContext(connections["public"]) as asked_of_it:
            with_kept = whole_city.count(rows, everything, chosen, snapshot)
        assert len(asked_of_it) == 0, single  # what is kept; nothing is counted
        assert with_kept == whole_city.count(rows, everything, chosen, PAST), single
    pairs: tuple[dict[str, str], ...] = (
        {"unit": "430602", "status": "under_construction"},
        {"category": "01", "year": "2026"},
        {"region": "430602", "source": "nothing"},
        {"status": "under_construction,suspended"},
        {"unit": "430602", "located": "yes"},
        {"unit": "430602", "year": "2026", "status": "under_construction"},
    )
    for pair in pairs:
        chosen = ProjectFilter.from_query(pair)
        rows = selectors.projects(NEWEST, chosen)
        counted = whole_city.count(rows, everything, chosen, PAST)
        assert whole_city.count(rows, everything, chosen, snapshot) == counted, pair


def test_any_filter_is_counted_without_a_statement_as_counting_gives_it() -> None:
    snapshot = seed_and_publish(40)
    everything, chance = selectors.all_projects(NEWEST), random.Random(5)
    choices = selectors.masks_of(snapshot)
    assert choices
    values: dict[str, list[str]] = {}
    for name, value in sorted(choices.sets):
        if name in masks.LIMITS:
            values.setdefault(name, []).append(value)
    assert set(values) == set(masks.LIMITS)
    found = 0
    for _ in range(60):
        names = chance.sample(masks.LIMITS, chance.choice([1, 2, 2, 3, 4]))
        query = {name: chance.choice(values[name]) for name in names}
        if chance.random() < 0.2 and "status" in query:
            query["status"] = ",".join(sorted({query["status"], *values["status"][:2]}))
        chosen = ProjectFilter.from_query(query)
        rows = selectors.projects(NEWEST, chosen)
        with CaptureQueriesContext(connections["public"]) as asked_of_it:
            counted = whole_city.count(rows, everything, chosen, snapshot)
        assert len(asked_of_it) == 0, query
        assert counted == whole_city.count(rows, everything, chosen, PAST), query
        assert counted.listed
        assert counted.listed.keys() == list(rows.values_list("pk", flat=True)), query
        found += bool(counted.totals.projects)
    assert found > 10
    assert not Mask.objects.exclude(snapshot=snapshot.number).exists()


def test_a_limited_list_does_not_read_the_sums_of_the_whole_city() -> None:
    seed_and_publish(10)
    for query in ({"q": "路"}, {"status": "under_construction"}, {"bbox": "112,28,114,30"}):
        for _ in ("first", "again"):
            with CaptureQueriesContext(connections["public"]) as asked:
                assert Client().get("/projects/", query, headers=HTML).status_code == 200
            assert not [one for one in asked if '"whole"' in one["sql"]], query


def test_searches_show_what_counting_by_the_definition_gives() -> None:
    snapshot = seed_and_publish(30)
    everything = selectors.all_projects(NEWEST)
    unit = everything.values_list("unit", flat=True)[0]
    asked: tuple[dict[str, str], ...] = (
        {"q": "工程"},
        {"q": "改造 路"},
        {"q": "路"},
        {"q": "y 2 路 2025"},
        {"q": "202"},
        {"q": "龘"},
        {"q": "没有这样的词"},
        {"q": "工程", "unit": unit},
        {"q": "工程", "unit": unit, "status": "under_construction"},
        {"bbox": "112,28,114,30"},
        {"bbox": "113.0,29.2,113.2,29.4"},
        {"bbox": "113.1,29.35,113.12,29.37", "q": "工程"},
        {"bbox": "112,28,114,30", "q": "路", "year": "2026"},
        {"bbox": "1,1,2,2"},
        {"q": "工程", "sort": "-disbursed"},
        {"unit": unit, "sort": "code"},
    )
    for query in asked:
        chosen = ProjectFilter.from_query(query)
        rows = selectors.projects(NEWEST, chosen)
        found = lists.Found.read(RequestFactory().get("/projects/", query), snapshot)
        plain = whole_city.Counted(
            totals_of(rows), facet_counts(everything, chosen), left_out(Counter(_zooms(rows.filter(is_located=True))))
        )
        assert found.counted == plain, query
        assert [row.pk for row in found.page(1000)] == [row.pk for row in rows], query


def _zooms(rows: QuerySet[PublishedProject]) -> list[int]:
    return list(rows.values_list("tile_zoom", flat=True))


def test_every_order_of_the_list_is_read_from_an_index() -> None:
    snapshot = seed_and_publish(30)
    with connections["publisher"].cursor() as cursor:
        cursor.execute("ANALYZE public_publishedproject")  # else planned by whatever was counted in tests before
    for sort, _name in lists.sorts():
        ordered = selectors.projects(snapshot.edition, ProjectFilter(sort=sort)).values_list("pk", flat=True)[:5]
        with transaction.atomic(using="public"), connections["public"].cursor() as cursor:
            # thirty rows are read sooner as they lie, or by any index whatever and then sorted: sorted is asked for
            # last, and stands in the plan only where no index has the order
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
            cursor.execute(f"EXPLAIN {ordered.query}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Index" in plan, (sort, plan)
        assert "Sort" not in plan, (sort, plan)


def test_every_page_of_the_list_together_is_the_list() -> None:
    snapshot = seed_and_publish(30)
    seen: list[str] = []
    for number in range(1, 5):
        found = lists.Found.read(RequestFactory().get("/projects/", {"page": number, "sort": "-disbursed"}), snapshot)
        seen += [row.code for row in found.page(10)][: 10 if number * 10 <= found.totals.projects else None]
    whole = list(selectors.projects(NEWEST, ProjectFilter(sort="-disbursed")).values_list("code", flat=True))
    assert seen[: len(whole)] == whole


def test_the_file_of_the_list_has_its_rows_and_runs_nothing(
    public_city: dict[str, Project], make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project(name="=HYPERLINK(1)项目", total_investment=Decimal("99.50"))
    publish(as_of=TODAY, now=NOW)
    body = Client().get("/projects.csv").content
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert tuple(rows[0]) == projects_csv.HEADER
    assert [row[0] for row in rows[1:4]] == [row.code for row in selectors.projects(NEWEST, ProjectFilter())]
    assert "99.50" in rows[3]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    assert "内部事项" not in body.decode()
    monkeypatch.setattr(projects_csv, "LARGEST_FILE", 2)
    cut = Client().get("/projects.csv").content.decode("utf-8-sig").splitlines()
    assert len(cut) == 5
    assert "项目 3 个，本文件列出 2 个" in cut[3]


def test_search_gives_projects_and_places_from_two_characters_on(public_city: dict[str, Project]) -> None:
    BaseFeature.objects.create(kind="place", name="平江古镇", rank=3, geom="SRID=4490;POINT(113.5 28.7)")
    publish(as_of=TODAY, now=NOW)
    told = Client().get("/search/?q=示例路").json()
    assert [row["name"] for row in told["projects"]] == ["示例路提质工程"]
    assert told["projects"][0]["url"] == f"/projects/{public_city['road'].serial_no}/"
    assert told["projects"][0]["lon"] == pytest.approx(113.105, abs=0.01)
    places = Client().get("/search/?q=平江").json()["places"]
    assert [place["name"] for place in places] == ["平江县", "平江古镇"]
    assert set(places[0]) == {"name", "kind_label", "lon", "lat", "zoom"}
    assert Client().get("/search/?q=路").json() == {"projects": [], "places": []}
    assert Client().get("/search/").json() == {"projects": [], "places": []}
    assert Client().get("/search/?q=内部").json()["projects"] == []


def test_a_project_without_a_public_place_has_none_in_the_search(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    found = Client().get("/search/?q=水厂").json()["projects"][0]
    assert (found["lon"], found["lat"]) == (None, None)


def test_the_glossary_explains_every_figure_that_a_page_links_to(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    client = Client(headers=HTML)
    for prefix in ("", "/en"):
        anchors = set(re.findall(r' id="([^"]+)"', client.get(f"{prefix}/glossary/").content.decode()))
        for address in (
            "/",
            "/projects/",
            "/regions/",
            "/regions/430602/",
            f"/projects/{public_city['road'].serial_no}/",
        ):
            linked = set(re.findall(r'/glossary/#([^"]+)"', client.get(prefix + address).content.decode()))
            assert linked, address
            assert linked <= anchors, address


def test_the_glossary_shows_no_column_that_is_not_public() -> None:
    public = {column.name for column in COLUMNS if column.public}
    shown = {entry.key for group in glossary.groups() for entry in group.entries}
    assert shown <= public
    rates = [entry for group in glossary.groups() for entry in group.entries if entry.key.endswith("_rate")]
    assert all(entry.denominator and entry.formula for entry in rates)


def test_english_pages_have_no_chinese_words_of_our_own(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    client = Client(headers=HTML)
    for address in ("/en/glossary/", "/en/regions/", "/en/regions/430626/", "/en/projects/?q=nothing"):
        main = re.search(r"<main.*</main>", client.get(address).content.decode(), re.DOTALL)
        assert main is not None
        assert re.findall(r"[\u4e00-\u9fff]+", main[0]) == [], address


@pytest.mark.parametrize(("band", "words"), [("0", "没有投诉"), ("<5", "少于 5 件"), ("12", "12 件")])
def test_a_band_of_complaints_has_words(band: str, words: str) -> None:
    with override("zh-hans"):
        assert wording.band(band) == words
