"""What the record knows of projects before a file is planned: loaded once, asked for every row."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import shapely
from django.db.models import Max
from shapely.geometry.base import BaseGeometry

from geodata.exchange.alike import NEW_WORDS, Candidate, NearNames
from geodata.exchange.datasets.budget_plans import financed_in_detail
from geodata.exchange.tables.headers import squeeze
from geodata.funding.models import FundingPlan
from geodata.progress.models import PeriodReport, PlanYear
from geodata.projects.codes import parse_serial, serial_text
from geodata.projects.entries import WRITABLE
from geodata.projects.models import Category, GeometryVersion, Project, ProjectParty, StatusChange
from geodata.projects.reference import CATEGORIES
from geodata.regions.selectors import UnitNames

# Words of a project's name by which its category is guessed when neither column nor section says it.
_WORDS = {
    "小区改造": "01",
    "电梯": "0101",
    "棚户": "0102",
    "城中村": "0102",
    "供水": "02",
    "水厂": "0201",
    "泵站": "0201",
    "管网": "03",
    "雨污": "03",
    "污水处理": "0301",
    "黑臭": "0302",
    "大道": "04",
    "道路": "04",
    "小巷": "0401",
    "停车": "0402",
    "公路": "05",
    "桥": "0501",
    "小学": "06",
    "中学": "06",
    "学校": "06",
    "幼儿园": "0601",
    "医院": "07",
    "卫生院": "07",
    "养老": "08",
    "敬老院": "08",
    "助餐": "0801",
    "适老化": "0802",
    "托育": "09",
    "公租房": "10",
    "安置房": "10",
    "燃气": "11",
    "厕所": "12",
    "人居环境": "12",
    "水库": "13",
    "排涝": "13",
    "电网": "14",
    "体育": "15",
    "公园": "15",
    "消防": "16",
    "无障碍": "17",
}
_NUMBERING = re.compile(r"^[(（]?[一二三四五六七八九十0-9]+[)）]?[、..]?")


@dataclass(slots=True)
class Known:
    """A recorded project with the columns that a file may say."""

    id: int
    serial: str
    parent_id: int | None
    values: dict[str, Any]
    category_code: str
    status: str
    stage: str
    changed_on: date | None = None  # day of the newest change of status or stage
    parties: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


class CategoryFinder:
    """Categories by code, name and the words that tables use."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {row.code: row.name for row in CATEGORIES}
        self._by_word: dict[str, str] = {}
        rows = [(row.code, row.name, row.aliases) for row in CATEGORIES]
        recorded = [(row.code, row.name, row.aliases) for row in Category.objects.all()]
        for code, name, aliases in [*rows, *recorded]:
            self.names[code] = name
            for word in (code, name, *name.split("/"), *aliases):
                self._by_word[squeeze(word)] = code

    def find(self, text: str) -> str:
        """The code of a name or of a section's title (一、城镇老旧小区改造), "" when unknown."""
        word = squeeze(text)
        bare = _NUMBERING.sub("", word)
        for candidate in (word, bare, bare.partition("/")[0], bare.removesuffix("项目"), bare.removesuffix("类")):
            if candidate in self._by_word:
                return self._by_word[candidate]
        return ""

    def guess(self, name: str) -> str:
        """The category whose longest word stands in a project's name."""
        best = max((word for word in _WORDS if word in name), key=len, default="")
        return _WORDS[best] if best else ""


class Register:
    """Recorded projects by number, code, key and name, with their plans, money and shapes as far as asked for."""

    def __init__(self) -> None:
        self.units = UnitNames()
        self.categories = CategoryFinder()
        self.by_id: dict[int, Known] = {}
        self.by_serial: dict[str, Known] = {}
        self.by_code: dict[str, Known] = {}
        self.by_source: dict[str, Known] = {}
        self._by_name: dict[tuple[str, int, int], Known] = {}
        self._by_name_alone: dict[str, list[Known]] = defaultdict(list)
        self._near: dict[tuple[int | None, int] | None, NearNames] = {}
        columns = ("id", "serial_no", "parent_id", "category__code", "status", "stage", "name_key", *WRITABLE)
        for row in Project.objects.filter(is_deleted=False).values(*columns).iterator(chunk_size=5000):
            self._add(row)
        newest = (
            StatusChange.objects.filter(project__is_deleted=False)
            .values_list("project_id")
            .annotate(Max("effective_on"))
        )
        for project_id, day in newest:
            self.by_id[project_id].changed_on = day
        parties = ProjectParty.objects.filter(valid_to__isnull=True, project__is_deleted=False)
        for project_id, role, name in parties.values_list("project_id", "role", "organisation__name_key"):
            self.by_id[project_id].parties[role].add(name)

    def _add(self, row: Mapping[str, Any]) -> None:
        known = Known(
            id=row["id"],
            serial=row["serial_no"],
            parent_id=row["parent_id"],
            values={name: row[name] for name in WRITABLE},
            category_code=row["category__code"],
            status=row["status"],
            stage=row["stage"],
        )
        self.by_id[known.id] = known
        self.by_serial[known.serial] = known
        self._by_name_alone[row["name_key"]].append(known)
        if known.parent_id is None:
            self._by_name[row["name_key"], row["plan_year"], row["management_unit_id"]] = known
            if row["project_code"]:
                self.by_code[row["project_code"]] = known
        if row["source_key"]:
            self.by_source[row["source_key"]] = known

    def serial(self, text: str) -> str:
        """The normal form of a platform number, "" for 新建; other texts stay as they are."""
        if not text or text in NEW_WORDS:
            return ""
        parsed = parse_serial(text)
        return serial_text(*parsed) if parsed else text

    def named(self, name_key: str, plan_year: int, unit_id: int) -> Known | None:
        """The project of that name in that year's plan and unit."""
        return self._by_name.get((name_key, plan_year, unit_id))

    def named_alone(self, name_key: str) -> Known | None:
        """The project of that name if there is only one in the whole record."""
        found = self._by_name_alone.get(name_key, [])
        return found[0] if len(found) == 1 else None

    def part(self, name_key: str, parent_id: int) -> Known | None:
        """The part of a bundle by name if the name is unique in it."""
        found = [known for known in self._by_name_alone.get(name_key, []) if known.parent_id == parent_id]
        return found[0] if len(found) == 1 else None

    def alike(self, name_key: str, plan_year: int | None = None, unit_id: int | None = None) -> tuple[Candidate, ...]:
        """Recorded projects with nearly that name: of the year and unit, or without a unit of the whole record."""
        wanted = (plan_year, unit_id) if unit_id else None
        if wanted not in self._near:
            named = ((name, known) for (name, *where), known in self._by_name.items() if tuple(where) == wanted)
            every = ((name, one) for name, group in self._by_name_alone.items() for one in group)
            pairs = every if wanted is None else named
            self._near[wanted] = NearNames(
                (name, Candidate(known.id, known.serial, known.values["name"])) for name, known in pairs
            )
        return self._near[wanted].near(name_key)


class Details:
    """Plans, money, reports and shapes of the matched projects, for the comparison with the file."""

    def __init__(self, project_ids: Iterable[int], *, money: bool, shapes: bool) -> None:
        wanted = list(set(project_ids))
        self.plans: dict[tuple[int, int], PlanYear] = {}
        self.funding: dict[tuple[int, int], Decimal] = {}
        self.financed: set[int] = set()  # projects with a plan of detailed sources
        self.reports: dict[tuple[int, str, Any], PeriodReport] = {}
        self.shapes: dict[int, list[BaseGeometry]] = defaultdict(list)
        if money and wanted:
            self.plans = {(p.project_id, p.year): p for p in PlanYear.objects.filter(project_id__in=wanted)}
            rows = FundingPlan.objects.filter(project_id__in=wanted)
            self.funding = {(p.project_id, p.source_id): p.amount for p in rows}
            self.financed = financed_in_detail(wanted)
            reports = PeriodReport.objects.filter(project_id__in=wanted).order_by("version")
            self.reports = {(r.project_id, r.kind, r.period_end): r for r in reports}
        if shapes and wanted:
            versions = GeometryVersion.objects.filter(project_id__in=wanted).order_by("project_id", "number")
            for project_id, geom in versions.values_list("project_id", "geom"):
                self.shapes[project_id].append(shapely.from_wkb(bytes(geom.wkb)))


def recorded_changes() -> set[tuple[str, Any, str, str]]:
    """(serial, day, status, stage) of every recorded change."""
    rows = StatusChange.objects.values_list("project__serial_no", "effective_on", "status", "stage")
    return set(rows.iterator(chunk_size=20_000))
