"""Rows of contracts, changes and measurements against the record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from geodata.exchange.finders import ProjectFinder
from geodata.exchange.plans import Change, Context, Draft, Plan, differences
from geodata.exchange.tables.headers import squeeze
from geodata.exchange.tables.reading import Row, Table
from geodata.funding.choices import ChangeLevel, ContractKind
from geodata.funding.entries import ContractChangeEntry, ContractEntry, MeasurementEntry
from geodata.funding.models import Contract, ContractChange, Measurement
from geodata.organisations.names import credit_code
from geodata.organisations.services import OrganisationFinder

# 建质〔2017〕138号: no more than 3 % of the settled price may be kept back.
RETENTION_LIMIT = Decimal(3)
# 财建〔2022〕183号: progress payments of at least 80 % of the completed value where government pays.
PROGRESS_FLOOR = Decimal(80)
CENT = Decimal("0.01")

CONTRACT_FIELDS = {
    "name": "合同名称",
    "kind": "合同类型",
    "price": "合同价",
    "signed_on": "签订日期",
    "starts_on": "开始日期",
    "ends_on": "结束日期",
    "advance_pct": "预付款比例",
    "progress_pct": "进度款比例",
    "retention_pct": "质保金比例",
    "labour_pct": "人工费比例",
}
CHANGE_FIELDS = {
    "level": "变更类别",
    "reason": "原因",
    "basis": "依据",
    "content": "内容",
    "amount_delta": "变更金额",
    "approved_by": "批准单位",
    "approved_on": "批准日期",
}
MEASUREMENT_FIELDS = {
    "measured_to": "计量截止日",
    "certified_amount": "本期确认产值",
    "cumulative_amount": "累计确认产值",
    "supervisor": "监理单位",
    "auditor": "审核单位",
}


@dataclass(frozen=True, slots=True)
class DraftContract:
    """A contract whose contractor may have to be made first."""

    entry: ContractEntry
    contractor: str
    credit_code: str


class ContractPlanner:
    """Plans one file of 合同, 变更 and 计量."""

    def __init__(self, tables: Mapping[str, Sequence[Table]], context: Context) -> None:
        self._draft = Draft("contracts", tables, context)
        self._projects = ProjectFinder()
        self._bodies = OrganisationFinder()
        self._contracts = {
            squeeze(contract.number): contract for contract in Contract.objects.select_related("contractor")
        }
        self._numbers = {key: contract.number for key, contract in self._contracts.items()}

    def plan(self) -> Plan:
        """The plan of the whole file."""
        for row in self._draft.rows("contracts"):
            self._contract(row)
        self._changes()
        self._measurements()
        return self._draft.plan

    # --- 合同 -----------------------------------------------------------------------------------------------------

    def _contract(self, row: Row) -> None:
        number = row.text("contract_no")
        project = self._projects.find(row.text("project"))
        known = self._contracts.get(squeeze(number))
        problem = self._contract_problem(row, project, known)
        if problem is not None:
            column, message, value = problem
            self._draft.refuse("contracts", row, message, column=column, value=value)
            return
        entry = self._contract_entry(row, project or 0)
        progress = entry.progress_pct
        if progress is not None and progress < PROGRESS_FLOOR and entry.kind in (ContractKind.CONSTRUCTION, "epc"):
            message = "政府投资项目进度款比例应不低于 80%（财建〔2022〕183号）"
            self._draft.warn(row, message, column="进度款比例", value=progress)
        code = row.text("credit_code")
        checked = credit_code(code) if code else None
        if code and checked is None:
            self._draft.warn(row, "统一社会信用代码校验不通过，未采用", column="统一社会信用代码", value=code)
        changes = None
        if known is not None:
            changes = differences(_fields(known, CONTRACT_FIELDS), self._said(row, entry), CONTRACT_FIELDS)
            if entry.contractor_id != known.contractor_id:
                changes.append(Change("承包单位", known.contractor.name, row.text("contractor")))
        draft = DraftContract(entry, row.text("contractor"), checked or "")
        self._draft.decide("contracts", row, entry.number, draft, changes)
        self._numbers.setdefault(squeeze(number), entry.number)

    def _contract_problem(
        self, row: Row, project: int | None, known: Contract | None
    ) -> tuple[str, str, object] | None:
        earlier = self._draft.repeated("contracts", row, squeeze(row.text("contract_no")))
        price, retention = row.amount("price"), row.ratio("retention")
        if earlier is not None:
            return "合同编号", f"与第 {earlier.number} 行重复", row.text("contract_no")
        if project is None:
            return "平台编号", "没有这个编号的项目", row.text("project")
        if known is not None and known.project_id != project:
            serial = self._projects.serial(known.project_id)
            return "平台编号", f"这份合同已归于 {serial}，不能改属别的项目", row.text("project")
        if price is None or price <= 0:
            return "合同价", "合同价应大于 0", price
        if retention is not None and retention * 100 > RETENTION_LIMIT:
            shown = format((retention * 100).normalize(), "f")
            return "质保金比例", f"质保金比例 {shown}% 超过 3% 的上限（建质〔2017〕138号）", f"{shown}%"
        return self._share_problem(row)

    @staticmethod
    def _share_problem(row: Row) -> tuple[str, str, object] | None:
        for key, label in (
            ("advance", "预付款"),
            ("progress", "进度款"),
            ("labour", "人工费"),
            ("retention", "质保金"),
        ):
            share = row.ratio(key)
            if share is not None and not 0 <= share <= 1:
                return f"{label}比例", "比例应在 0 到 100% 之间", f"{share * 100}%"
        start, end = row.day("starts_on"), row.day("ends_on")
        if start is not None and end is not None and end < start:
            return "结束日期", "结束日期早于开始日期", end
        return None

    def _contract_entry(self, row: Row, project: int) -> ContractEntry:
        body = self._bodies.find(row.text("contractor"), row.text("credit_code"))
        return ContractEntry(
            number=self._numbers.get(squeeze(row.text("contract_no")), row.text("contract_no")),
            project_id=project,
            name=row.text("name"),
            contractor_id=body or 0,
            price=row.amount("price") or Decimal(0),
            kind=ContractKind(row.text("kind") or ContractKind.CONSTRUCTION),
            signed_on=row.day("signed_on"),
            starts_on=row.day("starts_on"),
            ends_on=row.day("ends_on"),
            advance_pct=_percent(row, "advance"),
            progress_pct=_percent(row, "progress"),
            retention_pct=_percent(row, "retention"),
            labour_pct=_percent(row, "labour"),
            row_no=row.number,
        )

    @staticmethod
    def _said(row: Row, entry: ContractEntry) -> dict[str, Any]:
        """The fields that the row really fills: an empty cell changes nothing."""
        said = _fields(entry, CONTRACT_FIELDS)
        if not row.text("kind"):
            said.pop("kind")
        return {name: value for name, value in said.items() if value is not None}

    # --- 变更 -----------------------------------------------------------------------------------------------------

    def _changes(self) -> None:
        known = {
            (squeeze(change.contract.number), squeeze(change.number)): change
            for change in ContractChange.objects.select_related("contract")
        }
        for row in self._draft.rows("changes"):
            number = self._contract_number("changes", row)
            if number is None:
                continue
            key = (squeeze(number), squeeze(row.text("number")))
            earlier = self._draft.repeated("changes", row, key)
            if earlier is not None:
                self._draft.refuse("changes", row, f"与第 {earlier.number} 行重复", column="变更编号")
                continue
            entry = ContractChangeEntry(
                contract_number=number,
                number=row.text("number"),
                amount_delta=row.amount("amount") or Decimal(0),
                level=ChangeLevel(row.text("level") or ChangeLevel.MINOR),
                reason=row.text("reason"),
                basis=row.text("basis"),
                content=row.text("content"),
                approved_by=row.text("approved_by"),
                approved_on=row.day("approved_on"),
                row_no=row.number,
            )
            changes = _compared(known.get(key), entry, CHANGE_FIELDS)
            self._draft.decide("changes", row, f"{number} {entry.number}", entry, changes)

    def _contract_number(self, layout: str, row: Row) -> str | None:
        """The number of a contract that is recorded or stands in this file; refuses the row otherwise."""
        number = self._numbers.get(squeeze(row.text("contract_no")))
        if number is None:
            message = "没有这个编号的合同（或该合同未通过检查）"
            self._draft.refuse(layout, row, message, column="合同编号", value=row.text("contract_no"))
        return number

    # --- 计量 -----------------------------------------------------------------------------------------------------

    def _measurements(self) -> None:
        known: dict[str, dict[int, Any]] = defaultdict(dict)
        for one in Measurement.objects.select_related("contract"):
            known[one.contract.number][one.period_no] = one
        groups: dict[str, dict[int, Row]] = defaultdict(dict)
        for row in self._draft.rows("measurements"):
            number, period = self._contract_number("measurements", row), row.integer("period_no")
            if number is None or period is None:
                continue
            if period < 1:
                self._draft.refuse("measurements", row, "期次应为正整数", column="期次", value=period)
            elif period in groups[number]:
                message = f"与第 {groups[number][period].number} 行重复"
                self._draft.refuse("measurements", row, message, column="期次", value=period)
            else:
                groups[number][period] = row
        for number, rows in groups.items():
            self._contract_measurements(number, rows, known.get(number, {}))

    def _contract_measurements(self, number: str, rows: Mapping[int, Row], known: Mapping[int, Measurement]) -> None:
        """The periods of one contract in order: the cumulative sum never falls."""
        before = Decimal(0)
        for period in sorted({*rows, *known}):
            row = rows.get(period)
            if row is None:
                before = known[period].cumulative_amount
                continue
            entry = _measurement(number, period, row)
            if entry.cumulative_amount < before:
                message = f"累计确认产值 {entry.cumulative_amount} 元小于上期的 {before} 元"
                self._draft.refuse("measurements", row, message, column="累计确认产值")
                continue
            if abs(before + entry.certified_amount - entry.cumulative_amount) > CENT:
                message = f"上期累计 {before} 元加本期 {entry.certified_amount} 元不等于本期累计"
                self._draft.warn(row, message, column="累计确认产值", value=entry.cumulative_amount)
            before = entry.cumulative_amount
            changes = _compared(known.get(period), entry, MEASUREMENT_FIELDS)
            self._draft.decide("measurements", row, f"{number} 第 {period} 期", entry, changes)


def _measurement(number: str, period: int, row: Row) -> MeasurementEntry:
    day = row.day("measured_to")
    if day is None:
        raise AssertionError("a readable row has its required date")
    return MeasurementEntry(
        contract_number=number,
        period_no=period,
        measured_to=day,
        certified_amount=row.amount("certified") or Decimal(0),
        cumulative_amount=row.amount("cumulative") or Decimal(0),
        supervisor=row.text("supervisor"),
        auditor=row.text("auditor"),
        row_no=row.number,
    )


def _percent(row: Row, key: str) -> Decimal | None:
    share = row.ratio(key)
    return None if share is None else (share * 100).quantize(CENT)


def _fields(held: Any, names: Mapping[str, str]) -> dict[str, Any]:
    return {name: getattr(held, name) for name in names}


def _compared(known: Any, entry: Any, names: Mapping[str, str]) -> list[Any] | None:
    """What an entry changes of a recorded row; None when nothing is recorded. Empty cells change nothing."""
    if known is None:
        return None
    said = {name: value for name, value in _fields(entry, names).items() if value not in ("", None)}
    return differences(_fields(known, names), said, names)
