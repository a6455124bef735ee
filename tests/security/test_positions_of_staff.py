"""Where a member of staff was is shown on the project's page alone: no list, file or other answer bears it."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.utils import timezone

from geodata.progress.models import Photo
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.visits.models import CheckIn
from portal.publication.allowlist import TABLES
from tests import pages
from tests.conftest import TODAY, square
from tests.pages import Answer

pytestmark = pytest.mark.django_db(databases=["default", "public"])
SPOT = (113.1357913, 29.3624681)
MARKS = ("113.13579", "29.36246", "到场鹳", "鹭站长")


@pytest.fixture
def visited(make_project: Callable[..., Project], steward: User) -> Project:
    site = make_project(name="示例路提质工程", geom=square(113.13, 29.36, 0.01), geom_source="drawn")
    steward.display_name = "鹭站长"
    steward.save(update_fields=["display_name"])
    now, place = timezone.now(), Point(*SPOT, srid=4490)
    photo = Photo.objects.create(
        project=site, taken_on=TODAY, position=place, sha256="0" * 64, upload_sha256="0" * 64, width=9, height=9,
        bytes=9, uploaded_by=steward, uploaded_at=now,
    )  # fmt: skip
    CheckIn.objects.create(
        key=uuid4(), project=site, person=steward, fixed_at=now, received_at=now, position=place, accuracy_m=9,
        distance_m=0, inside=True, allowed_m=109, note="到场鹳", photo=photo,
    )  # fmt: skip
    return site


def found(text: str) -> list[str]:
    return [mark for mark in MARKS if mark in text]


def test_nothing_that_is_published_is_read_from_visits_or_from_where_a_photo_was_taken() -> None:
    queries = " ".join(table.query for table in TABLES)
    assert "projects_project" in queries
    assert "visits_" not in queries
    reading = [table for table in TABLES if "progress_photo" in table.query]
    assert [table.name for table in reading] == ["public_publishedphoto"]
    for word in ("position", "distance_m", "camera_on", "uploaded_by", "h.*"):
        assert word not in reading[0].query


def test_no_view_or_copy_of_the_record_carries_a_position_along() -> None:
    """Neither the audit's copies nor the rows of the summary have such a column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name IN ('position', 'accuracy_m')"
        )
        tables = {name for (name,) in cursor.fetchall()}
    assert tables & {"visits_checkin", "progress_photo"} == {"visits_checkin", "progress_photo"}
    allowed = {"visits_checkin", "progress_photo", "projects_geometryversion", "projects_geometryversionevent"}
    ours = {model._meta.db_table for model in apps.get_models()}
    assert tables & ours <= allowed


def answers(client: Client, site: Project) -> Iterator[tuple[str, str]]:
    for name in ("projects", "payments", "orders", "organisations"):
        for query in ("", "format=csv", "format=xlsx"):
            response = client.get(f"/workbench/{name}/", query and dict([query.split("=")]))
            body = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
            yield f"{name} {query}", body.decode("utf-8", "ignore")
    for address in (
        "/map/",
        "/map/search/?q=示例路",
        "/workbench/",
        "/workbench/inbox/",
        f"/workbench/projects/{site.serial_no}/trust.json",
        "/workbench/checkin/near/?lon=113.135&lat=29.362",
    ):
        yield address, client.get(address).content.decode("utf-8", "ignore")


def test_the_project_s_page_alone_shows_where_staff_were(
    visited: Project, hq_admin: User, leader: User, client_of: Callable
) -> None:
    for person in (hq_admin, leader):
        page = client_of(person).get(f"/workbench/projects/{visited.serial_no}/").content.decode()
        assert found(page) == list(MARKS)  # the search does find what is there
    for place, text in answers(client_of(hq_admin), visited):
        assert (place, found(text)) == (place, [])


def test_another_district_and_a_stranger_get_nothing_of_it(
    visited: Project, other_steward: User, client_of: Callable
) -> None:
    photo, made = Photo.objects.get(), CheckIn.objects.get()
    for client in (client_of(other_steward), Client(headers=pages.HTML)):
        for address in (
            f"/workbench/projects/{visited.serial_no}/",
            f"/workbench/projects/{visited.serial_no}/trust.json",
            f"/workbench/photos/{photo.pk}.jpg",
            f"/workbench/checkin/?done={made.pk}",
        ):
            assert found(client.get(address).content.decode("utf-8", "ignore")) == [], address


def test_every_address_that_answers_a_program_is_looked_at_here() -> None:
    """A new file or list must be added above, or be one that has nothing to do with projects' visits."""
    staff = {name for name, row in pages.TABLE.items() if row.answer == Answer.FILE and name.startswith("workbench:")}
    assert staff <= {"workbench:quality_rows", "workbench:import_template"}, staff
