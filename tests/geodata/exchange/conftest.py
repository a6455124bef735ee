"""Importing one file in a test, through the same steps as the command and the workbench."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from geodata.exchange.batches import commit_batch, open_batch
from geodata.exchange.mappings import ColumnMapping
from geodata.exchange.models import Batch
from geodata.funding.services import ensure_sources

NOW = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def sources(db: None) -> None:
    ensure_sources()


@pytest.fixture
def bring_in(db: None) -> Callable[..., Batch]:
    """Open and commit a file; the batch tells what happened."""

    def run(
        path: Path, dataset: str, *, skip_refused: bool = False, mapping: ColumnMapping | None = None, **more: Any
    ) -> Batch:
        batch = open_batch(path=path, dataset=dataset, user=None, now=NOW, mapping=mapping, **more)
        return commit_batch(batch=batch, skip_refused=skip_refused, user=None, now=NOW)

    return run
