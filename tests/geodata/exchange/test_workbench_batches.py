"""Uploads of the workbench: read and written by the worker, within one's own rows, and rolled back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from shapely.geometry import Point, box

from geodata.errors import Conflict, NotFound, NotPermitted, Refused
from geodata.exchange.batches import folders, permits, undoing, uploading, working
from geodata.exchange.batches.tidying import tidy
from geodata.exchange.models import Batch
from geodata.funding.models import Disbursement, DisbursementStatus
from geodata.progress.models import PeriodReport, PlanYear
from geodata.projects.choices import VersionState
from geodata.projects.models import GeometryVersion, Project
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import Scope, scope_of
from geodata.stewards.services import ensure_account
from tests.conftest import PASSWORD
from tests.geodata.exchange.importing import geojson
from tests.geodata.exchange.sheets import save

NOW = timezone.make_aware(datetime(2026, 4, 7, 9, 30))
LATER = timezone.make_aware(datetime(2026, 4, 8, 9, 30))
LEDGER = ["项目名称", "属地管理单位", "计划年度", "项目类别", "总投资(万元)", "建设地点"]

pytestmark = pytest.mark.django_db

Bring = Callable[..., Batch]


@pytest.fixture
def finance(city: dict[str, AreaUnit]) -> User:
    return ensure_account(username="finance", display_name="财政", password=PASSWORD, role=Role.FINANCE)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def scope(user: User) -> Scope:
    return scope_of(user, today=NOW.date())


def send(user: User, path: Path, dataset: str = "projects", name: str = "") -> Batch:
    """Upload a file and let the worker read it."""
    content = path.read_bytes()
    batch = uploading.upload(
        scope(user),
        dataset=dataset,
        name=name or path.name,
        size=len(content),
        chunks=[content],
        now=NOW,
        defer=lambda **_given: None,
    )
    working.work(batch.pk, now=NOW)
    batch.refresh_from_db()
    return batch


def confirm(user: User, batch: Batch, *, skip_refused: bool = False) -> Batch:
    """Confirm a preview and let the worker write it."""
    uploading.ask_commit(
        scope(user),
        batch.pk,
        skip_refused=skip_refused,
        seen=uploading.mark(batch),
        now=NOW,
        defer=lambda **_given: None,
    )
    working.work(batch.pk, now=NOW)
    batch.refresh_from_db()
    return batch


def take_back(user: User, batch: Batch) -> Batch:
    undoing.ask_roll_back(scope(user), batch.pk, reason="导错文件", now=LATER, defer=lambda **_given: None)
    working.work(batch.pk, now=LATER)
    batch.refresh_from_db()
    return batch


def ledger(tmp_path: Path, *rows: list[Any], name: str = "台账.xlsx") -> Path:
    return save(tmp_path / name, {"台账": [LEDGER, *rows]})


def test_a_clerk_brings_in_the_good_rows_and_keeps_the_bad_ones_in_a_workbook(steward: User, tmp_path: Path) -> None:
    path = ledger(
        tmp_path,
        ["示例一号路改造", "岳阳楼区", 2026, "农村公路", 120, "一号路"],
        ["示例二号路改造", "岳阳楼区", 2026, "农村公路", "一百二十", "二号路"],
    )
    batch = send(steward, path)
    assert (batch.state, batch.counts["new"], batch.counts["refused"]) == (Batch.State.PREVIEWED, 1, 1)
    assert not Project.objects.filter(name="示例一号路改造").exists()  # nothing is written by a preview
    assert folders.errors(batch.pk).is_file()
    with pytest.raises(Refused, match="不能全部入库"):
        uploading.ask_commit(
            scope(steward),
            batch.pk,
            skip_refused=False,
            seen=uploading.mark(batch),
            now=NOW,
            defer=lambda **_given: None,
        )
    assert confirm(steward, batch, skip_refused=True).state == Batch.State.COMMITTED
    assert Project.objects.get(name="示例一号路改造").batch == batch.pk
    assert not Project.objects.filter(name="示例二号路改造").exists()


def test_rows_of_another_unit_are_refused_and_tell_nothing(steward: User, other_steward: User, tmp_path: Path) -> None:
    row = ["别区的路", "平江县", 2026, "农村公路", 100, "平江"]
    confirm(other_steward, send(other_steward, ledger(tmp_path, row)))
    again = send(steward, ledger(tmp_path, ["别区的路", "平江县", 2026, "农村公路", 250, "平江"], name="b.xlsx"))
    assert again.counts["refused"] == 1
    assert [issue.message[:9] for issue in again.issues.filter(row__isnull=False)] == ["项目不在您的管辖范"]
    assert not again.changes
    with pytest.raises(NotFound):
        permits.batch_of(scope(other_steward), again.pk)
    serial = Project.objects.get(name="别区的路").serial_no
    stolen = save(
        tmp_path / "c.xlsx",
        {"台账": [["平台编号", *LEDGER], [serial, "别区的路", "岳阳楼区", 2026, "农村公路", 100, "平江"]]},
    )
    assert send(steward, stolen).counts["refused"] == 1


def test_who_may_import_what_goes_by_role(steward: User, finance: User, tmp_path: Path) -> None:
    path = ledger(tmp_path, ["路", "岳阳楼区", 2026, "农村公路", 1, "x"])
    with pytest.raises(NotPermitted):
        send(steward, path, "disbursements")
    with pytest.raises(NotPermitted):
        send(finance, path, "projects")
    assert permits.importable(scope(finance)) == ["budget", "contracts", "disbursements"]
    assert permits.importable(scope(steward)) == ["projects", "progress"]


def test_nobody_approves_a_report_by_importing_it(
    steward: User, hq_admin: User, make_project: Callable[..., Project], tmp_path: Path
) -> None:
    project = make_project()
    header = ["平台编号", "报告期", "累计完成投资(万元)", "形象进度(%)", "状态"]
    path = save(tmp_path / "月报.xlsx", {"月报": [header, [project.serial_no, "2026-03", 50, 20, "已审核"]]})
    batch = send(steward, path, "progress")
    assert "由他人审核" in batch.issues.get(severity="warning").message
    confirm(steward, batch)
    assert PeriodReport.objects.get(project=project).state == PeriodReport.State.SUBMITTED
    assert take_back(steward, batch).state == Batch.State.ROLLED_BACK
    assert not PeriodReport.objects.filter(project=project).exists()
    approved = confirm(hq_admin, send(hq_admin, path, "progress"))
    assert PeriodReport.objects.get(project=project).state == PeriodReport.State.APPROVED
    with pytest.raises(Conflict, match="已冻结"):
        take_back(hq_admin, approved)


def test_rolling_back_takes_new_projects_away_and_gives_changed_ones_their_values_back(
    hq_admin: User, make_project: Callable[..., Project], city: Any, tmp_path: Path
) -> None:
    known = make_project(name="老项目", total_investment=Decimal("1000000.00"), location_text="旧址")
    path = save(
        tmp_path / "t.xlsx",
        {
            "台账": [
                ["平台编号", *LEDGER, "2026年度/计划投资(万元)"],
                [known.serial_no, "老项目", "岳阳楼区", 2026, "农村公路", 300, "新址", 80],
                ["", "新项目", "岳阳楼区", 2026, "农村公路", 500, "某处", 60],
            ]
        },
    )
    batch = confirm(hq_admin, send(hq_admin, path))
    assert batch.state == Batch.State.COMMITTED, list(batch.issues.values_list("message", flat=True))
    known.refresh_from_db()
    assert (known.location_text, known.total_investment) == ("新址", Decimal("3000000.00"))
    assert take_back(hq_admin, batch).state == Batch.State.ROLLED_BACK
    known.refresh_from_db()
    assert (known.location_text, known.total_investment) == ("旧址", Decimal("1000000.00"))
    assert Project.objects.get(name="新项目").is_deleted
    assert not PlanYear.objects.filter(batch=batch.pk).exists()
    once_more = confirm(hq_admin, send(hq_admin, path))  # the same file comes in again as if for the first time
    assert (once_more.counts["new"], once_more.counts["changed"]) == (1, 1)
    assert Project.objects.filter(name="新项目", is_deleted=False).count() == 1


def test_a_batch_that_something_was_built_upon_stays_and_says_on_what(
    hq_admin: User, city: Any, tmp_path: Path
) -> None:
    batch = confirm(hq_admin, send(hq_admin, ledger(tmp_path, ["甲", "岳阳楼区", 2026, "农村公路", 100, "旧址"])))
    second = ledger(tmp_path, ["甲", "岳阳楼区", 2026, "农村公路", 100, "另一处"], name="后来.xlsx")
    later = confirm(hq_admin, send(hq_admin, second))
    serial = Project.objects.get(name="甲").serial_no
    with pytest.raises(Conflict, match=f"项目“{serial}”已被.*改动"):
        take_back(hq_admin, batch)
    take_back(hq_admin, later)
    assert Project.objects.get(name="甲").location_text == "旧址"
    PeriodReport.objects.create(
        project=Project.objects.get(name="甲"), period_start=NOW.date(), period_end=NOW.date(), state="draft"
    )
    with pytest.raises(Conflict, match=f"项目“{serial}”已有 1 条进度报表"):
        undoing.require_undoable(Batch.objects.get(pk=batch.pk))


def test_payments_rolled_back_count_nowhere_and_come_in_again(
    finance: User, sources: None, make_project: Callable[..., Project], tmp_path: Path
) -> None:
    project = make_project()
    header = ["支付凭证号", "支付日期", "预算单位编码", "收款人全称", "摘要", "支付金额（元）", "平台编号"]
    rows = [["ZF1", "2026-03-05", "306001", "示例有限公司", "款", 100, project.serial_no]]
    path = save(tmp_path / "支付.xlsx", {"支付明细": [header, *rows]})
    batch = confirm(finance, send(finance, path, "disbursements"))
    assert batch.state == Batch.State.COMMITTED
    take_back(finance, batch)
    paid = Disbursement.objects.get(voucher_no="ZF1")
    newest = DisbursementStatus.objects.filter(disbursement=paid).order_by("-pk")[0]
    assert (newest.status, newest.reason) == ("pending", f"批次 {batch.pk} 撤回")
    again = confirm(finance, send(finance, path, "disbursements"))
    assert (again.state, again.counts["changed"]) == (Batch.State.COMMITTED, 1)
    assert Disbursement.objects.count() == 1


def test_a_first_shape_from_a_clerk_waits_and_its_roll_back_takes_it_off_the_list(
    steward: User, make_project: Callable[..., Project], tmp_path: Path
) -> None:
    project = make_project(geom=None)
    path = geojson(tmp_path / "位置.geojson", [({"平台编号": project.serial_no}, box(113.12, 29.30, 113.13, 29.31))])
    batch = send(steward, path)
    seen = folders.shapes(batch.pk)
    assert (seen["total"], seen["before"]) == (1, None), list(batch.issues.values_list("message", flat=True))
    confirm(steward, batch)
    assert GeometryVersion.objects.get(project=project).state == VersionState.SUBMITTED
    take_back(steward, batch)
    assert not GeometryVersion.objects.filter(project=project).exists()


def test_the_same_content_in_another_wrapping_is_recognised(hq_admin: User, city: Any, tmp_path: Path) -> None:
    rows = [["甲", "岳阳楼区", 2026, "农村公路", 100, "旧址"]]
    first = confirm(hq_admin, send(hq_admin, ledger(tmp_path, *rows)))
    saved_again = save(tmp_path / "另存.xlsx", {"台账": [[*LEDGER, None], *rows], "空表": []})
    again = send(hq_admin, saved_again)
    assert first.sha256 != again.sha256
    assert f"批次 {first.pk}" in again.issues.filter(severity="notice")[0].message
    assert again.counts["unchanged"] == 1


def test_what_the_worker_could_not_finish_can_be_asked_for_again(
    hq_admin: User, city: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ledger(tmp_path, ["甲", "岳阳楼区", 2026, "农村公路", 100, "旧址"])

    def broken(**_given: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(working, "preview", broken)
        with pytest.raises(RuntimeError):
            send(hq_admin, path)
    batch = Batch.objects.get()
    assert (batch.state, batch.issues.get().message) == (Batch.State.FAILED, working.BROKEN)
    uploading.ask_again(scope(hq_admin), batch.pk, now=NOW, defer=lambda **_given: None)
    working.work(batch.pk, now=NOW)
    working.work(batch.pk, now=NOW)  # a job done twice does nothing the second time
    batch.refresh_from_db()
    assert (batch.state, batch.counts["new"]) == (Batch.State.PREVIEWED, 1)


def test_files_with_callers_are_forgotten_after_a_week(hq_admin: User, city: Any, tmp_path: Path) -> None:
    path = ledger(tmp_path, ["甲", "岳阳楼区", 2026, "农村公路", 100, "旧址"])
    batch = send(hq_admin, path)
    Batch.objects.filter(pk=batch.pk).update(dataset="complaints")
    limits = {"uncommitted": timedelta(days=30), "personal": timedelta(days=7)}
    assert tidy(now=NOW + timedelta(days=6), **limits) == 0
    assert tidy(now=NOW + timedelta(days=8), **limits) == 1
    assert not folders.folder(batch.pk).exists()


@pytest.mark.parametrize("swapped", [False, True])
def test_the_map_of_a_preview_shows_how_far_shifted_coordinates_were_moved(
    swapped: bool, hq_admin: User, make_project: Callable[..., Project], tmp_path: Path
) -> None:
    project = make_project(geom=None)
    spot = (29.3, 113.1) if swapped else (113.1, 29.3)
    path = geojson(tmp_path / "位置.geojson", [({"平台编号": project.serial_no}, Point(spot))], crs="")
    batch = send(hq_admin, path)
    assert folders.shapes(batch.pk) is None  # a question first
    uploading.read_again(scope(hq_admin), batch.pk, chosen={"crs": "GCJ02"}, now=NOW, defer=lambda **_given: None)
    working.work(batch.pk, now=NOW)
    seen = folders.shapes(batch.pk)
    before, (after,) = (seen[name]["features"][0]["geometry"]["coordinates"] for name in ("unshifted", "after"))
    assert before == [113.1, 29.3]
    assert 500 < (((after[0] - 113.1) * 97_000) ** 2 + ((after[1] - 29.3) * 110_900) ** 2) ** 0.5 < 800
