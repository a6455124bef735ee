"""ProjectFilter: strict about what it reads, exact about what it lets through."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.http import QueryDict

from geodata.errors import BadParameter
from geodata.progress.models import WeeklyReporting
from geodata.projects.models import Category, Project
from geodata.regions.models import AreaUnit
from geodata.searching import holding
from geodata.stewards.models import User
from geodata.stewards.scope import CITY
from geodata.summary.facets import facet_counts
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.selectors import listed, totals
from geodata.thresholds.models import ThresholdValue
from tests.geodata.summary import facts

MakeProject = Callable[..., Project]
TODAY = date(2026, 3, 30)


def codes(text: str) -> set[str]:
    chosen = ProjectFilter.from_query(QueryDict(text))
    rows = ProjectRow.objects.at(chosen.as_of or TODAY, today=TODAY)
    return set(chosen.apply(rows).values_list("code", flat=True))


def test_an_address_survives_reading_and_writing() -> None:
    text = (
        "region=430602&unit=ZONE_YYJKQ&category=0101&status=suspended%2Caccepted&stage=design&year=2026&source=county"
    )
    text += "&q=%E7%A4%BA%E4%BE%8B+50%25&bbox=113%2C29.25%2C113.5%2C30&located=no&stale=1"
    text += "&light=red%2Cgrey&as_of=2026-02-28&sort=-annual_rate&page=3&limit=20"
    chosen = ProjectFilter.from_query(QueryDict(text))
    assert chosen.status == ("suspended", "accepted")
    assert (chosen.bbox, chosen.as_of, chosen.page) == ((113.0, 29.25, 113.5, 30.0), date(2026, 2, 28), 3)
    assert chosen.querystring() == text
    assert ProjectFilter.from_query(chosen.to_query()) == chosen
    assert "page" not in chosen.querystring(without=("page",))


def test_blank_parameters_count_as_absent_and_the_order_of_statuses_does_not_matter() -> None:
    assert ProjectFilter.from_query(QueryDict("q=&unit=+&status=")) == ProjectFilter()
    one = ProjectFilter.from_query(QueryDict("status=accepted&status=suspended"))
    assert one == ProjectFilter.from_query(QueryDict("status=suspended,accepted"))
    assert ProjectFilter().querystring() == ""


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("light=blue", "light"), ("foo=1", "foo"), ("status=red", "status"), ("stage=x", "stage"),
        ("category=1", "category"),
        ("category=1x", "category"), ("category=٠١", "category"), ("year=abc", "year"), ("year=²", "year"),
        ("year=1", "year"), ("year=99999999999999999999", "year"), ("page=0", "page"), ("page=-1", "page"),
        ("page=1.0", "page"), ("limit=1001", "limit"), ("as_of=2026-02-30", "as_of"), ("as_of=today", "as_of"),
        ("as_of=20260228", "as_of"), ("bbox=1,2,3", "bbox"), ("bbox=1,2,3,nan", "bbox"), ("bbox=4,2,3,5", "bbox"),
        ("bbox=1,2,3,1e2", "bbox"), ("bbox=100,-91,110,20", "bbox"), ("unit=a'b", "unit"), ("region=<b>", "region"),
        ("source=a%00b", "source"), ("q=a%00b", "q"), ("q=" + "长" * 61, "q"), ("unit=1&unit=2", "unit"),
        ("located=maybe", "located"), ("stale=yes", "stale"), ("sort=search_text", "sort"), ("sort=--budget", "sort"),
    ],
)  # fmt: skip
def test_a_bad_parameter_is_named_in_chinese(text: str, named: str) -> None:
    with pytest.raises(BadParameter) as refused:
        ProjectFilter.from_query(QueryDict(text))
    assert f"“{named}”" in refused.value.message


def test_what_a_message_repeats_is_short_and_printable() -> None:
    with pytest.raises(BadParameter) as refused:
        ProjectFilter.from_query({"x" * 500 + "\n": "1"})
    assert len(refused.value.message) < 200
    assert "\n" not in refused.value.message


def test_a_caller_may_allow_a_parameter_of_its_own() -> None:
    assert ProjectFilter.from_query(QueryDict("f=json&year=2026"), allow=("f",)).year == 2026


def test_every_limit_lets_through_what_it_says(
    make_project: MakeProject, categories: dict[str, Category], city: dict[str, AreaUnit]
) -> None:
    town = AreaUnit.objects.create(code="430626001", kind="township", name="示例镇", parent=city["430626"])
    first = make_project(category=categories["0101"], geom=Point(113.1, 29.3, srid=4490), plan_year=2024)
    second = make_project(management_unit=city["ZONE_YYJKQ"], admin_area=city["430626"], township=town)
    facts.status(second, date(2026, 3, 1), "suspended", "construction")
    facts.plan(second, 2027)
    facts.budget_line(second, "1", source=facts.source("special_bond"))
    a, b = first.serial_no, second.serial_no
    expected = {
        "": {a, b}, "region=430602": {a}, "region=430626": {b}, "region=430626001": {b}, "unit=ZONE_YYJKQ": {b},
        "category=01": {a, b}, "category=0101": {a}, "category=02": set(), "status=suspended": {b},
        "status=preliminary,suspended": {a, b}, "stage=construction": {b}, "year=2024": {a}, "year=2027": {b},
        "year=2026": {b}, "source=special_bond": {b}, "bbox=113,29,113.2,29.5": {a}, "bbox=113.2,29,113.3,29.5": set(),
        "located=yes": {a}, "located=no": {b}, "stale=1": set(), "stale=0": {a, b},
        "status=suspended&as_of=2026-02-01": set(), "unit=ZONE_YYJKQ&status=suspended": {b},
    }  # fmt: skip
    assert {text: codes(text) for text in expected} == expected


@pytest.mark.parametrize(
    ("q", "found"),
    [("东风", True), ("风路", True), ("路东", False), ("YYMS-2026", True), ("ｙｙｍｓ", True), ("改造 东风", True),
     ("东风 西风", False), ("%", False), ("_", False), ("\\", False), ("50%", True), ("东", True),
     ("a_b", True), ("axb", False)],
)  # fmt: skip
def test_the_search_finds_every_word_and_takes_nothing_for_a_wildcard(
    make_project: MakeProject, q: str, found: bool
) -> None:
    project = make_project(search_text="东风路老旧小区改造 yyms-2026-0001 50%补助 a_b")
    make_project(search_text="另一个项目")
    query = QueryDict(mutable=True)
    query["q"] = q
    expected = {project.serial_no} if found or q in {"%", "_"} else set()
    assert codes(query.urlencode()) == expected


def test_words_are_read_in_the_narrow_table(make_project: MakeProject) -> None:
    make_project(search_text="东风路")
    rows = ProjectFilter(q="东风").apply(ProjectRow.objects.at(TODAY, today=TODAY)).order_by()
    assert [row.code for row in rows] == [Project.objects.get().serial_no]
    assert "projects_project" not in rows.values("code").explain()


def test_two_characters_are_found_by_the_index(make_project: MakeProject) -> None:
    """The other ways to the text are closed, for on a table this small the planner takes any, by chance."""
    make_project(search_text="东风路")
    rows = holding(Project.objects.order_by(), "东风")
    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan", "nestloop"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        assert "project_search_bigrams" in rows.values("name").explain()


def test_a_project_under_construction_without_a_recent_report_is_stale(make_project: MakeProject) -> None:
    silent, old, recent, waiting = (make_project() for _ in range(4))
    for project in (silent, old, recent):
        facts.status(project, date(2025, 10, 1), "under_construction", "construction")
    facts.report(old, TODAY - timedelta(days=42))
    facts.report(recent, TODAY - timedelta(days=41))
    assert codes("stale=1") == {silent.serial_no, old.serial_no}
    assert waiting.serial_no not in codes("stale=1")


def test_a_project_that_reports_by_the_week_is_stale_by_its_own_rhythm(
    make_project: MakeProject, hq_admin: User
) -> None:
    late, fresh, begun, monthly, stopped = (make_project() for _ in range(5))
    for project in (late, fresh, begun, monthly):
        facts.status(project, date(2025, 10, 1), "under_construction", "construction")
    facts.status(stopped, date(2025, 10, 1), "suspended", "construction")
    for project, days in ((late, 11), (fresh, 10), (begun, 30), (monthly, 30), (stopped, 30)):
        facts.report(project, TODAY - timedelta(days=days))
    for project, days in ((late, 60), (fresh, 60), (begun, 9), (stopped, 60)):
        WeeklyReporting.objects.create(project=project, since=TODAY - timedelta(days=days), set_by=hq_admin)
    assert codes("stale=1") == {late.serial_no}
    rows = listed(CITY, ProjectFilter(), today=TODAY, start=0, stop=9)
    assert {row.code for row in rows if row.is_stale} == {late.serial_no}
    assert totals(CITY, ProjectFilter(), today=TODAY).stale == 1
    WeeklyReporting.objects.filter(project=begun).update(since=TODAY - timedelta(days=10))
    assert codes("stale=1") == {late.serial_no, begun.serial_no}
    counted = facet_counts(ProjectRow.objects.at(TODAY, today=TODAY), ProjectFilter(stale=True))
    assert counted["status"] == {"under_construction": 2}


def test_headquarters_sets_how_long_a_project_may_be_silent(make_project: MakeProject) -> None:
    project = make_project()
    facts.status(project, date(2025, 10, 1), "under_construction", "construction")
    facts.report(project, TODAY - timedelta(days=41))
    assert codes("stale=1") == set()
    ThresholdValue.objects.create(key="stale_days_monthly", value=40)
    assert codes("stale=1") == {project.serial_no}


def test_a_list_has_the_order_asked_for_with_the_unknown_last(make_project: MakeProject) -> None:
    small, none, large = (make_project(total_investment=amount) for amount in (1_000_000, None, 9_000_000))
    rows = ProjectRow.objects.at(TODAY, today=TODAY)

    def order(text: str) -> list[str]:
        return list(ProjectFilter.from_query(QueryDict(text)).ordered(rows).values_list("code", flat=True))

    assert order("") == order("sort=-budget") == [large.serial_no, small.serial_no, none.serial_no]
    assert order("sort=budget") == [small.serial_no, large.serial_no, none.serial_no]
    assert order("sort=-code") == [large.serial_no, none.serial_no, small.serial_no]
