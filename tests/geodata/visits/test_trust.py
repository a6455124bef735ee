"""How far a shape is to be trusted: the rule by itself, the same in SQL, and the works near a person."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geodata.errors import NotFound, NotPermitted
from geodata.progress.models import Photo
from geodata.progress.selectors import course_columns, course_of
from geodata.projects.choices import GeometrySource
from geodata.projects.models import Project
from geodata.projects.selectors import dossier
from geodata.stewards.models import User
from geodata.stewards.scope import CITY, Scope, scope_of
from geodata.thresholds.models import ThresholdValue
from geodata.visits.selectors import (
    check_in_of,
    evidence_of,
    evidence_of_project,
    nearest,
    own_check_ins,
    unlocated,
    visit_columns,
    visits_of,
)
from geodata.visits.trust import MEANING, Evidence, Spot, Trust, weighed
from tests.conftest import TODAY, square
from tests.geodata.visits.conftest import CENTRE, NOW, arrive, fix

WHEN = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
LIMITS = {"near_m": Decimal(100), "warn_m": Decimal(100)}


def spot(away: str, accuracy: str = "10") -> Spot:
    return Spot(Decimal(away), Decimal(accuracy), WHEN)


@pytest.mark.parametrize(
    ("source", "spots", "level"),
    [
        ("", [], Trust.DECLARED),
        (GeometrySource.DECLARED, [], Trust.DECLARED),
        (GeometrySource.DRAWN, [], Trust.DRAWN),
        (GeometrySource.SURVEYED, [], Trust.SURVEYED),
        (GeometrySource.GPS, [], Trust.VERIFIED),
        ("", [spot("0")], Trust.VERIFIED),
        (GeometrySource.DRAWN, [spot("110.0")], Trust.VERIFIED),  # the fence and the doubt
        (GeometrySource.DRAWN, [spot("110.1")], Trust.DRAWN),
        (GeometrySource.DRAWN, [spot("149", "100")], Trust.VERIFIED),
        (GeometrySource.DRAWN, [spot("151", "100")], Trust.DRAWN),  # a doubt counts for 50 m at most
        (GeometrySource.DRAWN, [spot("5000"), spot("3")], Trust.VERIFIED),
    ],
)
def test_the_level_is_the_source_raised_by_a_visit_beside_the_shape(
    source: str, spots: list[Spot], level: Trust
) -> None:
    assert weighed(source, spots, [], **LIMITS).level == level


def test_photos_raise_nothing_and_those_from_far_away_warn() -> None:
    near = weighed(GeometrySource.DRAWN, [], [Decimal(3), Decimal(100)], **LIMITS)
    assert (near.level, near.photos, near.far, near.farthest_m, near.is_doubtful) == (Trust.DRAWN, 2, 0, 100, False)
    far = weighed(GeometrySource.GPS, [], [Decimal(3), Decimal("100.1"), Decimal(9000)], **LIMITS)
    assert (far.level, far.photos, far.far, far.farthest_m, far.is_doubtful) == (Trust.VERIFIED, 3, 2, 9000, True)


def test_every_level_has_its_meaning() -> None:
    assert set(MEANING) == set(Trust)


def photo(project: Project, person: User, place: tuple[float, float] | None, number: int, **more: object) -> Photo:
    values: dict[str, object] = {
        "project": project,
        "taken_on": TODAY,
        "position": Point(*place, srid=4490) if place else None,
        "sha256": f"{number:064d}",
        "upload_sha256": f"{number:064d}",
        "width": 100,
        "height": 100,
        "bytes": 1,
        "uploaded_by": person,
        "uploaded_at": NOW,
    }
    return Photo.objects.create(**(values | more))


def on_the_page(project: Project) -> Evidence | None:
    found = dossier(
        CITY, project.serial_no, upto=TODAY, beside=[*course_columns(upto=TODAY), *visit_columns(upto=TODAY)]
    )
    *works, went, near_m, warn_m = found.beside
    return visits_of([went, near_m, warn_m], course_of(works, upto=TODAY).photos, source=project.geom_source).evidence


@pytest.mark.django_db
def test_the_list_and_the_page_weigh_alike(clerk: Scope, site: Project, steward: User) -> None:
    def both() -> Evidence:
        listed, paged = evidence_of([site.pk])[site.pk], on_the_page(site)
        assert listed == paged == evidence_of_project(clerk, site.serial_no)
        return listed

    assert both() == Evidence(source="drawn")
    arrive(clerk, site)
    arrive(clerk, site, fix(lat=29.31 + 90 / 110_860))
    photo(site, steward, CENTRE, 1)
    photo(site, steward, (113.105, 29.33), 2)
    photo(site, steward, (2.2944, 48.8583), 3)  # another country
    photo(site, steward, None, 4)
    photo(site, steward, (0.5, 0.5), 5, removed_at=NOW, removed_by=steward, removed_reason="重拍")
    found = both()
    assert (found.level, found.visits, found.last_visit) == (Trust.VERIFIED, 2, NOW)
    assert (found.photos, found.far, found.is_doubtful) == (3, 2, True)
    assert found.farthest_m is not None
    assert 8_000_000 < found.farthest_m < 10_000_000
    ThresholdValue.objects.create(key="checkin_near_m", value=10)
    ThresholdValue.objects.create(key="photo_distance_warn_m", value=5000)
    found = both()
    assert (found.visits, found.far) == (1, 1)
    # the shape is moved: what was verified is verified no more
    Project.objects.filter(pk=site.pk).update(geom=square(113.15, 29.35, 0.01))
    assert both().level == Trust.DRAWN


@pytest.mark.django_db
def test_a_great_doubt_of_the_phone_verifies_no_shape_from_afar(clerk: Scope, site: Project) -> None:
    wide = ThresholdValue.objects.create(key="checkin_near_m", value=500)
    arrive(clerk, site, fix(lat=29.31 + 180 / 110_860, accuracy_m=90))
    assert evidence_of([site.pk])[site.pk].visits == 1
    wide.delete()  # 180 m: beyond 100 m and the 50 m of doubt that count, within 100 m and the 90 m that were stated
    assert evidence_of([site.pk])[site.pk] == on_the_page(site) == Evidence(source="drawn")


@pytest.mark.django_db
def test_many_projects_are_weighed_in_one_question(
    clerk: Scope, site: Project, make_project: Callable[..., Project]
) -> None:
    arrive(clerk, site)
    nowhere, other = make_project(geom=None), make_project(geom=square(113.12, 29.32, 0.01))
    with CaptureQueriesContext(connection) as captured:
        found = evidence_of([site.pk, nowhere.pk, other.pk])
    assert len(captured) == 1
    assert {pk: evidence.level for pk, evidence in found.items()} == {
        site.pk: Trust.VERIFIED,
        other.pk: Trust.DECLARED,
    }
    assert evidence_of([]) == {}


@pytest.mark.django_db
def test_a_day_before_the_visit_knows_nothing_of_it(clerk: Scope, site: Project) -> None:
    arrive(clerk, site)
    day = NOW.date().replace(day=29)
    found = dossier(CITY, site.serial_no, upto=day, beside=visit_columns(upto=day))
    assert visits_of(found.beside, [], source=None).check_ins == []
    assert (
        len(
            visits_of(
                dossier(CITY, site.serial_no, upto=TODAY, beside=visit_columns(upto=TODAY)).beside, [], source=None
            ).check_ins
        )
        == 1
    )


@pytest.mark.django_db
def test_the_nearest_of_one_s_own_projects_come_first(
    clerk: Scope, city: dict, site: Project, make_project: Callable[..., Project], leader: User
) -> None:
    lon, lat = CENTRE
    far = make_project(name="远处工程", geom=square(113.15, 29.35, 0.01))
    # a degree of longitude is shorter than one of latitude: by degrees these two would stand the other way round
    east = make_project(name="东边工程", geom=Point(lon + 0.0208, lat, srid=4490))
    north = make_project(name="北边工程", geom=Point(lon, lat + 0.0200, srid=4490))
    make_project(name="外区工程", geom=Point(lon, lat, srid=4490), management_unit=city["430626"])
    make_project(name="已删工程", geom=Point(lon, lat, srid=4490), is_deleted=True)
    blank = make_project(name="未上图工程", geom=None)
    found = nearest(clerk, lon=lon, lat=lat)
    assert [one.code for one in found] == [p.serial_no for p in (site, east, north, far)]
    assert found[0].away_m == 0
    assert found[1].away_m == pytest.approx(Decimal(2021), abs=5)
    assert [one.code for one in unlocated(clerk)] == [blank.serial_no]
    assert [one.name for one in nearest(clerk, lon=lon, lat=lat, q="北边")] == ["北边工程"]
    assert unlocated(clerk, q="北边") == []
    with pytest.raises(NotPermitted):
        nearest(scope_of(leader, today=TODAY), lon=lon, lat=lat)


@pytest.mark.django_db
def test_one_sees_one_s_own_check_ins_and_those_of_one_s_projects(
    clerk: Scope, site: Project, other_steward: User, hq_admin: User
) -> None:
    made = arrive(clerk, site)
    assert own_check_ins(clerk) == [made]
    assert own_check_ins(scope_of(hq_admin, today=TODAY)) == []
    assert check_in_of(scope_of(hq_admin, today=TODAY), made.pk) == made
    elsewhere = scope_of(other_steward, today=TODAY)
    with pytest.raises(NotFound):
        check_in_of(elsewhere, made.pk)
    with pytest.raises(NotFound):
        evidence_of_project(elsewhere, site.serial_no)
