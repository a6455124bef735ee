"""The page that asks for the start of works: what it misses, the photo in its form, what the approver sees."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPoint, Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from geodata.progress.models import Photo, StatusRequest
from geodata.projects.models import Project, StatusChange
from geodata.stewards.models import User
from geodata.visits.models import CheckIn
from portal.workbench import people
from tests.conftest import TODAY
from tests.geodata.sandbox.test_papers import pdf
from tests.geodata.sandbox.test_pictures import notes, picture_file

pytestmark = pytest.mark.django_db
STARTED = date(2026, 3, 11)  # the day that the camera of `notes` wrote, at 113°7′45″ 29°21′30″
NEAR = Point(113.1296, 29.3583, srid=4490)
NOW = datetime(2026, 3, 30, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _pinned(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(people, "today", lambda: TODAY)
    monkeypatch.setattr("portal.workbench.views.status.today", lambda: TODAY)


@pytest.fixture
def project(make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> Project:
    made = make_project(status="not_started", stage="pre_construction", geom=MultiPoint(NEAR, srid=4490))
    StatusChange.objects.create(
        project=made, effective_on=date(2026, 1, 5), status="not_started", stage="pre_construction"
    )
    monkeypatch.setattr("portal.workbench.reporting.status.has_contract", lambda *_args, **_named: True)
    return made


def place(project: Project) -> str:
    return f"/workbench/projects/{project.serial_no}/status/?to=under_construction"


def text(response: Any) -> str:
    return response.content.decode()


def ask(client: Client, project: Project, photo: bytes | None = None, day: date = STARTED) -> Any:
    fields: dict[str, Any] = {"status": "under_construction", "expected_status": "not_started", "permit_no": "4306"}
    fields |= {
        "effective_on": day.isoformat(),
        "papers": SimpleUploadedFile("开工令.pdf", pdf(), content_type="application/pdf"),
    }
    if photo is not None:
        fields["site_photo"] = SimpleUploadedFile("x.jpg", photo, content_type="image/jpeg")
    return client.post(place(project), fields)


def test_the_form_says_what_is_missing(project: Project, steward: User, client_of: Callable[..., Client]) -> None:
    page = text(client_of(steward).get(place(project)))
    for words in ("还缺一张能证明", "7 天内拍摄", "项目还没有照片", 'name="site_photo"', "/workbench/checkin/"):
        assert words in page
    assert "site_photo" not in text(client_of(steward).get(place(project).replace("under_construction", "cancelled")))


def test_the_photo_of_the_form_proves_the_start_and_the_approver_sees_it(
    project: Project, steward: User, hq_admin: User, client_of: Callable[..., Client]
) -> None:
    sent = ask(client_of(steward), project, picture_file(exif=notes()))
    assert sent.status_code == 302, text(sent)
    photo = Photo.objects.get()
    assert (photo.camera_on, photo.taken_on, photo.caption) == (STARTED, STARTED, "开工现场")
    page = text(client_of(hq_admin).get(sent.headers["Location"]))
    for words in (f"/workbench/photos/{photo.pk}", "2026年3月11日", "（相机记录）", "距", "可作为开工证明"):
        assert words in page
    assert client_of(hq_admin).post(sent.headers["Location"], {"decision": "approve"}).status_code == 302
    project.refresh_from_db()
    assert (project.status, project.actual_start_on) == ("under_construction", STARTED)


def test_a_picture_without_notes_proves_nothing_and_nothing_is_kept(
    project: Project, steward: User, client_of: Callable[..., Client]
) -> None:
    refused = ask(client_of(steward), project, picture_file())
    assert refused.status_code == 422
    assert "缺少开工现场照片" in text(refused)
    assert not Photo.objects.exists()
    assert not StatusRequest.objects.exists()


def test_a_photo_from_far_away_is_shown_with_its_distance(
    project: Project, steward: User, client_of: Callable[..., Client]
) -> None:
    Project.objects.update(geom=MultiPoint(Point(113.2, 29.36, srid=4490), srid=4490))
    client = client_of(steward)
    photos = f"/workbench/projects/{project.serial_no}/"
    client.post(photos, {"file": SimpleUploadedFile("x.jpg", picture_file(exif=notes()))})
    refused = ask(client, project)
    assert refused.status_code == 422
    assert "拍摄位置距项目图形" in text(refused)
    assert "超过 100 米" in text(refused)


def test_a_check_in_of_the_day_stands_in_for_the_camera_s_notes(
    project: Project, steward: User, client_of: Callable[..., Client]
) -> None:
    client = client_of(steward)
    plain = picture_file(size=(300, 200))
    assert ask(client, project, plain, day=TODAY).status_code == 422
    CheckIn.objects.create(
        key="12345678-1234-4234-8234-123456789012", project=project, person=steward, fixed_at=NOW, received_at=NOW,
        position=NEAR, accuracy_m=5, distance_m=0, inside=True, allowed_m=105,
    )  # fmt: skip
    assert ask(client, project, plain, day=TODAY).status_code == 302


def test_what_is_no_photo_is_refused(project: Project, steward: User, client_of: Callable[..., Client]) -> None:
    refused = ask(client_of(steward), project, b"GIF89a no photo")
    assert refused.status_code == 422
    assert not StatusRequest.objects.exists()


@pytest.mark.parametrize("photos", [0, 30])
def test_the_form_costs_the_same_whatever_the_number_of_photos(
    project: Project,
    steward: User,
    client_of: Callable[..., Client],
    django_assert_max_num_queries: Any,
    photos: int,
) -> None:
    values = {"taken_on": TODAY, "width": 8, "height": 6, "bytes": 1, "uploaded_by": steward, "uploaded_at": NOW}
    Photo.objects.bulk_create(
        Photo(project=project, sha256=f"{n:064d}", upload_sha256=f"{n:064d}", **values) for n in range(photos)
    )
    client = client_of(steward)
    with django_assert_max_num_queries(12):
        client.get(place(project))
