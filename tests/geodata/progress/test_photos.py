"""Photos of the works: who may send and remove them, what is refused, where the files lie."""

import hashlib
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from geodata.errors import FileRefused, NotFound, NotPermitted, Refused, TooLarge
from geodata.progress import photo_files
from geodata.progress.models import Photo
from geodata.progress.selectors import course, photo_of
from geodata.progress.services import add_photo, photos, remove_photo
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import CITY, Scope, scope_of
from tests.conftest import TODAY
from tests.geodata.sandbox.test_pictures import SVG, clean, notes, picture_file

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
DAY = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media" / "photos"


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    return make_project()


@pytest.fixture
def clerk(steward: User) -> Scope:
    return scope_of(steward, today=TODAY)


def send(scope: Scope, project: Project, content: bytes | None = None, **options: Any) -> Photo:
    options = {"taken_on": DAY, **options}
    content = picture_file() if content is None else content
    return add_photo(scope, project_id=project.pk, content=content, today=TODAY, now=NOW, **options)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_photo_is_two_files_named_by_content_and_a_row(clerk: Scope, project: Project, folder: Path) -> None:
    photo = send(clerk, project, picture_file(exif=notes()), caption="  东段 \n路基 ", taken_on=None)
    assert (photo.taken_on, photo.caption, photo.width, photo.height) == (date(2026, 3, 11), "东段 路基", 320, 200)
    assert (photo.uploaded_by_id, photo.uploaded_at) == (clerk.user_id, NOW)
    large = photo_files.place(photo.sha256, photo_files.Size.LARGE)
    assert hashlib.sha256(large.read_bytes()).hexdigest() == photo.sha256
    assert photo.bytes == large.stat().st_size
    assert files(folder) == [f"{photo.sha256[:2]}/{photo.sha256}{ending}" for ending in ("-small.jpg", ".jpg")]
    assert not stat.S_IMODE(large.stat().st_mode) & 0o077


def test_no_byte_of_the_place_reaches_the_disk(clerk: Scope, project: Project, folder: Path) -> None:
    upload = picture_file(exif=notes(), comment=b"secret-comment")
    send(clerk, project, upload)
    stored = [(folder / name).read_bytes() for name in files(folder)]
    assert len(stored) == 2
    assert all(clean(content) for content in stored)
    assert not clean(upload)


def test_a_character_that_no_database_keeps_is_no_crash(clerk: Scope, project: Project) -> None:
    photo = send(clerk, project, caption="东段\x00路基")
    assert photo.caption == "东段 路基"
    assert remove_photo(clerk, photo_id=photo.pk, reason="拍到\x00居民", now=NOW).removed_reason == "拍到 居民"


def test_the_word_of_the_person_goes_before_the_camera_s(clerk: Scope, project: Project) -> None:
    assert send(clerk, project, picture_file(exif=notes())).taken_on == DAY


@pytest.mark.parametrize("taken", ["2026:03:31 00:00:00", "1980:01:01 00:00:00", ""])
def test_without_a_credible_day_the_person_is_asked(clerk: Scope, project: Project, taken: str) -> None:
    with pytest.raises(Refused, match="请填写拍摄日期"):
        send(clerk, project, picture_file(exif=notes(taken=taken)), taken_on=None)
    for day in (date(2026, 3, 31), date(1890, 1, 1)):
        with pytest.raises(Refused, match="拍摄日期"):
            send(clerk, project, taken_on=day)
    assert not Photo.objects.exists()


def test_the_same_photo_twice_is_refused_for_one_project_only(
    clerk: Scope, project: Project, make_project: Callable[..., Project]
) -> None:
    first = send(clerk, project)
    with pytest.raises(Refused, match="已经在本项目里"):
        send(clerk, project)
    with pytest.raises(Refused, match="已经在本项目里"):  # another file of the same picture
        send(clerk, project, picture_file(exif=notes()))
    assert send(clerk, make_project()).sha256 == first.sha256
    remove_photo(clerk, photo_id=first.pk, reason="重传", now=NOW)
    assert send(clerk, project).pk != first.pk


def test_the_database_refuses_the_same_photo_too(clerk: Scope, project: Project) -> None:
    photo = send(clerk, project)
    photo.pk = None
    with pytest.raises(IntegrityError, match="photo_upload_once"), transaction.atomic():
        photo.save(force_insert=True)


def test_only_people_who_edit_may_send_and_only_to_projects_of_theirs(
    project: Project, leader: User, other_steward: User, clerk: Scope
) -> None:
    photo = send(clerk, project)
    with pytest.raises(NotPermitted):
        send(scope_of(leader, today=TODAY), project, picture_file("PNG"))
    with pytest.raises(NotPermitted):
        remove_photo(scope_of(leader, today=TODAY), photo_id=photo.pk, reason="x", now=NOW)
    elsewhere = scope_of(other_steward, today=TODAY)
    with pytest.raises(NotFound):
        send(elsewhere, project, picture_file("PNG"))
    with pytest.raises(NotFound):
        remove_photo(elsewhere, photo_id=photo.pk, reason="x", now=NOW)
    with pytest.raises(NotFound):
        photo_of(elsewhere, photo.pk)
    assert photo_of(scope_of(leader, today=TODAY), photo.pk) == photo


def test_what_is_no_photo_leaves_neither_file_nor_row(clerk: Scope, project: Project, folder: Path) -> None:
    for content in (SVG, b"", picture_file()[:900]):
        with pytest.raises(Refused):
            send(clerk, project, content)
    with pytest.raises(TooLarge):
        send(clerk, project, b"\xff" * (15 * 1024 * 1024 + 1))
    with pytest.raises(FileRefused):
        send(clerk, project, SVG)
    with pytest.raises(Refused, match="100 字"):
        send(clerk, project, caption="长" * 101)
    assert (files(folder), Photo.objects.count()) == ([], 0)


def test_a_project_holds_so_many_photos(clerk: Scope, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MOST_OF_A_PROJECT", 1)
    send(clerk, project)
    with pytest.raises(Refused, match="已有 1 张"):
        send(clerk, project, picture_file("PNG", size=(300, 300)))


def test_a_removed_photo_stays_in_the_record_with_its_reason(clerk: Scope, project: Project, folder: Path) -> None:
    photo = send(clerk, project)
    with pytest.raises(Refused, match="理由"):
        remove_photo(clerk, photo_id=photo.pk, reason=" ", now=NOW)
    remove_photo(clerk, photo_id=photo.pk, reason="拍到了 居民", now=NOW)
    photo.refresh_from_db()
    assert (photo.removed_reason, photo.removed_by_id, photo.removed_at) == ("拍到了 居民", clerk.user_id, NOW)
    assert course(CITY, project.pk, upto=TODAY).photos == []
    assert len(files(folder)) == 2
    for attempt in (
        lambda: photo_of(CITY, photo.pk),
        lambda: remove_photo(CITY, photo_id=photo.pk, reason="x", now=NOW),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_every_change_stands_in_the_audit_trail(clerk: Scope, project: Project) -> None:
    photo = send(clerk, project)
    remove_photo(clerk, photo_id=photo.pk, reason="重拍", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT removed_reason FROM progress_photoevent WHERE pgh_obj_id = %s ORDER BY pgh_id", [photo.pk]
        )
        assert cursor.fetchall() == [("",), ("重拍",)]


def test_photos_come_newest_first_up_to_the_day_asked_for(clerk: Scope, project: Project) -> None:
    for day, kind in ((1, "JPEG"), (20, "PNG"), (10, "WEBP")):
        send(clerk, project, picture_file(kind, size=(300 + day, 200)), taken_on=date(2026, 3, day))
    days = [photo.taken_on.day for photo in course(CITY, project.pk, upto=TODAY).photos]
    assert days == [20, 10, 1]
    assert [p.taken_on.day for p in course(CITY, project.pk, upto=date(2026, 3, 10)).photos] == [10, 1]


def test_a_write_that_fails_leaves_no_half_file(
    clerk: Scope, project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(photo_files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        send(clerk, project)
    assert (files(folder), Photo.objects.count()) == ([], 0)
