"""Noise, cut and changed files through the whole pipeline: a Chinese sentence, no error of ours, no row left over."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import shapely
import xlwt
from django.core.management import CommandError, call_command
from django.db import transaction

from geodata.exchange.models import Batch
from geodata.projects.models import Category, GeometryVersion, Project
from geodata.regions.models import AreaUnit
from geodata.regions.services import refresh_management_boundaries
from geodata.stewards.models import User
from tests.geodata.exchange.project_files import FORMATS, HEAD, Planned, cells
from tests.geodata.exchange.test_workbench_batches import confirm, send

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SETTLED = {Batch.State.PREVIEWED, Batch.State.COMMITTED, Batch.State.REFUSED}
ROWS = [
    Planned(f"示例{at}号路改造", shapely.box(405_000 + at * 50, 3_240_000, 405_020 + at * 50, 3_240_020), 100_000 + at)
    for at in range(5)
]
Spoil = Callable[[bytes, random.Random], bytes]


@pytest.fixture(autouse=True)
def ground(city: dict[str, AreaUnit], categories: dict[str, Category], settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    refresh_management_boundaries()


def old_workbook(folder: Path) -> tuple[str, bytes]:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("台账")
    for at, line in enumerate([HEAD, *cells(ROWS)]):
        for column, value in enumerate(line):
            sheet.write(at, column, value)
    book.save(folder / "made.xls")
    return "made.xls", (folder / "made.xls").read_bytes()


def good(kind: str, folder: Path) -> tuple[str, bytes]:
    return old_workbook(folder) if kind == "xls" else FORMATS[kind].write(ROWS, folder)


def noise(content: bytes, numbers: random.Random) -> bytes:
    """Random bytes behind the first of the good file, so that its reader takes it up."""
    return content[: numbers.choice([0, 4, 64])] + numbers.randbytes(numbers.randint(1, 4_000))


def cut(content: bytes, numbers: random.Random) -> bytes:
    return content[: numbers.randrange(1, len(content))]


def changed(content: bytes, numbers: random.Random) -> bytes:
    """One to ten places with bytes replaced, removed or put in."""
    raw = bytearray(content)
    for _ in range(numbers.randint(1, 10)):
        at = numbers.randrange(len(raw))
        raw[at : at + numbers.choice([0, 1, 1, 2])] = numbers.randbytes(numbers.choice([1, 1, 2]))
    return bytes(raw)


SPOILED: tuple[Spoil, ...] = (noise, cut, changed)
KINDS = (
    "xlsx",
    "xls",
    "csv GBK, WKT",
    "parcels",
    "shapefile GBK",
    "geojson",
    "geopackage",
    "kml",
    "dxf",
    "geodatabase",
)


def written() -> tuple[int, int]:
    return Project.objects.count(), GeometryVersion.objects.count()


def by_upload(user: User, path: Path) -> str:
    """Through upload, worker, preview and the attempt to confirm; gives how it ended."""
    before = written()
    batch = send(user, path)
    said = [issue.message for issue in batch.issues.all()]
    assert batch.state in SETTLED, (path.name, batch.state, said)
    assert written() == before
    if not batch.blocked and batch.counts["new"]:
        batch = confirm(user, batch, skip_refused=bool(batch.counts["refused"]))
        assert batch.state in {Batch.State.COMMITTED, Batch.State.REFUSED}, (batch.state, said)
    if batch.state != Batch.State.COMMITTED:
        assert written() == before
        assert any(issue.severity in {"error", "question"} for issue in batch.issues.all()), (path.name, said)
    for message in said:
        assert CHINESE.search(message), message
        assert "Traceback" not in message
    return str(batch.state)


def by_command(path: Path) -> str:
    """The same on the command line: an exit code, a sentence."""
    before, out = written(), StringIO()
    code = 0
    try:
        call_command("import_projects", str(path), stdout=out, stderr=StringIO())
    except SystemExit as left:
        code = int(left.code or 0)
    except CommandError as error:
        code, said = error.returncode, str(error)
        assert CHINESE.search(said)
    if code:
        assert code == 1, out.getvalue()
        assert written() == before
    assert code or "已入库" in out.getvalue()
    assert "Traceback" not in out.getvalue()
    return "in" if code == 0 else "out"


def feed(kind: str, folder: Path, user: User, count: int, seed: int) -> Counter[str]:
    """How spoiled files of a kind ended; what any of them wrote is gone again."""
    name, content = good(kind, folder)
    numbers = random.Random(f"{kind} {seed}")
    ended: Counter[str] = Counter()
    for at in range(count):
        path = folder / f"{at}-{name}"
        path.write_bytes(SPOILED[at % len(SPOILED)](content, numbers) or b"\0")
        with transaction.atomic(), ExitStack() as afterwards:
            afterwards.callback(transaction.set_rollback, True)
            if at % 4 == 3:
                ended[by_command(path)] += 1
            else:
                ended[by_upload(user, path)] += 1
        path.unlink()
    return ended


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_spoiled_files_end_with_a_sentence_and_leave_nothing(kind: str, tmp_path: Path, hq_admin: User) -> None:
    assert sum(feed(kind, tmp_path, hq_admin, 4, seed=7).values()) == 4


@pytest.mark.heavy
@pytest.mark.parametrize("kind", KINDS)
def test_many_spoiled_files_end_with_a_sentence_and_leave_nothing(kind: str, tmp_path: Path, hq_admin: User) -> None:
    ended = feed(kind, tmp_path, hq_admin, 200, seed=23)
    print(f"{kind}: {dict(ended)}")  # noqa: T201 - figures for docs/reliability.md
