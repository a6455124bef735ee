"""Planning shapes: geometry for recorded projects, or projects made from features through a mapping file.

A mapping may declare constants for the columns that a new project needs (项目类别, 属地管理单位, 计划年度), a bundle
to which all features belong (上级项目, 上级项目名称), a name for the file (外部编号) by which features are found again
with their number or the columns in `key`, and outside_city = "accept". Features are never merged by name. 上级外部编号
names a bundle feature by feature (projects_bundles.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geodata.exchange.datasets import projects_rows as rows
from geodata.exchange.datasets.projects_alike import project_alike
from geodata.exchange.datasets.projects_bundles import Bundles, source_of, without_total
from geodata.exchange.datasets.projects_known import Details, Known
from geodata.exchange.datasets.projects_layouts import PLACES, SHAPES
from geodata.exchange.datasets.projects_places import (
    ACCEPT,
    geometry_entry,
    read_layers,
    recorded_shapes,
    shape_change,
    tell_far,
)
from geodata.exchange.datasets.projects_planning import LedgerPlanner
from geodata.exchange.datasets.projects_rows import RowRefused
from geodata.exchange.judging import Shape
from geodata.exchange.places import layers_of
from geodata.exchange.plans import Context, Draft
from geodata.exchange.shapes import Shapes
from geodata.exchange.tables.headers import squeeze
from geodata.exchange.tables.reading import Row, Table
from geodata.projects.entries import GeometryEntry, ProjectEntry
from geodata.regions.selectors import management_boundaries


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeEntry:
    """A planned feature: its project, the shape still without a project's id, and the bundle to make first, if any."""

    project: ProjectEntry
    geometry: GeometryEntry
    bundle: ProjectEntry | None = None


class ShapePlanner:
    """Plans the features of all layers of a file."""

    def __init__(self, draft: Draft, tables: Sequence[Table], context: Context, ledger: LedgerPlanner) -> None:
        self._draft = draft
        self._tables = tables
        self._context = context
        self._options = context.options
        self._ledger = ledger
        self._bundles = Bundles(draft, ledger.register)
        self._claimed: dict[object, Row] = {}

    def plan(self) -> None:
        if not self._tables:
            return
        self._units = {} if self._context.options.outside_city == ACCEPT else management_boundaries()
        matched = []
        for row in (*self._draft.rows(SHAPES.key), *self._draft.rows(PLACES.key)):
            try:
                matched.append((row, self._match(row)))
            except RowRefused as refusal:
                self._ledger.refuse(SHAPES.key, row, refusal)
        details = Details((known.id for _row, known in matched if known), money=False, shapes=True)
        layers = self._read(matched, details)
        for row, known in matched:
            try:
                self._plan_row(row, known, layers.get((row.sheet, row.number)), details)
            except RowRefused as refusal:
                self._ledger.refuse(SHAPES.key, row, refusal)

    def _read(self, matched: Sequence[tuple[Row, Known | None]], details: Details) -> dict[tuple[str, int], Shapes]:
        """The shapes of the layer or table of each row; 属地 and the record decide where nothing else does."""
        homes = {
            (row.sheet, row.number): self._units[known.values["management_unit_id"]]
            for row, known in matched
            if known and known.values["management_unit_id"] in self._units
        }
        tables: list[Table] = []
        for table in self._tables:
            tables += [table] if table.source is not None else layers_of(table, option=self._context.options.crs)
        found = read_layers(self._draft, tables, self._context, homes, recorded_shapes(matched, details))
        return {
            (row.sheet, row.number): shapes for table, shapes in zip(tables, found, strict=True) for row in table.rows
        }

    def _source_key(self, row: Row) -> str:
        """The feature's permanent name: the file's name for itself and the key columns or the feature's number."""
        prefix = row.text("source_key")
        if not prefix:
            return ""
        parts = [str(row.feature.values.get(column) or "") for column in self._options.key if row.feature]
        if not self._options.key or self._options.key == ("number",):
            parts = [str(row.number)]
        if not all(parts):
            raise RowRefused(f"键列 {'、'.join(self._options.key)} 有空值，无法区分要素")
        return f"{prefix}#{squeeze('/'.join(parts))}"[:120]

    def _match(self, row: Row) -> Known | None:
        key = self._source_key(row)
        if key:
            return self._ledger.register.by_source.get(key)
        reader = self._ledger.reader(row)
        found = self._ledger.match(row, reader)
        found = found or (self._ledger.register.named_alone(rows.name_key(row)) if row.text("name") else None)
        if found is not None or row.text("parent") or row.text("parent_name"):
            return found
        return project_alike(row, reader, self._context, anywhere=True)

    def _plan_row(self, row: Row, known: Known | None, layer: Shapes | None, details: Details) -> None:
        shape = layer.shapes.get(row.number) if layer else None
        if layer is None or shape is None:
            raise RowRefused(_without_shape(row, layer))
        key = self._source_key(row)
        self._claim(row, known, key)
        entry = self._project(row, known, key)
        bundle = self._bundles.of(row, known, entry, self._ledger.reader(row)) if key or known is None else None
        if source_of(row):
            entry = without_total(entry)
        entry = replace(entry, parent_key=bundle.key) if bundle else entry
        if known is None and not entry.parent_key:
            self._claim_name(row, entry)
        self._check_unit(row, known, entry, shape)
        whole = ShapeEntry(
            project=entry, geometry=geometry_entry(shape, layer, sha256=self._context.sha256), bundle=bundle
        )
        changes = None
        if known is not None:
            recorded = details.shapes.get(known.id, [])
            moved = shape_change(self._draft, row, known, shape, recorded)
            changes = self._ledger.project_changes(entry, known) + moved
        label = f"{known.serial if known else key or entry.serial_no} {row.text('name')}".strip()
        self._draft.decide(SHAPES.key, row, label, whole, changes)

    def _claim(self, row: Row, known: Known | None, key: str) -> None:
        claim: object = known.id if known else key or None
        earlier = self._claimed.setdefault(claim, row) if claim else row
        if earlier is not row:
            raise RowRefused(_claimed_twice(earlier, row))

    def _claim_name(self, row: Row, entry: ProjectEntry) -> None:
        """Projects that are no parts bear a name once a year and unit: features that repeat it need a bundle."""
        values = entry.values
        name = (rows.name_key(row), values["plan_year"], values["management_unit_id"])
        earlier = self._claimed.setdefault(("name", *name), row)
        if earlier is not row or self._ledger.register.named(*name) is not None:
            where = f"第 {earlier.number} 个要素" if earlier is not row else "已有项目"
            raise RowRefused(
                f"与{where}同名；名称会重复的要素须在映射文件中给出上级项目名称或上级外部编号，作为其组成部分"
            )

    def _project(self, row: Row, known: Known | None, key: str) -> ProjectEntry:
        """The project of a feature: only a new one needs more than its identity."""
        if known is not None and not key:
            return ProjectEntry(key=known.serial, project_id=known.id)
        reader = self._ledger.reader(row)
        if known is None and not key and not (row.text("category") and row.text("unit")):
            named = row.text("serial") or row.text("code") or row.text("name")
            raise RowRefused(
                f"没有找到项目“{named}”；要由要素新建项目，须在映射文件中给出项目类别、属地管理单位和计划年度"
            )
        entry = self._ledger.entry(row, known, reader)
        values = {**entry.values, **({"source_key": key} if key else {})}
        return ProjectEntry(
            key=key or entry.key,
            values=values,
            project_id=entry.project_id,
            serial_no="" if key else entry.serial_no,
            category_code=entry.category_code,
            parent_key=entry.parent_key,
            parties=entry.parties,
            history=entry.history,
        )

    def _check_unit(self, row: Row, known: Known | None, entry: ProjectEntry, shape: Shape) -> None:
        unit = entry.values.get("management_unit_id") or (known.values["management_unit_id"] if known else None)
        label = self._ledger.register.units.labels.get(unit or 0, "")
        tell_far(self._draft, row, self._units.get(unit or 0), label, shape)


def _without_shape(row: Row, layer: Shapes | None) -> str:
    """Why a row has no shape: its own fault, or the question about its whole layer."""
    if layer is not None and row.number in layer.problems:
        return layer.problems[row.number]
    waiting = layer is not None and not layer.usable and bool(layer.issues)
    return "整个图层的坐标确定以后才能读取这个图形" if waiting else "没有可用的几何"


def _claimed_twice(earlier: Row, row: Row) -> str:
    """Two features of one project: in one layer they make one shape, of two layers one alone is meant."""
    if earlier.sheet != row.sheet:
        return (
            f"图层“{earlier.sheet}”里已有这个项目的图形。每个项目只取一个图形："
            "请用“换一种读法”只读一个图层（命令行用 --sheet）"
        )
    return f"与第 {earlier.number} 个要素指向同一项目，请合并为一个多部分要素或给出不同的编号"
