"""The page of indicators: definitions, values, ranks, files, days, rights, and how much it asks."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from dashboards.indicators.catalogue import CATALOGUE
from geodata.exchange.models import Export
from geodata.projects.choices import PartyRole
from geodata.projects.models import Project, ProjectParty
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from portal.dashboard.figures.texts import FAMILY_NAMES
from tests.conftest import PASSWORD
from tests.seeded import TODAY, seed_city

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
ADDRESS = "/dashboard/indicators/"
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("indicators", "behind"):
        monkeypatch.setattr(f"portal.dashboard.views.{name}.today", lambda: TODAY)


@pytest.fixture
def visitor(db: None, client_of: ClientOf) -> Client:
    seed_city(60)
    return client_of(ensure_account(username="l", display_name="l", password=PASSWORD, role=Role.CITY_LEADER))


def text_of(client: Client, query: str = "", address: str = ADDRESS) -> str:
    answer = client.get(f"{address}?{query}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_every_indicator_is_on_its_page_with_formula_and_denominator(visitor: Client) -> None:
    pages = {family: text_of(visitor, f"family={family}") for family in ("progress", "money", "complaints")}
    for indicator in CATALOGUE.values():
        page = next(page for page in pages.values() if f" {indicator.id} " in page)
        for words in (indicator.label, indicator.formula, indicator.denominator, indicator.records):
            assert words in page, indicator.id


def test_the_composite_ranks_two_groups_and_says_what_is_left_out(visitor: Client) -> None:
    page = text_of(visitor, "family=composite")
    assert page.index("县市区") < page.index("功能区")
    assert "问题销号率（权重 10）尚无记录，不计入综合得分" in page
    assert "较 2026年2月28日" in page


def test_complaints_stand_in_bands_and_departments_are_compared_apart(visitor: Client) -> None:
    page = text_of(visitor, "family=complaints")
    assert "投诉办理分档" in page
    assert "A 档 95 分起" in page
    page = text_of(visitor, "family=composite&dimension=department")
    assert "市直责任单位 名次" in page
    assert "县市区 名次" not in page
    names = set(ProjectParty.objects.filter(role=PartyRole.LEAD).values_list("organisation__name", flat=True))
    assert names
    assert all(name in page for name in names)


def test_places_say_how_they_changed_since_the_month_before(visitor: Client) -> None:
    def lines(query: str) -> dict[tuple[str, str], Any]:
        shown = visitor.get(f"{ADDRESS}?{query}").context["indicators"]
        return {(one["id"], row["name"]): row for one in shown for group in one["groups"] for row in group["rows"]}

    now, then = lines(""), lines("as_of=2026-02-28")
    told = {key: row["change"] for key, row in now.items()}
    assert told == {
        key: then[key]["rank"] - row["rank"] if row["rank"] and then[key]["rank"] else None for key, row in now.items()
    }
    assert any(change for change in told.values())
    assert "较 2026年2月28日" in text_of(visitor, "")


def test_a_past_day_is_marked_and_a_coming_one_refused(visitor: Client) -> None:
    assert "截至 2025年12月31日" in text_of(visitor, "as_of=2025-12-31")
    answer = visitor.get(f"{ADDRESS}?as_of=2026-03-31")
    assert answer.status_code == 400
    assert "截止日不能晚于今天（2026-03-30）" in answer.content.decode()


@pytest.mark.parametrize("query", ["family=x", "dimension=x", "as_of=x", "format=pdf", "nonsense=1"])
def test_a_wrong_parameter_is_told(visitor: Client, query: str) -> None:
    answer = visitor.get(f"{ADDRESS}?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.content.decode()


def test_without_projects_the_page_says_what_to_do(visitor: Client) -> None:
    assert "这一天没有符合条件的项目" in text_of(visitor, "q=没有叫这个名字的项目")


def test_the_file_holds_every_indicator_of_every_unit_and_is_remembered(visitor: Client) -> None:
    AreaUnit.objects.filter(code="430602").update(name="=1+1")  # formulas do not survive
    answer = visitor.get(f"{ADDRESS}?format=csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert rows[0][:5] == ["指标编号", "指标", "区域代码", "区域", "数值"]
    assert len(rows) == 1 + len(CATALOGUE) * 15 + 2 * 13 + 1  # 13 units, the rest and the city; scores and bands
    assert [row[1] for row in rows if row[0] == "分档"].count("投诉办理得分（功能区）") == 4
    assert {row[3] for row in rows if row[2] == "430602"} == {"'=1+1"}
    book = load_workbook(io.BytesIO(b"".join(visitor.get(f"{ADDRESS}?format=xlsx").streaming_content)))  # type: ignore[attr-defined]
    assert book.active.max_row >= len(rows)
    assert Export.objects.filter(sheet="indicators").count() == 2


@pytest.mark.parametrize("query", ["", "family=money&dimension=admin", "family=complaints", "family=composite"])
def test_few_statements(visitor: Client, query: str) -> None:
    visitor.get(ADDRESS)
    with CaptureQueriesContext(connection) as queries:
        visitor.get(f"{ADDRESS}?{query}")
    assert len(queries) <= MOST_QUERIES


def test_a_figure_opens_the_projects_that_make_it(visitor: Client) -> None:
    page = visitor.get(f"{ADDRESS}?family=progress&dimension=admin&as_of=2026-02-28").content.decode()
    way = unescape(re.findall(r'href="([^"]*/indicators/I20/[^"]*place=430602[^"]*)"', page)[0])
    answer = visitor.get(way)
    assert answer.status_code == 200
    figure, rows = answer.context["figure"], answer.context["rows"]
    assert figure["above"] == str(sum(int(row["above"]) for row in rows))
    assert figure["below"] == str(sum(int(row["below"]) for row in rows)) == str(len(rows)) != "0"
    assert "统计期 2026年2月1日 至 2026年2月28日" in text_of(visitor, way.partition("?")[2], f"{ADDRESS}I20/")
    lines = list(
        csv.reader(io.StringIO(b"".join(visitor.get(f"{way}&format=csv").streaming_content).decode("utf-8-sig")))
    )  # type: ignore[attr-defined]
    assert [line[1] for line in lines[1 : len(rows) + 2]] == [*(row["name"] for row in rows), "合计"]


@pytest.mark.parametrize("way", ["I99/", "I06/"])
def test_what_has_no_rows_behind_it_is_not_found(visitor: Client, way: str) -> None:
    assert visitor.get(f"{ADDRESS}{way}").status_code == 404


@pytest.mark.parametrize("query", ["place=999999", "dimension=x", "as_of=2026-03-31", "nonsense=1"])
def test_a_wrong_place_or_day_of_the_rows_is_told(visitor: Client, query: str) -> None:
    assert visitor.get(f"{ADDRESS}I04/?{query}").status_code == 400


def test_people_of_a_unit_see_the_city_s_figures_and_others_do_not(visitor: Client, client_of: ClientOf) -> None:
    assert f"{ADDRESS}I04/" in visitor.get(ADDRESS).content.decode()
    county = ensure_account(
        username="c", display_name="c", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code="430626"
    )
    assert str(Project.objects.count()) in text_of(client_of(county))  # the calendar's n counts all projects
    assert f"{ADDRESS}I04/" not in client_of(county).get(ADDRESS).content.decode()  # the rows are not all theirs
    assert client_of(county).get(f"{ADDRESS}I04/").status_code == 403
    evaluator = ensure_account(username="e", display_name="e", password=PASSWORD, role=Role.EVALUATOR)
    assert client_of(evaluator).get(ADDRESS).status_code == 403
    assert Client(headers={"accept": "text/html"}).get(ADDRESS).status_code == 302


def test_the_english_page_speaks_english(visitor: Client) -> None:
    pages = {family: text_of(visitor, f"family={family}", f"/en{ADDRESS}") for family in FAMILY_NAMES}
    page = pages["complaints"]
    assert "Complaints per 10,000 residents" in page
    assert "常住人口" not in page
    for family, page in pages.items():
        told = page.partition("中文")[2].partition("Sponsor")[0]  # between the choice of languages and the foot
        assert not re.search("[\u4e00-\u9fff]", told), family
