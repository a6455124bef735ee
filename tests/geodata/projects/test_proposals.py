"""Proposals of shapes from draft to map: who may, in which state, what is told to whom, what is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from geodata.errors import Conflict, NotFound, NotPermitted, Refused, StaleEdit
from geodata.notices.models import Notice
from geodata.organisations.models import Organisation
from geodata.projects import services
from geodata.projects.entries import GeometryEntry
from geodata.projects.models import Category, GeometryVersion, Project, ProjectParty
from geodata.projects.selectors import compare, heads, pending_geometries, versions_of
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import Scope, scope_of
from geodata.stewards.services import ensure_account
from tests import shapes_in_process

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 30)
NOW = timezone.make_aware(datetime(2026, 3, 30, 9, 0))


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes_in_process.install(monkeypatch)


def square(lon: float = 113.02, lat: float = 29.22, size: float = 0.001) -> dict[str, Any]:
    return shapely.geometry.mapping(shapely.MultiPolygon([shapely.box(lon, lat, lon + size, lat + size)]))


@dataclass
class Desk:
    """The people and the project of a test."""

    project: Project
    drawer: User
    checker: User
    city: User
    stranger: User

    def scope(self, user: User) -> Scope:
        return scope_of(user, today=TODAY)

    def save(self, user: User | None = None, shape: Any = None, **more: Any) -> services.Saved:
        values: dict[str, Any] = {
            "code": self.project.serial_no,
            "shape": square() if shape is None else shape,
            "source": "drawn",
            "accuracy_m": None,
            "reason": "",
            "expected": heads(self.project.pk).number,
            "answers": {},
            "submit": False,
            "today": TODAY,
            "now": NOW,
        }
        return services.save_proposal(self.scope(user or self.drawer), **{**values, **more})

    def approve(self, number: int, user: User | None = None, **more: Any) -> GeometryVersion:
        values: dict[str, Any] = {"code": self.project.serial_no, "number": number, "today": TODAY, "now": NOW}
        return services.approve_proposal(self.scope(user or self.checker), **{**values, **more})

    def send_back(self, number: int, user: User | None = None, comment: str = "边界不对") -> GeometryVersion:
        scope = self.scope(user or self.checker)
        return services.return_proposal(scope, code=self.project.serial_no, number=number, comment=comment, now=NOW)

    def submit(self, number: int, user: User | None = None, **more: Any) -> services.Saved:
        scope = self.scope(user or self.drawer)
        return services.submit_proposal(scope, code=self.project.serial_no, number=number, today=TODAY, now=NOW, **more)

    def discard(self, number: int, user: User | None = None) -> GeometryVersion:
        scope = self.scope(user or self.drawer)
        return services.discard_proposal(scope, code=self.project.serial_no, number=number, today=TODAY, now=NOW)

    def restore(self, number: int, user: User | None = None, **more: Any) -> services.Saved:
        scope = self.scope(user or self.drawer)
        return services.restore_version(scope, code=self.project.serial_no, number=number, today=TODAY, now=NOW, **more)

    def states(self) -> dict[int, str]:
        return dict(GeometryVersion.objects.filter(project=self.project).values_list("number", "state"))


def staff(username: str, role: Role = Role.COUNTY_STAFF, unit: str = "", staff_no: str = "") -> User:
    user = ensure_account(username=username, display_name=f"{username}同志", password="x", role=role, unit_code=unit)
    User.objects.filter(pk=user.pk).update(staff_no=staff_no)
    user.refresh_from_db()
    return user


@pytest.fixture
def desk(make_project: Callable[..., Project], categories: dict[str, Category]) -> Desk:
    return Desk(
        project=make_project(name="示例小区改造"),
        drawer=staff("drawer", unit="430602"),
        checker=staff("checker", unit="430602"),
        city=staff("city", Role.HQ_DISPATCHER),
        stranger=staff("stranger", unit="430626"),
    )


def test_a_shape_goes_from_draft_over_submission_to_the_map(desk: Desk, city: dict[str, AreaUnit]) -> None:
    draft = desk.save().version
    assert (draft.number, draft.state, draft.author, draft.parent) == (1, "draft", desk.drawer, None)
    assert desk.submit(1).version.state == "submitted"
    desk.project.refresh_from_db()
    assert desk.project.geom is None  # not on the map before another person has approved it
    approved = desk.approve(1, comment="位置准确")
    desk.project.refresh_from_db()
    assert approved.state == "approved"
    assert (approved.approved_by, approved.approved_at) == (desk.checker, NOW)
    assert (approved.reviewed_by, approved.review_comment, approved.valid_from) == (desk.checker, "位置准确", TODAY)
    assert desk.project.geom.equals_exact(draft.geom)
    assert desk.project.geom_source == "drawn"
    assert desk.project.admin_area == city["430602"]


def test_saving_and_submitting_can_be_one_step(desk: Desk) -> None:
    saved = desk.save(submit=True)
    assert saved.version.state == "submitted"
    assert (saved.version.submitted_by, saved.version.submitted_at) == (desk.drawer, NOW)
    assert saved.version.area_m2 == pytest.approx(10_790, rel=0.01)
    assert saved.measures is not None
    assert (saved.measures.parts, saved.measures.vertices) == (1, 5)


def test_an_approved_shape_replaces_the_one_before_and_keeps_it_in_the_history(desk: Desk) -> None:
    desk.save(submit=True)
    desk.approve(1)
    desk.save(shape=square(113.03), submit=True, reason="按现场更正")
    desk.approve(2)
    desk.project.refresh_from_db()
    assert desk.project.geom.extent[0] == 113.03
    assert desk.states() == {1: "approved", 2: "approved"}
    assert versions_of(desk.scope(desk.drawer), desk.project.serial_no)[0].parent.number == 1


# ---- four eyes


def test_nobody_approves_what_he_drew_edited_or_submitted(desk: Desk) -> None:
    third = staff("third", unit="430602")
    desk.save(desk.drawer)
    desk.save(desk.checker, square(113.03))
    desk.submit(2, third)
    for person in (desk.drawer, desk.checker, third):
        with pytest.raises(NotPermitted) as refused:
            desk.approve(2, person)
        assert refused.value.code == "same-person"
    assert desk.states() == {1: "superseded", 2: "submitted"}
    assert desk.approve(2, desk.city).state == "approved"


def test_nobody_returns_his_own_work_either(desk: Desk) -> None:
    desk.save(submit=True)
    with pytest.raises(NotPermitted):
        desk.send_back(1, desk.drawer)


def test_a_second_account_of_the_same_person_does_not_count_as_another(desk: Desk) -> None:
    User.objects.filter(pk=desk.drawer.pk).update(staff_no="A-17")
    twin = staff("twin", unit="430602", staff_no="a-17 ")
    desk.save(submit=True)
    with pytest.raises(NotPermitted) as refused:
        desk.approve(1, twin)
    assert refused.value.code == "same-person"
    assert desk.approve(1, desk.checker).state == "approved"


def test_an_edit_after_submission_makes_the_editor_a_hand_and_the_old_draft_undecidable(desk: Desk) -> None:
    desk.save(submit=True)
    desk.save(desk.checker, square(113.03))
    assert desk.states() == {1: "superseded", 2: "draft"}
    with pytest.raises(Conflict):
        desk.approve(1, desk.city)
    with pytest.raises(Conflict):
        desk.approve(2, desk.city)
    desk.submit(2, desk.drawer)
    with pytest.raises(NotPermitted):
        desk.approve(2, desk.checker)


def test_restoring_somebodys_unapproved_draft_keeps_him_among_the_hands(desk: Desk) -> None:
    desk.save(desk.drawer)
    desk.discard(1)
    desk.restore(1, desk.checker)
    assert desk.states() == {1: "superseded", 2: "submitted"}
    with pytest.raises(NotPermitted):
        desk.approve(2, desk.drawer)
    with pytest.raises(NotPermitted):
        desk.approve(2, desk.checker)


def test_who_drew_what_was_approved_long_ago_may_approve_the_next(desk: Desk) -> None:
    desk.save(desk.drawer, submit=True)
    desk.approve(1, desk.checker)
    desk.save(desk.checker, square(113.03), submit=True)
    assert desk.approve(2, desk.drawer).state == "approved"


# ---- units


def test_another_district_neither_sees_nor_touches_it(desk: Desk) -> None:
    desk.save(submit=True)
    acts: list[Callable[[], Any]] = [
        lambda: desk.save(desk.stranger),
        lambda: desk.submit(1, desk.stranger),
        lambda: desk.approve(1, desk.stranger),
        lambda: desk.send_back(1, desk.stranger),
        lambda: desk.discard(1, desk.stranger),
        lambda: desk.restore(1, desk.stranger),
        lambda: versions_of(desk.scope(desk.stranger), desk.project.serial_no),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()
    assert desk.states() == {1: "submitted"}
    assert pending_geometries(desk.scope(desk.stranger)) == []


def test_reading_everything_does_not_mean_editing_everything(desk: Desk) -> None:
    both = staff("both", Role.AUDITOR)
    ensure_account(username="both", display_name="", password="", role=Role.COUNTY_STAFF, unit_code="430626")
    desk.save(submit=True)
    with pytest.raises(NotPermitted):
        desk.save(both)
    with pytest.raises(NotPermitted):
        desk.approve(1, both)


def test_a_body_edits_its_own_projects_and_approves_nothing(desk: Desk) -> None:
    body = Organisation.objects.create(name="示例建设公司", name_key="示例建设公司")
    ProjectParty.objects.create(project=desk.project, role="owner_unit", organisation=body)
    owner = ensure_account(
        username="owner", display_name="", password="", role=Role.OWNER_UNIT, organisation_name=body.name
    )
    desk.save(owner, submit=True)
    with pytest.raises(NotPermitted):
        desk.approve(1, owner)
    assert desk.approve(1, desk.checker).state == "approved"


def test_a_shape_outside_the_unit_is_decided_by_headquarters_alone(desk: Desk) -> None:
    saved = desk.save(shape=square(113.3, 29.3), submit=True)
    assert [one["code"] for one in saved.findings] == ["outside-unit"]
    assert saved.version.needs_headquarters
    with pytest.raises(NotPermitted) as refused:
        desk.approve(1, desk.checker)
    assert refused.value.code == "headquarters-only"
    desk.approve(1, desk.city)
    desk.project.refresh_from_db()
    assert desk.project.admin_area.code == "430626"  # where it lies; who answers for it stays


def test_half_a_kilometre_over_the_boundary_is_still_inside(desk: Desk) -> None:
    # the border between the two counties is at 113.2 degrees; 0.004 degrees of longitude are 390 m
    assert not desk.save(shape=square(113.2, 29.25, 0.004)).version.needs_headquarters
    assert desk.save(shape=square(113.2, 29.25, 0.008)).version.needs_headquarters


# ---- the lock


def test_an_edit_of_an_older_version_is_stale_and_changes_nothing(desk: Desk) -> None:
    desk.save()
    for expected in (0, 2, -1):
        with pytest.raises(StaleEdit) as stale:
            desk.save(desk.checker, square(113.03), expected=expected)
        assert "drawer同志" in stale.value.message
    assert desk.states() == {1: "draft"}


def test_an_approval_that_comes_after_an_edit_is_refused(desk: Desk) -> None:
    desk.save(submit=True)
    desk.save(shape=square(113.03), submit=True)
    with pytest.raises(Conflict):
        desk.approve(1)
    with pytest.raises(Conflict):
        desk.send_back(1)
    assert desk.approve(2).state == "approved"
    with pytest.raises(Conflict):
        desk.approve(2)


def test_the_database_itself_holds_one_open_proposal_and_no_changed_shape(desk: Desk) -> None:
    version = desk.save().version
    copy = GeometryVersion(
        project=desk.project, number=9, geom=version.geom, state="draft", source="drawn", valid_from=TODAY
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        GeometryVersion.objects.filter(pk=version.pk).update(geom=GEOSGeometry("SRID=4490;POINT(113 29)"))
    with pytest.raises(IntegrityError), transaction.atomic():
        GeometryVersion.objects.filter(pk=version.pk).update(number=7)
    with pytest.raises(IntegrityError), transaction.atomic():
        GeometryVersion.objects.filter(pk=version.pk).update(state="returned")  # without a comment


# ---- findings


def test_a_faulty_shape_is_kept_as_a_draft_and_not_submitted(desk: Desk, categories: dict[str, Category]) -> None:
    point = {"type": "Point", "coordinates": [113.05, 29.3]}
    with pytest.raises(Refused) as refused:
        desk.save(shape=point, submit=True)
    assert [one["code"] for one in refused.value.findings] == ["kind-not-allowed"]
    assert desk.states() == {}
    assert [one["code"] for one in desk.save(shape=point).findings] == ["kind-not-allowed"]
    with pytest.raises(Refused):
        desk.submit(1)
    assert desk.states() == {1: "draft"}


BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[113, 29.2], [113.01, 29.21], [113.01, 29.2], [113, 29.21], [113, 29.2]]],
}


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (BOW_TIE, "invalid"),
        ({"type": "Polygon", "coordinates": [[[29.2, 113], [29.2, 113.1], [29.3, 113.1], [29.2, 113]]]}, "swapped"),
        ({"type": "Point", "coordinates": [116.4, 39.9]}, "outside-city"),
        ({"type": "LineString", "coordinates": [[113.05, 29.3], [113.05, 29.3]]}, "invalid"),
        ("POINT(113 29)", "unreadable"),
    ],
)
def test_what_cannot_be_stored_is_not_even_kept_as_a_draft(desk: Desk, shape: Any, code: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.save(shape=shape)
    assert [one["code"] for one in refused.value.findings] == [code]
    assert desk.states() == {}


def test_a_crossing_is_pointed_at(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.save(shape=BOW_TIE)
    found = refused.value.findings[0]
    assert (found["lon"], found["lat"]) == (113.005, 29.205)


def test_an_overlap_with_a_project_of_the_same_category_must_be_explained(
    desk: Desk, make_project: Callable[..., Project], categories: dict[str, Category]
) -> None:
    geom = GEOSGeometry(shapely.to_wkt(shapely.geometry.shape(square())), srid=4490)
    make_project(name="早就有的小区", geom=geom, category=categories["06"])
    twin = make_project(name="同一个小区", geom=geom)
    with pytest.raises(Refused) as refused:
        desk.save(submit=True)
    assert [(one["code"], one["related"]) for one in refused.value.findings] == [("overlap", twin.serial_no)]
    assert "同一个小区" in refused.value.message
    saved = desk.save(submit=True, answers={"overlap": "一期与二期"})
    assert saved.version.findings[0]["answer"] == "一期与二期"
    draft = desk.save(shape=square(size=0.0011))
    desk.submit(draft.version.number, answers={f"overlap:{twin.serial_no}": "一期与二期"})


def test_an_overlap_with_an_internal_project_of_another_unit_does_not_tell_its_name(
    desk: Desk, make_project: Callable[..., Project], city: dict[str, AreaUnit]
) -> None:
    geom = GEOSGeometry(shapely.to_wkt(shapely.geometry.shape(square())), srid=4490)
    make_project(name="内部事项", geom=geom, management_unit=city["430626"], disclosure="internal")
    with pytest.raises(Refused) as refused:
        desk.save(submit=True)
    assert "内部事项" not in str(refused.value.findings) + refused.value.message
    assert "YYMS" not in str(refused.value.findings)


def test_parts_of_a_bundle_lie_within_it_without_a_question(desk: Desk, make_project: Callable[..., Project]) -> None:
    geom = GEOSGeometry(shapely.to_wkt(shapely.geometry.shape(square())), srid=4490)
    bundle = make_project(name="打包项目", geom=geom)
    Project.objects.filter(pk=desk.project.pk).update(parent=bundle)
    assert desk.save(submit=True).findings == []


def test_a_surveyed_shape_is_not_drawn_over_without_a_reason(desk: Desk) -> None:
    desk.save(source="surveyed", accuracy_m="0.05", submit=True)
    desk.approve(1)
    with pytest.raises(Refused) as refused:
        desk.save(shape=square(113.03), submit=True)
    assert [one["code"] for one in refused.value.findings] == ["surveyed-overwritten"]
    saved = desk.save(shape=square(113.03), submit=True, answers={"surveyed-overwritten": "测绘后规划红线调整"})
    assert saved.version.state == "submitted"


def test_nothing_changed_is_nothing_to_submit_but_a_better_source_is(desk: Desk) -> None:
    desk.save(submit=True)
    desk.approve(1)
    with pytest.raises(Refused) as refused:
        desk.save(submit=True)
    assert [one["code"] for one in refused.value.findings] == ["unchanged"]
    assert desk.save(submit=True, source="surveyed", accuracy_m=0.05).version.state == "submitted"


@pytest.mark.parametrize("accuracy", ["abc", -1, 0, "10001", "NaN", "Infinity", True, [], "1e99"])
def test_an_accuracy_that_is_none_is_refused(desk: Desk, accuracy: Any) -> None:
    with pytest.raises(Refused):
        desk.save(accuracy_m=accuracy)


@pytest.mark.parametrize(
    "values",
    [
        {"source": "satellite"},
        {"reason": "长" * 401},
        {"evidence": {"author": "x"}},
        {"evidence": {"pipeline": "x" * 1001}},
        {"evidence": {"pipeline": "a\0b"}},
    ],
)
def test_what_cannot_be_recorded_is_refused(desk: Desk, values: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        desk.save(**values)
    assert desk.states() == {}


def test_where_a_shape_came_from_is_kept_with_it(desk: Desk) -> None:
    evidence = {"declared_crs": "EPSG:4526", "pipeline": "4526→4490", "original_sha256": "ab" * 32}
    version = desk.save(evidence=evidence).version
    version.refresh_from_db()
    assert (version.declared_crs, version.pipeline, version.original_sha256) == tuple(evidence.values())


# ---- returned, taken back, restored


def test_a_returned_shape_is_corrected_as_a_new_version(desk: Desk) -> None:
    desk.save(submit=True)
    returned = desk.send_back(1)
    assert (returned.state, returned.review_comment, returned.reviewed_by) == ("returned", "边界不对", desk.checker)
    with pytest.raises(Conflict):
        desk.submit(1)
    corrected = desk.save(shape=square(113.03), submit=True).version
    assert corrected.parent.number == 1
    assert desk.states() == {1: "superseded", 2: "submitted"}
    assert desk.approve(2).state == "approved"
    assert GeometryVersion.objects.get(number=1).review_comment == "边界不对"


def test_a_return_needs_a_comment(desk: Desk) -> None:
    desk.save(submit=True)
    for comment in ("", "  \n"):
        with pytest.raises(Refused):
            desk.send_back(1, comment=comment)
    with pytest.raises(Refused):
        desk.send_back(1, comment="长" * 401)


def test_what_is_taken_back_stays_in_the_history(desk: Desk) -> None:
    desk.save(submit=True)
    desk.discard(1)
    assert desk.states() == {1: "superseded"}
    with pytest.raises(Conflict):
        desk.approve(1)
    with pytest.raises(Conflict):
        desk.discard(1)
    assert heads(desk.project.pk).number == 0
    assert desk.save(expected=0).version.number == 2


def test_a_restored_shape_equals_the_old_one_to_the_last_bit(desk: Desk) -> None:
    odd = {"type": "Polygon", "coordinates": [[[113.1 / 3 * 3, 29.3], [113.11, 29.3000000049], [113.11, 29.31],
                                                [113.1 / 3 * 3, 29.3]]]}  # fmt: skip
    desk.save(shape=odd, submit=True)
    desk.approve(1)
    desk.save(shape=square(113.03), submit=True)
    desk.approve(2)
    restored = desk.restore(1, reason="改错了").version
    assert (restored.number, restored.state, restored.reason) == (3, "submitted", "改错了")
    assert restored.restored_from.number == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, geom::bytea FROM projects_geometryversion WHERE number IN (1, 3)")
        shapes = dict(cursor.fetchall())
    assert bytes(shapes[1]) == bytes(shapes[3])
    desk.approve(3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT geom::bytea FROM projects_project WHERE id = %s", [desk.project.pk])
        assert bytes(cursor.fetchone()[0]) == bytes(shapes[1])


def test_nothing_is_restored_over_an_open_proposal_or_over_itself(desk: Desk) -> None:
    desk.save(submit=True)
    desk.approve(1)
    with pytest.raises(Conflict):
        desk.restore(1)
    desk.save(shape=square(113.03))
    with pytest.raises(Conflict):
        desk.restore(1)
    with pytest.raises(NotFound):
        desk.restore(7)


def test_a_restored_shape_with_a_question_waits_as_a_draft(desk: Desk, make_project: Callable[..., Project]) -> None:
    desk.save(submit=True)
    desk.approve(1)
    desk.save(shape=square(113.03), submit=True)
    desk.approve(2)
    geom = GEOSGeometry(shapely.to_wkt(shapely.geometry.shape(square())), srid=4490)
    make_project(name="后来的小区", geom=geom)
    saved = desk.restore(1)
    assert saved.version.state == "draft"
    assert [one["code"] for one in saved.findings] == ["overlap"]
    assert desk.submit(3, answers={"overlap": "一期与二期"}).version.state == "submitted"


# ---- notices


def told(user: User) -> list[tuple[str, bool]]:
    rows = Notice.objects.filter(person=user).order_by("pk")
    return [(row.kind, row.settled_at is not None) for row in rows]


def test_those_who_may_decide_are_told_and_the_author_learns_the_outcome(desk: Desk) -> None:
    desk.save(submit=True)
    assert told(desk.checker) == [("submitted", False)]
    assert told(desk.drawer) == told(desk.stranger) == []
    desk.approve(1)
    assert told(desk.checker) == [("submitted", True)]
    assert told(desk.drawer) == [("approved", False)]
    notice = Notice.objects.get(person=desk.drawer)
    assert (notice.project_code, notice.subject, notice.subject_id) == (desk.project.serial_no, "geometry", 1)


def test_a_newer_draft_settles_what_was_to_be_decided(desk: Desk) -> None:
    desk.save(submit=True)
    desk.save(shape=square(113.03))
    assert told(desk.checker) == [("submitted", True)]


def test_a_shape_outside_is_told_to_headquarters_alone(desk: Desk) -> None:
    desk.save(shape=square(113.3, 29.3), submit=True)
    assert told(desk.city) == [("submitted", False)]
    assert told(desk.checker) == []


def test_an_author_learns_that_somebody_took_his_draft_back(desk: Desk) -> None:
    desk.save()
    desk.discard(1, desk.checker)
    assert told(desk.drawer) == [("alert", False)]
    assert "checker同志" in Notice.objects.get(person=desk.drawer).text


# ---- reading


def test_the_list_of_what_waits_tells_ones_own_apart(desk: Desk) -> None:
    desk.save(submit=True)
    flags = {
        person.username: [(one.own, one.decidable) for one in pending_geometries(desk.scope(person))]
        for person in (desk.drawer, desk.checker, desk.city, desk.stranger)
    }
    assert flags == {
        "drawer": [(True, False)],
        "checker": [(False, True)],
        "city": [(False, True)],
        "stranger": [],
    }


def test_the_list_leaves_shapes_outside_the_unit_to_headquarters(desk: Desk) -> None:
    desk.save(shape=square(113.3, 29.3), submit=True)
    assert [one.decidable for one in pending_geometries(desk.scope(desk.checker))] == [False]
    assert [one.decidable for one in pending_geometries(desk.scope(desk.city))] == [True]


def test_any_two_versions_can_be_compared(desk: Desk) -> None:
    desk.save()
    desk.save(shape=square(113.0205))
    before, after, shift = compare(desk.scope(desk.drawer), desk.project.serial_no, 1, 2)
    assert (before.number, after.number) == (1, 2)
    assert float(shift.moved_m) == pytest.approx(48.6, abs=0.2)
    assert float(shift.hausdorff_m or 0) == pytest.approx(48.6, abs=0.2)
    assert float(shift.kept) == pytest.approx(0.5, abs=0.001)
    with pytest.raises(NotFound):
        compare(desk.scope(desk.drawer), desk.project.serial_no, 1, 3)


# ---- imports


def imported(project: Project, lon: float, **more: Any) -> GeometryEntry:
    shape = shapely.MultiPolygon([shapely.box(lon, 29.22, lon + 0.001, 29.221)])
    return GeometryEntry(project_id=project.pk, wkb=shapely.to_wkb(shape), source="declared", **more)


def test_a_differing_import_takes_the_place_of_an_open_draft_and_is_checked_when_decided(desk: Desk) -> None:
    services.record_geometries(entries=[imported(desk.project, 113.02)], now=NOW)
    desk.save(shape=square(113.03))
    services.record_geometries(
        entries=[imported(desk.project, 113.04), imported(desk.project, 113.31)], now=NOW, user=desk.city
    )
    assert desk.states() == {1: "approved", 2: "superseded", 3: "superseded", 4: "submitted"}
    with pytest.raises(NotPermitted) as refused:
        desk.approve(4, desk.checker)
    assert refused.value.code == "headquarters-only"
    with pytest.raises(NotPermitted) as refused:
        desk.approve(4, desk.city)
    assert refused.value.code == "same-person"
    assert desk.approve(4, staff("city2", Role.HQ_ADMIN)).state == "approved"


def test_an_imported_shape_of_the_wrong_kind_is_not_approved_but_can_be_returned(desk: Desk) -> None:
    services.record_geometries(entries=[imported(desk.project, 113.02)], now=NOW)
    point = GeometryEntry(
        project_id=desk.project.pk, wkb=shapely.to_wkb(shapely.MultiPoint([(113.03, 29.3)])), source="gps"
    )
    services.record_geometries(entries=[point], now=NOW)
    for _again in range(2):
        with pytest.raises(Refused) as refused:
            desk.approve(2)
        assert refused.value.findings[0]["code"] == "kind-not-allowed"
    assert desk.send_back(2).state == "returned"


def test_a_shape_imported_for_next_year_gives_way_from_today_on(desk: Desk) -> None:
    services.record_geometries(entries=[imported(desk.project, 113.02)], now=NOW)
    GeometryVersion.objects.update(valid_from=TODAY + timedelta(days=300))
    desk.save(shape=square(113.03), submit=True)
    desk.approve(2)
    assert set(GeometryVersion.objects.values_list("valid_from", flat=True)) == {TODAY}


def test_an_import_counts_even_if_somebody_once_drew_the_same_and_gave_it_up(desk: Desk) -> None:
    services.record_geometries(entries=[imported(desk.project, 113.02)], now=NOW)
    desk.save(shape=square(113.03))
    desk.discard(2)
    again = services.record_geometries(entries=[imported(desk.project, 113.03)], now=NOW)
    assert (again.created, again.changed, again.unchanged) == (0, 1, 0)
    assert desk.states() == {1: "approved", 2: "superseded", 3: "submitted"}
    once_more = services.record_geometries(entries=[imported(desk.project, 113.03)], now=NOW)
    assert once_more.unchanged == 1


def asked(user: User) -> list[tuple[str, bool]]:
    """What the inbox of somebody says of submitted shapes, and whether it is settled."""
    rows = Notice.objects.filter(person=user, kind=Notice.Kind.SUBMITTED).order_by("event_key")
    return [(row.text, row.settled_at is not None) for row in rows]


def test_an_imported_shape_that_waits_tells_those_who_may_decide_as_a_drawn_one_does(desk: Desk) -> None:
    services.record_geometries(entries=[imported(desk.project, 113.02)], now=NOW, user=desk.drawer)
    assert not Notice.objects.exists()  # the first is approved by its import
    services.record_geometries(entries=[imported(desk.project, 113.03)], now=NOW, user=desk.drawer)
    words = "“示例小区改造”的图形第 2 稿待审核（drawer同志提交）"
    assert asked(desk.checker) == [(words, False)]
    assert asked(desk.drawer) == asked(desk.stranger) == []  # not to whom may not decide on it
    notice = Notice.objects.get(person=desk.checker)
    assert (notice.project_code, notice.subject, notice.subject_id) == (desk.project.serial_no, "geometry", 2)
    services.record_geometries(entries=[imported(desk.project, 113.04)], now=NOW)
    assert asked(desk.checker)[0] == (words, True)  # another took its place
    assert asked(desk.checker)[1] == ("“示例小区改造”的图形第 3 稿待审核（导入提交）", False)
    desk.approve(3)
    assert [settled for _text, settled in asked(desk.checker)] == [True, True]


def test_headquarters_hears_of_an_imported_shape_once_it_is_theirs_to_decide(desk: Desk) -> None:
    services.record_geometries(entries=[imported(desk.project, 113.02)], now=NOW)
    services.record_geometries(entries=[imported(desk.project, 113.31)], now=NOW, user=desk.drawer)
    assert asked(desk.city) == []
    with pytest.raises(NotPermitted):
        desk.approve(2)
    assert len(asked(desk.city)) == 1
    desk.approve(2, desk.city)
    assert asked(desk.city)[0][1] is True


def test_a_thousand_imported_shapes_are_told_of_in_a_few_statements(
    desk: Desk, make_project: Callable[..., Project], django_assert_max_num_queries: Any
) -> None:
    projects = [make_project(name=f"示例工程{n}", name_key=f"示例工程{n}") for n in range(12)]
    services.record_geometries(entries=[imported(one, 113.02) for one in projects], now=NOW)
    with django_assert_max_num_queries(17):
        services.record_geometries(entries=[imported(one, 113.03) for one in projects], now=NOW)
    assert len(asked(desk.checker)) == 12
