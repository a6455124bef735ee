"""Foreign layouts: the page on which a person maps columns, and the remembered mappings of their sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from geodata.errors import DomainError, NotFound, Refused
from geodata.exchange.batches import folders, permits, uploading
from geodata.exchange.datasets import REGISTRY
from geodata.exchange.datasets import dataset as find_dataset
from geodata.exchange.jobs import work_on_batch
from geodata.exchange.mappings import MappingError
from geodata.exchange.models import Batch, SourceMapping
from geodata.exchange.sources import documents, remembering
from geodata.exchange.sources.sketches import Sketch, restored
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.imports import first_rows, mapping_form, texts
from portal.workbench.imports.mapping_form import MappingForm
from portal.workbench.people import staff

_DATED: Final = re.compile(r"[\d_.()\[\]（）-]+$")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def of_batch(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """The columns of an upload; POST shows the first rows, or remembers the mapping and has the file read with it."""
    batch = permits.batch_of(scope, number)
    permits.require_import(scope, batch.dataset)
    sketches = restored(folders.sketch(batch.pk) or []) if permits.may_read_file(scope, batch) else []
    sketch = _chosen(sketches, request.GET.get("sheet", ""))
    used = batch.options.get("remembered") or {}
    form = _form(request, batch, sketch, used)
    if form is None or sketch is None:
        raise NotFound("这个文件没有可以对应的列，或它已清理，请重新上传")
    name = request.POST.get("name") or used.get("name") or _source_name(batch.file_name)
    context: dict[str, Any] = {"batch": texts.row(batch), "sheets": [(one.name, one is sketch) for one in sketches]}
    if request.method == "POST":
        try:
            if _other_text(batch, form):
                return _read_in(scope, batch, str(form.options["encoding"]))
            if request.POST.get("action") == "save":
                return _kept(scope, batch, form, name)
            context["first"] = first_rows.read(form)
        except DomainError as refused:
            messages.error(request, refused.message)
    return _page(request, form, name, context)


def _other_text(batch: Batch, form: MappingForm) -> bool:
    """Another encoding was chosen than the file was read in, and its titles would read differently."""
    options = {**(batch.options.get("remembered") or {}).get("options", {})}
    options |= {name: value for name, value in batch.options.get("options", {}).items() if value}
    other = str(form.options.get("encoding") or "") != str(options.get("encoding") or "")
    return other and not all(title.isascii() for title in form.sketch.titles)


def _read_in(scope: Scope, batch: Batch, encoding: str) -> HttpResponse:
    """The file again in that encoding; its columns are mapped after that."""
    chosen = {**batch.options.get("options", {}), "encoding": encoding}
    uploading.read_again(scope, batch.pk, chosen=chosen, now=timezone.now(), defer=work_on_batch.defer)
    return redirect("workbench:import_batch", number=batch.pk)


def _chosen(sketches: list[Sketch], name: str) -> Sketch | None:
    named = next((one for one in sketches if name and one.name == name), None)
    return named or max(sketches, key=lambda one: len(one.titles), default=None)


def _form(request: HttpRequest, batch: Batch, sketch: Sketch | None, used: Mapping[str, Any]) -> MappingForm | None:
    if sketch is None:
        return None
    dataset = find_dataset(batch.dataset)
    before = used.get("options", {})
    if request.method == "POST":
        return mapping_form.from_post(dataset, sketch, request.POST, {k: v for k, v in before.items() if v})
    if used:
        return mapping_form.from_document(dataset, sketch, used)
    form = mapping_form.suggested(dataset, sketch)
    told = batch.options.get("options", {})
    if form is not None:  # what was answered of this file goes into the mapping that is made of it
        form.options |= {name: told[name] for name in ("encoding", "crs", "unit") if told.get(name)}
    return form


def _source_name(file_name: str) -> str:
    """A file's name without what changes from month to month."""
    stem = Path(file_name).stem
    return _DATED.sub("", stem).strip() or stem


def _kept(scope: Scope, batch: Batch, form: MappingForm, name: str) -> HttpResponse:
    lacking = form.lacking()
    if lacking:
        raise Refused(f"还缺必填列：{'、'.join(lacking)}。请对应到文件中的列，或在“每行相同的值”中填写", code="lacking")
    now = timezone.now()
    remembering.remember(
        scope, dataset=batch.dataset, name=name, titles=form.sketch.titles, document=form.document(), now=now
    )
    uploading.read_mapped(scope, batch.pk, now=now, defer=work_on_batch.defer)
    return redirect("workbench:import_batch", number=batch.pk)


def _page(request: HttpRequest, form: MappingForm, name: str, more: Mapping[str, Any]) -> HttpResponse:
    context = {"form": form.context(), "source_name": name, **more}
    return render(request, "workbench/imports/mapping.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The remembered mappings; POST takes in a mapping file."""
    if request.method == "POST":
        return _taken(request, scope)
    rows = remembering.mappings_of(scope).order_by("dataset", "name")
    context = {"rows": [_row(one, scope) for one in rows], "kinds": texts.kinds(scope)}
    return render(request, "workbench/imports/mappings.html", context)


def _row(one: SourceMapping, scope: Scope) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "kind_label": texts.label_of(one.dataset),
        "columns": sum(1 for key in one.document.get("columns", {}).values() if key),
        "left_out": sum(1 for key in one.document.get("columns", {}).values() if not key),
        "who": str(one.changed_by),
        "when": texts.moment(one.changed_at),
        "used": texts.moment(one.used_at),
        "may": remembering.may_change(scope, one),
    }


def _taken(request: HttpRequest, scope: Scope) -> HttpResponse:
    sent = request.FILES.get("file")
    dataset = request.POST.get("kind", "")
    try:
        if sent is None or (sent.size or 0) > documents.LONGEST or dataset not in REGISTRY:
            raise Refused("请选择文件内容的种类和一个映射文件（TOML，不超过 200 KB）", code="missing-file")
        document = documents.from_toml(sent.read())
        name = request.POST.get("name", "") or Path(sent.name or "").stem
        titles = list(document.get("columns") or {}) if isinstance(document.get("columns"), dict) else []
        if not titles:
            raise Refused("映射文件里没有 [columns]，认不出是哪种文件", code="no-columns")
        kept = remembering.remember(
            scope, dataset=dataset, name=name, titles=titles, document=document, now=timezone.now()
        )
        messages.success(request, _("“%(name)s” is remembered.") % {"name": kept.name})
    except MappingError as wrong:
        messages.error(request, str(wrong))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("workbench:import_mappings")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def one(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """A remembered mapping; POST corrects or deletes it."""
    held = remembering.mapping_with(scope, number)
    sketch = Sketch(name="", features=_of_features(held), titles=tuple(held.titles), words={})
    dataset = find_dataset(held.dataset)
    form = mapping_form.from_document(dataset, sketch, held.document)
    if request.method == "POST":
        if request.POST.get("action") == "delete":
            remembering.forget(scope, held.pk)
            messages.success(request, _("“%(name)s” is forgotten.") % {"name": held.name})
            return redirect("workbench:import_mappings")
        form = mapping_form.from_post(dataset, sketch, request.POST, held.document.get("options", {}))
        if form is not None:
            name = request.POST.get("name", "")
            remembering.change(scope, held.pk, name=name, document=form.document(), now=timezone.now())
            messages.success(request, _("Saved. It counts for the next file with these titles."))
            return redirect("workbench:import_mapping", number=held.pk)
    if form is None:
        raise NotFound("没有这个列对应")
    return _page(request, form, held.name, {"mapping": _row(held, scope)})


def _of_features(held: SourceMapping) -> bool:
    """Whether the mapping is for layers rather than sheets: it speaks of columns that only layers have."""
    document = held.document
    keys = {*document.get("columns", {}).values(), *document.get("constants", {})}
    layouts = find_dataset(held.dataset).layouts
    flat = {name for layout in layouts if not layout.features for c in layout.columns for name in (c.key, c.label)}
    bare = all(layout.features for layout in layouts)
    return bare or bool(keys - flat - {""}) or bool({"source_key", "外部编号"} & keys)


@require_safe
@staff(Action.VIEW_PROJECTS)
def toml(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """The mapping as the file that the commands take."""
    held = remembering.mapping_with(scope, number)
    text = documents.as_toml(held.document, note=f"{held.name} · {texts.label_of(held.dataset)}")
    response = HttpResponse(text, content_type="application/toml; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{held.name}.toml") or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
