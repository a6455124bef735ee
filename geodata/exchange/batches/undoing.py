"""Rolling a batch back: the record becomes what it was, as long as nothing later rests on what the batch brought.

Rows that the batch made go, rows that it changed get their former values from the audit trail, rows that it took out
come back. What only grows (payments, changes of status) is answered by new rows that take its effect away; a project
keeps its row, marked as deleted. Nothing of this leaves the audit trail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from geodata.audit import acting
from geodata.complaints.models import WorkOrderPerson
from geodata.errors import Conflict, Refused
from geodata.exchange.batches import permits
from geodata.exchange.batches.blocking import blockers
from geodata.exchange.batches.trail import Done, done_by
from geodata.exchange.models import Batch, BatchRun
from geodata.funding.choices import PaymentStatus
from geodata.funding.models import Disbursement, DisbursementAssignment, DisbursementStatus
from geodata.funding.services.standing import Move, Stamp, append_assignments, append_statuses
from geodata.projects.choices import VersionState
from geodata.projects.models import GeometryVersion, Project, StatusChange
from geodata.projects.services.history import repeat_newest
from geodata.stewards.scope import Scope

Defer = Callable[..., object]  # of a procrastinate task; takes batch_id
State = Batch.State
LONGEST_REASON: Final = 200
# shared by all: what came with the batch stays, it does no harm and others may use it by now
KEPT: Final = frozenset(
    {"organisations.Organisation", "organisations.OrganisationAlias", "funding.FundingSource", "projects.Category"}
    | {"notices.Notice", "projects.StatusChange"}
    | {"funding.Disbursement", "funding.DisbursementStatus", "funding.DisbursementAssignment"}
)
# the trail does not hold their shapes: a former boundary comes from its file
NOT_UNDONE: Final = frozenset({"regions", "base"})


def ask_roll_back(scope: Scope, number: int, *, reason: str, now: datetime, defer: Defer) -> Batch:
    """Have a committed batch rolled back. Raises Refused without a reason, Conflict when something rests on it."""
    said = " ".join(reason.split())[:LONGEST_REASON]
    if len(said) < 2:
        raise Refused("请写明撤回的原因", code="missing-reason")
    with transaction.atomic():
        found = permits.batch_of(scope, number)
        permits.require_import(scope, found.dataset)
        batch = Batch.objects.select_for_update().get(pk=found.pk)
        require_undoable(batch)
        batch.state, batch.rollback_reason, batch.rolled_back_by_id = State.ROLLING_BACK, said, scope.user_id
        batch.save(update_fields=["state", "rollback_reason", "rolled_back_by"])
        BatchRun.objects.update_or_create(
            batch=batch, defaults={"percent": 5, "step": "排队", "asked_at": now, "told_at": None}
        )
        defer(batch_id=batch.pk)
    return batch


def require_undoable(batch: Batch) -> None:
    """Raises Conflict with everything that stands in the way, in the words of the person who asks."""
    if batch.state != State.COMMITTED:
        raise Conflict(f"批次现在是“{State(batch.state).label}”，不能撤回", code="other-state")
    if batch.dataset in NOT_UNDONE:
        raise Conflict("区划与底图不能按批次撤回：请重新导入原来的文件，边界会改回去", code="not-undone")
    if batch.context_id is None:
        raise Conflict("这个批次入库时没有留下撤回所需的记录，不能撤回", code="no-trail")
    found = blockers(batch)
    if found:
        more = "" if len(found) <= 8 else f"；另有 {len(found) - 8} 处"
        raise Conflict(f"入库之后已有新的内容，不能撤回：{'；'.join(found[:8])}{more}", code="built-upon")


def roll_back(*, batch: Batch, now: datetime) -> Batch:
    """Do it, in one transaction. Raises Conflict when something came to rest on the batch since it was asked for."""
    user_id = batch.rolled_back_by_id
    with transaction.atomic(), acting(user_id=user_id, reason="roll back", batch=batch.pk):
        held = Batch.objects.select_for_update().get(pk=batch.pk)
        if held.state != State.ROLLING_BACK:
            return held
        held.state = State.COMMITTED
        require_undoable(held)
        done = done_by(held)
        _take_back_payments(held, now)
        _take_back_statuses(held, done)
        for table in done:
            if table.label not in KEPT:
                _undo_table(table)
        _draw_again(done)
        _settle()
        held.state, held.rolled_back_at = State.ROLLED_BACK, now
        held.save(update_fields=["state", "rolled_back_at"])
    return held


def _settle() -> None:
    """Whatever still names a row that is gone speaks now, not at the end of the transaction."""
    try:
        connection.check_constraints()
    except IntegrityError as error:
        raise Conflict("入库之后已有其他内容引用这个批次的数据，不能撤回", code="built-upon") from error


def _undo_table(table: Done) -> None:
    _take_out(table)
    _put_back(table)
    _restore(table)


def _take_out(table: Done) -> None:
    """Rows that the batch made. The statement itself, without Django's own cascade: every row is accounted for."""
    if not table.made:
        return
    if table.model is Project:
        _mark_deleted(sorted(table.made))
        return
    rows = table.model._default_manager.filter(pk__in=table.made)
    if table.label == "complaints.WorkOrder":
        people = WorkOrderPerson.objects.filter(order__in=table.made)
        people._raw_delete(people.db)
    if table.label == "progress.PeriodReport":
        rows = rows.exclude(state="approved")  # of projects that go with the batch: frozen, and counted no more
    rows._raw_delete(rows.db)


def _mark_deleted(ids: Sequence[int]) -> None:
    """The number is free again for the file's own next try; the row keeps it with a mark behind it."""
    Project.objects.filter(pk__in=ids).update(is_deleted=True, source_key="", updated_at=Now())
    for project in Project.objects.filter(pk__in=ids).only("pk", "serial_no"):
        Project.objects.filter(pk=project.pk).update(serial_no=f"X{project.pk}"[:20])


def _put_back(table: Done) -> None:
    """Rows that the batch took out, with their former numbers."""
    if not table.removed:
        return
    earlier = table.earlier(sorted(table.removed))
    table.model._default_manager.bulk_create(
        [
            table.model(pk=pk, **{name: getattr(event, name) for name in table.columns})
            for pk, event in sorted(earlier.items())
        ],
        batch_size=500,
    )


def _restore(table: Done) -> None:
    """Former values of the rows that the batch changed: only the columns that it changed."""
    ids = sorted(table.changed)
    if not ids:
        return
    before, after = table.earlier(ids), table.written(ids)
    for pk in ids:
        values = _former(table, before[pk], after[pk])
        if values:
            table.model._default_manager.filter(pk=pk).update(**values)


def _former(table: Done, before: Any, after: Any) -> dict[str, Any]:
    values = {
        name: getattr(before, name)
        for name in table.columns
        if getattr(before, name) != getattr(after, name) and name not in ("updated_at", "version")
    }
    if values and hasattr(before, "updated_at"):
        values["updated_at"] = Now()
    if values and table.model is Project:
        values["version"] = F("version") + 1
    return values


def _take_back_payments(batch: Batch, now: datetime) -> None:
    """The ledger only grows: payments of the batch wait and count nowhere; standing and place of others return."""
    reason = f"批次 {batch.pk} 撤回"
    stamp = Stamp(batch.rolled_back_by_id, now, None, reason)
    own = list(Disbursement.objects.filter(batch=batch.pk).order_by("pk").values_list("pk", flat=True))
    append_statuses([(pk, str(PaymentStatus.PENDING)) for pk in own], stamp)
    moved = DisbursementStatus.objects.filter(batch=batch.pk).exclude(disbursement__batch=batch.pk)
    statuses = {row.disbursement_id: _before(DisbursementStatus, row, batch) for row in moved}
    append_statuses([(pk, row.status) for pk, row in sorted(statuses.items()) if row is not None], stamp)
    placed = DisbursementAssignment.objects.filter(batch=batch.pk).exclude(disbursement__batch=batch.pk)
    places = {row.disbursement_id: _before(DisbursementAssignment, row, batch) for row in placed}
    append_assignments(
        [
            Move(pk, row.project_id if row else None, row.contract_id if row else None)
            for pk, row in sorted(places.items())
        ],
        stamp,
    )


def _before(model: Any, row: Any, batch: Batch) -> Any:
    """The row of the same payment that counted before the batch."""
    earlier = model.objects.filter(disbursement=row.disbursement_id, pk__lt=row.pk).exclude(batch=batch.pk)
    return earlier.order_by("-pk").first()


def _take_back_statuses(batch: Batch, done: Sequence[Done]) -> None:
    """Changes of status only grow, too: from the same day on a row says again what held before."""
    new = next((table.made for table in done if table.model is Project), set())
    rows = StatusChange.objects.filter(batch=batch.pk).exclude(project__in=new).order_by("effective_on", "pk")
    answers = []
    for row in rows:
        others = StatusChange.objects.filter(project=row.project_id, effective_on__lte=row.effective_on)
        before = others.exclude(batch=batch.pk).order_by("-effective_on", "-pk").first()
        if before is not None:
            answers.append(
                StatusChange(
                    project_id=row.project_id,
                    effective_on=row.effective_on,
                    from_status=row.status,
                    status=before.status,
                    stage=before.stage,
                    reason=f"批次 {batch.pk} 撤回",
                    is_backward=True,
                    submitted_by_id=batch.rolled_back_by_id,
                    confirmed_by_id=batch.rolled_back_by_id,
                )
            )
    StatusChange.objects.bulk_create(answers, batch_size=1000)
    repeat_newest(project_ids={row.project_id for row in answers})


def _draw_again(done: Sequence[Done]) -> None:
    """The map shows the newest approved version again, or nothing where there was none before."""
    shapes = next((table for table in done if table.model is GeometryVersion), None)
    if shapes is None:
        return
    projects = {event.project_id for event in shapes.written(sorted(shapes.made | shapes.changed)).values()}
    for project_id in sorted(projects):
        versions = GeometryVersion.objects.filter(project=project_id, state=VersionState.APPROVED)
        last = versions.order_by("-number").first()
        Project.objects.filter(pk=project_id).update(
            geom=last.geom if last else None, geom_source=last.source if last else "", updated_at=Now()
        )
