"""The two addresses through which coordinates and files reach the editor."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from geodata.projects.models import GeometryVersion, Project
from geodata.regions.services import refresh_management_boundaries
from geodata.sandbox import process
from geodata.stewards.models import User
from tests.geodata.sandbox import makers

pytestmark = pytest.mark.django_db

SQUARE = "113.08,29.30\n113.09,29.30\n113.09,29.31\n113.08,29.31"
Send = Callable[..., Any]


@pytest.fixture
def road(make_project: Callable[..., Project]) -> Project:
    refresh_management_boundaries()
    return make_project(name="示例大道提质工程", name_key="示例大道提质工程")


@pytest.fixture
def type_in(road: Project, steward: User) -> Send:
    client = Client()
    client.force_login(steward)

    def send(text: object, **more: object) -> Any:
        address = f"/workbench/projects/{road.serial_no}/geometry/coordinates"
        return client.post(address, orjson.dumps({"text": text, **more}), content_type="application/json")

    return send


@pytest.fixture
def upload(road: Project, steward: User) -> Send:
    client = Client()
    client.force_login(steward)

    def send(content: bytes | None, name: str = "layer.zip", **more: str) -> Any:
        form: dict[str, Any] = dict(more)
        if content is not None:
            form["file"] = SimpleUploadedFile(name, content)
        return client.post(f"/workbench/projects/{road.serial_no}/geometry/file", form)

    return send


def test_typed_coordinates_come_back_as_a_shape_with_its_evidence(type_in: Send) -> None:
    answer = type_in(SQUARE, crs="4490", kind="polygon")
    assert answer.status_code == 200
    body = answer.json()
    assert body["geometry"]["type"] == "MultiPolygon"
    assert body["geometry"]["coordinates"][0][0][0] == [113.08, 29.3]
    assert body["question"] is None
    assert set(body["evidence"]) >= {"declared_crs", "detected_crs", "pipeline", "original_wkt", "original_sha256"}
    assert "4 个点" in body["note"]
    assert not GeometryVersion.objects.exists()


def test_a_question_has_a_shape_for_each_answer(type_in: Send) -> None:
    body = type_in(SQUARE, kind="polygon").json()
    assert body["geometry"] is None
    assert [option["crs"] for option in body["question"]["options"]] == ["4490", "GCJ02", "BD09"]
    assert all(option["geometry"]["type"] == "MultiPolygon" for option in body["question"]["options"])


def test_faults_come_by_row_and_column(type_in: Send) -> None:
    answer = type_in("113.08,29.30\n113.09,29.3O\n,29.31", crs="4490", kind="polygon")
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["row"], body["column"], body["code"]) == (2, 2, "bad-coordinates")
    assert [(issue["row"], issue["column"]) for issue in body["issues"]] == [(2, 2), (3, 1)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": 5}, 400),
        ({"text": None}, 400),
        ({}, 400),
        ([], 400),
        ({"text": SQUARE, "crs": 4490}, 400),
        ({"text": SQUARE, "crs": "无此坐标系"}, 400),
        ({"text": SQUARE, "kind": "volume"}, 400),
        ({"text": SQUARE, "crs": "2383"}, 422),
        ({"text": "9" * 2_000_001, "crs": "4490"}, 413),
    ],
)
def test_what_is_no_question_of_ours_is_refused(road: Project, steward: User, body: object, status: int) -> None:
    client = Client()
    client.force_login(steward)
    address = f"/workbench/projects/{road.serial_no}/geometry/coordinates"
    answer = client.post(address, orjson.dumps(body), content_type="application/json")
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_a_gbk_shapefile_comes_back_with_its_features(upload: Send) -> None:
    answer = upload(makers.archive(makers.shapefile(("示例大道提质工程", "别的工程"))), crs="4490")
    assert answer.status_code == 200, answer.content.decode()
    body = answer.json()
    assert [feature["suggested"] for feature in body["features"]] == [True, False]
    assert body["geometry"] is None
    chosen = upload(makers.archive(makers.shapefile(("示例大道提质工程", "别的工程"))), crs="4490", chosen="1, 2")
    assert chosen.json()["geometry"]["type"] == "MultiPolygon"
    assert not GeometryVersion.objects.exists()


@pytest.mark.parametrize(
    ("content", "more", "status"),
    [
        (None, {}, 422),
        (b"", {}, 422),
        (b"x", {}, 422),
        (b"x", {"chosen": "1;2"}, 400),
        (b"x", {"chosen": "1" * 20}, 400),
        (b"x", {"crs": "?"}, 400),
    ],
)
def test_a_bad_upload_is_refused(upload: Send, content: bytes | None, more: dict[str, str], status: int) -> None:
    answer = upload(content, **more)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_a_body_beyond_the_limit_is_refused_before_anything_reads_it(road: Project, steward: User) -> None:
    client = Client(enforce_csrf_checks=True)  # a missing token would be told first, had the body been read
    client.force_login(steward)
    address = f"/workbench/projects/{road.serial_no}/geometry/file"
    for length in ("21037057", "99999999999999999999", "-1", "much"):
        answer = client.post(address, {"crs": "auto"}, CONTENT_LENGTH=length)
        assert answer.status_code == 413, length
    assert client.post(address, {"crs": "auto"}).status_code == 403  # the token


def test_when_the_sandbox_is_full_the_answer_is_to_try_again(upload: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WAIT_SECONDS", 0.01)
    held = 0
    try:
        while process._slots.acquire(timeout=0):
            held += 1
        answer = upload(makers.archive(makers.shapefile()), crs="4490")
    finally:
        for _slot in range(held):
            process._slots.release()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_another_district_gets_the_same_404_for_every_body(road: Project, other_steward: User, leader: User) -> None:
    client = Client()
    client.force_login(other_steward)
    here = f"/workbench/projects/{road.serial_no}/geometry"
    nowhere = "/workbench/projects/YYMS-2099-9999/geometry"
    for body in (b"{}", b"not json", orjson.dumps({"text": SQUARE, "crs": "4490"})):
        answers = [client.post(f"{p}/coordinates", body, content_type="application/json") for p in (here, nowhere)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    assert client.post(f"{here}/file", {"file": SimpleUploadedFile("a.zip", b"x")}).status_code == 404
    client.force_login(leader)
    assert client.post(f"{here}/coordinates", b"{}", content_type="application/json").status_code == 403
