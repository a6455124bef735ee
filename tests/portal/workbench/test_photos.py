"""Photos on the project page: sending, looking, removing, and what is said when one is refused."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geodata.progress import photo_files
from geodata.progress.models import Photo
from geodata.projects.models import Project
from geodata.stewards.models import User
from portal import wording
from portal.workbench.views import project as view
from tests.conftest import TODAY
from tests.geodata.sandbox.test_pictures import SVG, clean, notes, picture_file

pytestmark = pytest.mark.django_db
UPLOAD = picture_file(exif=notes())


@pytest.fixture(autouse=True)
def _surroundings(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    for module in ("portal.workbench.people", "portal.workbench.views.project"):
        monkeypatch.setattr(f"{module}.today", lambda: TODAY)


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    return make_project(name="示例路提质工程")


def place(project: Project) -> str:
    return f"/workbench/projects/{project.serial_no}/"


def send(client: Client, project: Project, content: bytes = UPLOAD, *, query: str = "", **data: str) -> Any:
    file = SimpleUploadedFile("任意名称.txt", content, content_type="text/plain")
    return client.post(place(project) + query, {"file": file, **data})


@pytest.fixture
def sent(project: Project, steward: User, client_of: Callable) -> Photo:
    assert send(client_of(steward), project, caption="西段管沟").status_code == 302
    return Photo.objects.get()


def test_a_sent_photo_is_on_the_page_with_caption_day_and_author(
    sent: Photo, project: Project, steward: User, client_of: Callable
) -> None:
    page = client_of(steward).get(place(project)).content.decode()
    assert "西段管沟</b>" in page
    assert 'alt="西段管沟"' in page
    assert wording.day(date(2026, 3, 11)) in page
    assert "steward" in page.split('id="photos"')[1].split("</section>")[0]
    assert f'src="/workbench/photos/{sent.pk}.jpg?size=small"' in page
    assert "没有照片" not in page


def test_sending_leads_back_to_the_photos_with_a_word(project: Project, steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    response = send(client, project, query="?orders=2&photos=3")
    assert response.headers["Location"] == f"{place(project)}?orders=2#photos"
    page = client.get(response.headers["Location"]).content.decode()
    assert "照片已保存" in page.split('id="photos"')[1]
    assert "照片已保存" not in page.split('id="photos"')[0]


def test_without_a_photo_the_page_says_so(project: Project, leader: User, client_of: Callable) -> None:
    page = client_of(leader).get(place(project)).content.decode()
    assert "没有照片" in page.split(chr(34) + "photos" + chr(34))[1]
    assert 'type="file"' not in page


@pytest.mark.parametrize(
    ("content", "data", "status", "says"),
    [
        (SVG, {}, 422, "XML"),
        (UPLOAD[:400], {}, 422, "不完整"),
        (picture_file(), {}, 422, "请填写拍摄日期"),
        (UPLOAD, {"taken_on": "昨天"}, 422, "认不出来"),
        (UPLOAD, {"taken_on": "2026-03-31"}, 422, "还没有到"),
        (UPLOAD, {"caption": "长" * 101}, 422, "100 字"),
        (b"\xff\xd8\xff" + b"x" * 15 * 1024 * 1024, {}, 413, "15 MB"),
        (picture_file("PNG", size=(7100, 7100), mode="1"), {}, 413, "5,000 万像素"),
    ],
)
def test_a_refusal_is_said_on_the_page_and_what_was_typed_stays(
    project: Project, steward: User, client_of: Callable, content: bytes, data: dict[str, str], status: int, says: str
) -> None:
    response = send(client_of(steward), project, content, **{"caption": "西段<b>管沟", **data})
    page = response.content.decode()
    alert = page.split('role="alert"')[1].split("</p>")[0]
    assert (response.status_code, says in alert) == (status, True)
    assert ("西段&lt;b&gt;管沟" in page) == ("caption" not in data)
    assert "示例路提质工程" in page
    assert not Photo.objects.exists()


def test_a_form_without_a_file_is_refused(project: Project, steward: User, client_of: Callable) -> None:
    response = client_of(steward).post(place(project), {"file": "text"})
    assert (response.status_code, "请先选择照片文件" in response.content.decode()) == (422, True)


def test_the_same_photo_again_is_refused(sent: Photo, project: Project, steward: User, client_of: Callable) -> None:
    response = send(client_of(steward), project)
    assert response.status_code == 422
    assert "已经在本项目里" in response.content.decode()


def test_the_picture_is_a_private_jpeg_without_notes(
    sent: Photo, steward: User, leader: User, client_of: Callable
) -> None:
    for person in (steward, leader):
        response = client_of(person).get(f"/workbench/photos/{sent.pk}.jpg")
        assert clean(response.content)
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["Cache-Control"] == "private, max-age=3600"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Cookie" in response.headers["Vary"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    small = client_of(leader).get(f"/workbench/photos/{sent.pk}.jpg?size=small").content
    assert small == photo_files.place(sent.sha256, photo_files.Size.SMALL).read_bytes()
    assert client_of(leader).get(f"/workbench/photos/{sent.pk}.jpg?size=../../x").status_code == 400


def test_outside_the_scope_there_is_no_such_picture(sent: Photo, other_steward: User, client_of: Callable) -> None:
    client = client_of(other_steward)
    assert client.get(f"/workbench/photos/{sent.pk}.jpg").status_code == 404
    assert client.post(f"/workbench/photos/{sent.pk}/remove", {"reason": "x"}).status_code == 404
    assert send(client, sent.project, picture_file("PNG")).status_code == 404
    assert Photo.objects.get() == sent


def test_a_leader_may_look_and_neither_send_nor_remove(sent: Photo, leader: User, client_of: Callable) -> None:
    client = client_of(leader)
    assert send(client, sent.project, picture_file("PNG")).status_code == 403
    assert client.post(f"/workbench/photos/{sent.pk}/remove", {"reason": "x"}).status_code == 403
    page = client.get(place(sent.project)).content.decode()
    assert "photo-add" not in page
    assert "/remove" not in page


def test_a_lost_file_is_a_404_that_says_what_to_do(sent: Photo, steward: User, client_of: Callable) -> None:
    photo_files.place(sent.sha256, photo_files.Size.LARGE).unlink()
    response = client_of(steward).get(f"/workbench/photos/{sent.pk}.jpg")
    assert response.status_code == 404
    assert "备份" in response.content.decode()


def test_removing_needs_a_reason_and_takes_the_photo_from_sight(
    sent: Photo, project: Project, steward: User, client_of: Callable
) -> None:
    client = client_of(steward)
    remove = f"/workbench/photos/{sent.pk}/remove"
    back = client.post(remove, {"reason": " ", "as_of": ""}).headers["Location"]
    assert back == f"{place(project)}#photos"
    assert "请写明移除的理由" in client.get(place(project)).content.decode()
    assert client.post(remove, {"reason": "拍到了居民面部"}).status_code == 302
    page = client.get(place(project)).content.decode()
    assert "照片已移除" in page
    assert "西段管沟" not in page
    assert client.get(f"/workbench/photos/{sent.pk}.jpg").status_code == 404


def test_a_past_day_shows_its_photos_and_takes_no_new_ones(
    sent: Photo, project: Project, steward: User, client_of: Callable
) -> None:
    client = client_of(steward)
    later, earlier = (client.get(f"{place(project)}?as_of=2026-03-{day}").content.decode() for day in (11, 10))
    assert "西段管沟" in later
    assert "photo-add" not in later
    assert "截至当日没有本项目的照片" in earlier


def test_many_photos_come_in_pages_without_a_question_more(
    project: Project, steward: User, client_of: Callable
) -> None:
    client = client_of(steward)

    def asked(query: str = "") -> tuple[int, str]:
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"{place(project)}{query}").content.decode()
        return len([query for query in captured if "SAVEPOINT" not in query["sql"]]), page

    without, _page = asked()
    Photo.objects.bulk_create(
        Photo(
            project=project,
            taken_on=TODAY,
            caption=f"第{number}张",
            sha256=f"{number:064d}",
            upload_sha256=f"{number:064d}",
            width=1600,
            height=1200,
            bytes=1,
            uploaded_by=steward,
            uploaded_at=view.timezone.now(),
        )
        for number in range(30)
    )
    few, first = asked()
    last, end = asked("?photos=9")
    assert without == few == last <= 12
    assert (first.count("<figure>"), end.count("<figure>")) == (12 + 1, 6 + 1)  # the dialog has one of its own
    assert "第29张" in first
    assert "第0张" in end


def test_the_picture_costs_five_questions(sent: Photo, steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/workbench/photos/{sent.pk}.jpg").status_code == 200
    assert len([query for query in captured if "SAVEPOINT" not in query["sql"]]) <= 5
