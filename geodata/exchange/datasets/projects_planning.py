"""Planning the rows of a 台账 against the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from geodata.exchange.datasets import projects_rows as rows
from geodata.exchange.datasets.projects_alike import project_alike
from geodata.exchange.datasets.projects_known import Details, Known, Register
from geodata.exchange.datasets.projects_layouts import LEDGER, STATUS_ROWS
from geodata.exchange.datasets.projects_money import (
    Money,
    captured_year,
    money_changes,
    period_end,
    read_money,
    without_what_is_known_better,
)
from geodata.exchange.datasets.projects_places import LedgerPlaces
from geodata.exchange.datasets.projects_rows import Reader, RowRefused
from geodata.exchange.datasets.projects_status import history
from geodata.exchange.finders import SourceFinder
from geodata.exchange.plans import Change, Context, Draft, differences
from geodata.exchange.tables.reading import Row, Table
from geodata.organisations.names import name_key
from geodata.projects.choices import PartyRole, Stage, Status
from geodata.projects.codes import normalise_name
from geodata.projects.entries import GeometryEntry, ProjectEntry, StatusEntry

LABELS = {
    "name": "项目名称",
    "project_code": "项目代码",
    "aliases": "别名",
    "category": "项目类别",
    "nature": "建设性质",
    "plan_year": "计划年度",
    "management_unit": "属地管理单位",
    "scope_content": "建设规模和内容",
    "location_text": "建设地点",
    "planned_start_on": "计划开工",
    "planned_end_on": "计划竣工",
    "actual_start_on": "实际开工",
    "works_completed_on": "实际完工",
    "accepted_on": "竣工验收",
    "total_investment": "总投资(元)",
    "investment_basis": "投资依据",
    "physical_desc": "形象进度",
    "person_in_charge": "责任人",
    "sponsor_leader": "联点领导",
    "is_livelihood_task": "是否民生实事",
    "disclosure": "公开级别",
    "public_geometry": "公开几何",
    "benefited_households": "受益户数",
    "benefited_population": "受益人口",
    "problems": "存在问题",
    "data_as_of": "数据截止",
    "township": "乡镇街道",
    "planned_start_precision": "计划开工精度",
    "planned_end_precision": "计划竣工精度",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """A planned row of the 台账: the project and what its money columns say."""

    project: ProjectEntry
    money: Money = field(default_factory=Money)
    geometry: GeometryEntry | None = None


class LedgerPlanner:
    """Matches rows with projects, reads them, compares them with the record."""

    def __init__(self, draft: Draft, tables: Mapping[str, Sequence[Table]], context: Context) -> None:
        self.draft = draft
        self.context = context
        self.register = Register()
        self.today: date = timezone.localdate(context.now)
        self.planned: dict[str, Known | None] = {}  # serial numbers and keys that this file speaks of
        self._tables = {table.sheet: table for table in tables.get(LEDGER.key, ())}
        history_rows = [row for table in tables.get(STATUS_ROWS.key, ()) for row in table.rows]
        # Projects whose history stands in a sheet of its own: nothing is derived for them.
        self.told = {self.register.serial(row.text("serial")) for row in history_rows if row.text("serial")}
        self._sources = SourceFinder()
        self._places = LedgerPlaces(draft, tables.get(LEDGER.key, ()), context)
        self._claimed: dict[Any, Row] = {}
        self._readers: dict[str, Reader] = {}

    def plan(self) -> None:
        held = list(self.draft.rows(LEDGER.key))
        matched: list[tuple[Row, Known | None]] = []
        for row in held:
            try:
                reader = self.reader(row)
                part = bool(row.text("parent") or row.text("parent_name"))
                known = self.match(row, reader)
                matched.append((row, known if known or part else project_alike(row, reader, self.context)))
            except RowRefused as refusal:
                self.refuse(LEDGER.key, row, refusal)
        details = Details((known.id for _row, known in matched if known), money=True, shapes=self._places.any)
        if matched:
            self._places.read(matched, self.reader(matched[0][0]), details)
        self.planned.update({self.register.serial(row.text("serial")): known for row, known in matched})
        for row, known in matched:
            try:
                self._plan_row(row, known, details)
            except RowRefused as refusal:
                self.refuse(LEDGER.key, row, refusal)

    def refuse(self, layout: str, row: Row, refusal: RowRefused) -> None:
        """Keep a row out by a refusal or a question."""
        speak = self.draft.ask if refusal.question else self.draft.refuse
        speak(layout, row, refusal.message, column=refusal.column)
        if refusal.alike is not None:
            self.draft.plan.alike.append(refusal.alike)

    def reader(self, row: Row) -> Reader:
        """What the rows of the row's sheet are read with."""
        if row.sheet not in self._readers:
            self._readers[row.sheet] = Reader(
                register=self.register,
                today=self.today,
                captured_year=captured_year(self._tables.get(row.sheet)),
                city_code=settings.CITY_CODE,
            )
        return self._readers[row.sheet]

    def match(self, row: Row, reader: Reader) -> Known | None:
        """The recorded project of a row: by platform number, by code, by key, else by name, year and unit."""
        serial = self.register.serial(row.text("serial"))
        by_serial = self.register.by_serial.get(serial) if serial else None
        if by_serial is not None:
            return by_serial
        code = rows.project_code(row, reader, lambda _text: None)
        part = bool(row.text("parent") or row.text("parent_name"))
        found = self.register.by_code.get(code) if code and not part else None
        found = found or self._by_name(row, reader, part)
        if serial and found is not None:
            raise RowRefused(
                f"平台编号 {serial} 不存在，而项目代码或名称属于 {found.serial}，请核对", column="平台编号"
            )
        return found

    def _by_name(self, row: Row, reader: Reader, part: bool) -> Known | None:
        key = rows.name_key(row)
        if part:
            parent = self.register.by_serial.get(self.register.serial(row.text("parent")))
            return self.register.part(key, parent.id) if parent else None
        unit = rows.management_unit(row, reader)
        return self.register.named(key, rows.plan_year(row, reader, None), unit) if unit else None

    def _plan_row(self, row: Row, known: Known | None, details: Details) -> None:
        reader = self.reader(row)
        entry = self.entry(row, known, reader)
        self._claim(row, known, entry)
        if known is not None:
            self._check_taken(row, known, entry)
        total = entry.values.get("total_investment")
        year = rows.plan_year(row, reader, known)
        money = read_money(row, self._tables[row.sheet], plan_year=year, total=total, warn=self.draft.warn)
        changes = None
        geometry, moved = self._places.of(row, known, details, reader)
        if known is not None:
            money = without_what_is_known_better(money, known, details)
            changes = self.project_changes(entry, known) + money_changes(known, money, details, self._sources) + moved
        elif entry.serial_no:
            self._suggest(row, entry)
        label = f"{entry.serial_no or (known.serial if known else '')} {row.text('name')}".strip()
        self.draft.decide(LEDGER.key, row, label, LedgerEntry(project=entry, money=money, geometry=geometry), changes)

    def entry(self, row: Row, known: Known | None, reader: Reader) -> ProjectEntry:
        """The project as the row says it; RowRefused when it cannot be one."""

        def warn(message: str) -> None:
            self.draft.warn(row, message)

        code = rows.project_code(row, reader, warn)
        year = rows.plan_year(row, reader, known)
        unit = rows.management_unit(row, reader)
        values = rows.values(row, reader, known, code)
        if known is None:
            self._check_new(row, unit)
            values["plan_year"] = year
        if unit is not None:
            values["management_unit_id"] = unit
        township = reader.register.units.township(row.text("township"), unit)
        if township is not None and (known is None or known.values["township_id"] is None):
            values["township_id"] = township
        serial = reader.register.serial(row.text("serial"))
        derived: tuple[StatusEntry, ...] = ()
        if not ({serial, known.serial if known else serial} & self.told and serial):
            derived = history(row, values, known, as_of=self._as_of(row), plan_year=year, warn=warn)
        return ProjectEntry(
            key=serial or f"{row.sheet}#{row.number}",
            values=values,
            project_id=known.id if known else None,
            serial_no="" if known else serial,
            category_code=rows.category(row, reader, known, warn),
            parent_key="" if known else reader.register.serial(row.text("parent")),
            parties=rows.parties(row),
            history=derived,
        )

    def _check_new(self, row: Row, unit: int | None) -> None:
        if not row.text("name"):
            raise RowRefused("没有找到对应项目；新建项目须填写项目名称", column="项目名称")
        if unit is None:
            raise RowRefused(
                "没有写明属地管理单位，建设地点和责任单位中也看不出来", column="属地管理单位", question=True
            )

    def _as_of(self, row: Row) -> date:
        """The day to which the figures of the row belong: its column, the header's 1-3月, today."""
        return row.day("data_as_of") or period_end(self._tables.get(row.sheet)) or self.today

    def _check_taken(self, row: Row, known: Known, entry: ProjectEntry) -> None:
        """A code or a name that another recorded project bears cannot be given to this one."""
        values = {**known.values, **entry.values}
        if known.parent_id is not None:
            return
        by_code = self.register.by_code.get(values["project_code"] or "")
        key = normalise_name(values["name"])
        by_name = self.register.named(key, values["plan_year"], values["management_unit_id"])
        for other, what in ((by_code, "项目代码"), (by_name, "项目名称")):
            if other is not None and other.id != known.id:
                raise RowRefused(f"{what}已属于项目 {other.serial}，请核对平台编号", column=what)

    def _claim(self, row: Row, known: Known | None, entry: ProjectEntry) -> None:
        """No two rows of a file may mean one project, nor bear one code."""
        part = bool(row.text("parent") or row.text("parent_name"))
        claims: list[Any] = [("id", known.id)] if known else []
        if entry.serial_no:
            claims.append(("serial", entry.serial_no))
        if not part and entry.values.get("project_code"):
            claims.append(("code", entry.values["project_code"]))
        if not part and known is None:
            values = entry.values
            claims.append(("name", rows.name_key(row), values["plan_year"], values["management_unit_id"]))
        for claim in claims:
            earlier = self._claimed.setdefault(claim, row)
            if earlier is not row:
                raise RowRefused(
                    f"与第 {earlier.number} 行重复（同一项目、代码或同年同属地的同名项目）", column="项目名称"
                )

    def _suggest(self, row: Row, entry: ProjectEntry) -> None:
        """A row with a new number of its own says that it is another project; that the name is near is said."""
        values = entry.values
        for alike in self.register.alike(rows.name_key(row), values["plan_year"], values["management_unit_id"])[:1]:
            self.draft.warn(row, f"与已有项目 {alike.serial}“{alike.name}”名称相近，按新项目处理，请核对")

    def project_changes(self, entry: ProjectEntry, known: Known) -> list[Change]:
        """What the entry would change on the recorded project."""
        units = self.register.units
        new = {name: value for name, value in entry.values.items() if not name.endswith("_id")}
        old = dict(known.values)
        if "management_unit_id" in entry.values:
            new["management_unit"] = units.labels[entry.values["management_unit_id"]]
            old["management_unit"] = units.labels.get(known.values["management_unit_id"], "")
        if "township_id" in entry.values:
            new["township"], old["township"] = units.labels[entry.values["township_id"]], ""
        if entry.category_code:
            new["category"], old["category"] = entry.category_code, known.category_code
        changes = differences(old, new, LABELS)
        for change in entry.history:
            before, after = (
                f"{_status(known.status)}({_stage(known.stage)})",
                f"{_status(change.status)}({_stage(change.stage)})",
            )
            changes.append(Change("施工状态（建设阶段）", before, after))
        for role, names in entry.parties.items():
            listed = {name_key(name) for name in (names[:1] if role == PartyRole.LEAD else names)}
            if listed != known.parties.get(role, set()):
                changes.append(
                    Change(PartyRole(role).label, "、".join(sorted(known.parties.get(role, ()))), "、".join(names))
                )
        return changes


def _status(value: str) -> str:
    return str(Status(value).label)


def _stage(value: str) -> str:
    return str(Stage(value).label)
