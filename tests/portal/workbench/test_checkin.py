"""The check-in page, what a phone may send to it, and who sees the visits of a project."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geodata.progress.models import Photo
from geodata.projects.choices import GeometrySource
from geodata.projects.models import GeometryVersion, Project
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from geodata.visits.models import CheckIn
from tests.conftest import PASSWORD, square
from tests.geodata.sandbox.test_pictures import notes, picture_file

pytestmark = pytest.mark.django_db
PAGE, NEAR = "/workbench/checkin/", "/workbench/checkin/near/"
HERE = {"lon": "113.105", "lat": "29.305", "accuracy": "12.5"}


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def site(make_project: Callable[..., Project]) -> Project:
    return make_project(name="示例路提质工程", geom=square(113.1, 29.3, 0.01), geom_source=GeometrySource.DRAWN)


def form(project: Project, *, at: datetime | None = None, **changed: Any) -> dict[str, Any]:
    values = {
        **HERE,
        "code": project.serial_no,
        "fixed_at": (at or timezone.now()).isoformat(),
        "key": str(uuid4()),
        **changed,
    }
    return {name: value for name, value in values.items() if value is not None}


def sent(client: Client, project: Project, **changed: Any) -> Any:
    return client.post(PAGE, form(project, **changed), headers={"accept": "application/json"})


def section(client: Client, project: Project, query: str = "") -> str:
    page = client.get(f"/workbench/projects/{project.serial_no}/{query}").content.decode()
    return page.split('id="visits"')[1].split('id="history"')[0]


def test_the_page_s_script_is_told_where_to_go(site: Project, steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    response = sent(client, site, note="路基已验收")
    made = CheckIn.objects.get()
    assert (response.status_code, response.json()) == (201, {"url": f"{PAGE}?done={made.pk}"})
    page = client.get(response.json()["url"]).content.decode()
    assert "签到成功" in page
    assert "示例路提质工程" in page
    assert "在项目范围内" in page
    assert client.post(PAGE, form(site)).status_code == 302  # a browser without the script


@pytest.mark.parametrize(
    ("changed", "status", "code", "says"),
    [
        ({"lat": "29.33"}, 422, "too-far", "还有 2.2 公里"),
        ({"lon": "29.305", "lat": "113.105"}, 422, "no-position", "打开手机定位"),
        ({"lon": "NaN"}, 422, "no-position", "打开手机定位"),
        ({"lon": "1e400"}, 422, "no-position", "打开手机定位"),
        ({"lat": "٢٩.3"}, 422, "no-position", "打开手机定位"),
        ({"lat": None}, 422, "no-position", "打开手机定位"),
        ({"accuracy": "Infinity"}, 422, "no-accuracy", "重新定位"),
        ({"accuracy": None}, 422, "no-accuracy", "重新定位"),
        ({"accuracy": "101"}, 422, "poor-accuracy", "约 101 米"),
        ({"fixed_at": "昨天"}, 422, "no-position", "定位"),
        ({"fixed_at": "2026-03-30T10:00:00"}, 422, "no-position", "定位"),  # of which zone?
        ({"fixed_at": "0001-01-01T00:00:00+00:00"}, 422, "stale-position", "重新定位"),
        ({"fixed_at": "9999-12-31T23:59:59+00:00"}, 422, "clock-ahead", "自动设置时间"),
        ({"key": "x"}, 422, "no-key", "刷新页面"),
        ({"code": None}, 422, "no-project", "先选择"),
        ({"code": "YYMS-2026-9999"}, 404, "not-found", "没有这个项目"),
        ({"code": "a\x00b"}, 400, "bad-parameter", "字母"),
        ({"note": "长" * 201}, 422, "long-note", "200 字"),
        ({"note": "a\x00b"}, 422, "bad-note", "字符"),
    ],
)
def test_what_cannot_be_believed_is_refused_in_chinese_and_leaves_nothing(
    site: Project, steward: User, client_of: Callable, changed: dict[str, Any], status: int, code: str, says: str
) -> None:
    response = sent(client_of(steward), site, **changed)
    problem = json.loads(response.content)
    assert (response.status_code, problem["code"], says in problem["detail"]) == (status, code, True), problem
    assert not CheckIn.objects.exists()


def test_old_and_future_positions_are_refused(site: Project, steward: User, client_of: Callable) -> None:
    client, now = client_of(steward), timezone.now()
    assert sent(client, site, at=now - timedelta(minutes=7)).json()["code"] == "stale-position"
    assert sent(client, site, at=now + timedelta(minutes=7)).json()["code"] == "clock-ahead"
    assert sent(client, site, at=now - timedelta(minutes=4)).status_code == 201


def test_a_photo_that_is_too_large_or_none_is_refused(site: Project, steward: User, client_of: Callable) -> None:
    client = client_of(steward)

    def with_photo(content: bytes) -> Any:
        return sent(client, site, photo=SimpleUploadedFile("x.jpg", content, content_type="image/jpeg"))

    assert with_photo(b"\xff\xd8\xff" + b"x" * 15 * 1024 * 1024).status_code == 413
    assert with_photo(b"<svg/>").status_code == 422
    assert with_photo(picture_file(exif=notes())).json()["code"] == "old-photo"
    assert not CheckIn.objects.exists()
    assert with_photo(picture_file()).status_code == 201
    assert CheckIn.objects.get().photo == Photo.objects.get()
    assert with_photo(b"").status_code == 201  # an empty field is no photo


def test_a_person_of_another_district_finds_no_such_project(
    site: Project, other_steward: User, client_of: Callable
) -> None:
    client = client_of(other_steward)
    assert sent(client, site).status_code == 404
    rows = client.get(NEAR, HERE).json()["projects"]
    assert rows == []
    assert client.get(f"/workbench/projects/{site.serial_no}/trust.json").status_code == 404


@pytest.mark.parametrize("role", [Role.CITY_LEADER, Role.AUDITOR, Role.FINANCE, Role.SYSTEM_ADMIN])
def test_who_records_nothing_has_no_check_in_page(site: Project, role: Role, client_of: Callable) -> None:
    client = client_of(ensure_account(username="looker", display_name="", password=PASSWORD, role=role))
    assert client.get(PAGE).status_code == 403
    assert client.get(NEAR, HERE).status_code == 403
    assert sent(client, site).status_code == 403
    assert not CheckIn.objects.exists()


def test_the_projects_near_come_with_distance_and_reach(
    site: Project, make_project: Callable[..., Project], steward: User, client_of: Callable
) -> None:
    far, blank = make_project(name="远处工程", geom=square(113.15, 29.35, 0.01)), make_project(name="未上图工程")
    client = client_of(steward)
    found = client.get(NEAR, HERE).json()
    assert [(row["code"], row["reach"]) for row in found["projects"]] == [
        (site.serial_no, "yes"),
        (far.serial_no, "no"),
        (blank.serial_no, "free"),
    ]
    assert [row["away"] for row in found["projects"]] == ["在范围内", "6.6 公里", "未上图"]
    assert found["allowed_m"] == 112.5
    assert [row["name"] for row in client.get(NEAR, {**HERE, "q": "未上图"}).json()["projects"]] == ["未上图工程"]
    english = client.get(f"/en{NEAR}", HERE).json()["projects"]
    assert [row["away"] for row in english] == ["you are inside", "6.6 km", "not on the map yet"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"lon": "113"},
        {"lon": "200", "lat": "29"},
        {"lon": "nan", "lat": "29"},
        {**HERE, "accuracy": "-1"},
        {**HERE, "x": "1"},
    ],
)
def test_a_place_that_is_none_is_a_bad_parameter(
    site: Project, steward: User, client_of: Callable, query: dict[str, str]
) -> None:
    assert client_of(steward).get(NEAR, query).status_code == 400


def test_the_phone_may_ask_for_its_position_and_for_nothing_else(
    site: Project, steward: User, client_of: Callable
) -> None:
    response = client_of(steward).get(PAGE)
    assert "geolocation=(self)" in response.headers["Permissions-Policy"]
    assert "microphone=()" in response.headers["Permissions-Policy"]
    assert response.headers["Cache-Control"] == "no-store, private"
    assert 'capture="environment"' in response.content.decode()
    assert client_of(steward).get(f"{PAGE}?project=x%00").status_code == 400
    assert client_of(steward).get(f"{PAGE}?done=999999").status_code == 200


def test_the_visits_stand_on_the_project_s_page_for_those_who_see_it(
    site: Project, steward: User, leader: User, client_of: Callable
) -> None:
    client = client_of(steward)
    assert "还没有人签到" in section(client, site)
    sent(client, site, note="路基<b>已验收")
    sent(client, site, lat="29.3106")
    for person in (steward, leader):
        page = section(client_of(person), site)
        assert "路基&lt;b&gt;已验收" in page
        assert "距项目范围 67 米" in page
        assert "trust-verified" in page
        assert "现场签到 2 次" in page
        assert ("现场签到</a>" in page) == (person == steward)
    spots = json.loads(re.search(r'id="site-spots"[^>]*>(.*?)</script>', section(client, site)).group(1))  # type: ignore[union-attr]
    assert [(spot["number"], spot["radius"]) for spot in spots] == [(1, 12.5), (2, 12.5)]
    assert spots[1]["lat"] == 29.305
    assert "截至当日没有人签到" in section(client, site, "?as_of=2026-03-01")


def test_photos_from_far_away_are_said_beside_the_shape(site: Project, steward: User, client_of: Callable) -> None:
    client, place = client_of(steward), f"/workbench/projects/{site.serial_no}/"
    client.post(place, {"file": SimpleUploadedFile("x.jpg", picture_file(exif=notes()))})
    page = client.get(place).content.decode()
    assert page.count("有 1 张照片的拍摄点距图形较远（最远 5.7 公里）") >= 2
    assert "拍摄点距图形 5.7 公里" in page.split('id="photos"')[1]
    badge = client.get(f"{place}trust.json").json()
    assert (badge["level"], badge["label"]) == ("drawn", "手绘")
    assert "5.7 公里" in badge["doubt"]
    assert "trust-drawn is-doubtful" in client.get("/workbench/projects/").content.decode()


def test_a_project_without_a_shape_bears_no_badge(
    make_project: Callable[..., Project], steward: User, client_of: Callable
) -> None:
    nowhere = make_project(name="未上图工程")
    client = client_of(steward)
    assert client.get(f"/workbench/projects/{nowhere.serial_no}/trust.json").json() == {}
    assert (
        'class="trust'
        not in client.get("/workbench/projects/").content.decode().split("<tbody>")[1].split("</tbody>")[0]
    )


def test_a_check_in_becomes_the_draft_of_a_place(
    make_project: Callable[..., Project], steward: User, other_steward: User, leader: User, client_of: Callable
) -> None:
    nowhere, client = make_project(name="未上图工程"), client_of(steward)
    sent(client, nowhere)
    made = CheckIn.objects.get()
    address = f"/workbench/checkin/{made.pk}/suggest"
    assert "用这个位置作草稿" in section(client, nowhere)
    assert client_of(other_steward).post(address).status_code == 404
    assert client_of(leader).post(address).status_code == 403
    assert not GeometryVersion.objects.exists()
    assert client.post(address).status_code == 302
    assert GeometryVersion.objects.get().author == steward
    again = client.post(address)
    assert again.status_code == 302
    assert "已经有图形或草稿" in client.get(again.headers["Location"]).content.decode()
    assert GeometryVersion.objects.count() == 1


def test_many_visits_come_in_pages_without_a_question_more(site: Project, steward: User, client_of: Callable) -> None:
    client = client_of(steward)

    def asked(query: str = "") -> tuple[int, str]:
        with CaptureQueriesContext(connection) as captured:
            page = section(client, site, query)
        return len([query for query in captured if "SAVEPOINT" not in query["sql"]]), page

    without, _page = asked()
    now = timezone.now()
    CheckIn.objects.bulk_create(
        CheckIn(
            key=uuid4(), project=site, person=steward, fixed_at=now, received_at=now - timedelta(minutes=number),
            position="SRID=4490;POINT(113.105 29.305)", accuracy_m=9, distance_m=0, allowed_m=109, inside=True,
            note=f"第{number}次",
        )
        for number in range(24)
    )  # fmt: skip
    few, first = asked()
    last, end = asked("?visits=9")
    assert without == few == last <= 12
    assert (first.count("<li id="), end.count("<li id=")) == (10, 4)
    assert "第0次" in first
    assert "第23次" in end
