"""A file known again by what it holds: the same cells and shapes zipped anew, saved again or under another name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from geodata.exchange.tables.grids import Grid


def content_fingerprint(grids: Sequence[Grid]) -> str:
    """SHA-256 over values and shapes, sheet by sheet in an order that does not depend on names; "" for nothing."""
    if not grids:
        return ""
    parts = sorted(_of_grid(grid) for grid in grids if any(cell.value is not None for row in grid.rows for cell in row))
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _of_grid(grid: Grid) -> bytes:
    digest = hashlib.sha256()
    features = grid.features
    for position, row in enumerate(grid.rows):
        digest.update("\x1f".join(_texts(cell.value for cell in row)).encode("utf-8", "surrogatepass"))
        feature = features.get(position)
        if feature is not None and feature.wkb:
            digest.update(feature.wkb)
        digest.update(b"\x1e")
    return digest.digest()


def _texts(values: Iterable[object]) -> list[str]:
    """Empty cells at the end of a row say nothing."""
    texts = ["" if value is None else str(value) for value in values]
    while texts and not texts[-1]:
        texts.pop()
    return texts
