"""Recording payments: examined against the ledger, then three COPYs: lines, statuses, assignments.

Eight writers at once: the lines go in the order of their keys, so that two batches with the same vouchers meet at the
first one and never wait for each other in a circle. Call it once in a transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from operator import attrgetter
from typing import Final

from django.db import DataError, IntegrityError, transaction

from geodata.copying import Column, copy_rows, take_ids
from geodata.errors import Conflict, Refused
from geodata.funding.entries import DisbursementEntry
from geodata.funding.models import Contract, Disbursement
from geodata.funding.rules import check_entry, check_status, moves_forward
from geodata.funding.services import reversals
from geodata.funding.services.known import Key, Line, any_known, lines_by_key, lock_appending
from geodata.funding.services.reversals import Placed
from geodata.funding.services.standing import (
    Move,
    Stamp,
    append_assignments,
    append_statuses,
    with_counterparts,
)
from geodata.record import Outcome
from geodata.stewards.models import User

_TRIES: Final = 3
_BLOCK: Final = 100_000  # entries examined and written together: what is held of a block are its keys and numbers
_LOST_RACES: Final = ("voucher_line_once", "reversed_once")

# Columns that an entry holds under the same name.
_FACTS: Final = (
    Column("fiscal_year", "int2"),
    Column("budget_unit_code", "varchar"),
    Column("budget_unit_name", "varchar"),
    Column("voucher_no", "varchar"),
    Column("line_no", "int4"),
    Column("paid_on", "date"),
    Column("level", "varchar"),
    Column("pay_method", "varchar"),
    Column("fund_nature", "varchar"),
    Column("source_id", "int8"),
    Column("budget_doc_no", "varchar"),
    Column("budget_project_code", "varchar"),
    Column("functional_class", "varchar"),
    Column("dept_econ_class", "varchar"),
    Column("gov_econ_class", "varchar"),
    Column("payee_name", "varchar"),
    Column("payee_id", "int8"),
    Column("payee_is_person", "bool"),
    Column("payee_account_tail", "varchar"),
    Column("payee_bank", "varchar"),
    Column("amount", "numeric"),
    Column("summary", "varchar"),
    Column("purpose", "varchar"),
    Column("note", "varchar"),
    Column("row_no", "int4"),
)
_COLUMNS: Final = (
    Column("id", "int8"),
    *_FACTS,
    Column("reverses_id", "int8"),
    Column("batch", "int8"),
    Column("recorded_at", "timestamptz"),
    Column("recorded_by_id", "int8"),
)


def record_disbursements(
    *,
    entries: Iterable[DisbursementEntry],
    user: User | None,
    now: datetime,
    batch: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Append what the ledger does not hold yet; the same entries again change nothing.

    A line is known by (fiscal year, budget unit, voucher, line). A known one may only gain a later status or another
    assignment (`changed`). Raises Refused, naming the voucher, when its amount, day, payee or level differ, for a
    reversal that does not fit its original, and for a contract of another project. All or nothing. `progress` is told
    how many of how many entries are written.
    """
    held = sorted(entries, key=lambda entry: entry.key)
    _check(held)
    stamp = Stamp(user.pk if user else None, now, batch)
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return _record_in_blocks(held, stamp, progress or (lambda _done, _total: None))
        except IntegrityError as error:
            if not any(name in str(error) for name in _LOST_RACES):
                raise
        except DataError as error:
            raise Refused(_too_long(held)) from error
    raise Conflict("同一批凭证正由另一个操作写入，请稍后重试")


def _check(held: Sequence[DisbursementEntry]) -> None:
    for entry in held:
        check_entry(entry)
    for one, other in pairwise(held):
        if one.key == other.key:
            raise Refused(f"凭证 {one.voucher_no} 第 {one.line_no} 行出现了两次，请用行号区分")
    named = {entry.contract_id for entry in held if entry.contract_id is not None}
    owners = dict(Contract.objects.filter(pk__in=named).values_list("pk", "project"))
    for entry in held:
        if entry.contract_id is not None and owners.get(entry.contract_id) != entry.project_id:
            raise Refused(f"凭证 {entry.voucher_no} 的合同不属于所填的项目")


def _record_in_blocks(held: Sequence[DisbursementEntry], stamp: Stamp, progress: Callable[[int, int], None]) -> Outcome:
    """What takes nothing back first, so that every reversal finds its original written or among its own block."""
    plain = [entry for entry in held if not entry.reverses_voucher]
    ordered = [plain, [entry for entry in held if entry.reverses_voucher]] if len(held) > _BLOCK else [held]
    done = Outcome()
    for part in ordered:
        for start in range(0, len(part), _BLOCK):
            done += _record(part[start : start + _BLOCK], stamp)
            progress(done.created + done.changed + done.unchanged, len(held))
    return done


def _record(held: Sequence[DisbursementEntry], stamp: Stamp) -> Outcome:
    keys = [entry.key for entry in held]
    known: dict[Key, Line] = {}
    if any(entry.reverses_voucher for entry in held) or any_known(keys):
        lock_appending()
        known = lines_by_key(keys)
    fresh = [entry for entry in held if entry.key not in known]
    placed = reversals.place(fresh, take_ids(Disbursement, len(fresh)))
    copy_rows(Disbursement, _COLUMNS, _lines(placed, stamp))
    changed = _append(held, placed, known, stamp)
    return Outcome(created=len(fresh), changed=changed, unchanged=len(held) - len(fresh) - changed)


def _lines(placed: Iterable[Placed], stamp: Stamp) -> Iterator[tuple]:
    facts = attrgetter(*(column.name for column in _FACTS))
    tail = (stamp.batch, stamp.now, stamp.user_id)
    for line in placed:
        yield (line.id, *facts(line.entry), line.reverses_id, *tail)


def _append(held: Sequence[DisbursementEntry], placed: Sequence[Placed], known: dict[Key, Line], stamp: Stamp) -> int:
    """Statuses and assignments, of new and of known lines in one COPY each. Returns how many known lines moved on."""
    statuses = [(line.id, str(line.entry.status)) for line in placed]
    moves = [Move(line.id, line.project_id, line.contract_id) for line in placed if line.project_id is not None]
    touched: set[int] = set()
    later: list[Move] = []
    for entry in held:
        line = known.get(entry.key)
        if line is None:
            continue
        _check_same(line, entry)
        if moves_forward(line.status, entry.status):
            check_status(line.voucher_no, line.amount, entry.status, in_reversal=line.counterpart_id is not None)
            statuses.append((line.id, str(entry.status)))
            touched.add(line.id)
        if _moves_elsewhere(line, entry):
            later.append(Move(line.id, entry.project_id, entry.contract_id))
            touched.add(line.id)
    append_statuses(statuses, stamp)
    append_assignments(moves + with_counterparts(later, known.values()), stamp)
    return len(touched)


def _moves_elsewhere(line: Line, entry: DisbursementEntry) -> bool:
    """A file that names no project takes none away; the negative half of a reversal follows its original."""
    if entry.project_id is None or line.reverses_id is not None:
        return False
    return (entry.project_id, entry.contract_id) != (line.project_id, line.contract_id)


def _check_same(line: Line, entry: DisbursementEntry) -> None:
    facts = (
        ("金额", f"{line.amount} 元", f"{entry.amount} 元", line.amount == entry.amount),
        ("支付日期", line.paid_on, entry.paid_on, line.paid_on == entry.paid_on),
        ("收款人", line.payee_name, entry.payee_name, line.payee_name == entry.payee_name),
        ("拨付层级", line.level, entry.level, line.level == entry.level),
    )
    for name, old, new, same in facts:
        if not same:
            raise Refused(
                f"凭证 {line.voucher_no} 已入账，{name}为“{old}”，与本次的“{new}”不同；"
                "账目不可修改，更正请登记一笔负数冲销行"
            )


def _too_long(held: Sequence[DisbursementEntry]) -> str:
    """Which text the database could not take."""
    for entry in held:
        for field in Disbursement._meta.fields:
            text = getattr(entry, field.attname, None)
            if isinstance(text, str) and ("\x00" in text or len(text) > (field.max_length or len(text))):
                return f"凭证 {entry.voucher_no} 的“{text[:20]}…”超过 {field.max_length} 个字或含有不可见字符"
    return "有凭证的内容超出账表允许的范围，请核对金额和文字长度"
