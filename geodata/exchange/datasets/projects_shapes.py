"""Planning shapes: geometry for recorded projects, or projects made from features through a mapping file.

A mapping may declare constants for the columns that a new project needs (项目类别, 属地管理单位, 计划年度), a bundle
to which all features belong (上级项目, 上级项目名称), a name for the file (外部编号) by which features are found again
with their number or the columns in `key`, and outside_city = "accept". Features are never merged by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geodata.exchange.datasets import projects_rows as rows
from geodata.exchange.datasets.projects_known import Details, Known
from geodata.exchange.datasets.projects_layouts import SHAPES
from geodata.exchange.datasets.projects_planning import LedgerPlanner
from geodata.exchange.datasets.projects_rows import RowRefused
from geodata.exchange.plans import Change, Context, Draft
from geodata.exchange.shapes import Shape, Shapes, read_shapes
from geodata.exchange.tables.headers import squeeze
from geodata.exchange.tables.reading import Row, Table
from geodata.projects.choices import GeometrySource
from geodata.projects.codes import normalise_name
from geodata.projects.entries import GeometryEntry, ProjectEntry
from geodata.regions.selectors import city_boundary, city_extent, management_boundaries

ACCEPT = "accept"
# A tenth of a millimetre in degrees: closer vertices are the same.
TOLERANCE = 1e-9


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
        self._options = context.options
        self._ledger = ledger
        self._bundles: dict[str, ProjectEntry] = {}
        self._claimed: dict[object, Row] = {}

    def plan(self) -> None:
        if not self._tables:
            return
        accept = self._options.outside_city == ACCEPT
        extent = None if accept else city_extent()
        city = None if accept else city_boundary()
        layers: dict[str, Shapes] = {}
        for table in self._tables:
            layers[table.sheet] = read_shapes(table, option=self._options.crs, extent=extent, city=city)
            self._draft.plan.issues.extend(layers[table.sheet].issues)
        self._units = {} if accept else management_boundaries()
        matched = []
        for row in self._draft.rows(SHAPES.key):
            try:
                matched.append((row, self._match(row)))
            except RowRefused as refusal:
                self._ledger.refuse(SHAPES.key, row, refusal)
        details = Details((known.id for _row, known in matched if known), money=False, shapes=True)
        for row, known in matched:
            try:
                self._plan_row(row, known, layers[row.sheet], details)
            except RowRefused as refusal:
                self._ledger.refuse(SHAPES.key, row, refusal)

    def _source_key(self, row: Row) -> str:
        """The feature's permanent name: the file's name for itself and the key columns or the feature's number."""
        prefix = row.text("source_key")
        if not prefix:
            return ""
        parts = [str(row.feature.values.get(column) or "") for column in self._options.key if row.feature]
        if not self._options.key or self._options.key == ("number",):
            parts = [str(row.number)]
        if not all(parts):
            raise RowRefused(f"键列 {'、'.join(self._options.key)} 有空值,无法区分要素")
        return f"{prefix}#{squeeze('/'.join(parts))}"[:120]

    def _match(self, row: Row) -> Known | None:
        key = self._source_key(row)
        if key:
            return self._ledger.register.by_source.get(key)
        reader = self._ledger.reader(row)
        found = self._ledger.match(row, reader)
        return found or (self._ledger.register.named_alone(rows.name_key(row)) if row.text("name") else None)

    def _plan_row(self, row: Row, known: Known | None, layer: Shapes, details: Details) -> None:
        shape = layer.shapes.get(row.number)
        if shape is None:
            raise RowRefused(layer.problems.get(row.number) or "没有可用的几何")
        key = self._source_key(row)
        self._claim(row, known, key)
        bundle = self._bundle(row, known)
        entry = self._project(row, known, key, bundle)
        self._check_unit(row, known, entry, shape)
        whole = ShapeEntry(project=entry, geometry=_geometry(shape, layer), bundle=bundle)
        changes = None
        if known is not None:
            changes = self._ledger.project_changes(entry, known) + self._shape_change(row, known, shape, details)
        label = f"{known.serial if known else key or entry.serial_no} {row.text('name')}".strip()
        self._draft.decide(SHAPES.key, row, label, whole, changes)

    def _claim(self, row: Row, known: Known | None, key: str) -> None:
        claim: object = known.id if known else key or None
        earlier = self._claimed.setdefault(claim, row) if claim else row
        if earlier is not row:
            raise RowRefused(f"与第 {earlier.number} 个要素指向同一项目,请合并为一个多部分要素或给出不同的编号")

    def _project(self, row: Row, known: Known | None, key: str, bundle: ProjectEntry | None) -> ProjectEntry:
        """The project of a feature: only a new one needs more than its identity."""
        if known is not None and not key:
            return ProjectEntry(key=known.serial, project_id=known.id)
        reader = self._ledger.reader(row)
        if known is None and not key and not (row.text("category") and row.text("unit")):
            named = row.text("serial") or row.text("code") or row.text("name")
            raise RowRefused(
                f"没有找到项目“{named}”;要由要素新建项目,须在映射文件中给出项目类别、属地管理单位和计划年度"
            )
        entry = self._ledger.entry(row, known, reader)
        values = {**entry.values, **({"source_key": key} if key else {})}
        return ProjectEntry(
            key=key or entry.key,
            values=values,
            project_id=entry.project_id,
            serial_no="" if key else entry.serial_no,
            category_code=entry.category_code,
            parent_key=bundle.key if bundle else entry.parent_key,
            parties=entry.parties,
            history=entry.history,
        )

    def _bundle(self, row: Row, known: Known | None) -> ProjectEntry | None:
        """The bundle that a mapping names: a recorded one, or one entry to make for the whole file."""
        name = row.text("parent_name")
        if known is not None or not name:
            return None
        register, reader = self._ledger.register, self._ledger.reader(row)
        serial = register.serial(row.text("parent"))
        unit = rows.management_unit(row, reader)
        if unit is None:
            raise RowRefused("新建打包项目须写明属地管理单位", column="属地管理单位")
        year = rows.plan_year(row, reader, None)
        found = register.by_serial.get(serial) or register.named(normalise_name(name), year, unit)
        identity = found.serial if found else serial or f"bundle:{name}"
        if identity not in self._bundles:
            code = rows.category(row, reader, None, lambda message: self._draft.warn(row, message))
            self._bundles[identity] = ProjectEntry(
                key=identity,
                values={} if found else {"name": name, "plan_year": year, "management_unit_id": unit},
                project_id=found.id if found else None,
                serial_no="" if found else serial,
                category_code="" if found else code,
            )
        return self._bundles[identity]

    def _check_unit(self, row: Row, known: Known | None, entry: ProjectEntry, shape: Shape) -> None:
        """A shape that does not touch its own unit, widened by 500 m, is said; it may be right, so it comes in."""
        unit = entry.values.get("management_unit_id") or (known.values["management_unit_id"] if known else None)
        boundary = self._units.get(unit) if unit else None
        if boundary is not None and shape.geometry.distance(boundary) > MARGIN:
            label = self._ledger.register.units.labels[unit or 0]
            self._draft.warn(row, f"几何位于属地“{label}”以外500米以上,请核对")

    def _shape_change(self, row: Row, known: Known, shape: Shape, details: Details) -> list[Change]:
        recorded = details.shapes.get(known.id, [])
        new = shape.geometry
        if any(old.geom_type == new.geom_type and old.equals_exact(new, TOLERANCE) for old in recorded):
            return []
        if recorded:
            self._draft.warn(row, f"项目 {known.serial} 已有几何,新几何作为待审核版本,经他人批准后生效")
        return [Change("几何", "原几何" if recorded else "—", "新几何(待审核)" if recorded else "新几何")]


MARGIN = 0.0045  # 500 m in degrees of latitude


def _geometry(shape: Shape, layer: Shapes) -> GeometryEntry:
    return GeometryEntry(
        project_id=0,
        wkb=shape.wkb,
        source=GeometrySource.DECLARED,
        accuracy_m=layer.accuracy_m,
        declared_crs=layer.declared_name[:60],
        detected_crs=layer.detected_name[:60],
        crs_confidence=layer.decision.confidence.value,
        original_wkt=shape.original_wkt,
        original_sha256=shape.original_sha256,
        pipeline=layer.pipeline,
        area_m2=shape.area_m2,
        length_m=shape.length_m,
    )
