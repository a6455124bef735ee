"""Coordinates that stand in the rows of a 台账: read before the rows are planned, a shape for each that has a place."""

from __future__ import annotations

from collections.abc import Sequence

from shapely.geometry.base import BaseGeometry

from geodata.crs.declared import PACKED
from geodata.exchange.datasets import projects_rows as rows
from geodata.exchange.datasets.projects_known import Details, Known
from geodata.exchange.datasets.projects_rows import Reader, RowRefused
from geodata.exchange.issues import Severity
from geodata.exchange.judging import Shape, judge
from geodata.exchange.places import has_places, layers_of
from geodata.exchange.plans import Change, Context, Draft
from geodata.exchange.shapes import Shapes, place_shapes
from geodata.exchange.tables.reading import Row, Table
from geodata.projects.choices import GeometrySource
from geodata.projects.entries import GeometryEntry
from geodata.regions.selectors import city_boundary, city_extent, management_boundaries

ACCEPT = "accept"
MARGIN = 0.0045  # 500 m in degrees of latitude
# A tenth of a millimetre in degrees: closer vertices are the same.
TOLERANCE = 1e-9


def read_layers(
    draft: Draft,
    layers: Sequence[Table],
    context: Context,
    homes: dict[tuple[str, int], BaseGeometry],
    recorded: dict[tuple[str, int], Sequence[BaseGeometry]],
) -> list[Shapes]:
    """The shapes of each layer, its remarks told. `homes` are the boundaries of the 属地 by sheet and row, `recorded`
    the shapes that the record has of their projects."""
    accept = context.options.outside_city == ACCEPT
    extent, city = (None, None) if accept else (city_extent(), city_boundary())
    found = []
    for layer in layers:
        areas = {number: area for (sheet, number), area in homes.items() if sheet == layer.sheet}
        known = {number: shapes for (sheet, number), shapes in recorded.items() if sheet == layer.sheet}
        # the cells of a table have been unpacked already; features never are
        option = context.options.crs if layer.layout.features else context.options.crs.removesuffix(PACKED)
        control = context.options.control_points if layer.layout.features else ""
        shapes = place_shapes(
            layer, option=option, extent=extent, city=city, areas=areas, recorded=known, control=control
        )
        draft.plan.issues.extend(shapes.issues)
        found.append(shapes)
    judge(found)
    return found


def recorded_shapes(
    matched: Sequence[tuple[Row, Known | None]], details: Details
) -> dict[tuple[str, int], Sequence[BaseGeometry]]:
    """The shapes that the record has of the rows' projects, by sheet and row."""
    return {
        (row.sheet, row.number): details.shapes[known.id]
        for row, known in matched
        if known and known.id in details.shapes
    }


def tell_far(draft: Draft, row: Row, boundary: BaseGeometry | None, label: str, shape: Shape) -> None:
    """A shape that does not touch its own unit, widened by 500 m, is said; it may be right, so it comes in."""
    if boundary is not None and shape.geometry.distance(boundary) > MARGIN:
        draft.warn(row, f"几何位于属地“{label}”以外500米以上，请核对")


def shape_change(draft: Draft, row: Row, known: Known, shape: Shape, recorded: Sequence[BaseGeometry]) -> list[Change]:
    """What the shape would change; nothing where it is the recorded one."""
    new = shape.geometry
    if any(old.geom_type == new.geom_type and old.equals_exact(new, TOLERANCE) for old in recorded):
        return []
    if recorded:
        draft.warn(row, f"项目 {known.serial} 已有几何，新几何作为待审核版本，经他人批准后生效")
    return [Change("几何", "原几何" if recorded else "—", "新几何（待审核）" if recorded else "新几何")]


def geometry_entry(shape: Shape, layer: Shapes, *, sha256: str) -> GeometryEntry:
    """The shape with all its evidence; `sha256` is the file's."""
    return GeometryEntry(
        project_id=0,
        wkb=shape.wkb,
        source=GeometrySource.DECLARED,
        original_wkt=shape.original_wkt,
        original_sha256=sha256 or shape.original_sha256,
        area_m2=shape.area_m2,
        length_m=shape.length_m,
        **layer.evidence,
    )


class LedgerPlaces:
    """The places of a 台账's rows."""

    def __init__(self, draft: Draft, tables: Sequence[Table], context: Context) -> None:
        self._draft = draft
        self._context = context
        self._tables = [table for table in tables if has_places(table)]
        self._found: dict[tuple[str, int], tuple[Shape | str, Shapes]] = {}
        self._units: dict[int, BaseGeometry] = {}

    @property
    def any(self) -> bool:
        """Whether any table has columns of coordinates."""
        return bool(self._tables)

    def read(self, matched: Sequence[tuple[Row, Known | None]], reader: Reader, details: Details) -> None:
        """Read the places of all rows; an unclear system keeps the whole file out."""
        if not self._tables:
            return
        self._units = management_boundaries()
        homes = {}
        for row, known in matched:
            unit = self._unit(row, known, reader)
            if unit in self._units:
                homes[row.sheet, row.number] = self._units[unit]
        layers = [layer for table in self._tables for layer in layers_of(table, option=self._context.options.crs)]
        held = recorded_shapes(matched, details)
        for layer, shapes in zip(layers, read_layers(self._draft, layers, self._context, homes, held), strict=True):
            for row in layer.rows:
                found: Shape | str | None = shapes.shapes.get(row.number) or shapes.problems.get(row.number)
                self._found[row.sheet, row.number] = (found or "没有可用的坐标", shapes)

    @staticmethod
    def _unit(row: Row, known: Known | None, reader: Reader) -> int:
        if known is not None:
            return int(known.values["management_unit_id"])
        try:
            return rows.management_unit(row, reader) or 0
        except RowRefused:
            return 0  # said where the row is planned

    def of(
        self, row: Row, known: Known | None, details: Details, reader: Reader
    ) -> tuple[GeometryEntry | None, list[Change]]:
        """The shape of a row and what it changes; nothing for a row without a place. RowRefused for a faulty one."""
        held = self._found.get((row.sheet, row.number))
        if held is None:
            return None, []
        shape, layer = held
        if isinstance(shape, str):
            if not layer.usable and layer.issues:
                return None, []  # the question about the whole table says it
            raise RowRefused(shape, column="坐标")
        unit = self._unit(row, known, reader)
        tell_far(self._draft, row, self._units.get(unit), reader.register.units.labels.get(unit, ""), shape)
        entry = geometry_entry(shape, layer, sha256=self._context.sha256)
        if known is None:
            return entry, []
        recorded = details.shapes.get(known.id, [])
        if shape.geometry.geom_type == "MultiPoint" and any(old.geom_type != "MultiPoint" for old in recorded):
            self._draft.remark(row, "项目已有线或面，表中的点坐标没有采用", Severity.NOTICE)
            return None, []
        changes = shape_change(self._draft, row, known, shape, recorded)
        return (entry if changes else None), changes
