"""One row of a payment list to one entry of the ledger, its project, contract, source and payee found."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from geodata.exchange.finders import BudgetCodeFinder, ContractFinder, ProjectFinder, SourceFinder
from geodata.exchange.tables.headers import squeeze
from geodata.exchange.tables.reading import Row
from geodata.funding.choices import Level, PaymentStatus, Purpose
from geodata.funding.entries import DisbursementEntry
from geodata.organisations.names import is_natural_person, without_account
from geodata.organisations.services import OrganisationFinder

_CODE_AND_NAME = re.compile(r"^(\d{3,20})[\s_-]*(\D.*)?$")
_REVERSAL = re.compile(r"(?:冲销|冲正|冲回|红冲|退回)原?(?:支付)?(?:凭证)?号?:?([A-Za-z0-9][A-Za-z0-9_-]{3,39})")
_PURPOSES = (
    (Purpose.LABOUR, ("人工费", "农民工", "工资")),
    (Purpose.ADVANCE, ("预付款", "预付")),
    (Purpose.RETENTION, ("质保金", "质量保证金", "保修金")),
    (Purpose.SETTLEMENT, ("结算", "决算", "尾款")),
    (Purpose.PROGRESS, ("进度款", "工程款", "计量")),
)
CLASS_LENGTH = 40

Remark = tuple[str, str, str]


class Unresolved(Exception):  # noqa: N818 - a finding about a row, shown to people
    """The row names something that does not exist or does not fit."""

    def __init__(self, message: str, *, column: str, value: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.value = value


@dataclass(frozen=True, slots=True)
class Made:
    """A row as an entry; ``explicit`` when the file itself names the project or contract."""

    row: Row
    entry: DisbursementEntry
    explicit: bool
    warnings: tuple[Remark, ...]

    def but(self, **fields: Any) -> Made:
        """The same with other fields of the entry."""
        return Made(self.row, replace(self.entry, **fields), self.explicit, self.warnings)


class EntryMaker:
    """Makes entries from rows, with everything that they name looked up once."""

    def __init__(self, projects: ProjectFinder) -> None:
        self._projects = projects
        self._contracts = ContractFinder()
        self._codes = BudgetCodeFinder()
        self._sources = SourceFinder()
        self._bodies = OrganisationFinder()
        self._tails: dict[str, str] = {}  # of a million rows at most ten thousand differ
        self._payees: dict[str, tuple[int | None, bool]] = {}

    def make(self, row: Row) -> Made:
        """The entry of a row and what to remark about it. Raises Unresolved for what keeps the row out."""
        warnings: list[Remark] = []
        paid_on, amount = row.day("pay_date"), row.amount("amount")
        if paid_on is None or amount is None:
            raise Unresolved("缺少日期或金额", column="支付日期")
        status = PaymentStatus(row.text("status") or PaymentStatus.CLEARED)
        if status is PaymentStatus.RETURNED and amount > 0:
            message = "已退回的行应是负数金额的冲销行；原支付保持“已清算”，另加一行负数"
            raise Unresolved(message, column="状态", value=str(status.label))
        unit_code, unit_name = budget_unit(row.text("budget_unit_code"), row.text("budget_unit"))
        project, contract, explicit = self._place(row, warnings)
        payee, person = self._payee(row.text("payee"))
        entry = DisbursementEntry(
            fiscal_year=paid_on.year,
            voucher_no=row.text("voucher_no"),
            line_no=row.integer("line_no") or 1,
            budget_unit_code=unit_code,
            budget_unit_name=unit_name[:100],
            paid_on=paid_on,
            level=Level(row.text("level") or Level.TO_PAYEE),
            pay_method=row.text("pay_method"),
            fund_nature=row.text("fund_nature"),
            source_id=self._source(row),
            budget_doc_no=row.text("budget_doc_no"),
            budget_project_code=row.text("budget_project_code")[:CLASS_LENGTH],
            functional_class=class_code(row.text("functional_class")),
            dept_econ_class=class_code(row.text("dept_econ_class")),
            gov_econ_class=class_code(row.text("gov_econ_class")),
            payee_name=row.text("payee"),
            payee_id=payee,
            payee_is_person=person,
            payee_account_tail=self._tails.setdefault(tail := row.text("payee_account")[-4:], tail),
            payee_bank=row.text("payee_bank")[:100],
            amount=amount,
            summary=row.text("purpose"),
            purpose=purpose_of(row.text("purpose")),
            note=row.text("note"),
            reverses_voucher=reversed_voucher(row) if amount < 0 else "",
            status=status,
            project_id=project,
            contract_id=contract,
            row_no=row.number,
        )
        return Made(row, entry, explicit, tuple(warnings))

    def _place(self, row: Row, warnings: list[Remark]) -> tuple[int | None, int | None, bool]:
        """Project and contract, and whether the file names them itself. Unknown 平台编号 is an error, the rest not."""
        serial, code, number = row.text("project"), row.text("project_code"), row.text("contract_no")
        project = self._projects.find(serial)
        if serial and project is None:
            raise Unresolved("没有这个平台编号的项目", column="平台编号", value=serial)
        if project is None and code:
            project = self._projects.by_code(code)
            if project is None:
                warnings.append(("项目代码", "没有这个项目代码的项目，记为未归集", code))
        contract = self._contracts.find(number)
        if number and contract is None:
            warnings.append(("合同编号", "没有这个编号的合同，未归集到合同", number))
        if contract is not None:
            if project is not None and project != contract.project_id:
                raise Unresolved("合同不属于这个项目", column="合同编号", value=number)
            return contract.project_id, contract.id, True
        if project is not None:
            return project, None, True
        return self._codes.find(row.text("budget_project_code")), None, False

    def _source(self, row: Row) -> int | None:
        text = row.text("source")
        source = self._sources.find(text) if text else None
        if text and source is None:
            raise Unresolved("不认识这个资金来源", column="资金来源", value=text)
        return source

    def _payee(self, name: str) -> tuple[int | None, bool]:
        """The body that is paid, and whether the name must be protected as a person's."""
        if name not in self._payees:
            body = self._bodies.find(name) or self._bodies.find(without_account(name))
            person = self._bodies.is_person(body) if body is not None else is_natural_person(name)
            self._payees[name] = (body, person)
        return self._payees[name]


def budget_unit(code: str, name: str) -> tuple[str, str]:
    """Code and name apart, also where one cell holds both: 306001 市住建局."""
    found = _CODE_AND_NAME.match(name.strip())
    if found and not code:
        return found[1], (found[2] or "").strip()
    return code, name


def class_code(text: str) -> str:
    """The code of a budget class without its name: 2210108 老旧小区改造."""
    found = _CODE_AND_NAME.match(text.strip())
    return found[1] if found else text[:CLASS_LENGTH]


def purpose_of(text: str) -> Purpose:
    """What a payment is for, by the words of its summary; wages first, because 3月人工费进度款 is wages."""
    for purpose, words in _PURPOSES:
        if any(word in text for word in words):
            return purpose
    return Purpose.OTHER


def reversed_voucher(row: Row) -> str:
    """The voucher that a negative row takes back, as its note or summary names it."""
    for key in ("note", "purpose"):
        found = _REVERSAL.search(squeeze(row.text(key)))
        if found:
            return found[1]
    return ""
