"""Small tables of one row in the row's own statement: a project's milestones, parties or versions cost no query each.

`gathered` is an array column of JSON objects, `opened` turns it back into unsaved rows of the model. Numbers travel as
exact decimals, dates as ISO text that the model's own fields read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, JSONField, Model, QuerySet
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)


class _Exact(json.JSONDecoder):
    """Amounts with fen have more digits than a binary fraction holds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "parse_float": Decimal})


class _Row(JSONObject):
    output_field = JSONField(decoder=_Exact)


def gathered(rows: QuerySet[M], *columns: str, **more: str) -> ArraySubquery:
    """The rows, in their order, as one column; `more` names columns of related tables (organisation_name="…__name")."""
    fields = {name: F(name) for name in columns} | {name: F(path) for name, path in more.items()}
    return ArraySubquery(rows.values(gathered_row=_Row(**fields)).values("gathered_row"))


def opened(model: type[M], rows: Iterable[Mapping[str, Any]]) -> list[M]:
    """The gathered rows as instances; the columns of related tables become attributes of that name."""
    return [_instance(model, row) for row in rows]


def _instance(model: type[M], row: Mapping[str, Any]) -> M:
    own = {field.attname: field for field in model._meta.concrete_fields}
    made = model(**{name: own[name].to_python(value) for name, value in row.items() if name in own})
    for name, value in row.items():
        if name not in own:
            setattr(made, name, value)
    return made
