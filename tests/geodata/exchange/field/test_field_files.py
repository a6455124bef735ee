"""Files as they come from the field, none of them made for us, from the upload to the record.

Each comes in and lies where it should, or ends with a sentence that says what to do; nothing is misread.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.exchange.batches import uploading, working
from geodata.exchange.models import Batch
from geodata.funding.services import ensure_sources
from geodata.projects.models import Category, GeometryVersion, Project
from geodata.regions.models import AreaUnit
from geodata.regions.services import refresh_management_boundaries
from geodata.stewards.models import User
from tests.geodata.exchange.field.cases import Case
from tests.geodata.exchange.field.ledgers import LEDGERS
from tests.geodata.exchange.field.shapes import SHAPES
from tests.geodata.exchange.field.surveys import SURVEYS
from tests.geodata.exchange.field.tables import TABLES
from tests.geodata.exchange.test_format_table import NAME
from tests.geodata.exchange.test_workbench_batches import NOW, confirm, scope, send

pytestmark = pytest.mark.django_db
TESTS = Path(__file__).parents[1]
PAGE = Path(__file__).parents[4] / "docs/imports.md"
EVERY = TABLES | LEDGERS | SHAPES | SURVEYS
METRES_OF_A_DEGREE = (97_000, 110_900)


@pytest.fixture(autouse=True)
def block(
    make_project: Callable[..., Project],
    city: dict[str, AreaUnit],
    categories: dict[str, Category],
    settings: Any,
    tmp_path: Path,
) -> Project:
    settings.MEDIA_ROOT = tmp_path / "media"
    ensure_sources()
    refresh_management_boundaries()
    return make_project(name=NAME, name_key=NAME)


def uploaded(user: User, case: Case, folder: Path) -> Batch:
    """The batch after the upload and the person's answer, if there is one to give."""
    path = folder / case.name
    path.write_bytes(case.content(folder) if callable(case.content) else case.content)
    batch = send(user, path, case.dataset)
    if case.crs:
        chosen = {"crs": case.crs}
        uploading.read_again(scope(user), batch.pk, chosen=chosen, now=NOW, defer=lambda **_given: None)
        working.work(batch.pk, now=NOW)
        batch.refresh_from_db()
    return batch


@pytest.mark.parametrize("key", [*EVERY])
def test_a_file_of_the_field(key: str, hq_admin: User, block: Project, tmp_path: Path) -> None:
    case = EVERY[key]
    batch = uploaded(hq_admin, case, tmp_path)
    messages = [issue.message + " " + issue.column for issue in batch.issues.all()]
    assert {name: count for name, count in batch.counts.items() if count and name != "blank"} == case.counts, messages
    for words in case.said:
        assert any(words in message for message in messages), messages
    if case.blocked or not case.counts or "refused" in case.counts:
        assert batch.blocked or (batch.counts["refused"] and not case.blocked)
        assert any(issue.severity in {"error", "question"} for issue in batch.issues.all())
        assert not GeometryVersion.objects.exists()
        return
    assert confirm(hq_admin, batch).state == Batch.State.COMMITTED, messages
    if case.at is not None:
        held = GeometryVersion.objects.get().geom.centroid
        off = [(held[axis] - case.at[axis]) * METRES_OF_A_DEGREE[axis] for axis in (0, 1)]
        assert max(map(abs, off)) < 2, (held, messages)
    for name, values in case.read.items():
        assert Project.objects.filter(name=name).values(*values).get() == values, messages


def test_every_file_stands_in_the_documented_table_and_every_named_test_exists() -> None:
    part = PAGE.read_text(encoding="utf-8").partition("### Files of the field")[2].partition("\n## ")[0]
    named = re.findall(r"\| `([^`]+)` \|$", part, re.MULTILINE)
    assert sorted(name for name in named if "::" not in name) == sorted([*EVERY])
    for name in named:
        file, mark, function = name.partition("::")
        if mark:
            tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
            assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name
