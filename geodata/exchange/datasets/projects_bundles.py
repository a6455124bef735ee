"""Bundles that the features of a file belong to: recorded ones, or one entry each to make before its parts.

A mapping names it for the whole file (上级项目, 上级项目名称) or each feature by a number of its own
(上级外部编号): the number of a programme stands in many features and files, and its money must count once. Such a
bundle takes the total of its features; they themselves bear none.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from geodata.exchange.datasets import projects_rows as rows
from geodata.exchange.datasets.projects_known import Known, Register
from geodata.exchange.datasets.projects_rows import Reader, RowRefused
from geodata.exchange.plans import Draft
from geodata.exchange.tables.reading import Row
from geodata.projects.codes import normalise_name
from geodata.projects.entries import ProjectEntry

TOTAL = "total_investment"


def source_of(row: Row) -> str:
    """The number by which the bundle of a feature is known elsewhere, under the file's own prefix for such numbers."""
    return row.text("parent_source")[:120]


class Bundles:
    """The bundles of one file, each made once."""

    def __init__(self, draft: Draft, register: Register) -> None:
        self._draft = draft
        self._register = register
        self._made: dict[str, ProjectEntry] = {}
        self._totals: dict[str, Decimal] = {}

    def of(self, row: Row, known: Known | None, entry: ProjectEntry, reader: Reader) -> ProjectEntry | None:
        """The bundle of a feature that becomes a new project; None without one, and for known features."""
        source = source_of(row)
        name = row.text("parent_name") or (row.text("name") if source else "")
        self._compare(row, source, entry)
        if known is not None or not name:
            return None
        serial = self._register.serial(row.text("parent"))
        values = self._values(row, name, source, entry, reader)
        found = self._found(source, serial, values)
        identity = found.serial if found else serial or (f"source:{source}" if source else f"bundle:{name}")
        if identity not in self._made:
            code = rows.category(row, reader, None, lambda message: self._draft.warn(row, message))
            self._made[identity] = ProjectEntry(
                key=identity,
                values={} if found else values,
                project_id=found.id if found else None,
                serial_no="" if found else serial,
                category_code="" if found else code,
            )
        return self._made[identity]

    @staticmethod
    def _values(row: Row, name: str, source: str, entry: ProjectEntry, reader: Reader) -> dict[str, Any]:
        unit = rows.management_unit(row, reader)
        if unit is None:
            raise RowRefused("新建打包项目须写明属地管理单位", column="属地管理单位")
        values = {"name": name, "plan_year": rows.plan_year(row, reader, None), "management_unit_id": unit}
        if not source:
            return values
        shared = {key: value for key, value in entry.values.items() if key.startswith(("planned_", "total_"))}
        return {**values, **shared, "source_key": source}

    def _found(self, source: str, serial: str, values: dict[str, Any]) -> Known | None:
        if source:
            return self._register.by_source.get(source)
        named = self._register.named(normalise_name(values["name"]), values["plan_year"], values["management_unit_id"])
        return self._register.by_serial.get(serial) or named

    def _compare(self, row: Row, source: str, entry: ProjectEntry) -> None:
        """Every feature of a bundle repeats its total; another figure is said, the first one counts."""
        total = entry.values.get(TOTAL)
        if not source or total is None:
            return
        recorded = self._register.by_source.get(source)
        held = recorded.values[TOTAL] if recorded else None
        first = held if held is not None else self._totals.setdefault(source, total)
        if first != total:
            self._draft.warn(row, f"打包项目 {source} 的总投资此前为 {first:,} 元，这里写的是 {total:,} 元，未改动")


def without_total(entry: ProjectEntry) -> ProjectEntry:
    """A part of a bundle that bears the money itself."""
    return replace(entry, values={key: value for key, value in entry.values.items() if key != TOTAL})
