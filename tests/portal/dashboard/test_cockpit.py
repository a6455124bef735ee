"""The leaders' screen: who sees it, what it says, where its numbers lead, what its address keeps."""

import re
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geodata.funding.choices import COUNTED, Level
from geodata.funding.models import PaymentStanding
from geodata.projects.models import Project
from geodata.projects.services.geometry import locate_projects
from geodata.stewards.roles import CITY_WIDE, Role
from geodata.stewards.scope import CITY
from geodata.stewards.services import ensure_account
from geodata.summary import selectors as summary
from geodata.summary.filters import ProjectFilter
from portal.accounts.landing import landing
from tests.conftest import PASSWORD
from tests.seeded import TODAY, seed_city

LOUDIAN = "430602"
MOST_QUERIES = 12
BOOKKEEPING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")
PARTS = ("warnings", "works", "month", "changes")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("cockpit", "parts"):
        monkeypatch.setattr(f"portal.dashboard.views.{module}.today", lambda: TODAY)
    monkeypatch.setattr("portal.workbench.views.project_list.today", lambda: TODAY)
    monkeypatch.setattr("portal.workbench.views.payment_list.today", lambda: TODAY)


@pytest.fixture
def seeded(db: None) -> None:
    seed_city(80)
    locate_projects()


def client(role: Role = Role.CITY_LEADER, unit: str = "") -> Client:
    made = Client(headers={"accept": "text/html"})
    made.force_login(
        ensure_account(
            username=f"c-{role}-{unit}", display_name=str(role), password=PASSWORD, role=role, unit_code=unit
        )
    )
    return made


def page(query: str = "", asking: Client | None = None) -> Any:
    response = (asking or client()).get(f"/dashboard/?{query}")
    assert response.status_code == 200, response.content.decode()[:500]
    return response


def test_only_people_of_the_whole_city_see_it_and_others_learn_where_to_go(seeded: None) -> None:
    for role in (Role.CITY_LEADER, Role.HQ_ADMIN, Role.HQ_DISPATCHER):
        assert role in CITY_WIDE
        page(asking=client(role))
    refused = client(Role.COUNTY_STAFF, LOUDIAN)
    for address in ("/dashboard/", *(f"/dashboard/parts/{part}/" for part in PARTS)):
        response = refused.get(address)
        assert response.status_code == 403, address
        assert "请到“地图”和“项目”查看" in response.content.decode()


def test_a_leader_begins_here_and_only_the_citys_people_have_it_in_their_navigation(seeded: None) -> None:
    leader, district = client(), client(Role.COUNTY_STAFF, LOUDIAN)
    assert 'href="/dashboard/"' in page(asking=leader).content.decode()
    assert 'href="/dashboard/"' not in district.get("/workbench/projects/").content.decode()
    people = {
        role: ensure_account(username=f"l-{role}", display_name="x", password=PASSWORD, role=role, unit_code=unit)
        for role, unit in ((Role.CITY_LEADER, ""), (Role.HQ_ADMIN, ""), (Role.COUNTY_STAFF, LOUDIAN))
    }
    found = {role: landing(user, today=TODAY) for role, user in people.items()}
    assert found[Role.CITY_LEADER] == "/dashboard/"
    assert found[Role.HQ_ADMIN] == found[Role.COUNTY_STAFF] == "/workbench/"


def test_every_figure_of_the_strip_leads_to_the_rows_that_make_it(seeded: None) -> None:
    leader = client()
    for query in ("", f"unit={LOUDIAN}", "as_of=2026-01-31", "category=01"):
        projects, *_others = page(query, leader).context["strip"]
        n = int(projects["text"].replace(",", ""))
        assert leader.get(projects["url"]).context["page_obj"].paginator.count == n
        for piece in projects["basis"]:
            counted = int(re.sub(r"\D", "", piece["text"]))
            assert leader.get(piece["url"]).context["page_obj"].paginator.count == counted, piece


@pytest.mark.parametrize("query", ["", f"unit={LOUDIAN}", "as_of=2026-01-31"])
def test_the_money_paid_out_opens_exactly_its_payments(seeded: None, query: str) -> None:
    leader = client()
    response = page(query, leader)
    url = response.context["strip"][2]["url"]
    assert url.startswith("/workbench/payments/?")
    opened = leader.get(url)
    (level,) = opened.context["sums"]
    chosen = ProjectFilter.from_query(dict(part.split("=") for part in query.split("&") if part))
    expected = summary.totals(CITY, chosen, today=TODAY).disbursed
    rows = PaymentStanding.objects.filter(
        level=Level.TO_PAYEE, status__in=COUNTED, project__isnull=False, paid_on__lte=chosen.as_of or TODAY
    )
    if chosen.unit:
        rows = rows.filter(project__management_unit__code=chosen.unit)
    assert sum(rows.values_list("amount", flat=True), Decimal(0)) == expected
    assert opened.context["count"] == rows.count()
    assert level


@pytest.mark.parametrize("query", ["", "as_of=2026-01-31"])
def test_the_money_arrived_opens_the_projects_that_received_it(seeded: None, query: str) -> None:
    leader = client()
    paid, arrived = page(query, leader).context["strip"][2]["basis"]
    opened = leader.get(arrived["url"]).context
    assert arrived["text"].removeprefix("到位 ") == opened["figure"]["below"], (paid, opened["figure"])


def test_units_stand_in_two_groups_and_open_to_their_own_projects(seeded: None) -> None:
    leader = client()
    groups = page("", leader).context["units"]["groups"]
    assert [len(group["rows"]) for group in groups] == [9, 4]
    assert [row["code"] for row in groups[0]["rows"]][:3] == ["430602", "430603", "430611"]
    row = groups[0]["rows"][0]
    assert leader.get(row["rows_url"]).context["page_obj"].paginator.count == row["projects"]
    assert [len(group["rows"]) for group in page("dimension=admin", leader).context["units"]["groups"]] == [9]


def test_ranked_units_keep_to_their_group_and_those_with_too_few_take_no_place(seeded: None) -> None:
    official = page().context["units"]
    ranked = page("by=value").context["units"]
    assert not official["is_ranked"]
    assert ranked["is_ranked"]
    for group in ranked["groups"]:
        places = [row["place"] for row in group["rows"]]
        taken = [place for place in places if place]
        assert taken == sorted(taken)
        assert not taken or taken[0] == 1
        assert places == taken + [None] * (len(places) - len(taken))  # who takes no place stands last
        assert max(taken, default=0) <= len(group["rows"])


def places_on(rate: str, day: str) -> dict[str, int]:
    """The units' places in their groups on a day, by what the ranked page of that day itself shows."""
    groups = page(f"by=value&rate={rate}&as_of={day}").context["units"]["groups"]
    return {row["code"]: row["place"] for group in groups for row in group["rows"] if row["place"]}


@pytest.mark.parametrize("rate", ["I04", "I12", "BEHIND", "I09"])
def test_units_say_how_their_places_changed_since_the_month_before(seeded: None, rate: str) -> None:
    response = page(f"by=value&rate={rate}&as_of=2026-03-20")
    units = response.context["units"]
    before, now = places_on(rate, "2026-02-28"), places_on(rate, "2026-03-20")
    assert units["since"] == date(2026, 2, 28)
    told = {row["code"]: row["change"] for group in units["groups"] for row in group["rows"]}
    assert told == {code: before[code] - now[code] if {code} <= before.keys() & now.keys() else None for code in told}
    assert any(change is not None for change in told.values())
    risen = [change for change in told.values() if change and change > 0]
    assert len(re.findall(r'class="units-change"[^>]*>↑', response.content.decode())) == len(risen)
    official = page(f"rate={rate}&as_of=2026-03-20").context["units"]["groups"]
    assert {row["code"]: row["change"] for group in official for row in group["rows"]} == told


@pytest.mark.parametrize(
    ("query", "property_name", "first"),
    [("", "light", "红灯"), ("as_of=2026-02-28", None, ""), ("marks=status", None, ""), ("marks=trust", "source", "")],
)
def test_the_marks_tell_the_light_today_the_status_of_the_past_and_what_is_chosen(
    seeded: None, query: str, property_name: str | None, first: str
) -> None:
    found = page(query)
    told = found.context["map"]["labels"]["marks"]
    assert (told and told["property"]) == property_name
    assert [line["value"] for line in found.context["mark_legend"]] == list(told["values"] if told else [])
    assert first in "".join(line["label"] for line in found.context["mark_legend"])
    chosen = "light" if property_name == "light" else "status" if property_name is None else "trust"
    assert [mark["code"] for mark in found.context["marks"] if mark["selected"]] == [chosen]


def test_the_layers_that_are_on_stand_in_the_legend_with_the_address_of_their_signs(seeded: None) -> None:
    leader = client()
    found = page(f"layers=bottlenecks,conflicts,complaints&unit={LOUDIAN}&against=2026-01-31&by=value", leader)
    assert [line["kind"] for line in found.context["layer_legend"]] == ["bottleneck", "conflict"]
    assert found.context["density_legend"]
    assert set(leader.get(found.context["layer_url"]).json()["counts"]) == {"bottleneck", "conflict"}
    assert not page("", leader).context["layer_url"]


def test_the_map_leads_to_a_selection_to_those_without_a_place_and_to_the_offline_file(seeded: None) -> None:
    leader = client()
    found = page(f"unit={LOUDIAN}&rate=I12&against=2026-01-31", leader)
    ways = found.context["map"]
    answer = leader.get(f"{ways['selection_url']}&bbox=112,28,115,30", headers={"accept": "application/json"})
    assert answer.status_code == 200
    assert ways["selection_url"].endswith(f"?unit={LOUDIAN}")
    assert leader.get(ways["unlocated_url"]).context["page_obj"].paginator.count == ways["unlocated"]
    file = leader.get(found.context["offline_url"])
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "资金拨付率" in file.content.decode()


def test_complaints_are_never_ranked(seeded: None) -> None:
    assert not page("rate=C03&by=value").context["units"]["can_rank"]


def test_one_goes_down_to_a_township_and_its_projects_and_the_filter_stays(seeded: None) -> None:
    leader = client()
    chosen = next(p for p in Project.objects.filter(township__isnull=False, management_unit__code=LOUDIAN))
    town = chosen.township.code if chosen.township else ""
    start = page("category=&rate=I12&as_of=2026-03-20", leader)
    unit = next(row for group in start.context["units"]["groups"] for row in group["rows"] if row["code"] == LOUDIAN)
    at_unit = page(unit["url"][1:], leader)
    assert at_unit.context["depth"] == "unit"
    step = next(row for row in at_unit.context["towns"] if row["code"] == town)
    at_town = page(step["url"][1:], leader)
    assert at_town.context["depth"] == "township"
    assert "as_of=2026-03-20" in step["url"]
    assert "rate=I12" in step["url"]
    assert [crumb["text"] for crumb in at_town.context["crumbs"]][:2] == ["全市", "岳阳楼区"]
    assert chosen.name in [row["name"] for row in at_town.context["town_rows"]]
    back = page(at_town.context["crumbs"][1]["url"][1:], leader)
    assert back.context["strip"] == at_unit.context["strip"]


def test_a_township_or_a_box_has_categories_of_its_own_and_other_limits_are_named(seeded: None) -> None:
    leader = client()
    unit = page(f"unit={LOUDIAN}", leader)
    town = next(row["code"] for row in unit.context["towns"] if row["code"])
    for query in (f"unit={LOUDIAN}&region={town}", "bbox=112,28,115,30"):
        found = page(query, leader)
        shown = int(found.context["strip"][0]["text"].replace(",", ""))
        assert sum(row["projects"] for row in found.context["branches"]) == shown > 0
        code = found.context["branches"][0]["code"]
        limited = page(f"{query}&category={code}", leader)
        assert [row["code"] for row in limited.context["branches"]] == [
            row["code"] for row in found.context["branches"]
        ]
        assert found.context["branches"][0]["name"] in limited.content.decode().partition('class="chips"')[2][:900]
    assert 'class="chips"' not in unit.content.decode()


def test_the_months_lead_to_their_last_days_and_the_past_says_that_it_is_past(seeded: None) -> None:
    found = page().context["timeline"]
    assert found["days"][-1]["text"] == "今天"
    assert "as_of" not in found["days"][-1]["url"]
    before = found["days"][-2]
    assert before["day"] == "2026-02-28"
    then = page(before["url"][1:])
    assert then.context["as_of"] == date(2026, 2, 28)
    assert not then.context["is_today"]
    assert "过去的日期" in then.content.decode()
    assert then.context["timeline"]["later"]["text"] == "今天"


def test_a_comparison_shows_the_difference_of_every_rate(seeded: None) -> None:
    found = page("against=2026-01-31").context["strip"]
    now = summary.totals(CITY, ProjectFilter(), today=TODAY)
    then = summary.totals(CITY, ProjectFilter(as_of=date(2026, 1, 31)), today=TODAY)
    off = (now.disbursement_rate - then.disbursement_rate) * 100
    assert f"{abs(off):.1f}" in found[2]["change"].text
    assert found[2]["change"].way == ("up" if off > 0 else "down")
    assert all(item["change"] is None for item in page().context["strip"])


@pytest.mark.parametrize(
    "query",
    [
        "against=2026-04-30",
        "as_of=2026-01-31&against=2026-01-31",
        "against=gestern",
        "mode=carousel",
        "rate=I99",
        "dimension=moon",
        "as_of=2026-13-01",
        "as_of=2026-03-31",  # tomorrow
        "unknown=1",
    ],
)
def test_an_address_that_makes_no_sense_is_refused_by_name(seeded: None, query: str) -> None:
    leader = client()
    for address in ("/dashboard/", "/dashboard/parts/works/"):
        response = leader.get(f"{address}?{query}")
        assert response.status_code == 400
        assert f"查询参数“{query.split('&')[-1].split('=')[0]}”" in unescape(response.content.decode())


def test_the_changes_need_a_day_to_compare_with(seeded: None) -> None:
    assert client().get("/dashboard/parts/changes/").status_code == 400


def test_no_project_passing_the_filter_is_said_and_not_divided_by(seeded: None) -> None:
    found = page("q=没有叫这个名字的项目")
    projects, plan, money = found.context["strip"]
    assert (projects["text"], plan["text"], money["text"]) == ("0", "—", "—")
    assert "没有符合条件的项目" in found.content.decode()
    assert found.context["reconciliation"]["holds"]
    for part in ("warnings", "works", "month"):
        assert client().get(f"/dashboard/parts/{part}/?q=没有叫这个名字的项目").status_code == 200


def test_a_gap_raises_the_banner_and_the_sum_that_holds_a_line(seeded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "分项合计与总数不符" not in page().content.decode()
    from dashboards.cockpit import groups as module

    kept = module._whole

    def one_too_many(found: Any) -> Any:
        return kept({**found, "sum_budget": found["sum_budget"] + Decimal("0.01")})

    monkeypatch.setattr(module, "_whole", one_too_many)
    text = page().content.decode()
    assert "分项合计与总数不符" in text
    assert "0.01" in text


def test_leaders_mode_has_three_figures_and_the_red_list_and_no_map(seeded: None) -> None:
    found = page("mode=leader")
    text = found.content.decode()
    assert len(found.context["strip"]) == 2  # and the lights, which are fetched
    assert text.count('data-slot="') == 2
    assert "data-map " not in text
    assert "mode=leader" not in found.context["timeline"]["days"][0]["url"].replace("mode=leader", "", 1)


@pytest.mark.parametrize(
    "address",
    [
        "",
        f"unit={LOUDIAN}&dimension=admin",
        f"region={LOUDIAN}&dimension=admin&as_of=2026-02-28&against=2026-01-31",
        "mode=leader",
        f"unit={LOUDIAN}&region={LOUDIAN}001&against=2026-01-31",
        "parts/warnings/?",
        "parts/works/?",
        "parts/month/?",
        "parts/changes/?against=2026-01-31",
    ],
)
def test_a_page_or_part_asks_at_most_twelve_questions(seeded: None, address: str) -> None:
    leader = client()
    place = f"/dashboard/{address}" if address.startswith("parts") else f"/dashboard/?{address}"
    leader.get(place)
    with CaptureQueriesContext(connection) as asked:
        assert leader.get(place).status_code == 200
    assert len([query for query in asked if not query["sql"].startswith(BOOKKEEPING)]) <= MOST_QUERIES


def test_the_parts_fill_the_slots_that_the_page_keeps_for_them(seeded: None) -> None:
    leader = client()
    for query in ("", "against=2026-01-31", "mode=leader"):
        response = page(query, leader)
        kept = set(re.findall(r'data-slot="(\w+)"', response.content.decode()))
        filled = set()
        for part in response.context["parts"]:
            answer = leader.get(part["url"])
            assert answer.status_code == 200
            assert "no-store" in answer.headers["Cache-Control"]
            slots = set(re.findall(r'data-slot="(\w+)"', answer.content.decode()))
            assert set(part["slots"].split()) <= slots
            filled |= slots
        assert kept <= filled, (query, kept - filled)


@pytest.mark.parametrize("query", ["", "against=2026-01-31", "mode=leader"])
def test_without_scripts_one_asks_for_the_page_with_all_its_panels(seeded: None, query: str) -> None:
    leader = client()
    shell = page(query, leader)
    text = shell.content.decode()
    assert "<noscript>" in text
    assert unescape(text).count(shell.context["full_url"]) == 1
    whole = page(shell.context["full_url"][1:], leader)
    drawn = whole.content.decode()
    assert "is-waiting" not in drawn
    assert "data-part=" not in drawn
    kept = set(re.findall(r'data-slot="(\w+)"', text))
    assert set(re.findall(r'data-slot="(\w+)"', drawn)) == kept
    for part in shell.context["parts"]:  # what a script would have fetched stands in the page
        fetched = leader.get(part["url"]).content.decode()
        said = re.findall(r"<h2[^>]*>([^<]+)", fetched) + re.findall(r'class="cockpit-figure"[^>]*>([^<]+)', fetched)
        assert said
        assert all(words in drawn for words in said), part
    assert "full=1" in whole.context["timeline"]["days"][0]["url"]  # and the next click finds them there, too


def test_every_count_and_rate_of_categories_and_units_opens_to_the_rows_behind_it(seeded: None) -> None:
    leader = client()

    def listed(url: str) -> int:
        return int(leader.get(url).context["page_obj"].paginator.count)

    def same(exact: str, shown: str) -> bool:
        """The rows say two decimals, the screen one."""
        if "—" in (exact, shown):
            return exact == shown
        return abs(Decimal(exact.rstrip("%")) - Decimal(shown.rstrip("%"))) <= Decimal("0.05")

    for query in ("", "dimension=admin&as_of=2026-02-28", f"unit={LOUDIAN}"):
        found = page(query, leader).context
        assert sum(row["projects"] for row in found["branches"]) == int(found["strip"][0]["text"])
        for row in found["branches"][:3]:
            assert listed(row["rows_url"]) == row["projects"]
            rows = leader.get(row["rate_url"]).context
            assert rows["indicator"] == "I04"
            assert same(rows["figure"]["text"], row["text"])
            assert rows["figure"]["above"] in row["basis"]
            assert rows["figure"]["below"] in row["basis"]
        places = [row for group in found["units"]["groups"] for row in group["rows"]] + found["towns"]
        for row in [row for row in places if row["rows_url"]][:4]:
            assert listed(row["rows_url"]) == row["projects"]
            rows = leader.get(row["annual_url"]).context
            assert same(rows["figure"]["text"], row["annual"])
            assert "到位" in row["disbursement_of"]
            rows = leader.get(row["disbursement_url"]).context
            assert "figure" not in rows or same(rows["figure"]["text"], row["disbursement"])


def test_a_units_paid_rate_opens_to_exactly_its_payments(seeded: None) -> None:
    leader = client()
    row = page("", leader).context["units"]["groups"][0]["rows"][0]
    rows = PaymentStanding.objects.filter(
        level=Level.TO_PAYEE,
        status__in=COUNTED,
        paid_on__lte=TODAY,
        project__management_unit__code=row["code"],
    )
    assert row["disbursement_url"].startswith("/workbench/payments/?")
    assert leader.get(row["disbursement_url"]).context["count"] == rows.count()


def test_a_past_day_without_a_scan_has_no_warnings_on_record_and_says_so(seeded: None) -> None:
    text = client().get("/dashboard/parts/warnings/?as_of=2026-01-31").content.decode()
    assert "那一天还没有扫描记录" in text
    assert "没有待处理的预警" not in text


def test_the_first_month_of_the_row_names_its_year(seeded: None) -> None:
    first, second = page().context["timeline"]["days"][:2]
    assert (first["text"], second["text"]) == ("2025年2月", "3月")


def test_the_switch_of_territory_says_what_the_table_is_divided_by(seeded: None) -> None:
    """Townships are places, whatever the units beside the map are."""
    for query, chosen in (
        ("level=township", "management"),
        ("level=township&dimension=admin", "admin"),
        ("", "management"),
    ):
        found = page(query).context
        assert [item["code"] for item in found["dimensions"] if item["selected"]] == [chosen]
        assert len(found["units"]["groups"]) == (1 if chosen == "admin" else 2)
