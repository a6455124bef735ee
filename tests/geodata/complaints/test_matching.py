"""Which project a work order is about: by place, by name, and by a person's word above all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.gis.geos import LineString, MultiLineString, Point, Polygon

from geodata.complaints.choices import MatchMethod, MatchState
from geodata.complaints.entries import WorkOrderEntry
from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.complaints.selectors import matches_of_project, matches_to_decide, order_counts
from geodata.complaints.services import confirm_match, match_orders, record_work_orders, reject_match
from geodata.errors import NotFound, NotPermitted
from geodata.organisations.models import Organisation
from geodata.projects.models import Project, ProjectParty, StatusChange
from geodata.record import Outcome
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import CITY, Scope
from tests.geodata.complaints.conftest import NOW, at

pytestmark = pytest.mark.django_db

Make = Callable[..., WorkOrderEntry]
MakeProject = Callable[..., Project]
START = date(2026, 1, 5)
# in EPSG:4547, of which 113.1 E 29.3 N is (412 640, 3 242 670): metres can be added there
EAST, NORTH = 412_640.0, 3_242_670.0


def metric(east: float, north: float) -> Point:
    """The place so many metres east and north of a corner, in EPSG:4490."""
    place = Point(EAST + east, NORTH + north, srid=4547)
    place.transform(4490)
    return place


def road(length: float) -> MultiLineString:
    start, end = metric(0, 0), metric(length, 0)
    return MultiLineString(LineString(start.coords, end.coords), srid=4490)


@pytest.fixture
def running(make_project: MakeProject) -> MakeProject:
    """A project under construction since January."""

    def make(name: str, **fields: object) -> Project:
        project = make_project(name=name, name_key=name, **fields)
        StatusChange.objects.create(
            project=project, effective_on=START, status="under_construction", stage="construction"
        )
        return project

    return make


def record(*entries: WorkOrderEntry) -> Outcome:
    record_work_orders(entries=entries, user=None, now=NOW)
    return match_orders(now=NOW)


def found() -> dict[tuple[str, str], tuple[str, Decimal]]:
    rows = OrderMatch.objects.select_related("order", "project")
    return {(row.order.order_no, row.project.name): (row.state, row.score) for row in rows}


@pytest.mark.parametrize(
    ("north", "spatial"), [(0, "1.000"), (49, "1.000"), (125, "0.750"), (199, "0.503"), (201, "0")]
)
def test_the_distance_is_measured_in_metres_to_the_true_geometry(
    order: Make, running: MakeProject, north: float, spatial: str
) -> None:
    running("示例大道提质改造工程", geom=road(1000))
    place = metric(500, north)  # beside the middle: 500 m from either end
    record(order(content="示例大道提质改造太慢", lon=place.x, lat=place.y))
    row = OrderMatch.objects.get()
    assert row.spatial_score == pytest.approx(Decimal(spatial), abs=Decimal("0.003"))
    if north <= 200:
        assert float(row.distance_m) == pytest.approx(north, abs=0.5)
    else:
        assert row.distance_m is None


def test_inside_a_polygon_the_distance_is_nothing(order: Make, running: MakeProject) -> None:
    corners = [metric(east, north).coords for east, north in ((0, 0), (800, 0), (800, 800), (0, 800), (0, 0))]
    running("示例路片区老旧小区改造项目", geom=Polygon(corners, srid=4490))
    place = metric(400, 400)
    record(order(lon=place.x, lat=place.y, content="示例路片区老旧小区改造夜间11点仍在切割地面"))
    row = OrderMatch.objects.get()
    assert (row.distance_m, row.score, row.state, row.method) == (0, Decimal("1.000"), "confirmed", "rule")
    assert row.decided_at == NOW


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("示例路片区老旧小区改造项目", "示例路片区老旧小区改造夜间11点仍在切割地面"),
        ("2026年示例路片区老旧小区改造项目", "示例路 片区老旧小区改造,太吵"),
        ("示例小学改扩建项目", "示例小学改扩建后接送车辆多"),
        ("样例片区污水管网提质工程(二期)", "样例片区污水管网开挖半个月未恢复"),
    ],
)
def test_a_name_is_known_however_its_ending_is_left_out(
    order: Make, running: MakeProject, name: str, text: str
) -> None:
    running(name)
    record(order(content=text))
    row = OrderMatch.objects.get()
    assert (row.state, row.spatial_score) == (MatchState.SUGGESTED, 0)
    assert row.text_score >= Decimal("0.9")


@pytest.mark.parametrize("text", ["老旧小区改造太吵", "污水管网改造路面未恢复", "项目工程建设"])
def test_words_that_could_mean_any_project_name_none(order: Make, running: MakeProject, text: str) -> None:
    running("老旧小区改造项目")
    running("污水管网改造工程")
    record(order(content=text))
    assert not OrderMatch.objects.exists()


def test_an_alias_in_title_or_address_and_the_contractor_speak_for_a_project(order: Make, running: MakeProject) -> None:
    project = running("示例片区基础设施改造项目", aliases=["金鹗小区"], geom=road(100))
    firm = Organisation.objects.create(name="湖南示例建设集团有限公司", name_key="湖南示例建设集团有限公司")
    ProjectParty.objects.create(project=project, role="contractor", organisation=firm)
    place = metric(50, 20)
    record(
        order("A", address="金鹗小区3栋"),
        order("B", title="湖南示例建设集团施工扬尘", lon=place.x, lat=place.y),
        order("C", title="湖南示例建设集团拖欠工资"),
    )
    texts = dict(OrderMatch.objects.values_list("order__order_no", "text_score"))
    assert texts == {"A": Decimal("1.000"), "B": Decimal("0.500")}  # the firm alone is no suggestion


def test_two_strong_candidates_are_left_to_a_person(order: Make, running: MakeProject) -> None:
    running("示例路雨污分流工程", geom=road(300))
    running("示例路道路提质工程", geom=road(300))
    place = metric(100, 10)
    record(order(content="示例路雨污分流和示例路道路提质反复开挖", lon=place.x, lat=place.y))
    assert {state for state, _ in found().values()} == {"suggested"}
    assert OrderMatch.objects.filter(score__gte=Decimal("0.8")).count() == 2


@pytest.mark.parametrize(
    ("history", "received", "expected"),
    [
        ([("2026-04-01", "under_construction")], "2026-03-12 09:14", 0),  # not begun
        ([("2026-01-05", "under_construction"), ("2026-02-01", "suspended")], "2026-03-12 09:14", 1),
        ([("2024-01-05", "under_construction"), ("2024-03-13", "works_completed")], "2026-03-12 09:14", 1),
        ([("2024-01-05", "under_construction"), ("2024-03-12", "works_completed")], "2026-03-12 09:14", 0),
        ([("2026-01-05", "under_construction"), ("2026-02-01", "cancelled")], "2026-03-12 09:14", 0),
        ([("2026-03-13", "under_construction")], "2026-03-12 16:30", 0),
    ],
)
def test_only_projects_under_way_on_the_day_of_the_order_count(
    order: Make, make_project: MakeProject, history: list[tuple[str, str]], received: str, expected: int
) -> None:
    project = make_project(name="示例路片区老旧小区改造项目")
    for day, status in history:
        StatusChange.objects.create(project=project, effective_on=day, status=status, stage="construction")
    record(order(content="示例路片区老旧小区改造太吵", received_at=at(received)))
    assert OrderMatch.objects.count() == expected


def test_matching_again_changes_nothing_and_follows_what_changed(order: Make, running: MakeProject) -> None:
    project = running("示例路片区老旧小区改造项目", geom=road(300))
    place = metric(100, 10)
    assert record(order(content="示例路片区老旧小区改造太吵", lon=place.x, lat=place.y)) == Outcome(created=1)
    assert match_orders(now=NOW) == Outcome(unchanged=1)
    twin = running("示例路片区老旧小区改造项目二期", geom=road(300))
    match_orders(now=NOW)  # now two are likely: the rule takes its word back
    assert found()["YY1", project.name][0] == "suggested"
    Project.objects.filter(pk=twin.pk).update(is_deleted=True)
    match_orders(now=NOW)
    assert found() == {("YY1", project.name): ("confirmed", Decimal("1.000"))}


def test_an_order_that_repeats_another_is_about_the_same_project(order: Make, running: MakeProject) -> None:
    project = running("示例路片区老旧小区改造项目", geom=road(300))
    place = metric(100, 10)
    record(
        order("A", content="示例路片区老旧小区改造太吵", lon=place.x, lat=place.y),
        order("B", content="同一路段开挖半个月未恢复", duplicate_of="A"),
    )
    assert {key: state for key, (state, _) in found().items()} == {
        ("A", project.name): "confirmed",
        ("B", project.name): "confirmed",
    }
    assert order_counts(CITY, project.pk, before=NOW) == (2, 1, 2, 0)


@pytest.fixture
def person(hq_admin: User) -> Scope:
    return replace(CITY, user_id=hq_admin.pk)


def test_what_a_person_confirms_outlives_the_rules(order: Make, running: MakeProject, person: Scope) -> None:
    near, meant = running("示例路片区老旧小区改造项目", geom=road(300)), running("另一条街")
    place = metric(100, 10)
    record(order("A", content="示例路片区老旧小区改造太吵", lon=place.x, lat=place.y), order("B", duplicate_of="A"))
    first = WorkOrder.objects.get(order_no="A")
    confirm_match(person, order_id=first.pk, project_id=meant.pk, reason="电话核实", now=NOW)
    match_orders(now=NOW)
    states = {key: state for key, (state, _) in found().items()}
    assert states["A", meant.name] == states["B", meant.name] == "confirmed"
    assert states["A", near.name] == "suggested"
    row = OrderMatch.objects.get(order=first, project=meant)
    assert (row.method, row.decided_by_id, row.decided_at, row.reason) == ("person", person.user_id, NOW, "电话核实")
    confirm_match(person, order_id=first.pk, project_id=near.pk, now=NOW)
    assert OrderMatch.objects.get(order=first, project=meant).state == MatchState.REJECTED
    assert OrderMatch.objects.filter(state=MatchState.CONFIRMED).count() == 2


def test_what_a_person_rejects_is_not_proposed_again(order: Make, running: MakeProject, person: Scope) -> None:
    project = running("示例路片区老旧小区改造项目", geom=road(300))
    place = metric(100, 10)
    record(order("A", content="示例路片区老旧小区改造太吵", lon=place.x, lat=place.y))
    assert [row.state for row in matches_of_project(CITY, project.pk)] == ["confirmed"]
    reject_match(person, order_id=WorkOrder.objects.get().pk, project_id=project.pk, reason="地点不符", now=NOW)
    match_orders(now=NOW)
    row = OrderMatch.objects.get()
    assert (row.state, row.method) == (MatchState.REJECTED, MatchMethod.PERSON)
    assert not matches_of_project(CITY, project.pk)
    assert not matches_to_decide(CITY)


def test_deciding_needs_a_role_and_stays_in_the_scope(
    order: Make, running: MakeProject, steward: User, other_steward: User, city: dict
) -> None:
    project = running("示例路片区老旧小区改造项目")
    record(order("A", content="示例路片区老旧小区改造太吵", area_id=city["430602"].pk))
    number = WorkOrder.objects.get().pk
    own = Scope(unit_ids=frozenset({city["430602"].pk}), actions=frozenset({Action.EDIT_PROJECTS}), user_id=steward.pk)
    foreign = replace(own, unit_ids=frozenset({city["430626"].pk}), user_id=other_steward.pk)
    with pytest.raises(NotPermitted):
        confirm_match(replace(own, actions=frozenset()), order_id=number, project_id=project.pk, now=NOW)
    with pytest.raises(NotFound):
        confirm_match(foreign, order_id=number, project_id=project.pk, now=NOW)
    assert confirm_match(own, order_id=number, project_id=project.pk, now=NOW).state == MatchState.CONFIRMED
    assert not matches_of_project(foreign, project.pk)
