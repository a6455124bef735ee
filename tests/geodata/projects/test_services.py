"""The services of projects: numbers, history, shapes, places; the same input again changes nothing."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
import shapely
from django.utils import timezone

from geodata.errors import Refused
from geodata.projects import services
from geodata.projects.entries import GeometryEntry, ProjectEntry, StatusEntry
from geodata.projects.models import GeometryVersion, Project, StatusChange
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from tests.conftest import square

pytestmark = pytest.mark.django_db

TODAY = date(2026, 4, 7)
NOW = timezone.make_aware(datetime(2026, 4, 7, 9, 0))


def entry(city: dict[str, AreaUnit], name: str, **more: object) -> ProjectEntry:
    values = {"name": name, "plan_year": 2026, "management_unit_id": city["430602"].pk}
    return ProjectEntry(**{"key": name, "values": values, "category_code": "01", **more})  # type: ignore[arg-type]


def shape(project: Project, lon: float, lat: float) -> GeometryEntry:
    point = shapely.MultiPoint([(lon, lat)])
    return GeometryEntry(project_id=project.pk, wkb=shapely.to_wkb(point), source="declared")


def test_numbers_are_given_once_and_go_on_after_those_of_the_file(city: dict[str, AreaUnit]) -> None:
    first = services.record_projects(
        entries=[entry(city, "甲", serial_no="YYMS-2026-0040"), entry(city, "乙"), entry(city, "丙")], today=TODAY
    )
    assert first.outcome.created == 3
    assert sorted(Project.objects.values_list("serial_no", flat=True)) == [
        "YYMS-2026-0040",
        "YYMS-2026-0041",
        "YYMS-2026-0042",
    ]
    services.record_projects(entries=[entry(city, "丁")], today=TODAY)
    assert Project.objects.get(name="丁").serial_no == "YYMS-2026-0043"


def test_the_same_entries_again_change_nothing(city: dict[str, AreaUnit]) -> None:
    parties = {"lead_unit": ("市住建局",), "responsible_unit": ("市住建局", "岳阳楼区政府")}
    history = (StatusEntry(status="preliminary", stage="design", effective_on=date(2026, 1, 1)),)
    made = services.record_projects(entries=[entry(city, "甲", parties=parties, history=history)], today=TODAY)
    again = entry(city, "甲", parties=parties, history=history, project_id=made.ids["甲"])
    outcome = services.record_projects(entries=[again], today=TODAY).outcome
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 0, 1)
    assert Project.objects.get().version == 1
    assert StatusChange.objects.count() == 1


def test_a_body_that_is_replaced_is_dated_and_kept(city: dict[str, AreaUnit]) -> None:
    made = services.record_projects(entries=[entry(city, "甲", parties={"lead_unit": ("市住建局",)})], today=TODAY)
    changed = entry(city, "甲", parties={"lead_unit": ("市水利局",)}, project_id=made.ids["甲"])
    services.record_projects(entries=[changed], today=TODAY)
    rows = Project.objects.get().parties.order_by("id").values_list("organisation__name", "valid_to")
    assert list(rows) == [("市住建局", TODAY), ("市水利局", None)]


def test_parts_come_after_their_bundle_whatever_the_order_and_have_no_parts(city: dict[str, AreaUnit]) -> None:
    services.record_projects(entries=[entry(city, "点位", parent_key="打包"), entry(city, "打包")], today=TODAY)
    part = Project.objects.get(name="点位")
    assert part.parent is not None
    assert part.parent.name == "打包"
    with pytest.raises(Refused, match="子项目"):
        services.record_projects(
            entries=[entry(city, "丙", parent_key="乙"), entry(city, "乙", parent_key="甲"), entry(city, "甲")],
            today=TODAY,
        )
    with pytest.raises(Refused, match="不存在"):
        services.record_projects(entries=[entry(city, "丁", parent_key="没有")], today=TODAY)


def test_a_change_that_comes_late_is_put_in_its_place(make_project: Callable[..., Project]) -> None:
    project = make_project()

    def change(status: str, day: date) -> tuple[int, StatusEntry]:
        return project.pk, StatusEntry(status=status, stage="construction", effective_on=day)

    services.record_status_changes(entries=[change("suspended", date(2026, 3, 1))])
    outcome = services.record_status_changes(
        entries=[change("under_construction", date(2026, 2, 1)), change("suspended", date(2026, 3, 1))]
    )
    assert (outcome.created, outcome.unchanged) == (1, 1)
    project.refresh_from_db()
    assert (project.status, project.actual_start_on) == ("suspended", date(2026, 2, 1))


def test_shapes_are_recorded_once_and_located(make_project: Callable[..., Project], city: dict[str, AreaUnit]) -> None:
    township = AreaUnit.objects.create(
        code="430602001", kind="township", name="示例街道", parent=city["430602"], geom=square(113.0, 29.2, 0.1)
    )
    project = make_project(admin_area=None)
    first = services.record_geometries(entries=[shape(project, 113.05, 29.25)], now=NOW)
    assert (first.created, first.unchanged) == (1, 0)
    again = services.record_geometries(entries=[shape(project, 113.05, 29.25)], now=NOW)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 1)
    project.refresh_from_db()
    assert (project.admin_area, project.township) == (city["430602"], township)
    assert project.geom_source == "declared"
    other = services.record_geometries(entries=[shape(project, 113.06, 29.25)], now=NOW)
    assert other.changed == 1
    assert GeometryVersion.objects.get(number=2).valid_from == TODAY


def test_new_boundaries_move_projects_to_their_county(
    make_project: Callable[..., Project], city: dict[str, AreaUnit]
) -> None:
    project = make_project(admin_area=None)
    services.record_geometries(entries=[shape(project, 113.05, 29.25)], now=NOW)
    AreaUnit.objects.filter(code="430602").update(geom=square(113.3, 29.2, 0.05))
    AreaUnit.objects.filter(code="430626").update(geom=square(113.0, 29.2, 0.2))
    assert services.locate_projects() == 1
    project.refresh_from_db()
    assert project.admin_area == city["430626"]
    assert services.locate_projects() == 0


def test_projects_are_handed_to_an_evaluator_once(make_project: Callable[..., Project], leader: User) -> None:
    projects = [make_project().pk, make_project().pk]
    assert services.assign_projects(user=leader, project_ids=projects).created == 2
    assert services.assign_projects(user=leader, project_ids=projects).unchanged == 2
