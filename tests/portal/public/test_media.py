"""Photos and documents on the public page and at their addresses: what is let out, and nothing beside it."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from geodata.progress.models import Attachment, Photo
from geodata.progress.services import take_back_photo
from geodata.projects.models import Project
from geodata.stewards.models import User
from portal.public import media
from portal.publication.services import publish, settle_files
from tests.portal.publication.conftest import NOW, TODAY, public_city
from tests.released import file, keep, let_out, scope

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.PUBLIC_MEDIA_DIR = tmp_path / "media", tmp_path / "public"


@pytest.fixture
def road(public_city: dict[str, Project]) -> Project:
    return public_city["road"]


@pytest.fixture
def photos(road: Project, steward: User, checker: User) -> list[Photo]:
    """Three, the newest last, of which the second is for staff alone."""
    made = [
        keep(road, steward, width=300 + day, caption=words, taken_on=TODAY.replace(day=day))
        for day, words in ((10, "沟槽开挖"), (12, "不公开的一张"), (20, ""))
    ]
    let_out(made[0], checker)
    let_out(made[2], checker)
    return made


@pytest.fixture
def document(road: Project, steward: User, checker: User) -> Attachment:
    made = file(road, steward)
    let_out(made, checker)
    return made


def get(address: str, **headers: str) -> Any:
    return Client(headers={"accept": "text/html", **headers}).get(address)


def page(project: Project, before: str = "") -> str:
    text: str = get(f"{before}/projects/{project.serial_no}/").content.decode()
    return text


def test_the_newest_photo_stands_beside_the_status_and_the_others_in_a_gallery(
    photos: list[Photo], document: Attachment, road: Project
) -> None:
    publish(as_of=TODAY, now=NOW)
    text = page(road)
    head, _mark, rest = text.partition("</header>")[2].partition("</header>")
    assert media.photo_address(road.serial_no, photos[2].sha256, small=True) in head
    assert 'alt="示例路提质工程 现场照片，2026年3月20日"' in head
    assert "2026年3月20日拍摄" in head
    gallery = rest.partition('class="gallery"')[2].partition("</ul>")[0]
    assert media.photo_address(road.serial_no, photos[0].sha256) in gallery
    assert 'alt="沟槽开挖"' in gallery
    assert gallery.count("<img") == gallery.count('loading="lazy"') == 1
    assert "不公开的一张" not in text
    assert photos[1].sha256 not in text
    papers = rest.partition('id="h-documents"')[2].partition("</section>")[0]
    for words in ("施工许可证", "2026年3月30日", "PDF", "1 kB", f"{document.sha256}.pdf"):
        assert words in papers
    assert "Photo of 20 March 2026" in page(road, "/en")


def test_a_project_without_anything_let_out_has_neither(road: Project, steward: User) -> None:
    keep(road, steward)
    publish(as_of=TODAY, now=NOW)
    text = page(road)
    assert "project-photo" not in text
    assert "h-photos" not in text
    assert "h-documents" not in text


def test_a_photo_is_given_for_ever_with_its_digest(photos: list[Photo], road: Project) -> None:
    publish(as_of=TODAY, now=NOW)
    for small in (False, True):
        address = media.photo_address(road.serial_no, photos[0].sha256, small=small)
        response = get(address)
        assert (response.status_code, response.headers["Content-Type"]) == (200, "image/jpeg")
        assert b"".join(response) == media.photo_file(address.rsplit("/", 1)[1]).read_bytes()
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert get(address, if_none_match=response.headers["ETag"]).status_code == 304
        assert not response.cookies


def test_a_document_is_a_download_that_can_run_nothing(document: Attachment, road: Project) -> None:
    publish(as_of=TODAY, now=NOW)
    response = get(media.document_address(road.serial_no, document.sha256, "application/pdf"))
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/pdf")
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "public, max-age=60"  # it may be cleaned once more
    assert b"".join(response).startswith(b"%PDF")


def test_nothing_else_is_given(
    photos: list[Photo], document: Attachment, road: Project, public_city: dict[str, Project], steward: User
) -> None:
    publish(as_of=TODAY, now=NOW)
    code, shown = road.serial_no, photos[0].sha256
    addresses = [
        f"/projects/{code}/photos/{photos[1].sha256}.jpg",
        f"/projects/{code}/photos/{shown}.png",
        f"/projects/{code}/photos/{shown}-large.jpg",
        f"/projects/{code}/photos/{shown.upper()}.jpg",
        f"/projects/{code}/photos/..%2F{shown}.jpg",
        f"/projects/{code}/photos/{document.sha256}.jpg",
        f"/projects/{code}/documents/{document.sha256}.jpg",
        f"/projects/{code}/documents/{shown}.jpg",
        f"/projects/{public_city['works'].serial_no}/photos/{shown}.jpg",
    ]
    assert {get(address).status_code for address in addresses} == {404}


def test_what_was_taken_back_is_given_and_shown_in_no_edition(
    photos: list[Photo], road: Project, steward: User
) -> None:
    first = publish(as_of=TODAY, now=NOW)
    publish(as_of=TODAY, now=NOW)
    address = media.photo_address(road.serial_no, photos[2].sha256)
    take_back_photo(scope(steward), photo_id=photos[2].pk, reason="拍到车牌", now=NOW)
    settle_files()
    assert get(address).status_code == 404
    for before in ("", f"/snapshots/{first.number}"):
        text = page(road, before)
        assert photos[2].sha256 not in text
        assert photos[0].sha256 in text.partition("project-photo")[2]


def test_a_row_whose_file_is_not_there_is_a_404(photos: list[Photo], road: Project) -> None:
    publish(as_of=TODAY, now=NOW)
    media.photo_file(f"{photos[0].sha256}.jpg").unlink()
    assert get(media.photo_address(road.serial_no, photos[0].sha256)).status_code == 404
