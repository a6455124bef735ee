"""Rows of a payment list against the ledger: what is new, what only moves on, what contradicts it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import groupby

from geodata.exchange.datasets.ledger_entries import EntryMaker, Made, Unresolved, budget_unit
from geodata.exchange.datasets.ledger_known import Body, Reversals, contradiction, known_lines
from geodata.exchange.finders import ProjectFinder
from geodata.exchange.numbering import number_lines
from geodata.exchange.plans import Action, Change, Context, Draft, Plan, wording
from geodata.exchange.tables.reading import Row, Table
from geodata.funding.choices import PaymentStatus
from geodata.funding.entries import DisbursementEntry
from geodata.funding.rules import moves_forward
from geodata.funding.services.known import Line, Voucher

LAYOUT = "payments"
ROWS_AT_ONCE = 50_000
_SPACE = re.compile(r"\s+")


class LedgerPlanner:
    """Plans one file of payments."""

    def __init__(self, tables: Mapping[str, Sequence[Table]], context: Context) -> None:
        self._context = context
        self._draft = Draft("disbursements", tables, context)
        self._projects = ProjectFinder()
        self._maker = EntryMaker(self._projects)
        self._seen: dict[object, int] = {}  # of the voucher that is looked at: row numbers by what a row says
        self._refused: set[Body] = set()
        self._numbered = any(table.has("line_no") for table in tables.get(LAYOUT, ()))

    def plan(self) -> Plan:
        """The plan of the whole file. Of a row no more is held than its entry: files have a million of them."""
        made = [one for row in self._draft.rows(LAYOUT) if (one := self._made(row)) is not None]
        made.sort(key=_voucher, reverse=True)
        for some in _blocks(made):
            ledger = known_lines(one.entry.key[:3] for one in some)
            for voucher, group in groupby(some, key=_voucher):
                self._voucher(list(group), ledger.get(voucher, {}))
        self._check_reversals()
        self._draft.plan.planned.sort(key=lambda planned: (planned.row.sheet, planned.row.number))
        return self._draft.plan

    def _made(self, row: Row) -> Made | None:
        """The row as an entry, or None when it is refused or no payment at all."""
        if row.amount("amount") == 0:
            rounded = "四舍五入到分后" if "amount" in row.rounded else "金额"
            self._draft.skip(LAYOUT, row, f"{rounded}为 0.00 元，不成为一笔支付，未入账", column="支付金额")
            return None
        try:
            made = self._maker.make(row)
        except Unresolved as problem:
            self._draft.refuse(LAYOUT, row, problem.message, column=problem.column, value=problem.value)
            return None
        for column, message, value in made.warnings:
            self._draft.warn(row, message, column=column, value=value)
        key = self._context.options.key
        if key and key != ("voucher_no",):
            made = made.but(voucher_no=_joined_key(row, key))
        return replace(made, row=row.place())

    def _voucher(self, group: Sequence[Made], ledger: Mapping[int, Line]) -> None:
        """The rows of one voucher. Without 行号 a row finds its line by what it says."""
        self._seen = {}
        if self._numbered:
            for made in group:
                self._numbered_line(made, ledger)
            return
        for made, number, known in number_lines(group, ledger, _same):
            numbered = made.but(line_no=number)
            twin = self._twin(numbered)  # of a recorded row, too: the second of two equal ones is no news
            if known is not None:
                self._known(numbered, known)
            elif twin:
                self._refuse_twin(numbered, twin)
            else:
                self._new(numbered)

    def _new(self, made: Made) -> None:
        self._draft.new(LAYOUT, made.row, made.entry.voucher_no, made.entry)

    def _refuse(self, made: Made, message: str) -> None:
        self._refused.add((made.entry.budget_unit_code, made.entry.voucher_no))
        self._draft.refuse(LAYOUT, made.row, message, column="支付凭证号", value=made.entry.voucher_no)

    def _numbered_line(self, made: Made, ledger: Mapping[int, Line]) -> None:
        earlier = self._earlier(made, made.entry.line_no)
        known = ledger.get(made.entry.line_no)
        if earlier:
            self._refuse(made, f"凭证号和行号与第 {earlier} 行重复")
        elif known is None:
            self._new(made)
        else:
            self._known(made, known)

    def _twin(self, made: Made) -> int:
        """The number of an earlier row that is equal, 0 for none."""
        entry = made.entry
        return self._earlier(made, (entry.paid_on, entry.amount, entry.payee_name, entry.summary, entry.note))

    def _refuse_twin(self, made: Made, earlier: int) -> None:
        """Two equal rows of a file are one payment written twice until somebody numbers them."""
        message = f"与第 {earlier} 行完全相同（凭证号、日期、金额、收款人、摘要）；确为两笔请加“行号”列区分"
        self._refuse(made, message)

    def _earlier(self, made: Made, key: object) -> int:
        """The number of an earlier row of the same voucher with the same key, 0 for none."""
        earlier = self._seen.setdefault(key, made.row.number)
        return 0 if earlier == made.row.number else earlier

    def _known(self, made: Made, known: Line) -> None:
        """A line that the ledger has: only its status and assignment may move on."""
        differs = contradiction(known, made.entry)
        if differs:
            number = made.entry.voucher_no
            self._refuse(made, f"凭证 {number} 已入账，{differs}；账不能改，更正请用负数冲销行")
            return
        changes: list[Change] = []
        entry = self._status(made, known, changes)
        project, contract = _assignment(made, known)
        if (project, contract) != (known.project_id, known.contract_id):
            old, new = self._projects.serial(known.project_id), self._projects.serial(project)
            changes.append(Change("项目与合同", wording(old), wording(new)))
        entry = replace(entry, project_id=project, contract_id=contract)
        self._draft.decide(LAYOUT, made.row, entry.voucher_no, entry, changes)

    def _status(self, made: Made, known: Line, changes: list[Change]) -> DisbursementEntry:
        """A newer status is appended, an older one only remarked."""
        old, new = PaymentStatus(known.status or PaymentStatus.PENDING), made.entry.status
        if old == new:
            return made.entry
        if moves_forward(old, new):
            changes.append(Change("状态", str(old.label), str(new.label)))
            return made.entry
        message = f"账上已是“{old.label}”，文件中的“{new.label}”较旧，不改动"
        self._draft.warn(made.row, message, column="状态", value=str(new.label))
        return replace(made.entry, status=old)

    def _check_reversals(self) -> None:
        """A voucher that is taken back must fit what takes it back; the rules are those of the ledger itself."""
        planned = self._draft.plan.planned
        refused = self._refused | {
            (budget_unit(p.row.text("budget_unit_code"), p.row.text("budget_unit"))[0], p.row.text("voucher_no"))
            for p in planned
            if p.action is Action.REFUSED and p.row.values
        }
        fresh = sorted((p for p in planned if p.action is Action.NEW), key=lambda one: one.entry.key)
        reversals = Reversals([one.entry for one in fresh], refused)
        for one in fresh:
            if one.entry.reverses_voucher:
                problem, doubt = reversals.judge(one.entry)
                if problem:
                    self._draft.withdraw(one, problem, column="备注", value=one.entry.reverses_voucher)
                elif doubt:
                    self._draft.warn(one.row, doubt, column="备注", value=one.entry.reverses_voucher)


def _same(made: Made, line: Line) -> bool:
    return not contradiction(line, made.entry)


def _assignment(made: Made, known: Line) -> tuple[int | None, int | None]:
    """Project and contract from now on: a file that names neither, or only the treasury's code, leaves what is set."""
    project, contract = made.entry.project_id, made.entry.contract_id
    if project is None or (known.project_id is not None and not made.explicit):
        return known.project_id, known.contract_id
    if contract is None and project == known.project_id:
        return project, known.contract_id
    return project, contract


def _voucher(made: Made) -> Voucher:
    return made.entry.key[:3]


def _blocks(made: list[Made]) -> Iterator[Sequence[Made]]:
    """Takes some tens of thousands of rows at a time off the end, in the order of vouchers and of the file; no voucher
    is cut in two."""
    while made:
        start = max(len(made) - ROWS_AT_ONCE, 0)
        while start and _voucher(made[start]) == _voucher(made[start - 1]):
            start -= 1
        some = made[start:]
        del made[start:]
        some.sort(key=lambda one: (_voucher(one), one.row.sheet, one.row.number))
        yield some


def _joined_key(row: Row, key: Sequence[str]) -> str:
    """A voucher number for ledgers that have none: the columns that the mapping calls the key, in short."""
    text = "\x1f".join(_parts(row, key))
    return text if len(key) == 1 and len(text) <= 40 else f"K{sha256(text.encode()).hexdigest()[:31]}"


def _parts(row: Row, key: Sequence[str]) -> Iterator[str]:
    for name in key:
        value = row.dated(name)
        yield _SPACE.sub(" ", value.value.isoformat() if value else wording(row.values.get(name)))
