"""A worker killed outright (kill -9) amid an import: the next one finishes it, nothing twice, nothing half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, connections
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from geodata.exchange.batches import uploading
from geodata.exchange.jobs import work_on_batch
from geodata.exchange.models import Batch
from geodata.projects.models import Project, StatusChange
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from portal.publication.jobs import sweep_stalled
from tests.conftest import PASSWORD
from tests.geodata.exchange.test_workbench_batches import ledger, scope

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60
ROWS = 40


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def hq(city: dict[str, AreaUnit]) -> User:
    return ensure_account(username="hq", display_name="指挥部", password=PASSWORD, role=Role.HQ_ADMIN)


@pytest.fixture
def workers(tmp_path: Path, media: Path) -> Iterator[Any]:
    """Starts a worker of its own; whatever still runs ends with the test."""
    held = connection.settings_dict
    address = f"{quote(held['HOST'], safe='')}{':' + held['PORT'] if held['PORT'] else ''}"
    url = f"postgresql://{held['USER']}@{address}/{held['NAME']}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ONEMAP_DATABASE_URL": url, "ONEMAP_ROLE": "owner"}
    running: list[subprocess.Popen[str]] = []

    def start(where: str, there: Path) -> subprocess.Popen[str]:
        command = [sys.executable, str(ROOT / "tests" / "killable_worker.py"), where, str(there), str(media)]
        running.append(
            subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
        )
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait(PATIENCE)


def finish(process: subprocess.Popen[str]) -> None:
    said, _none = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said[-3000:]


def killed_at(workers: Any, where: str, there: Path) -> None:
    process = workers(where, there)
    until = time.monotonic() + PATIENCE
    while not there.exists():
        assert process.poll() is None, process.communicate()[0][-3000:]
        assert time.monotonic() < until, "the worker never came so far"
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE)


def two_minutes_later() -> None:
    """What the clock does until a worker without heartbeat counts as dead, and what the sweep does then."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '10 minutes'")
    # in a thread of its own: the browser of an earlier test may have left its loop running in this one
    with ThreadPoolExecutor(1) as aside:
        aside.submit(swept).result(PATIENCE)


def swept() -> None:
    try:
        async_to_sync(sweep_stalled.func)(0)
    finally:
        connections.close_all()  # those of this thread: a database cannot be dropped while one is open


def uploaded(user: User, tmp_path: Path) -> Batch:
    rows = [[f"示例{number}号路", "岳阳楼区", 2026, "农村公路", 100 + number, "旧址"] for number in range(ROWS)]
    content = ledger(tmp_path, *rows).read_bytes()
    return uploading.upload(
        scope(user),
        dataset="projects",
        name="台账.xlsx",
        size=len(content),
        chunks=[content],
        now=timezone.localtime(),
        defer=work_on_batch.defer,
    )


def test_an_import_survives_workers_killed_while_reading_and_while_writing(
    hq: User, workers: Any, tmp_path: Path
) -> None:
    batch = uploaded(hq, tmp_path)
    killed_at(workers, "read", tmp_path / "read")
    batch.refresh_from_db()
    assert (batch.state, batch.counts) == (Batch.State.READING, {})
    two_minutes_later()
    finish(workers("never", tmp_path / "never"))
    batch.refresh_from_db()
    assert (batch.state, batch.counts["new"]) == (Batch.State.PREVIEWED, ROWS)

    mark = uploading.mark(batch)
    now = timezone.localtime()
    uploading.ask_commit(scope(hq), batch.pk, skip_refused=False, seen=mark, now=now, defer=work_on_batch.defer)
    killed_at(workers, "write", tmp_path / "write")
    batch.refresh_from_db()
    assert batch.state == Batch.State.COMMITTING
    assert not Project.objects.exists()  # every row had been written, and none is there
    two_minutes_later()
    finish(workers("never", tmp_path / "never"))
    batch.refresh_from_db()
    assert (batch.state, batch.counts["new"], batch.counts["refused"]) == (Batch.State.COMMITTED, ROWS, 0)
    names = Counter(Project.objects.values_list("name", flat=True))
    assert (len(names), set(names.values())) == (ROWS, {1})
    assert set(Project.objects.values_list("batch", flat=True)) == {batch.pk}
    assert StatusChange.objects.filter(batch=batch.pk).count() == ROWS
    jobs = ProcrastinateJob.objects.filter(task_name="geodata.exchange.jobs.work_on_batch")
    assert list(jobs.values_list("status", flat=True)) == ["succeeded", "succeeded"]

    again = uploaded(hq, tmp_path)  # and the same file once more adds nothing
    finish(workers("never", tmp_path / "never"))
    again.refresh_from_db()
    assert (again.counts["new"], again.counts["changed"], again.counts["unchanged"]) == (0, 0, ROWS)
