"""Importing in the workbench: upload, preview, writing, the page of a batch, its files, templates and help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from geodata.errors import BadParameter, DomainError, NotFound, NotPermitted
from geodata.exchange.batches import folders, permits, undoing, uploading
from geodata.exchange.blank_workbooks import blank_workbook, tables_of
from geodata.exchange.datasets import REGISTRY
from geodata.exchange.datasets import dataset as find_dataset
from geodata.exchange.jobs import work_on_batch
from geodata.exchange.models import Batch
from geodata.sandbox.documents import MIB
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.middleware import largest_body
from portal.workbench.imports import questions, texts
from portal.workbench.people import staff

MOST_FILES: Final = 20
A_PAGE: Final = 30
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State = Batch.State


@largest_body(2 * uploading.LARGEST + MIB)
@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The batches that one sees; POST uploads one file or several of one kind."""
    if request.method == "POST":
        return _upload(request, scope)
    mine = request.GET.get("of", "") != "all"
    rows = permits.batches_of(scope)
    if mine:
        rows = rows.filter(user=scope.user_id)
    batches = Paginator(rows.order_by("-pk"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "kinds": texts.kinds(scope),
        "rows": [texts.row(batch) for batch in batches],
        "page_obj": batches,
        "querystring": "" if mine else "of=all",
        "mine": mine,
        "largest": uploading.LARGEST // MIB,
        "most_files": MOST_FILES,
        "chosen": request.GET.get("kind", ""),
    }
    return render(request, "workbench/imports/list.html", context)


def _upload(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Each file becomes a batch of its own; one that is refused says so and keeps no other back."""
    dataset = request.POST.get("kind", "")
    files = [sent for sent in request.FILES.getlist("files") if isinstance(sent, UploadedFile)]
    if not permits.importable(scope):
        raise NotPermitted("您的角色不能导入文件，请联系指挥部办公室")
    problem = _unfit(dataset, files)
    if problem:
        messages.error(request, problem)
        return redirect("workbench:imports")
    taken: list[Batch] = []
    for sent in files:
        try:
            taken.append(
                uploading.upload(
                    scope,
                    dataset=dataset,
                    name=sent.name or "",
                    size=sent.size or 0,
                    chunks=sent.chunks(),
                    now=timezone.now(),
                    defer=work_on_batch.defer,
                )
            )
        except NotPermitted:
            raise
        except DomainError as refused:
            messages.error(request, refused.message)
    if len(taken) == 1:
        return redirect("workbench:import_batch", number=taken[0].pk)
    if taken:
        messages.success(request, _("%(n)s files are being read.") % {"n": len(taken)})
    return redirect("workbench:imports")


def _unfit(dataset: str, files: list[UploadedFile]) -> str:
    if dataset not in REGISTRY:
        return "请先选择这些文件是什么内容"
    if not files:
        return "请先选择文件"
    return f"一次最多上传 {MOST_FILES} 个文件" if len(files) > MOST_FILES else ""


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def batch(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """A batch from its preview to its end; POST does what its buttons say."""
    if request.method == "POST":
        return _act(request, scope, number)
    found = permits.batch_of(scope, number)
    severity = request.GET.get("severity", "")
    if severity not in ("", *texts.SEVERITIES):
        raise BadParameter("severity 只能是 error、question、warning 或 notice")
    issues = Paginator(texts.issues(found, severity), texts.ISSUES_A_PAGE).get_page(request.GET.get("page"))
    done = found.state in (State.COMMITTED, State.ROLLED_BACK)
    context: dict[str, Any] = {
        "batch": texts.page(found, scope, severity=severity),
        "run": texts.progress(found, timezone.now()),
        "issues": issues,
        "page_obj": issues,
        "querystring": f"severity={severity}" if severity else "",
        "severity": severity,
        "deeds": texts.deeds(found) if done else [],
        "projects": texts.projects(found, scope) if found.state == State.COMMITTED else [],
        "held_back": _held_back(found),
        "choices": texts.choices(found),
        **questions.alike(found, scope),
        "longest_reason": undoing.LONGEST_REASON,
        **(texts.shapes(found) if found.state == State.PREVIEWED else {}),
    }
    return render(request, "workbench/imports/batch.html", context)


def _held_back(found: Batch) -> str:
    """Why a committed batch cannot be rolled back; empty when it can."""
    if found.state != State.COMMITTED:
        return ""
    try:
        undoing.require_undoable(found)
    except DomainError as refused:
        return refused.message
    return ""


def _act(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    act = _ACTS.get(request.POST.get("action", ""))
    if act is None:
        raise BadParameter("没有这项操作")
    try:
        act(request.POST, scope, number)
    except (BadParameter, NotFound, NotPermitted):
        raise
    except DomainError as refused:
        messages.error(request, refused.message)
    return HttpResponseRedirect(reverse("workbench:import_batch", args=[number]))


def _commit(form: QueryDict, scope: Scope, number: int) -> None:
    uploading.ask_commit(
        scope,
        number,
        skip_refused=form.get("rows") == "good",
        seen=form.get("seen", ""),
        now=timezone.now(),
        defer=work_on_batch.defer,
    )


def _read_again(form: QueryDict, scope: Scope, number: int) -> None:
    chosen = {name: form.get(name, "") for name in ("crs", "unit", "sheet", "encoding", "hidden", "control_points")}
    uploading.read_again(scope, number, chosen=chosen, now=timezone.now(), defer=work_on_batch.defer)


def _tell_alike(form: QueryDict, scope: Scope, number: int) -> None:
    keys = form.getlist("alike")[: questions.SHOWN]
    told = {key: form.get(f"is_{at}", "") for at, key in enumerate(keys)}
    others = form.get("others", "")
    same = [key for key in keys if not told[key]] if others == "same" else []
    uploading.tell_alike(
        scope, number, told=told, same=same, others_new=others == "new", now=timezone.now(), defer=work_on_batch.defer
    )


def _again(_form: QueryDict, scope: Scope, number: int) -> None:
    uploading.ask_again(scope, number, now=timezone.now(), defer=work_on_batch.defer)


def _discard(_form: QueryDict, scope: Scope, number: int) -> None:
    uploading.discard(scope, number)


def _roll_back(form: QueryDict, scope: Scope, number: int) -> None:
    reason = form.get("reason", "")
    undoing.ask_roll_back(scope, number, reason=reason, now=timezone.now(), defer=work_on_batch.defer)


_ACTS: Final[Mapping[str, Callable[[QueryDict, Scope, int], None]]] = {
    "commit": _commit,
    "read_again": _read_again,
    "again": _again,
    "tell_alike": _tell_alike,
    "discard": _discard,
    "roll_back": _roll_back,
}


@require_safe
@staff(Action.VIEW_PROJECTS)
def progress(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """How far the worker is, for the module that polls it."""
    return JsonResponse(texts.progress(permits.batch_of(scope, number), timezone.now()))


@require_safe
@staff(Action.VIEW_PROJECTS)
def original(request: HttpRequest, scope: Scope, number: int) -> HttpResponse | FileResponse:
    """The file as it was sent; one with callers only to whoever sent it."""
    found = permits.batch_of(scope, number)
    path = next(iter(folders.folder(found.pk).glob("source*")), None)
    if path is None or not permits.may_read_file(scope, found):
        raise NotFound("原文件已清理，或不在您的范围内")
    return _file(path, found.file_name, "application/octet-stream")


@require_safe
@staff(Action.VIEW_PROJECTS)
def errors(request: HttpRequest, scope: Scope, number: int) -> HttpResponse | FileResponse:
    """The error workbook."""
    found = permits.batch_of(scope, number)
    path = folders.errors(found.pk)
    if not path.is_file() or not permits.may_read_file(scope, found):
        raise NotFound("没有错误工作簿，或它已清理")
    return _file(path, f"{Path(found.file_name).stem}-错误.xlsx", XLSX)


def _file(path: Path, name: str, media_type: str) -> FileResponse:
    response = FileResponse(path.open("rb"), content_type=media_type)
    return _as_download(response, name)


def _as_download(response: Any, name: str) -> Any:
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@staff(Action.VIEW_PROJECTS)
def help_page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """How to fill in what: every importer with its template, an example and its columns."""
    mine = set(permits.importable(scope))
    importers = [
        {
            "key": name,
            "label": texts.label_of(name),
            "tables": [
                {"name": title, "columns": columns, "needed": [one for one in columns if one.needed]}
                for title, columns in tables_of(find_dataset(name))
            ],
            "mine": name in mine,
        }
        for name in REGISTRY
    ]
    return render(request, "workbench/imports/help.html", {"importers": importers})


@require_safe
@staff(Action.VIEW_PROJECTS)
def template(request: HttpRequest, scope: Scope, dataset: str) -> HttpResponse:
    """An empty workbook with the columns that an importer reads."""
    if dataset not in REGISTRY:
        raise NotFound("没有这种导入模板")
    found = find_dataset(dataset)
    response = HttpResponse(blank_workbook(found), content_type=XLSX)
    return _as_download(response, f"{found.title}-模板.xlsx")
