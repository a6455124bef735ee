"""ProjectRow: one project as one flat row on a day. Its columns are described in columns.py."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models.sql.datastructures import BaseTable

from geodata.srid import STORAGE_SRID, WEB_SRID

_HISTORY = "project_summary_at"
_THEN = "project_rows_then"
_THEN_OF_SOME = "project_rows_of"
_TODAY = "project_rows_today"


class FunctionTable(BaseTable):
    """A set-returning function in the place of a table, so that the whole ORM works on its rows."""

    def __init__(self, function: str, arguments: tuple[Any, ...], table_name: str, alias: str | None = None) -> None:
        super().__init__(table_name, alias)
        self.function = function
        self.arguments = arguments

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`function(…) alias`; the planner inlines the function and prunes the columns that nobody asks for."""
        places = ", ".join("%s::date" if isinstance(a, date) else "%s::bigint[]" for a in self.arguments)
        return f"{self.function}({places}) {self.table_alias or self.table_name}", self.arguments

    def relabeled_clone(self, change_map: dict[str | None, str]) -> "FunctionTable":
        """As BaseTable's, for subqueries."""
        renamed: dict[str | None, str | None] = {**change_map}
        alias = renamed.get(self.table_alias, self.table_alias)
        return type(self)(self.function, self.arguments, self.table_name, alias)

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes two tables of a query equal."""
        return (*super().identity, self.function, str(self.arguments))


class ProjectRows(models.QuerySet["ProjectRow"]):
    """Rows of one day; say which by `at` before anything else."""

    def at(self, as_of: date, *, today: date) -> Self:
        """Rows as of a day: from the stored totals for today or later, from the history for earlier days."""
        return self._from(_TODAY if as_of >= today else _THEN, as_of)

    def of(self, ids: Sequence[int], as_of: date, *, today: date) -> Self:
        """The rows of a few projects as of a day, without computing the history of all the others."""
        if as_of >= today:
            return self._from(_TODAY, as_of).filter(pk__in=ids)
        return self._from(_THEN_OF_SOME, list(ids), as_of)

    def from_history(self, as_of: date) -> Self:
        """Rows by the definition itself, whatever the day: what totals and past rows are held against."""
        return self._from(_HISTORY, as_of)

    def narrowed(self) -> Self:
        """The same rows, but of a past day only their history is computed, not that of all projects; one query then.

        Worth it where few rows pass and their figures are asked for.
        """
        (table,) = (table for table in self.query.alias_map.values() if isinstance(table, FunctionTable))
        if table.function != _THEN:
            return self
        ids = list(self.order_by().values_list("pk", flat=True))
        rows = self._chain()  # type: ignore[attr-defined]
        some = FunctionTable(_THEN_OF_SOME, (ids, *table.arguments), table.table_name, table.table_alias)
        rows.query.alias_map[some.table_alias or some.table_name] = some
        return rows

    def _from(self, function: str, *arguments: Any) -> Self:
        rows = self._chain()  # type: ignore[attr-defined]
        rows.query.join(FunctionTable(function, arguments, self.model._meta.db_table))
        return rows


def _text() -> "models.TextField[Any, Any]":
    return models.TextField(null=True)


def _yuan() -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=20, decimal_places=2, null=True)


def _rate() -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=40, decimal_places=20, null=True)


class ProjectRow(models.Model):
    """A project with every figure of a day. Read-only; money in 元, rates as ratios, physical_pct in percent."""

    code = _text()
    project_code = _text()
    name = _text()
    aliases = ArrayField(models.TextField())
    search_text = _text()
    parent_code = _text()
    category = _text()
    category_name = _text()
    region = _text()
    region_name = _text()
    unit = _text()
    unit_name = _text()
    township = _text()
    township_name = _text()
    status = _text()
    stage = _text()
    nature = _text()
    plan_year = models.IntegerField()
    years = ArrayField(models.IntegerField())
    sources = ArrayField(models.TextField())
    is_livelihood = models.BooleanField()
    scope_content = _text()
    location_text = _text()
    planned_start_on = models.DateField(null=True)
    planned_start_precision = _text()
    planned_end_on = models.DateField(null=True)
    planned_end_precision = _text()
    actual_start_on = models.DateField(null=True)
    works_completed_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    lead_unit = _text()
    owner_unit = _text()
    budget = _yuan()
    annual_plan = _yuan()
    completed = _yuan()
    annual_completed = _yuan()
    physical_pct = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    allocated = _yuan()
    arrived = _yuan()
    disbursed = _yuan()
    disbursed_to_unit = _yuan()
    disbursed_allocation = _yuan()
    payment_count = models.IntegerField()
    certified = _yuan()
    contract_total = _yuan()
    investment_rate = _rate()
    annual_rate = _rate()
    time_progress = _rate()
    deviation = _rate()
    disbursement_rate = _rate()
    complaints_raw = models.IntegerField()
    complaints_merged = models.IntegerField()
    orders_all = models.IntegerField()
    orders_suggested = models.IntegerField()
    last_report_on = models.DateField(null=True)
    freshness_days = models.IntegerField(null=True)
    updated = models.DateField(null=True)
    disclosure = _text()
    public_geometry = _text()
    geom_source = _text()
    is_located = models.BooleanField()
    geom = models.GeometryField(srid=STORAGE_SRID, null=True)
    geom_3857 = models.GeometryField(srid=WEB_SRID, null=True)
    anchor_3857 = models.PointField(srid=WEB_SRID, null=True)
    tile_zoom = models.IntegerField()
    light = _text()
    in_rates = models.BooleanField()

    objects = ProjectRows.as_manager()

    class Meta:
        managed = False
        db_table = "project_row"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
