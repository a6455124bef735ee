"""Gathering about all projects or about some."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

Ids = Collection[int] | None


def limited(rows: QuerySet[Any], ids: Ids, name: str = "project") -> QuerySet[Any]:
    return rows if ids is None else rows.filter(**{f"{name}__in": list(ids)})
