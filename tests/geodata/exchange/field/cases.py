"""What a file of the field is, and what has to become of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl


class Case(NamedTuple):
    """A file as somebody sent it. `counts` of the preview; `said` are parts of the findings, each of which must be
    there; `at` is where the project of the tests has to lie afterwards; `read` are its values by project name."""

    name: str
    content: bytes | Callable[[Path], bytes]
    counts: dict[str, int]
    said: tuple[str, ...] = ()
    at: tuple[float, float] | None = None
    read: dict[str, dict[str, Any]] = {}
    crs: str = ""  # what the person answers
    dataset: str = "projects"
    blocked: bool = False  # a whole sheet is in doubt, so that nothing comes in whatever its rows are


def book(
    rows: Sequence[Sequence[Any]],
    merged: Sequence[str] = (),
    name: str = "Sheet1",
    more: dict[str, Sequence[Sequence[Any]]] | None = None,
    hidden: Sequence[str] = (),
) -> bytes:
    """A workbook with these sheets."""
    made, target = openpyxl.Workbook(), io.BytesIO()
    made.active.title = name
    for title, lines in {name: rows, **(more or {})}.items():
        sheet = made[title] if title in made.sheetnames else made.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
    for reference in merged:
        made[name].merge_cells(reference)
    for title in hidden:
        made[title].sheet_state = "hidden"
    made.save(target)
    return target.getvalue()
