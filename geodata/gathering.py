"""Small tables of one row in the row's own statement: a project's milestones, parties or versions cost no query each.

`gathered` is an array column of JSON objects, `opened` turns it back into unsaved rows of the model. Numbers travel as
exact decimals, dates as ISO text that the model's own fields read. `together` asks for several tables at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, CharField, F, ForeignKey, IntegerField, JSONField, Model, QuerySet, TextField
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


@dataclass(frozen=True, slots=True)
class Written:
    """A statement written by hand, for `together`: its values are numbers, texts and truth values."""

    sql: str
    parameters: Sequence[Any]
    columns: int


Rows = list[tuple[Any, ...]]


def together(*asked: QuerySet[Any, Any] | Written, common: Sequence[Written] = ()) -> list[Rows]:
    """The rows of several statements in one question to the database, each in its order; querysets name their columns
    with values_list. Dates and amounts come back as those of the fields.

    `common`: named relations, "name (columns) AS (…)", which the statements read and the database computes once."""
    compiled = [_compiled(each) for each in asked]
    selected = [(_as_json(written), written.parameters) for written, _fields in compiled if written]
    answers: list[str] = []
    if selected:
        with connection.cursor() as cursor:
            named = f"WITH {', '.join(each.sql for each in common)} " if common else ""
            sql = f"{named}SELECT {', '.join(text for text, _parameters in selected)}"
            before = [value for each in common for value in each.parameters]
            cursor.execute(sql, [*before, *(value for _text, parameters in selected for value in parameters)])
            answers = list(cursor.fetchone())
    texts = iter(answers)
    return [_read(next(texts), fields) if written else [] for written, fields in compiled]


def _compiled(asked: QuerySet[Any, Any] | Written) -> tuple[Written | None, list[Any]]:
    """The statement, None for one that can find nothing; the fields of its columns, none for one by hand."""
    if isinstance(asked, Written):
        return asked, []
    compiler = asked.query.get_compiler(connection=connection)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None, []
    fields = [expression.output_field for expression, *_rest in compiler.select]
    return Written(sql, parameters, len(fields)), fields


def _as_json(written: Written) -> str:
    names = ", ".join(f"c{place}" for place in range(written.columns))
    rows = f"coalesce(json_agg(json_build_array({names})), '[]')::text"
    return f"(SELECT {rows} FROM ({written.sql}) AS t ({names}))"  # noqa: S608 - statements of our own


def _read(text: str, fields: Sequence[Any]) -> Rows:
    rows: list[list[Any]] = json.loads(text, cls=_Exact)
    if not fields:
        return [tuple(row) for row in rows]
    for place, read in ((place, field.to_python) for place, field in enumerate(fields) if not _same(field)):
        for row in rows:
            row[place] = read(row[place])
    return [tuple(row) for row in rows]


def _same(field: Any) -> bool:
    """Whether JSON tells the values of a field as they are: texts, whole numbers, yes and no."""
    return isinstance(field, (CharField, TextField, IntegerField, BooleanField, ForeignKey))
