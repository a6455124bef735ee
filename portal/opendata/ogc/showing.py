"""Features as people read them: columns under their meaning, a feature as a list of its values."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.opendata.ogc.collections import Collection
from portal.wording import label

# what stands in the table of many features; the page of one shows all
IN_TABLE: Final = {
    "projects": ("code", "name", "category_name", "unit", "status", "budget", "disbursed", "updated"),
    "regions": ("code", "name", "kind", "parent_code", "is_schematic"),
    "payments": ("number", "code", "paid_on", "amount", "payee", "source_name", "purpose"),
}


def headings(collection: Collection) -> list[tuple[str, str]]:
    """Name and meaning of the columns of the table, without the remark that may follow."""
    return [(name, re.split(r"[,;:]", label(collection.columns[name]))[0]) for name in IN_TABLE[collection.id]]


def line(collection: Collection, feature: Mapping[str, Any]) -> dict[str, Any]:
    values = feature["properties"]
    first, *others = (text(values[name]) for name in IN_TABLE[collection.id])
    return {"id": first, "cells": others}


def values(collection: Collection, feature: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, meaning and value of every column."""
    found = feature["properties"]
    return [(name, label(meaning), text(found[name])) for name, meaning in collection.columns.items()]


def text(value: Any) -> str:
    """A value as it stands in the JSON; — where there is none."""
    if value is None or value == [] or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value)
