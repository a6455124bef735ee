"""Committing a batch: its good rows go in together, in one transaction, or nothing does."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from geodata.audit import acting
from geodata.errors import Conflict, DomainError
from geodata.exchange.batches.collector import collector_at_rest
from geodata.exchange.batches.opening import Preview, context_of, generation, preview, summary
from geodata.exchange.batches.remarks import store_issues
from geodata.exchange.datasets import REGISTRY
from geodata.exchange.datasets import dataset as find_dataset
from geodata.exchange.issues import Issue, Severity
from geodata.exchange.models import Batch
from geodata.exchange.plans import Context, Plan
from geodata.stewards.models import User
from geodata.stewards.scope import Scope

# One lock a dataset: two people may import different things at once, never the same thing.
LOCK_SPACE = 43_0600


@collector_at_rest()
def commit_batch(
    *,
    batch: Batch,
    skip_refused: bool = False,
    user: User | None,
    now: datetime,
    seen: Preview | None = None,
    progress: Any = None,
    scope: Scope | None = None,
) -> Batch:
    """Write the good rows of a batch. Already committed: nothing happens. Refused rows without ``skip_refused``, a
    doubt about the whole file, or a refusal by a service: the batch is refused and nothing is written.

    ``seen`` is a preview made a moment ago by the same process; it is made again if anything was committed since.
    ``scope`` limits the rows to those that the person may edit; None sets no limit.
    """
    context = context_of(batch, user=user, now=now, progress=progress, scope=scope)
    try:
        with transaction.atomic(), acting(user_id=user.pk if user else None, reason="import", batch=batch.pk) as trail:
            return _commit(batch, skip_refused, context, seen, trail)
    except DomainError as error:
        if isinstance(error, Conflict):
            raise
        return _refuse(batch, Issue(severity=Severity.ERROR, message=error.message))


def _commit(batch: Batch, skip_refused: bool, context: Context, seen: Preview | None, trail: UUID) -> Batch:
    _lock(batch.dataset)
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.state == Batch.State.COMMITTED:
        return held
    if held.state in (Batch.State.ROLLED_BACK, Batch.State.ROLLING_BACK):
        raise Conflict("这个批次已撤回，请重新上传文件")
    plan = _current_plan(held, context, seen)
    if plan.blocked or (plan.counts.refused and not skip_refused):
        held.state = Batch.State.REFUSED
    else:
        find_dataset(held.dataset).write(plan, context)
        held.state, held.committed_at, held.context_id = Batch.State.COMMITTED, context.now, trail
        held.user = context.user or held.user
    held.save()
    return held


def _current_plan(batch: Batch, context: Context, seen: Preview | None) -> Plan:
    if seen is not None and seen.generation == generation():
        return seen.plan
    path = Path(batch.stored_path)
    if not path.exists():
        raise Conflict("上传的文件已清理，请重新上传")
    fresh = preview(path=path, dataset=batch.dataset, context=context)
    if fresh.sha256 != batch.sha256:
        raise Conflict("文件在预览之后有改动，请重新上传")
    for name, value in summary(fresh.plan).items():
        setattr(batch, name, value)
    store_issues(batch, fresh.plan.issues)
    if seen is not None:
        seen.plan = fresh.plan
    return fresh.plan


def _lock(dataset: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, list(REGISTRY).index(dataset)])


def _refuse(batch: Batch, issue: Issue) -> Batch:
    """The transaction is gone; say why in a new one."""
    with transaction.atomic():
        held = Batch.objects.select_for_update().get(pk=batch.pk)
        held.state = Batch.State.REFUSED
        held.save(update_fields=["state"])
        held.issues.create(severity=str(issue.severity), message=issue.message)
    return held
