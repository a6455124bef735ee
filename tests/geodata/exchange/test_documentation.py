"""docs/imports.md lists every column that the importers read, so that a mapping can be written from it."""

from pathlib import Path

import pytest

from geodata.exchange.datasets import REGISTRY, dataset

PAGE = (Path(__file__).parents[3] / "docs" / "imports.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", REGISTRY)
def test_every_column_stands_in_the_documentation(key: str) -> None:
    part = PAGE.partition(f"### `import_{key}`")[2].partition("\n### ")[0]
    lacking = [
        f"{layout.key}.{column.key}"
        for layout in dataset(key).layouts
        for column in layout.columns
        if f"| {column.label} | `{column.key}` |" not in part
    ]
    assert lacking == []
