"""What may still change about a payment, by appending: its status, and the project and contract it belongs to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db import transaction

from geodata.copying import Column, copy_rows
from geodata.errors import NotFound, Refused
from geodata.funding.choices import PaymentStatus
from geodata.funding.models import Contract, DisbursementAssignment, DisbursementStatus
from geodata.funding.rules import check_status, moves_forward
from geodata.funding.services.known import Line, lines_by_id, lock_appending
from geodata.record import Outcome
from geodata.stewards.models import User

_STAMP: Final = (
    Column("reason", "varchar"),
    Column("batch", "int8"),
    Column("recorded_at", "timestamptz"),
    Column("recorded_by_id", "int8"),
)
_STATUS: Final = (Column("disbursement_id", "int8"), Column("status", "varchar"), *_STAMP)
_ASSIGNMENT: Final = (
    Column("disbursement_id", "int8"),
    Column("project_id", "int8"),
    Column("contract_id", "int8"),
    *_STAMP,
)


class Stamp(NamedTuple):
    """Who appends, when, from which batch and why."""

    user_id: int | None
    now: datetime
    batch: int | None = None
    reason: str = ""


class Move(NamedTuple):
    """A payment and where it belongs from now on."""

    disbursement_id: int
    project_id: int | None
    contract_id: int | None


def append_statuses(statuses: Sequence[tuple[int, str]], stamp: Stamp) -> None:
    """One COPY of status rows."""
    tail = (stamp.reason, stamp.batch, stamp.now, stamp.user_id)
    if statuses:
        copy_rows(DisbursementStatus, _STATUS, ((*row, *tail) for row in statuses))


def append_assignments(moves: Sequence[Move], stamp: Stamp) -> None:
    """One COPY of assignment rows."""
    tail = (stamp.reason, stamp.batch, stamp.now, stamp.user_id)
    if moves:
        copy_rows(DisbursementAssignment, _ASSIGNMENT, ((*move, *tail) for move in moves))


def with_counterparts(moves: Sequence[Move], lines: Iterable[Line]) -> list[Move]:
    """Both halves of a reversal go together, so that no project keeps a payment without its return."""
    named = {move.disbursement_id for move in moves}
    halves = {line.id: line.counterpart_id for line in lines}
    follow = []
    for move in moves:
        half = halves.get(move.disbursement_id)
        if half is not None and half not in named:
            follow.append(move._replace(disbursement_id=half))
    return [*moves, *follow]


@transaction.atomic
def change_status(
    *, disbursement_ids: Collection[int], status: PaymentStatus, reason: str, user: User | None, now: datetime
) -> Outcome:
    """Append a status to payments. Raises NotFound for an unknown payment, Refused without a reason, for a step
    backwards, for 已退回 on a positive amount, and for taking one half of a reversal out of the count."""
    _check_reason(reason)
    lock_appending()
    lines = _found(disbursement_ids)
    moving = [line for line in lines if line.status != status]
    for line in moving:
        if not moves_forward(line.status, status):
            old = PaymentStatus(line.status or PaymentStatus.PENDING).label
            raise Refused(f"凭证 {line.voucher_no} 已是“{old}”，不能改为“{status.label}”")
        check_status(line.voucher_no, line.amount, status, in_reversal=line.counterpart_id is not None)
    append_statuses([(line.id, str(status)) for line in moving], Stamp(user.pk if user else None, now, None, reason))
    return Outcome(changed=len(moving), unchanged=len(lines) - len(moving))


@transaction.atomic
def assign(
    *,
    disbursement_ids: Collection[int],
    project_id: int | None,
    contract_id: int | None = None,
    reason: str,
    user: User | None,
    now: datetime,
) -> Outcome:
    """Say to which project and contract payments belong from now on; None takes them back to 未归集.

    The other half of a reversal moves along. Raises NotFound for an unknown payment, Refused without a reason or for a
    contract of another project.
    """
    _check_reason(reason)
    if contract_id is not None and not Contract.objects.filter(pk=contract_id, project=project_id).exists():
        raise Refused("所选合同不属于所选项目")
    lock_appending()
    lines = _found(disbursement_ids)
    moves = [
        Move(line.id, project_id, contract_id)
        for line in lines
        if (line.project_id, line.contract_id) != (project_id, contract_id)
    ]
    append_assignments(with_counterparts(moves, lines), Stamp(user.pk if user else None, now, None, reason))
    return Outcome(changed=len(moves), unchanged=len(lines) - len(moves))


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("请填写原因")


def _found(ids: Collection[int]) -> list[Line]:
    lines = lines_by_id(ids)
    if len(lines) != len(set(ids)):
        raise NotFound("没有找到所选的支付记录")
    return lines
