"""Rows of the three money sheets against the record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.db.models import Sum

from geodata.exchange.datasets.budget_plans import FinancingPlanner
from geodata.exchange.datasets.ledger_entries import class_code
from geodata.exchange.finders import BudgetCodeFinder, ProjectFinder, SourceFinder
from geodata.exchange.numbering import number_lines
from geodata.exchange.plans import Action, Change, Context, Draft, Plan, differences
from geodata.exchange.tables.headers import squeeze
from geodata.exchange.tables.reading import Row, Table
from geodata.funding.entries import ArrivalEntry, BudgetLineEntry, BudgetLineKey
from geodata.funding.models import BudgetLine, FundArrival

LINE_FIELDS = {
    "amount": "金额",
    "issued_on": "下达日期",
    "functional_class": "功能分类",
    "budget_project_code": "预算项目编码",
    "budget_project_name": "预算项目名称",
    "fund_nature": "资金性质",
}
LineGroup = tuple[str, int | None, int, int]


class BudgetPlanner:
    """Plans one file of 资金筹措, 预算指标 and 资金到位."""

    def __init__(self, tables: Mapping[str, Sequence[Table]], context: Context) -> None:
        self._draft = Draft("budget", tables, context)
        self._projects = ProjectFinder()
        self._sources = SourceFinder()
        self._codes = BudgetCodeFinder()
        self._lines: dict[BudgetLineKey, Decimal] = {}
        self._by_doc: dict[str, set[BudgetLineKey]] = defaultdict(set)

    def plan(self) -> Plan:
        """The plan of the whole file."""
        FinancingPlanner(self._draft, self._projects, self._sources, self._named).plan()
        self._budget_lines()
        self._arrivals()
        return self._draft.plan

    # --- what a row names -----------------------------------------------------------------------------------------

    def _project(self, layout: str, row: Row, *, by_code: bool = True) -> tuple[bool, int | None]:
        """Whether the row stands, and its project; without one by number the treasury's code may tell it."""
        text = row.text("project")
        project = self._projects.find(text)
        if text and project is None:
            self._draft.refuse(layout, row, "没有这个编号的项目", column="平台编号", value=text)
            return False, None
        if project is None and by_code:
            project = self._codes.find(row.text("budget_project_code"))
        return True, project

    def _source(self, layout: str, row: Row) -> int | None:
        source = self._sources.find(row.text("source"))
        if source is None:
            names = "、".join(self._sources.names.values())
            message = f"不认识这个资金来源；可用：{names}"
            self._draft.refuse(layout, row, message, column="资金来源", value=row.text("source"))
        return source

    def _named(self, row: Row) -> tuple[int | None, int | None]:
        """Project and source of a row of 资金筹措."""
        stands, project = self._project("plans", row, by_code=False)
        return project, self._source("plans", row) if stands else None

    # --- 预算指标 -------------------------------------------------------------------------------------------------

    def _budget_lines(self) -> None:
        known: dict[LineGroup, dict[int, BudgetLine]] = defaultdict(dict)
        for held in BudgetLine.objects.all():
            known[squeeze(held.doc_no), held.project_id, held.source_id, held.year][held.line_no] = held
            self._remember(_key_of(held), held.amount)
        groups: dict[LineGroup, list[tuple[Row, BudgetLineEntry]]] = defaultdict(list)
        for row in self._draft.rows("lines"):
            entry = self._line_entry(row)
            if entry is not None:
                key = entry.key
                groups[squeeze(key.doc_no), key.project_id, key.source_id, key.year].append((row, entry))
        for group, members in groups.items():
            for (row, entry), number, line in number_lines(members, known.get(group, {}), _same_line):
                self._one_line(row, replace(entry, key=replace(entry.key, line_no=number)), line)

    def _line_entry(self, row: Row) -> BudgetLineEntry | None:
        stands, project = self._project("lines", row)
        source = self._source("lines", row) if stands else None
        amount, issued, year = row.amount("amount"), row.day("issued_on"), row.integer("year")
        if source is None or amount is None or issued is None or year is None:
            return None
        if amount == 0:
            self._draft.refuse("lines", row, "指标金额不能为 0", column="金额")
            return None
        return BudgetLineEntry(
            key=BudgetLineKey(doc_no=row.text("doc_no"), project_id=project, source_id=source, year=year),
            amount=amount,
            issued_on=issued,
            functional_class=class_code(row.text("functional_class")),
            budget_project_code=row.text("budget_project_code"),
            budget_project_name=row.text("budget_project_name"),
            fund_nature=row.text("fund_nature"),
            row_no=row.number,
        )

    def _one_line(self, row: Row, entry: BudgetLineEntry, line: BudgetLine | None) -> None:
        content = (entry.key.doc_no, entry.key.project_id, entry.key.source_id, entry.key.year, entry.amount)
        earlier = self._draft.repeated("lines", row, (*content, entry.issued_on, entry.budget_project_code))
        if earlier is not None:
            self._draft.refuse("lines", row, f"与第 {earlier.number} 行完全相同；确为两笔请合并金额或分列文号")
            return
        changes: list[Change] | None = None
        if line is not None:
            entry = replace(entry, key=replace(entry.key, doc_no=line.doc_no))
            new = {name: getattr(entry, name) for name in LINE_FIELDS}
            blank = [name for name, value in new.items() if value == ""]
            for name in blank:
                new.pop(name)
            changes = differences({name: getattr(line, name) for name in LINE_FIELDS}, new, LINE_FIELDS)
        if entry.key.project_id is None:
            self._draft.warn(row, "没有项目，记为未归集", column="平台编号")
        self._draft.decide("lines", row, f"{entry.key.doc_no} 第 {entry.key.line_no} 笔", entry, changes)
        self._remember(entry.key, entry.amount)

    def _remember(self, key: BudgetLineKey, amount: Decimal) -> None:
        self._lines[key] = amount
        self._by_doc[squeeze(key.doc_no)].add(key)

    # --- 资金到位 -------------------------------------------------------------------------------------------------

    def _arrivals(self) -> None:
        known: dict[tuple[BudgetLineKey, object], dict[int, FundArrival]] = defaultdict(dict)
        for arrival in FundArrival.objects.select_related("budget_line"):
            known[_key_of(arrival.budget_line), arrival.arrived_on][arrival.line_no] = arrival
        groups: dict[tuple[BudgetLineKey, object], list[tuple[Row, ArrivalEntry]]] = defaultdict(list)
        for row in self._draft.rows("arrivals"):
            entry = self._arrival_entry(row)
            if entry is not None:
                groups[entry.line, entry.arrived_on].append((row, entry))
        for group, members in groups.items():
            for (row, entry), number, old in number_lines(members, known.get(group, {}), _same_arrival):
                content = (entry.line, entry.arrived_on, entry.amount)
                earlier = self._draft.repeated("arrivals", row, content)
                if earlier is not None:
                    self._draft.refuse("arrivals", row, f"与第 {earlier.number} 行完全相同；确为两笔请合并金额")
                    continue
                changes = None
                if old is not None:
                    changes = differences({"amount": old.amount}, {"amount": entry.amount}, {"amount": "金额"})
                self._draft.decide("arrivals", row, entry.line.doc_no, replace(entry, line_no=number), changes)
        self._within_lines()

    def _arrival_entry(self, row: Row) -> ArrivalEntry | None:
        stands, project = self._project("arrivals", row, by_code=False)
        amount, day = row.amount("amount"), row.day("arrived_on")
        line = self._line_of(row, project) if stands else None
        if line is None or amount is None or day is None:
            return None
        if amount == 0:
            self._draft.refuse("arrivals", row, "到位金额不能为 0", column="金额")
            return None
        return ArrivalEntry(
            line=line,
            arrived_on=day,
            amount=amount,
            project_id=project if project is not None else line.project_id,
            account_tail=row.text("account")[-4:],
            row_no=row.number,
        )

    def _line_of(self, row: Row, project: int | None) -> BudgetLineKey | None:
        """The one budget line that a 文号, project, source and year leave; refuses the row otherwise."""
        found = self._by_doc.get(squeeze(row.text("doc_no")), set())
        source, year = self._sources.find(row.text("source")), row.integer("year")
        fits = [
            key
            for key in found
            if (project is None or key.project_id == project)
            and (source is None or key.source_id == source)
            and (year is None or key.year == year)
        ]
        if len({(key.project_id, key.source_id, key.year) for key in fits}) == 1:
            return min(fits, key=lambda key: key.line_no)
        message = "没有对应的预算指标" if not fits else "对应多条预算指标，请补充平台编号、资金来源或年度"
        self._draft.refuse("arrivals", row, message, column="指标文号", value=row.text("doc_no"))
        return None

    def _within_lines(self) -> None:
        """Money that arrived beyond what was issued is remarked, not refused: papers come late."""
        arrived: dict[BudgetLineKey, Decimal] = defaultdict(Decimal)
        rows = FundArrival.objects.order_by().values_list("budget_line_id").annotate(total=Sum("amount"))
        sums = dict(rows)
        keys = {line.pk: _key_of(line) for line in BudgetLine.objects.filter(pk__in=sums)}
        for pk, total in sums.items():
            arrived[keys[pk]] += total
        last: dict[BudgetLineKey, Row] = {}
        for planned in self._draft.plan.planned:
            if planned.layout == "arrivals" and planned.action is Action.NEW:
                arrived[planned.entry.line] += planned.entry.amount
                last[planned.entry.line] = planned.row
        issued_by_group: dict[BudgetLineKey, Decimal] = defaultdict(Decimal)
        for key, amount in self._lines.items():
            issued_by_group[_first_line(key)] += amount
        for key, row in last.items():
            issued = issued_by_group[_first_line(key)]
            if arrived[key] > issued:
                message = f"{key.doc_no} 到位合计 {arrived[key]} 元，超过下达 {issued} 元"
                self._draft.warn(row, message, column="金额")


def _first_line(key: BudgetLineKey) -> BudgetLineKey:
    return replace(key, line_no=1)


def _key_of(line: BudgetLine) -> BudgetLineKey:
    return BudgetLineKey(
        doc_no=line.doc_no,
        project_id=line.project_id,
        source_id=line.source_id,
        year=line.year,
        line_no=line.line_no,
    )


def _same_line(member: tuple[Row, BudgetLineEntry], line: BudgetLine) -> bool:
    return member[1].amount == line.amount and member[1].issued_on == line.issued_on


def _same_arrival(member: tuple[Row, ArrivalEntry], arrival: FundArrival) -> bool:
    return member[1].amount == arrival.amount
