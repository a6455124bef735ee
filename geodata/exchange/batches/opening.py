"""Opening a batch: the file is read in the sandbox, its rows are planned against the record, nothing is written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from geodata.errors import Busy, DomainError, FileRefused
from geodata.exchange.batches.collector import collector_at_rest
from geodata.exchange.batches.permits import batches_of
from geodata.exchange.batches.reach import limit
from geodata.exchange.batches.remarks import store_issues
from geodata.exchange.batches.sameness import content_fingerprint
from geodata.exchange.datasets import dataset as find_dataset
from geodata.exchange.issues import Issue, Severity
from geodata.exchange.mappings import ColumnMapping, Options
from geodata.exchange.models import Batch
from geodata.exchange.plans import Action, Context, Plan, Recalled
from geodata.exchange.readers import Content, read_tables
from geodata.stewards.models import User
from geodata.stewards.scope import Scope

CHANGES_KEPT = 500


@dataclass(slots=True, kw_only=True)
class Preview:
    """A file read and planned, with the fingerprint by which it is known again."""

    path: Path
    dataset: str
    sha256: str
    size: int
    plan: Plan
    generation: int
    content: Content = field(default_factory=Content)
    content_sha256: str = ""
    earlier: Batch | None = None


def fingerprint(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file's bytes."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def generation() -> int:
    """The newest committed batch: a plan made before it was committed must be made again."""
    newest = Batch.objects.filter(state=Batch.State.COMMITTED).order_by("-committed_at", "-id").values_list("id")[:1]
    return newest[0][0] if newest else 0


@collector_at_rest()
def preview(*, path: Path, dataset: str, context: Context) -> Preview:
    """Read and plan a file without writing anything. A file that cannot be read gives a plan with that one error."""
    digest, size = fingerprint(path)
    context.file_name, context.sha256 = context.file_name or path.name, digest
    made_in = generation()
    content = Content()
    try:
        found = find_dataset(dataset)
        content = read_tables(path, found, context)
        plan = found.plan(content.tables, context) if content.tables else Plan(dataset=dataset)
        plan.issues[:0] = content.issues
    except FileRefused as error:
        plan = Plan(dataset=dataset, issues=[_refused_file(error)])
    except Busy:
        raise  # nothing is wrong with the file: the same request may succeed a little later
    except DomainError as error:
        plan = Plan(dataset=dataset, issues=[Issue(severity=Severity.ERROR, message=error.message)])
    if context.scope is not None:
        limit(plan, context.scope)
    same = content_fingerprint(content.grids)
    earlier = _earlier(dataset, digest, same)
    if earlier is not None:
        plan.issues.insert(0, _known_file(earlier, context.scope))
    return Preview(
        path=path,
        dataset=dataset,
        sha256=digest,
        size=size,
        plan=plan,
        generation=made_in,
        content=content,
        content_sha256=same,
        earlier=earlier,
    )


def _refused_file(error: FileRefused) -> Issue:
    column = "" if error.column is None else str(error.column)
    return Issue(
        severity=Severity.ERROR, message=error.message, sheet=error.sheet or "", row=error.row or 0, column=column
    )


def _earlier(dataset: str, digest: str, same: str) -> Batch | None:
    """The committed batch of the same bytes, or of the same cells and shapes in another wrapping."""
    held = Batch.objects.filter(dataset=dataset, state=Batch.State.COMMITTED)
    known = Q(sha256=digest) | Q(content_sha256=same) if same else Q(sha256=digest)
    return held.filter(known).first()


def _known_file(earlier: Batch, scope: Scope | None) -> Issue:
    """Whose batch it was is said to those alone who may know of the batch."""
    when = timezone.localtime(earlier.committed_at or earlier.opened_at)
    seen = scope is None or batches_of(scope).filter(pk=earlier.pk).exists()
    number = f"（批次 {earlier.pk}）" if seen else ""
    message = f"这个文件已于 {when:%Y-%m-%d} 导入过{number}，相同的行不会重复入库"
    return Issue(severity=Severity.NOTICE, message=message)


def open_batch(
    *,
    path: Path,
    dataset: str,
    options: Options | None = None,
    mapping: ColumnMapping | None = None,
    user: User | None,
    now: datetime,
    file_name: str = "",
    progress: Any = None,
) -> Batch:
    """Preview a file and keep the preview as a batch; only the batch and its issues are written."""
    context = make_context(options=options, mapping=mapping, user=user, now=now, progress=progress)
    context.file_name = file_name or path.name
    return keep(preview(path=path, dataset=dataset, context=context), context)


def make_context(
    *, options: Options | None, mapping: ColumnMapping | None, user: User | None, now: datetime, progress: Any = None
) -> Context:
    """The context of an import; the mapping's options count where none are given."""
    mapping = mapping or ColumnMapping()
    return Context(now=now, user=user, options=options or mapping.options, mapping=mapping, progress=progress)


@transaction.atomic
def keep(seen: Preview, context: Context) -> Batch:
    """Store a preview as a batch with its issues."""
    batch = Batch.objects.create(
        dataset=seen.dataset,
        file_name=context.file_name[-255:],
        sha256=seen.sha256,
        content_sha256=seen.content_sha256,
        size_bytes=seen.size,
        options=as_json(context),
        opened_at=context.now,
        user=context.user,
        stored_path=str(seen.path.resolve()),
        **summary(seen.plan),
    )
    store_issues(batch, seen.plan.issues)
    return batch


def summary(plan: Plan) -> dict[str, Any]:
    """What a batch remembers of a plan."""
    changed = (planned for planned in plan.planned if planned.action is Action.CHANGED)
    new = (planned for planned in plan.planned if planned.action is Action.NEW)
    changes = [
        {
            "sheet": planned.row.sheet,
            "row": planned.row.number,
            "key": planned.key,
            "fields": [asdict(change) for change in planned.changes],
        }
        for planned, _ in zip(changed, range(CHANGES_KEPT), strict=False)
    ]
    totals = [
        {
            "sheet": total.sheet,
            "row": total.row,
            "title": total.title,
            "column": total.column,
            "declared": str(total.declared),
            "computed": str(total.computed),
            "agrees": total.agrees,
        }
        for total in plan.totals
    ]
    return {
        "counts": {**asdict(plan.counts), "blank": plan.blank_rows},
        "control_totals": totals,
        "changes": changes,
        "added": [
            {"sheet": planned.row.sheet, "row": planned.row.number, "key": planned.key}
            for planned, _ in zip(new, range(CHANGES_KEPT), strict=False)
        ],
        "blocked": plan.blocked,
    }


def as_json(context: Context) -> dict[str, Any]:
    """What a file was read with."""
    return {
        "options": asdict(context.options),
        "columns": dict(context.mapping.columns),
        "constants": dict(context.mapping.constants),
        "values": {name: dict(words) for name, words in context.mapping.values.items()},
    }


def recalled_json(recalled: Recalled) -> dict[str, Any]:
    """A remembered mapping as it was used, so that the commit reads the file as the preview did."""
    held = recalled.mapping
    words = {name: dict(words) for name, words in held.values.items()}
    return {
        "id": recalled.pk,
        "name": recalled.name,
        "columns": dict(held.columns),
        "constants": dict(held.constants),
        "values": words,
        "options": asdict(held.options),
    }


def _mapping(held: Mapping[str, Any]) -> ColumnMapping:
    options = dict(held.get("options", {}))
    options["key"] = tuple(options.get("key", ()))
    return ColumnMapping(
        columns=held.get("columns", {}),
        constants=held.get("constants", {}),
        values=held.get("values", {}),
        options=Options(**options),
    )


def context_of(
    batch: Batch, *, user: User | None, now: datetime, progress: Any = None, scope: Scope | None = None
) -> Context:
    """The context that a batch was opened with."""
    mapping = _mapping(batch.options)
    context = Context(
        now=now,
        user=user,
        options=mapping.options,
        mapping=mapping,
        file_name=batch.file_name,
        batch_id=batch.pk,
        progress=progress,
        scope=scope,
    )
    used = batch.options.get("remembered")
    if used:
        context.use(Recalled(pk=used["id"], name=used["name"], mapping=_mapping(used)))
    return context
