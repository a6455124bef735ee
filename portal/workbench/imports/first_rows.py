"""The first rows of a file as they would be read with a mapping, for the page on which it is made."""

from __future__ import annotations

from typing import Any

from geodata.errors import Refused
from geodata.exchange.mappings import MappingError, mapping_of
from geodata.exchange.plans import wording
from geodata.exchange.tables.reader import read_table
from portal.workbench.imports.mapping_form import MappingForm


def read(form: MappingForm) -> dict[str, Any]:
    """Columns, rows and findings. Raises Refused for a mapping that cannot be."""
    try:
        mapping = mapping_of(form.document(), (form.layout,))
    except MappingError as error:
        raise Refused(str(error), code="bad-mapping") from error
    table = read_table(form.sketch.grid(), form.layout, mapping=mapping, options=mapping.options)
    if table is None or table.header is None:
        return {"columns": [], "rows": [], "findings": []}
    columns = [match.column for match in table.header.matched]
    refused = {issue.row for issue in table.issues if issue.severity.refuses}
    return {
        "columns": [column.label for column in columns],
        "rows": [
            {"number": row.number - 1, "cells": [wording(_plain(row.values.get(c.key))) for c in columns], "ok": row.ok}
            for row in table.rows
        ],
        "findings": [
            {"row": issue.row - 1 if issue.row else "", "column": issue.column, "message": issue.message}
            for issue in table.issues
            if issue.severity.refuses or issue.row
        ][:40],
        "bad": len(refused),
    }


def _plain(value: Any) -> Any:
    """A date by its day, a period by its two."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return getattr(value, "value", value)
