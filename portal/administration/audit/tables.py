"""The tables of the audit trail: where each one's events stand, and how an event belongs to a project."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey

from portal.administration.audit.words import TABLES

# what administrators of accounts and of the trail may read in full; the rest is business
_OWN = frozenset({"stewards", "accounts", "thresholds", "workdays"})
_SEALED = frozenset({"complaints"})  # callers' affairs: who changed what, never the words


@dataclass(frozen=True)
class Table:
    """`place` is its number in addresses of pages, `key` its name in addresses of searches."""

    place: int
    key: str
    label: str
    events: str
    rows: str
    model: Any
    columns: frozenset[str]
    project_sql: str  # condition on alias e with one parameter; empty when its rows belong to no project

    @property
    def is_business(self) -> bool:
        return self.model._meta.app_label not in _OWN

    @property
    def is_sealed(self) -> bool:
        return self.model._meta.app_label in _SEALED

    def field(self, column: str) -> Field | None:
        return next((field for field in self.model._meta.concrete_fields if field.column == column), None)


@cache
def tables() -> tuple[Table, ...]:
    """All tracked tables in the order of their names, which installations share."""
    models = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
    ordered = sorted(models, key=lambda model: model._meta.db_table)
    return tuple(_table(place, model) for place, model in enumerate(ordered))


def _table(place: int, events: Any) -> Table:
    tracked = events.pgh_tracked_model
    columns = frozenset(field.column for field in events._meta.concrete_fields if not field.name.startswith("pgh_"))
    key = tracked._meta.model_name
    return Table(
        place=place,
        key=key,
        label=TABLES.get(tracked._meta.label_lower, key),
        events=events._meta.db_table,
        rows=tracked._meta.db_table,
        model=tracked,
        columns=columns,
        project_sql=_project_sql(tracked, columns),
    )


def _project_sql(tracked: Any, columns: frozenset[str]) -> str:
    """The row is the project itself, names it, or hangs on a row that names it. Names come from the models alone."""
    if tracked._meta.label_lower == "projects.project":
        return "e.pgh_obj_id = %s"
    links = [field for field in tracked._meta.concrete_fields if isinstance(field, ForeignKey)]
    for field in links:
        if field.name == "project":
            return _by(field.column, tracked, columns, "= %s")
    for field in links:
        above: Any = field.related_model
        inner = next((f for f in above._meta.concrete_fields if f.name == "project"), None)
        if inner is not None and above is not tracked:
            chosen = f'IN (SELECT id FROM "{above._meta.db_table}" WHERE "{inner.column}" = %s)'  # noqa: S608
            return _by(field.column, tracked, columns, chosen)
    return ""


def _by(column: str, tracked: Any, columns: frozenset[str], condition: str) -> str:
    if column in columns:
        return f'e."{column}" {condition}'
    table = tracked._meta.db_table  # a ledger's events bear no copy of its columns
    return f'e.pgh_obj_id IN (SELECT id FROM "{table}" WHERE "{column}" {condition})'  # noqa: S608
