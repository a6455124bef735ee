"""Work that was interrupted is begun anew, two people import at once, and files wrapped anew count once."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from geodata.exchange.batches import folders, uploading, working
from geodata.exchange.datasets import projects
from geodata.exchange.models import Batch
from geodata.projects.models import Project
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests.conftest import PASSWORD
from tests.geodata.exchange.test_project_shapes import LINE, projected, shapefile
from tests.geodata.exchange.test_workbench_batches import NOW, confirm, ledger, scope, send

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def hq(city: dict[str, AreaUnit]) -> User:
    return ensure_account(username="hq", display_name="指挥部", password=PASSWORD, role=Role.HQ_ADMIN)


def asked(user: User, batch: Batch) -> Batch:
    """Confirmed, and not yet taken up by a worker."""
    mark = uploading.mark(batch)
    uploading.ask_commit(scope(user), batch.pk, skip_refused=False, seen=mark, now=NOW, defer=lambda **_given: None)
    return batch


def test_a_worker_killed_while_it_reads_begins_anew(hq: User, tmp_path: Path) -> None:
    path = ledger(tmp_path, ["甲", "岳阳楼区", 2026, "农村公路", 100, "旧址"])
    batch = send(hq, path)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.READING, counts={})
    working.work(batch.pk, now=NOW)
    batch.refresh_from_db()
    assert (batch.state, batch.counts["new"]) == (Batch.State.PREVIEWED, 1)
    assert folders.sketch(batch.pk)


def test_two_people_importing_different_things_do_not_wait_for_each_other(
    hq: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = asked(hq, send(hq, ledger(tmp_path, ["甲", "岳阳楼区", 2026, "农村公路", 100, "旧址"])))
    codes = tmp_path / "codes.csv"
    codes.write_text("code,name,level\n430603,云溪区,county\n", encoding="utf-8")
    second = asked(hq, send(hq, codes, "regions"))
    writing, release = threading.Event(), threading.Event()
    real = projects.DATASET.write

    def slow(plan: Any, context: Any) -> None:
        real(plan, context)
        writing.set()
        assert release.wait(PATIENCE)

    monkeypatch.setattr(projects.DATASET, "write", slow)

    def work() -> None:
        try:
            working.work(first.pk, now=NOW)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert writing.wait(PATIENCE)
        working.work(second.pk, now=NOW)  # while the other's transaction is open
        second.refresh_from_db()
        assert second.state == Batch.State.COMMITTED
    finally:
        release.set()
        worker.join(PATIENCE)
    first.refresh_from_db()
    assert first.state == Batch.State.COMMITTED


def test_a_shapefile_zipped_anew_in_another_order_with_other_times_changes_nothing(
    make_project: Callable[..., Project], hq: User, tmp_path: Path
) -> None:
    road = make_project(name="示例大道提质工程", name_key="示例大道提质工程")
    file = shapefile(tmp_path / "shp", {"平台编号": [road.serial_no]}, [projected(LINE, 4526)], 4526)
    first = confirm(hq, send(hq, file))
    assert first.state == Batch.State.COMMITTED
    other = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_STORED) as new:
        for name in reversed(old.namelist()):
            new.writestr(zipfile.ZipInfo(f"新建文件夹/{name}", (2020, 1, 2, 3, 4, 6)), old.read(name))
    renamed = tmp_path / "另一个名字.zip"
    renamed.write_bytes(other.getvalue())
    again = send(hq, renamed)
    assert first.sha256 != again.sha256
    assert (again.counts["new"], again.counts["changed"], again.counts["unchanged"]) == (0, 0, 1)
    assert any(f"批次 {first.pk}" in one for one in again.issues.values_list("message", flat=True))
