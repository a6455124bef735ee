"""The documents name what exists, and nothing in the repository names a package registry."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATH_IN_TEXT = re.compile(r"`((?:geodata|dashboards|portal|fixtures|tests|ops|templates|docs)/[\w./-]*[\w/])`")
REGISTRIES = re.compile(r"(pypi\.org|pythonhosted|registry\.npmjs|deb\.debian|npmmirror|tsinghua|aliyun)", re.I)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    return [ROOT / line for line in listed.stdout.splitlines()]


@pytest.mark.parametrize("name", ["README.md", "docs/architecture.md", "docs/deployment.md", "docs/data-dictionary.md"])
def test_every_path_that_a_document_names_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    missing = [path for path in PATH_IN_TEXT.findall(text) if not (ROOT / path).exists()]
    assert missing == []


def test_no_file_names_a_package_registry() -> None:
    named = []
    for path in tracked():
        if path.suffix in {".png", ".woff2", ".ico"} or not path.is_file() or path == Path(__file__):
            continue
        if REGISTRIES.search(path.read_text(encoding="utf-8", errors="ignore")):
            named.append(str(path.relative_to(ROOT)))
    assert named == []


def test_no_tracked_file_is_larger_than_a_megabyte() -> None:
    assert [str(p.relative_to(ROOT)) for p in tracked() if p.is_file() and p.stat().st_size > 1_000_000] == []
