"""Modules stay small, names say their job, and the habits that spoil such systems stay out."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("geodata", "dashboards", "portal", "fixtures", "ops")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "mixins", "misc"}
LONGEST = 300


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", list(modules()), ids=named)
def test_a_module_has_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_no_module_or_folder_has_a_name_that_says_nothing() -> None:
    bad = [named(p) for p in modules() if FORBIDDEN_NAMES & {part.removesuffix(".py") for part in p.parts}]
    assert bad == []


def test_no_model_overrides_save_or_delete() -> None:
    bad = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any("Model" in ast.unparse(base) for base in node.bases):
                bad += [f"{named(path)}: {n.name}" for n in node.body if getattr(n, "name", "") in {"save", "delete"}]
    assert bad == []


def test_no_class_is_called_a_mixin() -> None:
    bad = []
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        bad += [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and "Mixin" in node.name]
    assert bad == []


def test_money_is_never_a_float_field() -> None:
    bad = [named(p) for p in modules() if "models" in str(p) and "FloatField" in p.read_text(encoding="utf-8")]
    assert bad == []


def test_the_clock_is_read_only_at_the_edges() -> None:
    """Time is passed in; views, commands, jobs, middleware and the set-up scripts may look at the clock."""
    edges = {
        "views",
        "views.py",
        "commands",
        "jobs.py",
        "people.py",
        "ops",
        "management",
        "confinement.py",
        "process.py",
    }
    reads = (
        "timezone.now()",
        "timezone.localtime()",
        "timezone.localdate()",
        "datetime.now(",
        "date.today(",
        "time.time(",
    )
    bad = []
    for path in modules():
        if path.parts[len(ROOT.parts)] == "fixtures" or edges & set(path.relative_to(ROOT).parts):
            continue
        bad += [f"{named(path)}: {call}" for call in reads if call in path.read_text(encoding="utf-8")]
    assert bad == []
