"""The base layer: lakes, rivers, roads, mountains and place names as GeoJSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from geodata.crs.detection import Extent
from geodata.exchange.columns import Column, Kind, Layout
from geodata.exchange.datasets import Dataset
from geodata.exchange.judging import judge
from geodata.exchange.plans import Change, Context, Draft, Plan
from geodata.exchange.shapes import Shapes, place_shapes
from geodata.exchange.tables.reading import Row, Table
from geodata.regions import base_layer
from geodata.regions.entries import BaseEntry
from geodata.regions.models import BaseFeature
from geodata.regions.selectors import city_extent

FEATURES = Layout(
    key="features",
    titles=(),
    minimum=1,
    features=True,
    columns=(
        Column(
            key="kind",
            label="类型",
            kind=Kind.CHOICE,
            synonyms=("kind",),
            required=True,
            choices={label: value for value, label in BaseFeature.Kind.choices},
        ),
        Column(key="name", label="名称", synonyms=("name",), max_length=60),
        Column(key="rank", label="级别", kind=Kind.INTEGER, synonyms=("rank",)),
        Column(key="schematic", label="示意", kind=Kind.BOOLEAN, synonyms=("schematic",)),
    ),
)
RANKS = range(1, 6)
USUAL_RANK = 3


class BaseLayerDataset(Dataset):
    """What lies beneath every map when no map service is at hand."""

    key = "base"
    title = "底图"
    layouts = (FEATURES,)

    def plan(self, tables: Mapping[str, Sequence[Table]], context: Context) -> Plan:
        draft = Draft(self.key, tables, context)
        known = base_layer.recorded()
        shapes: dict[str, Shapes] = {}
        for table in tables.get(FEATURES.key, ()):
            # Rivers and roads come from afar: only a declared system is believed for them.
            shapes[table.sheet] = place_shapes(table, option=context.options.crs, extent=_extent(table, context))
            draft.plan.issues.extend(shapes[table.sheet].issues)
        judge(list(shapes.values()))
        seen: Counter[tuple[str, str]] = Counter()
        for row in draft.rows(FEATURES.key):
            self._plan_row(draft, row, shapes[row.sheet], known, seen)
        return draft.plan

    def _plan_row(
        self,
        draft: Draft,
        row: Row,
        shapes: Shapes,
        known: Mapping[base_layer.Key, BaseFeature],
        seen: Counter[tuple[str, str]],
    ) -> None:
        shape = shapes.shapes.get(row.number)
        if shape is None:
            draft.refuse(FEATURES.key, row, shapes.problems.get(row.number, "没有可用的几何"))
            return
        rank = row.integer("rank") or USUAL_RANK
        if rank not in RANKS:
            draft.refuse(FEATURES.key, row, "级别只能是1到5", column="级别", value=rank)
            return
        pair = (row.text("kind"), row.text("name"))
        seen[pair] += 1
        key = (*pair, seen[pair])
        schematic = bool(row.flag("schematic"))
        entry = BaseEntry(kind=pair[0], name=pair[1], rank=rank, geom=shape.wkb, is_schematic=schematic)
        feature = known.get(key)
        changes: list[Change] | None = None
        if feature is not None:
            changes = [] if base_layer.same(feature, entry) else [Change("要素", "原内容", "新内容")]
        draft.decide(FEATURES.key, row, f"{pair[0]} {pair[1]} {key[2]}", (key, entry), changes)

    def write(self, plan: Plan, context: Context) -> None:
        base_layer.record_base_features(entries=plan.entries(FEATURES.key), batch=context.batch_id)


def _extent(table: Table, context: Context) -> Extent | None:
    declared = context.options.crs or (table.source is not None and table.source.epsg)
    return None if declared else city_extent()


DATASET = BaseLayerDataset()
