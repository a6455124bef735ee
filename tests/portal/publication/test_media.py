"""Only what people let out is published; its files lie whole in the public folder and go when it is taken back."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geodata.errors import FileRefused, Refused
from geodata.progress import paper_files, photo_files
from geodata.progress.models import Attachment, Photo
from geodata.progress.services import remove_photo, take_back_photo
from geodata.projects.models import Project
from geodata.stewards.models import User
from portal.public import media, selectors
from portal.public.models import PublishedDocument, PublishedPhoto
from portal.publication.models import PublicationRun
from portal.publication.services import publish, review, settle_files, withdraw_project
from portal.publication.services.media import clear_files
from tests.geodata.sandbox.test_pictures import clean
from tests.portal.publication.conftest import NOW, TODAY
from tests.released import file, keep, let_out, scope

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
LARGE, SMALL = photo_files.Size.LARGE, photo_files.Size.SMALL


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.PUBLIC_MEDIA_DIR = tmp_path / "media", tmp_path / "public"
    return tmp_path / "public"


@pytest.fixture
def photo(public_city: dict[str, Project], steward: User, checker: User) -> Photo:
    """Let out; beside it one that is not."""
    keep(public_city["road"], steward, width=300, caption="不公开的一张")
    made = keep(public_city["road"], steward)
    let_out(made, checker)
    return made


@pytest.fixture
def document(public_city: dict[str, Project], steward: User, checker: User) -> Attachment:
    file(public_city["road"], steward, title="不公开的一份")
    made = file(public_city["road"], steward)
    let_out(made, checker)
    return made


def lying(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def of(photo: Photo, document: Attachment) -> set[str]:
    return {f"{photo.sha256}.jpg", f"{photo.sha256}-small.jpg", f"{document.sha256}.pdf"}


def test_what_is_let_out_is_published_with_its_files_and_nothing_else(
    photo: Photo, document: Attachment, folder: Path
) -> None:
    publish(as_of=TODAY, now=NOW)
    [shown] = PublishedPhoto.objects.values("code", "taken_on", "caption", "sha256", "width", "height", "bytes")
    assert shown == {
        "code": photo.project.serial_no, "taken_on": date(2026, 3, 20), "caption": "路基施工", "sha256": photo.sha256,
        "width": 320, "height": 200, "bytes": photo.bytes,
    }  # fmt: skip
    [paper] = PublishedDocument.objects.values("code", "title", "dated_on", "media_type", "sha256", "bytes")
    assert paper == {
        "code": photo.project.serial_no, "title": "施工许可证", "dated_on": date(2026, 3, 30),
        "media_type": "application/pdf", "sha256": document.sha256, "bytes": document.bytes,
    }  # fmt: skip
    assert lying(folder) == of(photo, document)


def test_the_public_bytes_are_those_of_the_kept_file_without_a_note_of_the_camera(
    photo: Photo, document: Attachment
) -> None:
    publish(as_of=TODAY, now=NOW)
    for size, ending in ((LARGE, ".jpg"), (SMALL, "-small.jpg")):
        public = media.photo_file(photo.sha256 + ending).read_bytes()
        assert public == photo_files.place(photo.sha256, size).read_bytes()
        assert clean(public)
    kept = paper_files.place(document.sha256, "application/pdf").read_bytes()
    assert media.document_file(f"{document.sha256}.pdf").read_bytes() == kept


def test_the_properties_of_a_document_do_not_go_out(
    public_city: dict[str, Project], steward: User, checker: User
) -> None:
    made = file(public_city["road"], steward, more=b" << /Author (Zhang San) /Producer (WPS) >>")
    let_out(made, checker)
    publish(as_of=TODAY, now=NOW)
    public = media.document_file(f"{made.sha256}.pdf").read_bytes()
    assert b"Zhang San" not in public
    assert len(public) == made.bytes
    assert b"Zhang San" in paper_files.place(made.sha256, "application/pdf").read_bytes()  # staff's is as it was sent


def test_copies_that_were_cleaned_less_are_made_anew(
    public_city: dict[str, Project], steward: User, checker: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = file(public_city["road"], steward, more=b" << /Author (Zhang San) >>")
    let_out(made, checker)
    let_out(file(public_city["road"], steward, more=b" << /Author (Li Si) /Title (t) >>"), checker)
    publish(as_of=TODAY, now=NOW)
    # as it was made before properties were taken out at all
    old = folder / "documents" / made.sha256[:2] / f"{made.sha256}.pdf"
    old.parent.mkdir(exist_ok=True)
    old.write_bytes(paper_files.place(made.sha256, "application/pdf").read_bytes())
    media.document_file(old.name).unlink()
    assert settle_files() == 0
    assert not old.exists()
    assert b"Zhang San" not in media.document_file(old.name).read_bytes()
    # and when the cleaning takes out more than it did
    before = lying(folder)
    monkeypatch.setattr(media, "CLEANING", "cleaned-next")
    assert not media.document_file(old.name).exists()
    assert settle_files() == 0
    assert lying(folder) == before
    assert {path.parts[-3] for path in folder.rglob("*.pdf")} == {"cleaned-next"}


def test_what_can_be_cleaned_no_more_is_shown_no_more(
    public_city: dict[str, Project], steward: User, checker: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_out(file(public_city["road"], steward), checker)
    publish(as_of=TODAY, now=NOW)
    monkeypatch.setattr(media, "CLEANING", "cleaned-next")
    monkeypatch.setattr("portal.publication.services.media.for_everybody", _refuse)
    assert settle_files() == 0
    assert lying(folder) == set()
    publish(as_of=TODAY, now=NOW)
    assert PublishedDocument.objects.get().to_snapshot is not None


def _refuse(copy: object) -> bytes:
    raise FileRefused("文件的属性无法去除", code="odd-pdf")


def test_a_document_whose_properties_cannot_be_taken_out_is_held_back(
    public_city: dict[str, Project], steward: User, checker: User, folder: Path
) -> None:
    let_out(file(public_city["road"], steward, more=b" << /Author (never closed"), checker)
    publish(as_of=TODAY, now=NOW)
    assert PublishedDocument.objects.count() == 0
    assert lying(folder) == set()
    report = str(PublicationRun.objects.get().report)
    assert "文件属性无法去除" in report


def test_what_is_taken_back_is_closed_at_once_and_its_files_are_gone(
    photo: Photo, document: Attachment, folder: Path, steward: User
) -> None:
    snapshot = publish(as_of=TODAY, now=NOW)
    assert settle_files() == 0
    assert lying(folder) == of(photo, document)
    take_back_photo(scope(steward), photo_id=photo.pk, reason="拍到车牌", now=NOW)
    assert settle_files() == 1
    assert PublishedPhoto.objects.get().to_snapshot == snapshot.number
    assert lying(folder) == {f"{document.sha256}.pdf"}


def test_what_is_removed_is_left_out_of_the_next_snapshot_and_of_the_past_one(
    photo: Photo, document: Attachment, folder: Path, steward: User
) -> None:
    first = publish(as_of=TODAY, now=NOW)
    remove_photo(scope(steward), photo_id=photo.pk, reason="拍到居民面部", now=NOW)
    second = publish(as_of=TODAY, now=NOW)
    assert PublishedPhoto.objects.get().to_snapshot == second.number
    assert lying(folder) == {f"{document.sha256}.pdf"}
    for edition in (first.number, selectors.NEWEST):
        whole = selectors.whole_project(edition, photo.project.serial_no)
        assert (whole.photos, len(whole.documents)) == ([], 1)


def test_what_is_let_out_again_comes_back(photo: Photo, folder: Path, steward: User, checker: User) -> None:
    publish(as_of=TODAY, now=NOW)
    take_back_photo(scope(steward), photo_id=photo.pk, reason="待核", now=NOW)
    settle_files()
    let_out(photo, checker)
    assert settle_files() == 0
    publish(as_of=TODAY, now=NOW)
    assert [row.to_snapshot for row in PublishedPhoto.objects.order_by("row")] == [1, None]
    assert lying(folder) == {f"{photo.sha256}.jpg", f"{photo.sha256}-small.jpg"}


def test_withdrawing_the_project_takes_photos_and_documents_with_it(
    photo: Photo, document: Attachment, folder: Path, hq_admin: User
) -> None:
    publish(as_of=TODAY, now=NOW)
    withdraw_project(scope(hq_admin), code=photo.project.serial_no, reason="涉及在办案件", now=NOW)
    assert not PublishedPhoto.objects.exists()
    assert not PublishedDocument.objects.exists()
    assert lying(folder) == set()
    publish(as_of=TODAY, now=NOW)
    assert not PublishedPhoto.objects.exists()


def test_a_project_that_becomes_internal_takes_them_along_and_a_partial_one_its_documents(
    photo: Photo, document: Attachment, folder: Path
) -> None:
    publish(as_of=TODAY, now=NOW)
    Project.objects.filter(pk=photo.project_id).update(disclosure="partial")
    assert settle_files() == 1
    assert lying(folder) == {f"{photo.sha256}.jpg", f"{photo.sha256}-small.jpg"}
    Project.objects.filter(pk=photo.project_id).update(disclosure="internal")
    assert settle_files() == 1
    assert lying(folder) == set()


@pytest.mark.parametrize(("model", "column"), [(Photo, "caption"), (Attachment, "title")])
def test_a_telephone_number_in_a_caption_or_title_stops_the_publication(
    photo: Photo, document: Attachment, folder: Path, model: type[Any], column: str
) -> None:
    model.objects.update(**{column: "联系 13800138000"})
    with pytest.raises(Refused, match="手机号码"):
        publish(as_of=TODAY, now=NOW)
    assert lying(folder) == set()


def test_a_lost_or_broken_file_is_left_out_and_named(photo: Photo, document: Attachment, folder: Path) -> None:
    photo_files.place(photo.sha256, LARGE).write_bytes(b"broken")
    paper_files.place(document.sha256, "application/pdf").unlink()
    checks = review(as_of=TODAY, now=NOW).report["checks"]
    lost = next(check for check in checks if check["code"] == "files")
    assert (lost["total"], lost["blocking"]) == (2, False)
    publish(as_of=TODAY, now=NOW)
    assert not PublishedPhoto.objects.exists()
    assert not PublishedDocument.objects.exists()
    assert lying(folder) == set()


def test_publishing_again_copies_what_is_missing_and_clears_what_nobody_names(photo: Photo, folder: Path) -> None:
    publish(as_of=TODAY, now=NOW)
    media.photo_file(f"{photo.sha256}.jpg").unlink()
    stray = media.document_file(f"{'f' * 64}.pdf")
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"stray")
    publish(as_of=TODAY, now=NOW)
    assert lying(folder) == {f"{photo.sha256}.jpg", f"{photo.sha256}-small.jpg"}
    clear_files()
    assert len(lying(folder)) == 2
    assert PublicationRun.objects.filter(state="published").count() == 2


def test_a_photo_of_a_day_to_come_waits(public_city: dict[str, Project], steward: User, checker: User) -> None:
    photo = keep(public_city["works"], steward, taken_on=date(2026, 3, 31))
    let_out(photo, checker)
    publish(as_of=TODAY, now=NOW)
    assert not PublishedPhoto.objects.exists()


def test_an_internal_project_has_nothing_to_let_out(
    public_city: dict[str, Project], steward: User, checker: User
) -> None:
    with pytest.raises(Refused, match="不能公开"):
        let_out(keep(public_city["secret"], steward), checker)
