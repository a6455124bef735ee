"""What the worker does with uploads. Each step can be begun again: a job whose worker died is carried out anew."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from geodata.audit import acting
from geodata.errors import DomainError
from geodata.exchange.batches import folders
from geodata.exchange.batches.committing import commit_batch
from geodata.exchange.batches.opening import Preview, context_of, preview, recalled_json, summary
from geodata.exchange.batches.permits import PERSONAL, require_import
from geodata.exchange.batches.remarks import store_issues
from geodata.exchange.batches.shapes_seen import shapes_of
from geodata.exchange.batches.telling import READING, WRITING, Teller
from geodata.exchange.batches.undoing import roll_back
from geodata.exchange.error_workbook import write_error_workbook
from geodata.exchange.models import Batch
from geodata.exchange.plans import Context
from geodata.exchange.sources.remembering import encodings_for, recall_for
from geodata.exchange.sources.sketches import draw
from geodata.sandbox.documents import PATIENT
from geodata.stewards.models import User
from geodata.stewards.scope import Scope, scope_of

logger = logging.getLogger(__name__)
State = Batch.State
BROKEN: Final = "后台处理时发生意外，没有写入任何数据；请再试一次，仍不行请联系系统管理员"


def work(batch_id: int, *, now: datetime) -> None:
    """Carry out what a batch waits for; nothing, when it waits for nothing (its job was done twice)."""
    batch = Batch.objects.select_related("user").filter(pk=batch_id).first()
    step = _STEPS.get(batch.state) if batch is not None else None
    if batch is None or step is None:
        return
    try:
        step(batch, now)
    except DomainError as error:
        _fail(batch, error.message)
    except Exception:
        _fail(batch, BROKEN)
        raise


def _fail(batch: Batch, message: str) -> None:
    """What stood there before the step stands there again, with the reason."""
    with transaction.atomic():
        held = Batch.objects.select_for_update().get(pk=batch.pk)
        back = {State.COMMITTING: State.PREVIEWED, State.ROLLING_BACK: State.COMMITTED}
        held.state = back.get(State(held.state), State.FAILED)
        held.save(update_fields=["state"])
        held.issues.filter(sheet="", row__isnull=True, value="worker").delete()
        held.issues.create(severity="error", message=message, value="worker")


def _read(batch: Batch, now: datetime) -> None:
    Batch.objects.filter(pk=batch.pk).update(state=State.READING)
    with Teller(batch.pk, READING) as tell:
        batch.options.pop("remembered", None)  # as of now, not as of the reading before
        context, seen = _preview(batch, now, tell, recall=True)
        tell(0, 1, "保存预览")
        _keep_files(batch, seen)
    with transaction.atomic(), acting(user_id=batch.user_id, reason="import preview", batch=batch.pk):
        held = Batch.objects.select_for_update().get(pk=batch.pk)
        if held.state != State.READING:
            return  # given up meanwhile
        _take(held, seen)
        used = {"remembered": recalled_json(context.recalled)} if context.recalled else {}
        held.options = {**{k: v for k, v in held.options.items() if k != "remembered"}, **used}
        held.save()


def _preview(batch: Batch, now: datetime, tell: Teller, *, recall: bool = False) -> tuple[Context, Preview]:
    user = _user(batch)
    scope = _scope(user, batch, now)
    context = context_of(batch, user=user, now=now, progress=tell, scope=scope)
    context.limits = PATIENT
    context.recall = recall_for(scope, batch.dataset, now) if recall else None
    context.recall_encodings = encodings_for(scope, batch.dataset) if recall else ()
    tell(0, 1, "打开")
    return context, preview(path=Path(batch.stored_path), dataset=batch.dataset, context=context)


def _user(batch: Batch) -> User:
    if batch.user is None:
        raise ValueError(f"batch {batch.pk} was uploaded by nobody")
    return batch.user


def _scope(user: User, batch: Batch, now: datetime) -> Scope:
    """As of this moment: a right that was taken away since counts no more."""
    scope = scope_of(user, today=timezone.localdate(now))
    require_import(scope, batch.dataset)
    return scope


def _take(batch: Batch, seen: Preview) -> None:
    batch.sha256, batch.size_bytes, batch.content_sha256 = seen.sha256, seen.size, seen.content_sha256
    for name, value in summary(seen.plan).items():
        setattr(batch, name, value)
    batch.state = State.PREVIEWED
    store_issues(batch, seen.plan.issues)


def _keep_files(batch: Batch, seen: Preview) -> None:
    """The shapes for the map, and the error workbook where something is refused or doubted."""
    target = folders.errors(batch.pk)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folders.keep_shapes(batch.pk, shapes_of(seen.plan))
    folders.keep_sketch(batch.pk, draw(seen.content.grids, seen.content.tables))
    folders.keep_alike(batch.pk, [asdict(asked) for asked in seen.plan.alike])
    target.unlink(missing_ok=True)
    if seen.content.grids and any(issue.row for issue in seen.plan.issues):
        write_error_workbook(path=target, grids=seen.content.grids, tables=seen.content.tables, issues=seen.plan.issues)


def _write(batch: Batch, now: datetime) -> None:
    with Teller(batch.pk, WRITING) as tell:
        context, seen = _preview(batch, now, tell)
        tell(0, 1, "入库")
        done = commit_batch(
            batch=batch,
            skip_refused=batch.skip_refused,
            user=context.user,
            now=now,
            seen=seen,
            progress=tell,
            scope=context.scope,
        )
    if done.state == State.COMMITTED and done.dataset in PERSONAL:
        folders.forget(done.pk, source_only=True)


def _undo(batch: Batch, now: datetime) -> None:
    roll_back(batch=batch, now=now)


_STEPS: Final[dict[str, Callable[[Batch, datetime], None]]] = {
    State.QUEUED: _read,
    State.READING: _read,
    State.COMMITTING: _write,
    State.ROLLING_BACK: _undo,
}
