"""Shapes over HTTP as our editor speaks it: ETag and If-Match, findings, conflicts, neighbours, bad input."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.test import Client
from django.urls import reverse

from geodata.projects.models import GeometryVersion, Project
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from geodata.tiles.services import assign_tile_zooms
from tests import shapes_in_process

pytestmark = pytest.mark.django_db

PROGRAM = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def _in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "real_sandbox" not in request.fixturenames:
        shapes_in_process.install(monkeypatch)


@pytest.fixture
def real_sandbox() -> None:
    """For tests that start the child."""


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    return make_project(name="示例小区改造")


@pytest.fixture
def editor(steward: User) -> Client:
    client = Client(headers=PROGRAM)
    client.force_login(steward)
    return client


@pytest.fixture
def reviewer(city: dict[str, AreaUnit]) -> Client:
    user = ensure_account(
        username="reviewer", display_name="审核员", password="x", role=Role.COUNTY_STAFF, unit_code="430602"
    )
    client = Client(headers=PROGRAM)
    client.force_login(user)
    return client


def square(lon: float = 113.02, size: float = 0.001) -> dict[str, Any]:
    return shapely.geometry.mapping(shapely.MultiPolygon([shapely.box(lon, 29.22, lon + size, 29.22 + size)]))


def at(project: Project, name: str = "geometry_state", number: int | None = None) -> str:
    arguments: list[Any] = [project.serial_no] if number is None else [project.serial_no, number]
    return reverse(f"workbench:{name}", args=arguments)


def put(client: Client, project: Project, etag: str | None = '"g0"', **body: Any) -> Any:
    content = {"geometry": square(), "source": "drawn", "reason": "", "submit": False, **body}
    headers = {"If-Match": etag} if etag is not None else {}
    return client.put(at(project), orjson.dumps(content), content_type="application/json", headers=headers)


def post(client: Client, address: str, **body: Any) -> Any:
    return client.post(address, orjson.dumps(body), content_type="application/json")


def test_a_project_without_a_shape_says_what_may_be_drawn(editor: Client, project: Project) -> None:
    answer = editor.get(at(project))
    assert answer["ETag"] == '"g0"'
    assert answer.json() == {
        "code": project.serial_no,
        "name": "示例小区改造",
        "category": {"code": "01", "name": "城镇老旧小区改造"},
        "kinds_allowed": ["polygon"],
        "unit": {"code": "430602", "name": "岳阳楼区"},
        "head": None,
        "findings": [],
        "approved": None,
        "may": {"edit": True, "approve": False},
        "etag": '"g0"',
    }


def test_a_shape_is_saved_and_read_back_to_the_last_digit(editor: Client, project: Project, steward: User) -> None:
    rings = [[[113.02, 29.22], [113.03123457, 29.22], [113.03, 29.23], [113.02, 29.22]],
             [[113.0251, 29.2211], [113.0261, 29.2211], [113.0261, 29.2221], [113.0251, 29.2211]]]  # fmt: skip
    saved = put(editor, project, geometry={"type": "Polygon", "coordinates": rings}, accuracy_m=0.5, reason="现场核对")
    assert saved.status_code == 200
    assert saved["ETag"] == saved.json()["etag"] == '"g1"'
    assert saved.json()["measures"]["holes"] == 1
    head = editor.get(at(project)).json()["head"]
    assert head["geometry"] == {"type": "MultiPolygon", "coordinates": [rings]}
    assert (head["number"], head["state"], head["state_label"], head["accuracy_m"]) == (1, "draft", "草稿", 0.5)
    assert (head["author"], head["reason"], head["source_label"]) == (str(steward), "现场核对", "手绘")
    assert head["at"].startswith("20")


def test_the_whole_way_over_http(editor: Client, reviewer: Client, project: Project) -> None:
    assert put(editor, project).status_code == 200
    assert post(editor, at(project, "geometry_submit", 1)).json()["head"]["state"] == "submitted"
    assert post(editor, at(project, "geometry_approve", 1)).status_code == 403
    waiting = reviewer.get(at(project)).json()
    assert waiting["may"] == {"edit": True, "approve": True}
    assert post(reviewer, at(project, "geometry_return", 1)).status_code == 422  # without a comment
    assert (
        post(reviewer, at(project, "geometry_return", 1), comment="东边少画一栋").json()["head"]["state"] == "returned"
    )
    assert put(editor, project, '"g1"', geometry=square(113.03), submit=True).json()["head"]["state"] == "submitted"
    approved = post(reviewer, at(project, "geometry_approve", 2), comment="可以")
    assert approved.json()["approved"]["number"] == approved.json()["number"] == 2
    assert approved["ETag"] == '"g2"'
    assert post(editor, at(project, "geometry_approve", 2)).status_code == 409
    assert put(editor, project, '"g2"', geometry=square(113.04)).status_code == 200
    assert post(editor, at(project, "geometry_discard", 3)).json()["head"]["number"] == 2
    assert post(editor, at(project, "geometry_restore", 1), reason="还是原来的对").json()["number"] == 4
    project.refresh_from_db()
    assert project.geom is not None
    assert project.geom.extent[0] == 113.03


def test_an_approved_shape_takes_its_place_among_the_marks_of_the_tiles(
    editor: Client,
    reviewer: Client,
    project: Project,
    make_project: Callable[..., Project],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("geodata.tiles.thinning.MOST", 1)
    monkeypatch.setattr("geodata.tiles.thinning.tile_zooms.__kwdefaults__", {"most": 1})
    lighter = make_project(name="更小的", geom=shape_at(113.02), total_investment=1)
    heavier = make_project(name="更大的", geom=shape_at(113.021), total_investment=10**9)
    assign_tile_zooms()
    put(editor, project, geometry=square(113.0205), submit=True)
    assert post(reviewer, at(project, "geometry_approve", 1)).status_code == 200
    zooms = {one.pk: one.tile_zoom for one in Project.objects.all()}
    assert zooms[heavier.pk] == 0 < zooms[project.pk] <= zooms[lighter.pk]
    assert assign_tile_zooms() == 0


# ---- the lock


def test_without_if_match_nothing_is_saved(editor: Client, project: Project) -> None:
    answer = put(editor, project, None)
    assert answer.status_code == 428
    assert answer["Content-Type"] == "application/problem+json"
    assert not GeometryVersion.objects.exists()


def test_an_older_version_gets_all_three_shapes_and_who_was_faster(
    editor: Client, reviewer: Client, project: Project, steward: User
) -> None:
    put(editor, project)
    put(reviewer, project, '"g1"', geometry=square(113.03), reason="扩大范围")
    mine = square(113.04)
    answer = put(editor, project, '"g1"', geometry=mine)
    told = answer.json()
    assert answer.status_code == 412
    assert (told["code"], told["etag"], told["author"], told["number"]) == ("stale-edit", '"g2"', "审核员", 2)
    assert told["yours"] == orjson.loads(orjson.dumps(mine))
    assert told["theirs"] == orjson.loads(orjson.dumps(square(113.03)))
    assert told["base"] == orjson.loads(orjson.dumps(square()))
    assert told["reason"] == "扩大范围"
    assert put(editor, project, told["etag"], geometry=mine).status_code == 200  # redone on top
    assert GeometryVersion.objects.count() == 3


@pytest.mark.parametrize("etag", ['"g9"', '"g01234567890"', "*", "g0", '"x"', '"g-1"', '"g0", "g1"', '"g１"'])
def test_a_mark_that_is_not_the_newest_matches_nothing(editor: Client, project: Project, etag: str) -> None:
    assert put(editor, project, etag).status_code == 412
    assert not GeometryVersion.objects.exists()


def test_a_compressed_answer_still_gives_a_mark_that_matches(editor: Client, project: Project) -> None:
    line = [[113.02 + i * 0.00001, 29.22 + (i % 2) * 0.00001] for i in range(400)]
    project.category.geometry_kinds = ["line"]
    project.category.save()
    put(editor, project, geometry={"type": "LineString", "coordinates": line})
    answer = editor.get(at(project), headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert answer["ETag"] == 'W/"g1"'
    assert (
        put(editor, project, answer["ETag"], geometry={"type": "LineString", "coordinates": line[1:]}).status_code
        == 200
    )


# ---- bad input: a clear refusal, nothing written


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"x"', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"geometry": ' + b"[" * 5_000 + b"]" * 5_000 + b', "source": "drawn"}', 400),
        (b'{"geometry": {"type": "Point", "coordinates": [NaN, 29]}, "source": "drawn"}', 400),
        (b'{"geometry": {"type": "Point", "coordinates": [1e400, 29]}, "source": "drawn"}', 400),
        (b'{"source": "drawn"}', 422),
        (b'{"geometry": null, "source": "drawn"}', 422),
        (b'{"geometry": {"type": "Point", "coordinates": [113, 29]}}', 422),
        (b'{"geometry": {"type": "Point", "coordinates": [113, 29]}, "source": 7}', 400),
        (b'{"geometry": {"type": "Point", "coordinates": [113, 29]}, "source": "x"}', 422),
        (b'{"geometry": {"type": "Point", "coordinates": [113, 29]}, "source": "drawn", "submit": "yes"}', 400),
        (b'{"geometry": {"type": "Point", "coordinates": [113, 29]}, "source": "drawn", "answers": [1]}', 400),
        (b'{"geometry": {"type": "Point", "coordinates": [113, 29]}, "source": "drawn", "answers": {"a": 1}}', 400),
        (b'{"geometry": {"type": "Point", "coordinates": [113, 29]}, "source": "drawn", "reason": "a\\u0000b"}', 400),
        (b'{"geometry": {"type": "Point", "coordinates": [113, 29]}, "source": "drawn", "evidence": {"x": "y"}}', 422),
        (b'{"geometry": {"type": "Point", "coordinates": [113, 29]}, "source": "drawn", "accuracy_m": {}}', 422),
    ],
)
def test_what_is_no_proposal_is_refused(editor: Client, project: Project, body: bytes, status: int) -> None:
    answer = editor.put(at(project), body, content_type="application/json", headers={"If-Match": '"g0"'})
    assert answer.status_code == status, answer.content
    assert answer.json()["detail"]
    assert not GeometryVersion.objects.exists()


def test_a_body_beyond_eight_megabytes_is_not_read(editor: Client, project: Project) -> None:
    body = b'{"geometry": "' + b"x" * (8 * 1024 * 1024) + b'"}'
    answer = editor.put(at(project), body, content_type="application/json", headers={"If-Match": '"g0"'})
    assert answer.status_code == 413


def test_a_refused_shape_comes_back_with_its_findings(editor: Client, project: Project) -> None:
    point = {"type": "Point", "coordinates": [113.05, 29.3]}
    answer = put(editor, project, geometry=point, submit=True)
    assert answer.status_code == 422
    assert [one["code"] for one in answer.json()["findings"]] == ["kind-not-allowed"]


# ---- checking while drawing


def test_checking_writes_nothing_and_says_what_saving_would(editor: Client, project: Project) -> None:
    answer = post(editor, at(project, "geometry_check"), geometry=square(113.3), source="drawn")
    assert answer.status_code == 200
    assert [(one["code"], one["severity"]) for one in answer.json()["findings"]] == [("outside-unit", "headquarters")]
    assert answer.json()["measures"]["area_m2"] == pytest.approx(10_790, rel=0.01)
    assert not GeometryVersion.objects.exists()


def test_a_crossing_has_a_place_and_no_figures(editor: Client, project: Project) -> None:
    ring = [[113, 29.2], [113.01, 29.21], [113.01, 29.2], [113, 29.21], [113, 29.2]]
    answer = post(editor, at(project, "geometry_check"), geometry={"type": "Polygon", "coordinates": [ring]})
    found = answer.json()["findings"][0]
    assert (found["code"], found["lon"], found["lat"]) == ("invalid", 113.005, 29.205)
    assert answer.json()["measures"] is None


# ---- what lies around


def shape_at(lon: float) -> GEOSGeometry:
    return GEOSGeometry(shapely.to_wkt(shapely.geometry.shape(square(lon))), srid=4490)


def test_neighbours_are_ones_own_and_what_everybody_may_see(
    editor: Client, project: Project, make_project: Callable[..., Project], city: dict[str, AreaUnit]
) -> None:
    west = city["430626"]
    mine = make_project(name="自己的内部项目", geom=shape_at(113.05), disclosure="internal")
    shown = make_project(name="公开项目", geom=shape_at(113.06), management_unit=west)
    make_project(name="别人的内部项目", geom=shape_at(113.07), management_unit=west, disclosure="internal")
    make_project(name="只公开乡镇", geom=shape_at(113.08), management_unit=west, public_geometry="township")
    make_project(name="已删除", geom=shape_at(113.09), is_deleted=True)
    make_project(name="在框外", geom=shape_at(113.18))
    answer = editor.get(at(project, "geometry_neighbours"), {"bbox": "112.99,29.19,113.15,29.3"})
    told = answer.json()
    found = {(one["properties"]["kind"], one["properties"]["code"]) for one in told["features"]}
    assert found == {
        ("own", mine.serial_no),
        ("other", shown.serial_no),
        ("boundary", "430602"),
        ("boundary", "ZONE_YYJKQ"),
    }
    assert told["truncated"] is False
    lines = {one["geometry"]["type"] for one in told["features"] if one["properties"]["kind"] == "boundary"}
    assert lines <= {"LineString", "MultiLineString"}


@pytest.mark.parametrize(
    "box",
    ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "113,29,112,30", "113,29,113,30", "nan,29,113,30", "0,0,inf,1", "0,0,999,1"],
)
def test_a_box_that_is_none_is_refused(editor: Client, project: Project, box: str) -> None:
    assert editor.get(at(project, "geometry_neighbours"), {"bbox": box}).status_code == 400


# ---- who


def test_people_who_may_only_look_are_told_so_and_cannot_save(project: Project, leader: User) -> None:
    client = Client(headers=PROGRAM)
    client.force_login(leader)
    assert client.get(at(project)).json()["may"] == {"edit": False, "approve": False}
    assert put(client, project).status_code == 403
    assert post(client, at(project, "geometry_check"), geometry=square()).status_code == 403


def test_a_form_goes_back_to_its_page_with_a_word(
    editor: Client, project: Project, steward: User, client_of: Callable[[User], Client]
) -> None:
    put(editor, project)
    browser = client_of(steward)
    there = reverse("workbench:projects")
    answer = browser.post(at(project, "geometry_submit", 1), {"next": there}, follow=True)
    assert answer.redirect_chain == [(there, 302)]
    assert GeometryVersion.objects.get().state == "submitted"
    again = browser.post(at(project, "geometry_submit", 1), {"next": "https://elsewhere.example/"})
    assert again["Location"] == reverse("workbench:project", args=[project.serial_no])


def test_the_real_sandbox_answers_the_same(
    real_sandbox: None, editor: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = post(editor, at(project, "geometry_check"), geometry=square(113.3)).json()
    shapes_in_process.install(monkeypatch)
    assert post(editor, at(project, "geometry_check"), geometry=square(113.3)).json() == real
