"""Checking in: who may, where, with what, and that nothing is half written."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.db import DatabaseError, connection, transaction

from geodata.errors import Conflict, FileRefused, NotFound, NotPermitted, Refused
from geodata.progress.models import Photo
from geodata.projects.choices import GeometrySource, VersionState
from geodata.projects.models import GeometryVersion, Project
from geodata.stewards.models import RoleGrant, User
from geodata.stewards.roles import Role
from geodata.stewards.scope import Scope, scope_of
from geodata.stewards.services import ensure_account
from geodata.thresholds.models import ThresholdValue
from geodata.visits.models import CheckIn
from geodata.visits.rules import TooFarAway
from geodata.visits.services import suggest_location
from tests.conftest import PASSWORD, TODAY
from tests.geodata.sandbox.test_pictures import notes, picture_file
from tests.geodata.visits.conftest import NOW, arrive, fix

pytestmark = pytest.mark.django_db
# north of the square's edge at 29.31: a degree of latitude is 110.86 km here
NORTH_100_M, NORTH_2_KM = 29.31 + 100 / 110_860, 29.31 + 2000 / 110_860


def test_inside_the_shape_counts_with_no_distance(clerk: Scope, site: Project, steward: User) -> None:
    made = arrive(clerk, site, note="  路基 \n 验收 ")
    made.refresh_from_db()
    assert (made.person_id, made.project_id, made.note) == (steward.pk, site.pk, "路基 验收")
    assert (made.distance_m, made.inside, made.allowed_m, made.accuracy_m) == (0, True, 112, 12)
    assert made.position.coords == (113.105, 29.305)
    assert made.position.srid == 4490
    assert made.received_at == NOW


def test_the_distance_is_measured_on_the_ellipsoid(clerk: Scope, site: Project) -> None:
    made = arrive(clerk, site, fix(lat=NORTH_100_M))
    assert made.distance_m == pytest.approx(Decimal(100), abs=Decimal("0.3"))
    assert made.inside is False
    east = 113.11 + 90 / (111_320 * 0.8722)  # cos 29.3°
    assert arrive(clerk, site, fix(lon=east)).distance_m == pytest.approx(Decimal(90), abs=Decimal("0.5"))


def test_far_away_is_refused_with_the_distance_and_nothing_is_kept(clerk: Scope, site: Project) -> None:
    with pytest.raises(TooFarAway, match="公里，超过允许的 112 米") as refusal:
        arrive(clerk, site, fix(lat=NORTH_2_KM), photo=picture_file())
    assert refusal.value.distance_m == pytest.approx(Decimal(2000), abs=Decimal(5))
    assert not CheckIn.objects.exists()
    assert not Photo.objects.exists()


def test_the_threshold_of_headquarters_decides(clerk: Scope, site: Project) -> None:
    ThresholdValue.objects.create(key="checkin_near_m", value=2500)
    assert arrive(clerk, site, fix(lat=NORTH_2_KM)).allowed_m == 2512
    ThresholdValue.objects.update(value=10)
    with pytest.raises(TooFarAway, match="签到范围 10 米"):
        arrive(clerk, site, fix(lat=NORTH_100_M))


@pytest.mark.parametrize(
    "given", [fix(accuracy_m=101), fix(seconds=400), fix(seconds=-400), fix(lon=29.305, lat=113.105)]
)
def test_a_position_that_is_not_believed_leaves_nothing(clerk: Scope, site: Project, given: object) -> None:
    with pytest.raises(Refused):
        arrive(clerk, site, given)  # type: ignore[arg-type]
    assert not CheckIn.objects.exists()


def test_another_district_s_project_does_not_exist(other_steward: User, site: Project) -> None:
    with pytest.raises(NotFound):
        arrive(scope_of(other_steward, today=TODAY), site)


@pytest.mark.parametrize("role", [Role.CITY_LEADER, Role.AUDITOR, Role.FINANCE])
def test_who_only_looks_cannot_check_in(site: Project, role: Role) -> None:
    person = ensure_account(username="looker", display_name="", password=PASSWORD, role=role)
    with pytest.raises(NotPermitted):
        arrive(scope_of(person, today=TODAY), site)


def test_seeing_everything_by_one_role_does_not_widen_the_other(other_steward: User, site: Project) -> None:
    RoleGrant.objects.create(user=other_steward, role=Role.AUDITOR)
    with pytest.raises(NotFound):
        arrive(scope_of(other_steward, today=TODAY), site)


def test_the_same_sending_again_is_the_same_check_in(clerk: Scope, site: Project) -> None:
    key, upload = uuid4(), picture_file()
    first = arrive(clerk, site, key=key, photo=upload)
    again = arrive(clerk, site, fix(seconds=4000), key=key, photo=upload)  # an hour later, out of the phone's memory
    assert again.pk == first.pk
    assert (CheckIn.objects.count(), Photo.objects.count()) == (1, 1)


def test_a_key_of_another_project_or_person_is_refused(
    clerk: Scope, site: Project, make_project: Callable[..., Project], hq_admin: User
) -> None:
    key = uuid4()
    arrive(clerk, site, key=key)
    with pytest.raises(Conflict):
        arrive(clerk, make_project(geom=site.geom), key=key)
    with pytest.raises(Conflict):
        arrive(scope_of(hq_admin, today=TODAY), site, key=key)


def test_the_photo_stands_with_the_project_and_bears_its_own_place(clerk: Scope, site: Project) -> None:
    upload = picture_file(exif=notes(taken="2026:03:30 09:30:00"))
    photo = arrive(clerk, site, photo=upload, note="路基验收").photo
    assert photo is not None
    assert (photo.project_id, photo.caption, photo.taken_on) == (site.pk, "路基验收", TODAY)
    assert photo.position.coords == pytest.approx((113.1291667, 29.3583333))
    plain = arrive(clerk, site, photo=picture_file("PNG")).photo
    assert plain is not None
    assert (plain.caption, plain.taken_on, plain.position) == ("现场签到", TODAY, None)


def test_an_old_photo_is_not_taken_for_one_of_the_visit(clerk: Scope, site: Project) -> None:
    with pytest.raises(Refused, match="2026-03-11 拍的"):
        arrive(clerk, site, photo=picture_file(exif=notes()))
    assert not CheckIn.objects.exists()


def test_a_file_that_is_no_photo_leaves_no_check_in(clerk: Scope, site: Project, folder: Path) -> None:
    with pytest.raises(FileRefused):
        arrive(clerk, site, photo=b"<svg/>")
    assert not CheckIn.objects.exists()
    assert not folder.exists()


def test_a_photo_that_is_there_already_leaves_no_check_in(clerk: Scope, site: Project) -> None:
    arrive(clerk, site, photo=picture_file())
    with pytest.raises(Refused, match="已经在本项目里"):
        arrive(clerk, site, photo=picture_file())
    assert CheckIn.objects.count() == 1


def test_too_long_a_note_is_refused(clerk: Scope, site: Project) -> None:
    with pytest.raises(Refused, match="200 字"):
        arrive(clerk, site, note="长" * 201)


@pytest.mark.parametrize("statement", ["UPDATE visits_checkin SET note = 'x'", "DELETE FROM visits_checkin"])
def test_a_visit_cannot_be_changed_or_deleted(clerk: Scope, site: Project, statement: str) -> None:
    arrive(clerk, site)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert CheckIn.objects.count() == 1


def test_every_visit_is_audited_without_its_place(clerk: Scope, site: Project) -> None:
    made = arrive(clerk, site)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e) FROM visits_checkinevent e WHERE pgh_obj_id = %s", [made.pk])
        ((event,),) = cursor.fetchall()
    assert "position" not in event
    arrive(clerk, site, photo=picture_file(exif=notes(taken="2026:03:30 09:30:00")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, '') FROM progress_photoevent e")
        assert "position" not in cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM information_schema.columns WHERE table_name = 'progress_photoevent'"
            " AND column_name = 'position'"
        )
        assert cursor.fetchone()[0] == 0


def test_a_project_without_a_shape_is_checked_in_at_within_its_unit(
    clerk: Scope, make_project: Callable[..., Project]
) -> None:
    nowhere = make_project(geom=None)
    made = arrive(clerk, nowhere)
    assert (made.distance_m, made.inside, made.allowed_m) == (None, None, 100)
    arrive(clerk, nowhere, fix(lat=29.2 - 400 / 110_860))  # headquarters' margin of 500 m
    with pytest.raises(Refused, match=r"岳阳楼区以外 60\d 米"):
        arrive(clerk, nowhere, fix(lat=29.2 - 600 / 110_860))


def test_a_check_in_suggests_the_place_of_a_project_without_one(
    clerk: Scope, make_project: Callable[..., Project], site: Project
) -> None:
    nowhere = make_project(geom=None)
    made = arrive(clerk, nowhere)
    draft = suggest_location(clerk, number=made.pk, today=TODAY, now=NOW)
    draft.refresh_from_db()
    assert (draft.state, draft.source, draft.accuracy_m) == (VersionState.DRAFT, GeometrySource.GPS, 12)
    assert draft.geom.equals_exact(Point(113.105, 29.305, srid=4490), 1e-9) or "113.105" in draft.geom.wkt
    assert "2026-03-30" in draft.reason
    assert Project.objects.get(pk=nowhere.pk).geom is None  # a person must still submit, another approve
    with pytest.raises(Conflict, match="已经有图形或草稿"):
        suggest_location(clerk, number=made.pk, today=TODAY, now=NOW)
    assert GeometryVersion.objects.filter(project=nowhere).count() == 1


def test_a_place_is_suggested_by_those_alone_who_may_edit_the_project(
    clerk: Scope, make_project: Callable[..., Project], other_steward: User, leader: User
) -> None:
    made = arrive(clerk, make_project(geom=None))
    with pytest.raises(NotFound):
        suggest_location(scope_of(other_steward, today=TODAY), number=made.pk, today=TODAY, now=NOW)
    with pytest.raises(NotPermitted):
        suggest_location(scope_of(leader, today=TODAY), number=made.pk, today=TODAY, now=NOW)


def test_days_of_photos_are_the_city_s(clerk: Scope, site: Project) -> None:
    """23:30 UTC is the next morning in the city."""
    late = NOW.replace(day=29, hour=23, minute=30)
    made = arrive(clerk, site, type(fix())(113.105, 29.305, 9.0, late), photo=picture_file(), now=late)
    assert made.photo is not None
    assert made.photo.taken_on == date(2026, 3, 30)
