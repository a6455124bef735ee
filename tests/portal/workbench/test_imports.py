"""The pages of imports: who uploads what, whose batches one sees, what a preview says, files, templates, places."""

from __future__ import annotations

import html
import io
import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, MultiPoint, Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from geodata.exchange.batches import opening, working
from geodata.exchange.blank_workbooks import EXAMPLE, blank_workbook, example
from geodata.exchange.columns import Kind
from geodata.exchange.datasets import REGISTRY, dataset
from geodata.exchange.mappings import mapping_of
from geodata.exchange.models import Batch
from geodata.projects.models import GeometryVersion, Project
from geodata.regions.models import AreaUnit, BaseFeature
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADER = ["项目名称", "属地管理单位", "计划年度", "项目类别", "总投资(万元)"]
GOOD = ["示例一号路", "岳阳楼区", 2026, "农村公路", 120]
BAD = ["示例二号路", "岳阳楼区", 2026, "农村公路", "很多"]
AS = Callable[[User], Client]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def sheet(*rows: list[Any], name: str = "台账.xlsx") -> SimpleUploadedFile:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "台账"
    for row in (HEADER, *rows):
        page.append(row)
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile(name, target.getvalue(), XLSX)


def upload(client: Client, *files: SimpleUploadedFile, kind: str = "projects") -> HttpResponse:
    return client.post("/workbench/imports/", {"kind": kind, "files": list(files)})


def read(client: Client, *files: SimpleUploadedFile) -> Batch:
    """Upload, and do what the worker does."""
    answer = upload(client, *files)
    batch = Batch.objects.latest("pk")
    assert answer.status_code == 302, answer.content.decode()
    working.work(batch.pk, now=timezone.localtime())
    batch.refresh_from_db()
    return batch


def test_an_upload_becomes_a_batch_and_a_job(steward: User, client_of: AS) -> None:
    client = client_of(steward)
    answer = upload(client, sheet(GOOD))
    batch = Batch.objects.get()
    assert answer["location"] == f"/workbench/imports/{batch.pk}/"
    assert (batch.state, batch.user, batch.file_name) == (Batch.State.QUEUED, steward, "台账.xlsx")
    job = ProcrastinateJob.objects.get(task_name="geodata.exchange.jobs.work_on_batch")
    assert (job.status, job.queue_name, job.args) == ("todo", "imports", {"batch_id": batch.pk})
    told = client.get(f"/workbench/imports/{batch.pk}/progress").json()
    assert (told["active"], told["percent"]) == (True, 0)
    assert "data-run=" in client.get(f"/workbench/imports/{batch.pk}/").content.decode()


def test_several_files_become_several_batches_and_a_bad_one_keeps_none_back(steward: User, client_of: AS) -> None:
    client = client_of(steward)
    answer = upload(client, sheet(GOOD), sheet(GOOD, name="二.xlsx"), SimpleUploadedFile("空.xlsx", b""))
    assert answer["location"] == "/workbench/imports/"
    assert sorted(Batch.objects.values_list("file_name", flat=True)) == ["二.xlsx", "台账.xlsx"]


@pytest.mark.parametrize(("kind", "code"), [("disbursements", 403), ("regions", 403), ("nonsense", 302)])
def test_what_the_role_does_not_import_is_refused(steward: User, client_of: AS, kind: str, code: int) -> None:
    assert upload(client_of(steward), sheet(GOOD), kind=kind).status_code == code
    assert not Batch.objects.exists()


def test_a_leader_sees_why_there_is_no_form(leader: User, client_of: AS) -> None:
    page = client_of(leader).get("/workbench/imports/").content.decode()
    assert "您的角色只查看、不导入" in page
    assert "data-upload" not in page
    assert upload(client_of(leader), sheet(GOOD)).status_code == 403


def test_a_preview_says_what_is_wrong_where_and_the_good_rows_go_in(steward: User, client_of: AS) -> None:
    client = client_of(steward)
    batch = read(client, sheet(GOOD, BAD))
    address = f"/workbench/imports/{batch.pk}/"
    page = client.get(address).content.decode()
    assert "入库 1 行" in page
    assert "不是数字" in page
    assert "示例一号路" in page
    workbook = client.get(f"{address}errors.xlsx")
    book = load_workbook(io.BytesIO(b"".join(workbook.streaming_content)))
    assert any(cell.comment for row in book["台账"].iter_rows() for cell in row)
    mark = page.partition('name="seen" value="')[2].partition('"')[0]
    client.post(address, {"action": "commit", "seen": mark})  # without the tick
    assert Batch.objects.get().state == Batch.State.PREVIEWED
    client.post(address, {"action": "commit", "seen": "another-preview", "rows": "good"})
    assert Batch.objects.get().state == Batch.State.PREVIEWED
    client.post(address, {"action": "commit", "seen": mark, "rows": "good"})
    working.work(batch.pk, now=timezone.localtime())
    page = client.get(address).content.decode()
    assert Project.objects.get().name == "示例一号路"
    assert Project.objects.get().serial_no in page
    client.post(address, {"action": "roll_back", "reason": "导错了"})
    working.work(batch.pk, now=timezone.localtime())
    assert "导错了" in client.get(address).content.decode()
    assert Project.objects.get().is_deleted


def test_reading_again_takes_the_answer_of_the_person(steward: User, client_of: AS) -> None:
    client = client_of(steward)
    batch = read(client, sheet(GOOD))
    address = f"/workbench/imports/{batch.pk}/"
    client.post(address, {"action": "read_again", "crs": "9999999", "unit": ""})
    assert Batch.objects.get().state == Batch.State.PREVIEWED
    client.post(address, {"action": "read_again", "sheet": "没有这张表"})
    working.work(batch.pk, now=timezone.localtime())
    assert "没有找到工作表" in client.get(address).content.decode()
    client.post(address, {"action": "discard"})
    assert Batch.objects.get().state == Batch.State.DISCARDED


def test_the_page_says_whose_parameters_bring_an_old_datum_in_and_offers_it_only_then(
    steward: User, client_of: AS, settings: Any, tmp_path: Path
) -> None:
    client = client_of(steward)
    batch = read(client, sheet(HEADER, GOOD))
    page = client.get(f"/workbench/imports/{batch.pk}/").content.decode()
    assert 'value="2362"' not in page
    assert "1980西安坐标系：没有存转换参数" in page
    stored = tmp_path / "datums.toml"
    numbers = "\n".join(f"{name} = 0.1" for name in ("dx", "dy", "dz", "rx", "ry", "rz", "scale"))
    text = f'[xian80]\n{numbers}\nconvention = "position_vector"\naccuracy_m = 0.8\nsource = "样例测绘队"\n'
    stored.write_text(text, encoding="utf-8")
    stored.chmod(0o600)
    settings.DATUM_PARAMETERS = str(stored)
    page = client.get(f"/workbench/imports/{batch.pk}/").content.decode()
    assert 'value="2362"' in page
    assert "1980西安坐标系：服务器上已存转换参数（样例测绘队，精度 0.8 米）" in page
    assert ('value="2414"' in page, "1954北京坐标系：没有存转换参数" in page) == (False, True)


def test_a_file_that_cannot_be_opened_says_why_at_once_and_asks_for_no_columns(steward: User, client_of: AS) -> None:
    client = client_of(steward)
    batch = read(client, SimpleUploadedFile("总图.dwg", b"AC1032" + b"\0" * 200))
    page = client.get(f"/workbench/imports/{batch.pk}/").content.decode()
    decided = page.partition('class="import-decide"')[2].partition("</section>")[0]
    assert "这是 DWG 图纸" in decided
    assert "对应各列" not in decided
    assert "暂不能入库" in page
    assert "暂不能入库" in client.get("/workbench/imports/").content.decode()


def test_the_question_of_a_whole_layer_stands_where_it_is_decided(steward: User, client_of: AS) -> None:
    client = client_of(steward)
    place = '{"type": "Point", "coordinates": [113.1, 29.3]}'
    feature = f'{{"type": "Feature", "properties": {{"项目名称": "甲"}}, "geometry": {place}}}'
    batch = read(client, SimpleUploadedFile("点.geojson", feature.encode()))
    page = client.get(f"/workbench/imports/{batch.pk}/").content.decode()
    assert "坐标从哪里取得" in page.partition('class="import-doubt"')[2].partition("</p>")[0]


def test_batches_of_others_do_not_exist(steward: User, checker: User, other_steward: User, client_of: AS) -> None:
    batch = read(client_of(steward), sheet(GOOD))
    for ending in ("", "progress", "original", "errors.xlsx"):
        assert client_of(other_steward).get(f"/workbench/imports/{batch.pk}/{ending}").status_code == 404
    assert client_of(checker).get(f"/workbench/imports/{batch.pk}/").status_code == 200  # of the same unit
    assert "台账.xlsx" in client_of(checker).get("/workbench/imports/?of=all").content.decode()
    assert "台账.xlsx" not in client_of(other_steward).get("/workbench/imports/?of=all").content.decode()


def test_a_file_with_callers_is_for_its_sender_alone(hq_admin: User, city: Any, client_of: AS) -> None:
    sender = ensure_account(username="hotline", display_name="热线", password=PASSWORD, role=Role.HOTLINE_ADMIN)
    client = client_of(sender)
    content = "工单编号,受理时间,诉求类型,标题\nYY1,2026-03-12 09:14:22,投诉,噪声\n".encode("gb18030")
    upload(client, SimpleUploadedFile("工单.csv", content), kind="complaints")
    batch = Batch.objects.get()
    mine = client.get(f"/workbench/imports/{batch.pk}/original")
    assert b"".join(mine.streaming_content) == content
    assert mine["content-disposition"].startswith("attachment")
    assert client_of(hq_admin).get(f"/workbench/imports/{batch.pk}/").status_code == 200
    assert client_of(hq_admin).get(f"/workbench/imports/{batch.pk}/original").status_code == 404


@pytest.mark.parametrize("name", list(REGISTRY))
def test_every_importer_has_a_template_that_it_reads_itself(name: str, tmp_path: Path, city: Any) -> None:
    found = dataset(name)
    path = tmp_path / "模板.xlsx"
    path.write_bytes(blank_workbook(found))
    book = load_workbook(path)
    sheets = [layout for layout in found.layouts if not layout.features]
    assert len(book.sheetnames) == len(sheets) + 1
    assert all(book[layout.titles[0]]["A2"].value == EXAMPLE for layout in sheets)
    if not sheets:
        return
    context = opening.make_context(options=None, mapping=None, user=None, now=timezone.now())
    seen = opening.preview(path=path, dataset=name, context=context)
    assert seen.plan.counts.rows == 0  # the example is left out
    assert [issue.message for issue in seen.plan.issues if issue.severity.refuses] == []
    assert sorted(seen.content.tables) == sorted(layout.key for layout in sheets)


def test_the_examples_are_values_that_somebody_would_write_and_the_money_of_the_project_adds_up() -> None:
    columns = [column for name in REGISTRY for layout in dataset(name).layouts for column in layout.columns]
    shown = {column.label: example(column) for column in columns}
    assert "示例文字" not in shown.values()
    left_blank = {"联系电话", "收款人账号", "收款账户"}  # nobody's number
    assert {column.label for column in columns if column.kind is not Kind.CHOICE and not example(column)} == left_blank
    sources = [Decimal(text) for label, text in shown.items() if label.startswith("资金来源/")]
    assert sum(sources) == Decimal(shown["总投资"])
    assert [column.label for column in columns if column.choices and example(column) not in column.choices] == []


def test_the_help_page_shows_an_example_and_the_template_of_each(steward: User, client_of: AS) -> None:
    client = client_of(steward)
    page = client.get("/workbench/imports/help/").content.decode()
    assert all(f"/workbench/imports/templates/{name}.xlsx" in page for name in REGISTRY)
    assert client.get("/workbench/imports/templates/contracts.xlsx")["content-type"] == XLSX
    shown = html.unescape(page.partition('<pre class="import-toml" tabindex="0">')[2].partition("</pre>")[0])
    mapping = mapping_of(tomllib.loads(shown), dataset("projects").layouts)  # the example is a mapping that can be read
    assert mapping.columns["工程叫法"] == "项目名称"
    assert client.get("/workbench/imports/templates/secrets.xlsx").status_code == 404


def test_a_click_gives_a_project_its_place_for_another_to_approve(
    steward: User, client_of: AS, make_project: Callable[..., Project], city: dict[str, AreaUnit]
) -> None:
    placed = make_project(name="有位置", geom=MultiPoint(Point(113.1, 29.3), srid=4490))
    waiting = make_project(name="没位置")
    elsewhere = make_project(name="别处的", management_unit=city["430626"])
    client = client_of(steward)
    page = client.get("/workbench/unplaced/").content.decode()
    assert (waiting.serial_no in page, placed.serial_no in page, elsewhere.serial_no in page) == (True, False, False)
    answer = client.post("/workbench/unplaced/", {"code": waiting.serial_no, "place": "113.1, 29.31", "how": "click"})
    assert answer.status_code == 302
    version = GeometryVersion.objects.get(project=waiting)
    assert (version.source, version.author) == ("drawn", steward)
    assert version.geom.centroid.coords == pytest.approx((113.1, 29.31))
    assert waiting.serial_no not in client.get("/workbench/unplaced/").content.decode().partition("<main")[2].replace(
        "没位置”", ""
    )
    assert client.post("/workbench/unplaced/", {"code": elsewhere.serial_no, "place": "113.1, 29.3"}).status_code == 404


def test_a_place_that_the_checks_do_not_let_pass_is_a_draft_that_says_why(
    steward: User, client_of: AS, make_project: Callable[..., Project]
) -> None:
    waiting = make_project(name="没位置")
    client = client_of(steward)
    told = {"code": waiting.serial_no, "place": "113.3, 29.3", "how": "click"}
    page = client.post("/workbench/unplaced/", told, follow=True).content.decode()
    assert GeometryVersion.objects.get(project=waiting).state == "draft"
    assert "的位置只存为草稿：" in page
    assert "应画成面" in page.partition("的位置只存为草稿：")[2].partition("请在图形编辑里")[0]


def test_coordinates_of_a_survey_are_a_place_too(
    steward: User, client_of: AS, make_project: Callable[..., Project]
) -> None:
    project = make_project(name="没位置")
    client = client_of(steward)
    for place, crs in (("三千里外", "4490"), ("113.0890, 29.3850", ""), ("113.0890, 29.3850", "somewhere")):
        client.post("/workbench/unplaced/", {"code": project.serial_no, "place": place, "crs": crs})
    assert not GeometryVersion.objects.exists()
    # what the city's map shows at this place, shifted as Amap shifts it
    client.post("/workbench/unplaced/", {"code": project.serial_no, "place": "113.0949766 29.3824782", "crs": "GCJ02"})
    found = GeometryVersion.objects.get(project=project).geom.centroid
    assert found.coords == pytest.approx((113.0890, 29.3850), abs=1e-5)


def test_an_address_gives_a_place_with_its_radius(
    steward: User, client_of: AS, make_project: Callable[..., Project]
) -> None:
    project = make_project(name="没位置", location_text="示例路")
    BaseFeature.objects.create(kind="road", name="示例路", geom=LineString((113.1, 29.3), (113.11, 29.3), srid=4490))
    client = client_of(steward)
    page = client.get("/workbench/unplaced/", {"code": project.serial_no, "address": "示例路"}).content.decode()
    assert 'value="road:示例路"' in page
    assert "约 500 米范围内" in page
    told = {"code": project.serial_no, "how": "address", "address": "示例路"}
    client.post("/workbench/unplaced/", {**told, "pick": "road:没有的路"})
    client.post("/workbench/unplaced/", told)
    assert not GeometryVersion.objects.exists()
    client.post("/workbench/unplaced/", {**told, "pick": "road:示例路", "place": "0, 0", "accuracy_m": "1"})
    version = GeometryVersion.objects.get(project=project)
    assert version.geom.centroid.coords == pytest.approx((113.105, 29.3))
    assert (version.source, version.accuracy_m) == ("declared", 500)
    assert "示例路" in version.reason
    make_project(name="另一个")
    unknown = client.get("/workbench/unplaced/", {"address": "<b>不在图上</b>"}).content.decode()
    assert "底图上没有这个地址" in unknown
    assert "<b>不在" not in unknown


def test_a_name_that_is_nearly_a_recorded_one_is_asked_about_on_the_page(
    steward: User, client_of: AS, make_project: Callable[..., Project]
) -> None:
    known = "示例大道东段提质改造工程"
    road = make_project(name=known, name_key=known, plan_year=2026)
    client = client_of(steward)
    batch = read(client, sheet([f"{known}项目", "岳阳楼区", 2026, "农村公路", 120]))
    address = f"/workbench/imports/{batch.pk}/"
    page = client.get(address).content.decode()
    assert "是同一个项目吗" in page
    assert f'value="{road.serial_no}"' in page
    key = f"{known}项目|2026|{road.management_unit_id}"
    answer = {"action": "tell_alike", "alike": [key], "is_0": road.serial_no}
    assert client.post(address, answer).status_code == 302
    working.work(batch.pk, now=timezone.localtime())
    batch.refresh_from_db()
    assert (batch.counts["changed"], batch.counts["refused"]) == (1, 0)
    assert "是同一个项目吗" not in client.get(address).content.decode()
