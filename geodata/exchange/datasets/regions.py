"""Boundaries and their units: GeoJSON of the city's own, and files scraped from map services (adcode, level)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from geodata.exchange.columns import Column, Kind, Layout
from geodata.exchange.datasets import Dataset
from geodata.exchange.judging import judge
from geodata.exchange.plans import Change, Context, Draft, Plan, differences
from geodata.exchange.shapes import Shapes, place_shapes
from geodata.exchange.tables.reading import Row, Table
from geodata.regions import services
from geodata.regions.entries import AreaEntry, PopulationEntry
from geodata.regions.models import AreaPopulation, AreaUnit
from geodata.regions.selectors import city_extent

_KINDS = {
    "city": "city",
    "市": "city",
    "county": "county",
    "district": "county",
    "县市区": "county",
    "县": "county",
    "区": "county",
    "zone": "zone",
    "functional_zone": "zone",
    "功能区": "zone",
    "township": "township",
    "street": "township",
    "乡镇": "township",
    "街道": "township",
}
AREAS = Layout(
    key="areas",
    titles=(),
    minimum=2,
    features=True,
    columns=(
        Column(key="code", label="代码", kind=Kind.CODE, synonyms=("code", "adcode", "区划代码"), required=True),
        Column(key="name", label="名称", synonyms=("name",), required=True, max_length=60),
        Column(key="kind", label="类型", kind=Kind.CHOICE, synonyms=("kind", "level"), choices=_KINDS),
        Column(key="parent", label="上级", synonyms=("parent", "parent_code")),
        Column(key="code_system", label="代码体系", kind=Kind.CODE, synonyms=("code_system",)),
        Column(key="nbs_code", label="统计代码", kind=Kind.CODE, synonyms=("nbs_code",)),
        Column(key="short_name", label="简称", synonyms=("short_name",), max_length=30),
        Column(key="aliases", label="别名", kind=Kind.NAMES, synonyms=("aliases",)),
        Column(key="official_order", label="排序", kind=Kind.INTEGER, synonyms=("official_order",)),
        Column(key="valid_from", label="启用日期", kind=Kind.DATE, synonyms=("valid_from",)),
        Column(key="population", label="常住人口", kind=Kind.INTEGER, synonyms=("population",)),
        Column(key="population_year", label="人口年份", kind=Kind.INTEGER, synonyms=("population_year",)),
        Column(key="population_source", label="人口来源", synonyms=("population_source",)),
        Column(key="schematic", label="示意", kind=Kind.BOOLEAN, synonyms=("schematic",)),
        Column(key="hosts", label="所在县区", kind=Kind.NAMES, synonyms=("hosts",)),
        Column(key="source", label="边界来源", synonyms=("boundary_source", "source"), max_length=200),
    ),
)
# The same without boundaries: the list of codes and names that the statistics office publishes.
CODES = replace(AREAS, key="codes", titles=("区划代码", "行政区划代码", "区划"), features=False, minimum=3)
# The statistical code of a zone that GB/T 2260 does not know (430671 屈原管理区) has 7 as its fifth digit.
_STATISTICAL_ZONE = re.compile(r"^\d{4}7\d$")
# NBS2022 is the statistics office's list of that year
_SYSTEMS = ("GB2260", "NBS", "LOCAL")
_LABELS = {
    "name": "名称",
    "kind": "类型",
    "parent": "上级",
    "nbs_code": "统计代码",
    "short_name": "简称",
    "aliases": "别名",
    "official_order": "排序",
    "valid_from": "启用日期",
    "schematic": "示意",
    "source": "边界来源",
    "hosts": "所在县区",
    "population": "常住人口",
    "geom": "边界",
}


class RegionsDataset(Dataset):
    """City, counties, zones and townships with their boundaries."""

    key = "regions"
    title = "行政区划与功能区"
    layouts = (AREAS, CODES)

    def plan(self, tables: Mapping[str, Sequence[Table]], context: Context) -> Plan:
        draft = Draft(self.key, tables, context)
        known = {area.code: area for area in AreaUnit.objects.prefetch_related("hosts").select_related("parent")}
        populations = {(p.area_id, p.year): (p.residents, p.source) for p in AreaPopulation.objects.all()}
        shapes: dict[str, Shapes] = {}
        for table in tables.get(AREAS.key, ()):
            # Neighbouring cities' files are a mistake that the box of the city's extent catches.
            shapes[table.sheet] = place_shapes(table, option=context.options.crs, extent=city_extent())
            draft.plan.issues.extend(shapes[table.sheet].issues)
        judge(list(shapes.values()))
        for layout in (AREAS.key, CODES.key):
            for row in draft.rows(layout):
                self._plan_row(draft, layout, row, shapes.get(row.sheet), known, populations)
        return draft.plan

    def _plan_row(
        self,
        draft: Draft,
        layout: str,
        row: Row,
        shapes: Shapes | None,
        known: Mapping[str, AreaUnit],
        populations: Mapping[tuple[int, int], tuple[int, str]],
    ) -> None:
        code = row.text("code")
        if not re.fullmatch(r"[0-9A-Za-z_]{4,20}", code):
            draft.refuse(layout, row, "代码只能由字母、数字和下划线组成", column="代码", value=code)
            return
        if draft.repeated(self.key, row, code):
            draft.refuse(layout, row, f"代码 {code} 在文件中重复", column="代码", value=code)
            return
        problem = shapes.problems.get(row.number, "") if shapes else ""
        shape = shapes.shapes.get(row.number) if shapes else None
        if shape is not None and shape.geometry.geom_type != "MultiPolygon":
            problem = "区划边界须为面"
        if problem:
            draft.refuse(layout, row, f"{row.text('name')}:{problem}")
            return
        entry = _entry(row, shapes)
        draft.decide(layout, row, code, entry, _changes(entry, known.get(code), populations))

    def write(self, plan: Plan, context: Context) -> None:
        services.record_area_units(entries=plan.entries(), batch=context.batch_id)


def _entry(row: Row, shapes: Shapes | None) -> AreaEntry:
    code = row.text("code")
    kind = "zone" if _STATISTICAL_ZONE.match(code) else row.text("kind") or _kind_of(code)
    shape = shapes.shapes.get(row.number) if shapes else None
    said = row.text("code_system").upper()
    system = next((one for one in _SYSTEMS if said.startswith(one)), said) or (
        "NBS" if _STATISTICAL_ZONE.match(code) else ""
    )
    return AreaEntry(
        code=code,
        name=row.text("name"),
        kind=kind,
        parent_code=_parent(row, code, kind),
        code_system=system,
        nbs_code=row.text("nbs_code") or (code if system == "NBS" and len(code) <= 12 else ""),
        short_name=row.text("short_name"),
        aliases=row.names("aliases") or None,
        official_order=row.integer("official_order"),
        valid_from=row.day("valid_from"),
        is_schematic=row.flag("schematic"),
        boundary_source=row.text("source") or (shapes.detected_name if shapes and shape else ""),
        geom=shape.wkb if shape else None,
        hosts=row.names("hosts") or None,
        population=_population(row),
    )


def _kind_of(code: str) -> str:
    """City 430600, county 430602, township 430602001; anything else is a zone with a local key."""
    if not code.isdigit():
        return "zone"
    if len(code) > 6:
        return "township"
    return "city" if code.endswith("00") else "county"


def _parent(row: Row, code: str, kind: str) -> str:
    found = re.search(r"[0-9A-Za-z_]{4,20}", row.text("parent").replace("adcode", ""))
    if found:
        return found.group()
    if not code.isdigit():
        return ""
    if kind == "township":
        return code[:6]
    return f"{code[:4]}00" if kind in {"county", "zone"} else ""


def _population(row: Row) -> PopulationEntry | None:
    residents, year = row.integer("population"), row.integer("population_year")
    if residents is None or year is None:
        return None
    return PopulationEntry(year=year, residents=residents, source=row.text("population_source"))


def _changes(
    entry: AreaEntry, area: AreaUnit | None, populations: Mapping[tuple[int, int], tuple[int, str]]
) -> list[Change] | None:
    if area is None:
        return None
    old: dict[str, Any] = {
        "name": area.name,
        "kind": area.kind,
        "parent": area.parent.code if area.parent else "",
        "nbs_code": area.nbs_code,
        "short_name": area.short_name,
        "aliases": tuple(area.aliases),
        "official_order": area.official_order,
        "valid_from": area.valid_from,
        "schematic": area.is_schematic,
        "source": area.boundary_source,
        "hosts": tuple(sorted(host.code for host in area.hosts.all())),
    }
    new: dict[str, Any] = {
        "name": entry.name,
        "kind": entry.kind,
        "parent": entry.parent_code,
        "nbs_code": entry.nbs_code,
        "short_name": entry.short_name,
        "aliases": entry.aliases,
        "official_order": entry.official_order,
        "valid_from": entry.valid_from,
        "schematic": entry.is_schematic,
        "source": entry.boundary_source,
        "hosts": tuple(sorted(entry.hosts)) if entry.hosts is not None else None,
    }
    said = {name: value for name, value in new.items() if value not in (None, "")}
    changes = differences(old, said, _LABELS)
    if entry.geom is not None and not _same_shape(area, entry.geom):
        changes.append(Change(_LABELS["geom"], "—" if area.geom is None else "原边界", "新边界"))
    population = entry.population
    if population is not None:
        before = populations.get((area.pk, population.year))
        if before != (population.residents, population.source):
            changes.append(
                Change(f"{population.year}年常住人口", str(before[0]) if before else "—", str(population.residents))
            )
    return changes


def _same_shape(area: AreaUnit, wkb: bytes) -> bool:
    return area.geom is not None and services.same_shape(area.geom, wkb)


DATASET = RegionsDataset()
