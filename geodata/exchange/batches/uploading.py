"""What a person asks for in the workbench: a file to be read, a preview to be made again, written, or given up.

Each request is a row and a job that come into being together; the worker does the rest (`working.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from geodata.audit import acting
from geodata.crs.control import read as read_control
from geodata.crs.declared import parse_declared
from geodata.errors import Conflict, Refused, TooLarge
from geodata.exchange.alike import EVERY, NEW
from geodata.exchange.batches import folders
from geodata.exchange.batches.permits import batch_of, require_import
from geodata.exchange.mappings import KNOWN_UNITS
from geodata.exchange.models import Batch, BatchRun
from geodata.sandbox.documents import MIB, PATIENT
from geodata.stewards.scope import Scope

Defer = Callable[..., object]  # of a procrastinate task; takes batch_id
State = Batch.State
LARGEST: Final = PATIENT.file_bytes
LONGEST_CONTROL: Final = 20_000
ENCODINGS: Final = ("utf-8", "gb18030", "utf-16", "cp1252")


def upload(
    scope: Scope, *, dataset: str, name: str, size: int, chunks: Iterable[bytes], now: datetime, defer: Defer
) -> Batch:
    """Keep a file and have it read. Raises NotPermitted, Refused for nothing, TooLarge."""
    require_import(scope, dataset)
    if size <= 0:
        raise Refused(f"文件“{clean_name(name)}”是空的", code="missing-file")
    if size > LARGEST:
        raise TooLarge(f"文件“{clean_name(name)}”超过 {LARGEST // MIB} MB。请拆分后再上传。")
    with acting(user_id=scope.user_id, reason="upload"), transaction.atomic():
        batch = Batch.objects.create(
            dataset=dataset,
            file_name=clean_name(name),
            sha256="",
            size_bytes=size,
            state=State.QUEUED,
            uploaded=True,
            opened_at=now,
            user_id=scope.user_id,
        )
        try:
            batch.stored_path = str(folders.keep_source(batch.pk, name, chunks))
            batch.save(update_fields=["stored_path"])
            _queue(batch, now, defer)
        except BaseException:
            folders.forget(batch.pk)
            raise
    return batch


def clean_name(name: str) -> str:
    """A file's name without path and control characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    said = " ".join("".join(sign if sign.isprintable() else " " for sign in base).split())
    return said[-120:] or "文件"


def read_again(scope: Scope, number: int, *, chosen: Mapping[str, str], now: datetime, defer: Defer) -> Batch:
    """Make the preview anew with what the person answered: coordinate system, unit, sheet, encoding, hidden rows."""
    with transaction.atomic():
        batch = _held(scope, number, State.PREVIEWED, State.REFUSED, State.FAILED)
        options = dict(batch.options.get("options", {})) | answers(chosen)
        batch.options = {**batch.options, "options": options}
        batch.state = State.QUEUED
        batch.save(update_fields=["options", "state"])
        _queue(batch, now, defer)
    return batch


def tell_alike(
    scope: Scope,
    number: int,
    *,
    told: Mapping[str, str],
    same: Collection[str] = (),
    others_new: bool,
    now: datetime,
    defer: Defer,
) -> Batch:
    """Make the preview anew with what the person said of rows whose names are nearly those of recorded projects.

    `told` holds the number of the project, or "new" for another one, by the key of the question; `same` are
    the keys of rows that are the first project offered for them; `others_new` says of every other row that it is
    another project. Raises Refused where nothing is said.
    """
    with transaction.atomic():
        batch = _held(scope, number, State.PREVIEWED, State.REFUSED, State.FAILED)
        asked_now = folders.alike(batch.pk)
        offered = {asked["key"]: {NEW, *(one["serial"] for one in asked["candidates"])} for asked in asked_now}
        first = {one["key"]: one["candidates"][0]["serial"] for one in asked_now if one["key"] in same}
        said = first | {key: one for key, one in told.items() if one in offered.get(key, ())}
        if others_new:
            said[EVERY] = NEW
        if not said:
            raise Refused("请先逐项选择：同一个项目，还是另一个项目", code="nothing-said")
        options = dict(batch.options.get("options", {}))
        options["alike"] = {**options.get("alike", {}), **said}
        batch.options = {**batch.options, "options": options}
        batch.state = State.QUEUED
        batch.save(update_fields=["options", "state"])
        _queue(batch, now, defer)
    return batch


def read_mapped(scope: Scope, number: int, *, now: datetime, defer: Defer) -> Batch:
    """Make the preview anew after its columns were mapped."""
    with transaction.atomic():
        batch = _held(scope, number, State.PREVIEWED, State.REFUSED, State.FAILED)
        batch.state = State.QUEUED
        batch.save(update_fields=["state"])
        _queue(batch, now, defer)
    return batch


def answers(chosen: Mapping[str, str]) -> dict[str, Any]:
    """The options of a form, checked. Raises Refused."""
    crs, unit = chosen.get("crs", "").strip(), chosen.get("unit", "").strip()
    sheet, encoding = chosen.get("sheet", "").strip(), chosen.get("encoding", "").strip()
    control = chosen.get("control_points", "").strip()[:LONGEST_CONTROL]
    if control:
        read_control(control)
    if crs and parse_declared(crs) is None:
        raise Refused(f"不认识坐标系“{crs[:30]}”，请写 EPSG 代码（如 4526）、GCJ02 或 BD09", code="bad-crs")
    if unit and unit not in KNOWN_UNITS:
        raise Refused(f"金额单位只能是{'、'.join(KNOWN_UNITS)}", code="bad-unit")
    if encoding and encoding not in ENCODINGS:
        raise Refused("文字编码请从列表中选择", code="bad-encoding")
    return {
        "crs": crs,
        "unit": unit,
        "sheet": sheet[:100],
        "encoding": encoding,
        "control_points": control,
        "hidden": "include" if chosen.get("hidden") == "include" else "",
    }


def ask_commit(scope: Scope, number: int, *, skip_refused: bool, seen: str, now: datetime, defer: Defer) -> Batch:
    """Have a preview written: all of it, or with `skip_refused` its good rows. `seen` is the mark of the preview that
    the person looked at. Raises Conflict for another state or a preview made anew since."""
    with transaction.atomic():
        batch = _held(scope, number, State.PREVIEWED)
        if seen != mark(batch):
            raise Conflict("预览已经更新，请再看一遍后确认", code="stale-preview")
        if batch.blocked or (batch.counts.get("refused") and not skip_refused):
            raise Refused("还有未处理的错误或待确认的问题，不能全部入库", code="refused-rows")
        if not batch.counts.get("new") and not batch.counts.get("changed"):
            raise Refused("文件中没有可以入库的改动", code="nothing-to-do")
        batch.state, batch.skip_refused = State.COMMITTING, skip_refused
        batch.save(update_fields=["state", "skip_refused"])
        _queue(batch, now, defer)
    return batch


def mark(batch: Batch) -> str:
    """A preview's own mark: what a person confirms is what they saw."""
    counts = batch.counts
    parts = [counts.get(name, 0) for name in ("new", "changed", "unchanged", "refused", "skipped")]
    return re.sub(r"\W+", "-", f"{batch.sha256[:12]}-{'-'.join(map(str, parts))}")


def ask_again(scope: Scope, number: int, *, now: datetime, defer: Defer) -> Batch:
    """Queue once more what the worker could not finish."""
    with transaction.atomic():
        batch = _held(scope, number, State.FAILED)
        batch.state = State.QUEUED
        batch.save(update_fields=["state"])
        _queue(batch, now, defer)
    return batch


def discard(scope: Scope, number: int) -> Batch:
    """Give a preview up; the files go, the row stays."""
    with transaction.atomic():
        batch = _held(scope, number, State.PREVIEWED, State.REFUSED, State.FAILED)
        batch.state = State.DISCARDED
        batch.save(update_fields=["state"])
        transaction.on_commit(lambda: folders.forget(batch.pk))
    return batch


def _held(scope: Scope, number: int, *states: str) -> Batch:
    """The batch under a lock, if the person may import such files and it stands as the request supposes."""
    found = batch_of(scope, number)
    require_import(scope, found.dataset)
    batch = Batch.objects.select_for_update().get(pk=found.pk)
    if not batch.uploaded:
        raise Conflict("这个批次是用命令导入的，不能在这里处理", code="by-command")
    if batch.state not in states:
        raise Conflict(f"批次现在是“{State(batch.state).label}”，不能这样操作，请刷新页面", code="other-state")
    return batch


def _queue(batch: Batch, now: datetime, defer: Defer) -> None:
    BatchRun.objects.update_or_create(
        batch=batch, defaults={"percent": 0, "step": "排队", "asked_at": now, "told_at": None}
    )
    defer(batch_id=batch.pk)
