"""The two addresses through which coordinates and files reach the editor."""

import re
import time
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from geodata.exchange.shape_intake.systems import CHOICES, EXCHANGED
from geodata.projects.models import GeometryVersion, Project
from geodata.regions.services import refresh_management_boundaries
from geodata.sandbox import process
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from portal.workbench.shapes import sealing
from tests import shapes_in_process
from tests.geodata.sandbox import makers

pytestmark = pytest.mark.django_db

SQUARE = "113.08,29.30\n113.09,29.30\n113.09,29.31\n113.08,29.31"
Send = Callable[..., Any]


@pytest.fixture
def road(make_project: Callable[..., Project]) -> Project:
    refresh_management_boundaries()
    return make_project(name="示例大道提质工程", name_key="示例大道提质工程")


@pytest.fixture
def another_hand(road: Project) -> User:
    return ensure_account(
        username="second", display_name="同事", password="x", role=Role.COUNTY_STAFF, unit_code="430602"
    )


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


# ---- where the shape comes from, on its way through the browser


@pytest.fixture
def save(road: Project, steward: User, monkeypatch: pytest.MonkeyPatch) -> Send:
    shapes_in_process.install(monkeypatch)

    def send(told: dict[str, Any], person: User = steward, project: Project = road, **more: Any) -> Any:
        client = Client(headers={"accept": "application/json", "If-Match": '"g0"'})
        client.force_login(person)
        evidence = {name: said for name, said in told["evidence"].items() if name not in {"original_wkt", "accuracy_m"}}
        taken = {"evidence": evidence, "originals": [told["evidence"]["original_wkt"]], "geometry": told["geometry"]}
        body = orjson.dumps({"source": "surveyed", "reason": "红线", "submit": False, **taken, **more})
        address = f"/workbench/projects/{project.serial_no}/geometry.json"
        return client.put(address, body, content_type="application/json")

    return send


def test_what_was_imported_is_kept_as_the_server_read_it(type_in: Send, save: Send) -> None:
    told = type_in(SQUARE, crs="4490", kind="polygon").json()
    assert save(told).status_code == 200
    kept = GeometryVersion.objects.get()
    for name in ("declared_crs", "detected_crs", "crs_confidence", "pipeline", "original_wkt", "original_sha256"):
        assert getattr(kept, name) == told["evidence"][name] != "", name


def test_of_a_file_any_of_the_features_may_be_taken(upload: Send, save: Send) -> None:
    told = upload(makers.archive(makers.shapefile(("示例大道提质工程", "别的工程"))), crs="4490").json()
    originals = [feature["original_wkt"] for feature in told["features"]]
    shape = told["features"][0]["geometry"]
    assert save(told, geometry=shape, originals=originals).status_code == 200
    assert GeometryVersion.objects.get().original_wkt == f"GEOMETRYCOLLECTION ({originals[0]}, {originals[1]})"


@pytest.mark.parametrize(
    "change",
    [
        {"pipeline": "别处来的"},
        {"original_sha256": "0" * 64},
        {"author": "9"},
        {"seal": ""},
        {"seal": None},
        {"seal": "eyJmb3IiOltdfQ:1wVbeY:abc"},
        {"original_wkt": "POINT (113.08 29.3)"},
    ],
)
def test_evidence_that_was_tampered_with_is_refused(type_in: Send, save: Send, change: dict[str, Any]) -> None:
    told = type_in(SQUARE, crs="4490", kind="polygon").json()
    sent = {name: told["evidence"][name] for name in told["evidence"] if name not in {"original_wkt", "accuracy_m"}}
    answer = save(told, evidence={**sent, **change})
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad-evidence"
    assert "请重新导入" in answer.json()["detail"]
    assert not GeometryVersion.objects.exists()


@pytest.mark.parametrize("originals", [["POINT (113.08 29.3)"], ["", ""]])
def test_original_coordinates_that_no_file_held_are_refused(type_in: Send, save: Send, originals: list[str]) -> None:
    told = type_in(SQUARE, crs="4490", kind="polygon").json()
    assert save(told, originals=originals).json()["code"] == "bad-evidence"
    assert save(told, evidence={}).json()["code"] == "bad-evidence"
    assert save(told, originals="POINT").status_code == 400
    assert not GeometryVersion.objects.exists()


def test_a_seal_is_good_for_one_project_and_one_person(
    type_in: Send, save: Send, make_project: Callable[..., Project], another_hand: User
) -> None:
    told = type_in(SQUARE, crs="4490", kind="polygon").json()
    assert save(told, project=make_project(name="另一个工程")).json()["code"] == "bad-evidence"
    assert save(told, person=another_hand).json()["code"] == "bad-evidence"
    assert not GeometryVersion.objects.exists()
    assert save(told).status_code == 200


def test_a_seal_is_good_for_a_day(type_in: Send, save: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    told = type_in(SQUARE, crs="4490", kind="polygon").json()
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + sealing.VALID_SECONDS + 60)
    answer = save(told)
    assert (answer.status_code, answer.json()["code"]) == (422, "stale-evidence")
    assert "请重新导入" in answer.json()["detail"]
    assert not GeometryVersion.objects.exists()


def test_a_question_has_nothing_to_seal_yet(type_in: Send) -> None:
    assert "seal" not in type_in(SQUARE, kind="polygon").json()["evidence"]


def test_coordinate_systems_have_english_names_on_english_pages(
    type_in: Send, road: Project, steward: User, client_of: Callable[[User], Client]
) -> None:
    page = client_of(steward).get(f"/en/workbench/projects/{road.serial_no}/geometry/").content.decode()
    options = re.findall(r'<option value="[^"]*">([^<]*)</option>', page.partition('name="crs"')[2])
    assert len(options) >= 2 * len(CHOICES)
    assert [option for option in options if re.search("[\u4e00-\u9fff]", option)] == []
    with translation.override("en"):
        labels = [sealing._named(label) for _code, label in CHOICES]
        assert sealing._named(f"{CHOICES[5][1]}{EXCHANGED}").endswith(", northing and easting exchanged")
    assert [label for label in labels if re.search("[\u4e00-\u9fff]", label)] == []
    client = client_of(steward)
    address = f"/en/workbench/projects/{road.serial_no}/geometry/coordinates"
    answer = client.post(address, orjson.dumps({"text": SQUARE, "kind": "polygon"}), content_type="application/json")
    assert answer.json()["question"]["options"][2]["label"] == "BD-09: Baidu map"
