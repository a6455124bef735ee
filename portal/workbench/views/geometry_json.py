"""The shape of a project over HTTP: read with its ETag, saved with If-Match, checked, submitted, decided, restored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geodata.errors import Conflict, Refused, StaleEdit
from geodata.projects import services
from geodata.projects.models import GeometryVersion
from geodata.projects.selectors import heads, reached
from geodata.projects.selectors.neighbours import neighbours
from geodata.projects.selectors.versions import numbered
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.tiles.services import place_mark
from portal.errors import TITLE, wants_page
from portal.workbench.people import staff, today
from portal.workbench.shapes.asked import body_of, box_of, etag_of, expected_of, flag_of, text_of, texts_of
from portal.workbench.shapes.sealing import evidence_of
from portal.workbench.shapes.told import geojson, told_around, told_measures, told_state, told_version


@require_http_methods(["GET", "HEAD", "PUT"])
@staff(Action.VIEW_PROJECTS)
def state(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """GET: the newest version and the approved one. PUT with If-Match: keep a shape as the next version."""
    if request.method == "PUT":
        return _saved(request, scope, code)
    project = reached(scope, code)
    standing = heads(project.pk)
    return _json(told_state(scope, project, standing), etag=standing.number)


def _saved(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    reached(scope, code, Action.EDIT_PROJECTS)  # before the body is read: a stranger learns nothing from it
    expected = expected_of(request)
    body = body_of(request)
    try:
        saved = services.save_proposal(
            scope,
            code=code,
            shape=body.get("geometry"),
            source=text_of(body, "source"),
            accuracy_m=body.get("accuracy_m"),
            reason=text_of(body, "reason"),
            expected=expected,
            answers=texts_of(body, "answers"),
            evidence=evidence_of(body, scope, code),
            submit=flag_of(body, "submit"),
            today=today(),
            now=timezone.now(),
        )
    except StaleEdit as stale:
        return _stale(scope, code, body.get("geometry"), expected, stale)
    except Refused as refused:
        return _refused(refused)
    answer = {
        "head": told_version(saved.version),
        "findings": saved.findings,
        "measures": told_measures(saved.measures),
        "etag": etag_of(saved.version.number),
    }
    return _json(answer, etag=saved.version.number)


def _stale(scope: Scope, code: str, yours: object, expected: int, stale: StaleEdit) -> HttpResponse:
    """412 with the shape that was sent, the one that stands, and the one that both began from."""
    project = reached(scope, code)
    standing = heads(project.pk)
    base, theirs = numbered(project, expected), standing.head
    told = told_version(theirs) or {}
    return _problem(
        412,
        stale.message,
        stale.code,
        yours=yours,
        theirs=told.get("geometry"),
        base=geojson(base.geom) if base else None,
        etag=etag_of(standing.number),
        number=standing.number,
        author=told.get("author", ""),
        at=told.get("at"),
        state=told.get("state", ""),
        source=told.get("source", ""),
        reason=told.get("reason", ""),
    )


@staff(Action.EDIT_PROJECTS)
@require_POST
def check(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """What the checks say of a shape while it is drawn. Nothing is written."""
    reached(scope, code, Action.EDIT_PROJECTS)
    body = body_of(request)
    try:
        findings, measures = services.check_shape(
            scope,
            code=code,
            shape=body.get("geometry"),
            source=text_of(body, "source", "drawn"),
            accuracy_m=body.get("accuracy_m"),
        )
    except Refused as refused:
        return _refused(refused)
    return _json({"findings": findings, "measures": told_measures(measures)})


@staff(Action.VIEW_PROJECTS)
@require_safe
def around(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """Other projects and boundaries in a box, to see and to snap to."""
    project = reached(scope, code)
    found, truncated = neighbours(scope, project, box_of(request))
    return _json(told_around(found, truncated=truncated))


Act = Callable[[dict[str, Any]], GeometryVersion]


@staff(Action.EDIT_PROJECTS)
@require_POST
def submit(request: HttpRequest, scope: Scope, code: str, number: int) -> HttpResponse:
    """Put a draft up for approval; questions of the checks are answered by `answers`."""

    def act(said: dict[str, Any]) -> GeometryVersion:
        answers = texts_of(said, "answers")
        return services.submit_proposal(
            scope, code=code, number=number, answers=answers, today=today(), now=timezone.now()
        ).version

    return _acted(request, scope, code, act, _("Version %(number)s is submitted. Another person now approves it."))


@staff(Action.APPROVE)
@require_POST
def approve(request: HttpRequest, scope: Scope, code: str, number: int) -> HttpResponse:
    """Make a submitted shape the project's."""

    def act(said: dict[str, Any]) -> GeometryVersion:
        comment = text_of(said, "comment")
        version = services.approve_proposal(
            scope, code=code, number=number, comment=comment, today=today(), now=timezone.now()
        )
        place_mark(version.project_id)  # decided is decided, even where the tiles' zooms fail
        return version

    return _acted(request, scope, code, act, _("Version %(number)s is approved and on the map."))


@staff(Action.APPROVE)
@require_POST
def send_back(request: HttpRequest, scope: Scope, code: str, number: int) -> HttpResponse:
    """Return a submitted shape, with a comment."""

    def act(said: dict[str, Any]) -> GeometryVersion:
        comment = text_of(said, "comment")
        return services.return_proposal(scope, code=code, number=number, comment=comment, now=timezone.now())

    return _acted(request, scope, code, act, _("Version %(number)s is returned to its author."))


@staff(Action.EDIT_PROJECTS)
@require_POST
def restore(request: HttpRequest, scope: Scope, code: str, number: int) -> HttpResponse:
    """Propose an earlier shape again."""

    def act(said: dict[str, Any]) -> GeometryVersion:
        reason = text_of(said, "reason")
        return services.restore_version(
            scope, code=code, number=number, reason=reason, today=today(), now=timezone.now()
        ).version

    return _acted(request, scope, code, act, _("The earlier shape is proposed again as version %(number)s."))


@staff(Action.EDIT_PROJECTS)
@require_POST
def discard(request: HttpRequest, scope: Scope, code: str, number: int) -> HttpResponse:
    """Take back an open proposal; it stays in the history."""

    def act(_said: dict[str, Any]) -> GeometryVersion:
        return services.discard_proposal(scope, code=code, number=number, today=today(), now=timezone.now())

    return _acted(request, scope, code, act, _("Version %(number)s is taken back. It stays in the history."))


def _acted(request: HttpRequest, scope: Scope, code: str, act: Act, word: str) -> HttpResponse:
    """A form goes back to its page with a word on what came of it; a program gets the new state."""
    if wants_page(request):
        return _form_acted(request, code, act, word)
    said = body_of(request) if request.META.get("CONTENT_LENGTH") not in (None, "", "0") else {}
    try:
        version = act(said)
    except Refused as refused:
        return _refused(refused)
    project = reached(scope, code)
    standing = heads(project.pk)
    return _json({**told_state(scope, project, standing), "number": version.number}, etag=standing.number)


def _form_acted(request: HttpRequest, code: str, act: Act, word: str) -> HttpResponse:
    try:
        version = act({name: value for name, value in request.POST.items() if isinstance(value, str)})
        messages.success(request, word % {"number": version.number})
    except (Refused, Conflict) as refusal:
        messages.error(request, refusal.message)
    there = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(there, allowed_hosts=None):
        there = reverse("workbench:project", args=[code])
    return redirect(there)


def _json(content: dict[str, Any], *, etag: int | None = None, status: int = 200) -> HttpResponse:
    response = HttpResponse(orjson.dumps(content), status=status, content_type="application/json")
    if etag is not None:
        response.headers["ETag"] = etag_of(etag)
    return response


def _refused(refused: Refused) -> HttpResponse:
    return _problem(422, refused.message, refused.code, findings=list(refused.findings))


def _problem(status: int, message: str, code: str, **more: object) -> HttpResponse:
    """problem+json with more than the sentence."""
    told = {"type": "about:blank", "title": TITLE[status], "status": status, "detail": message, "code": code}
    response = _json({**told, **more}, status=status)
    response.headers["Content-Type"] = "application/problem+json"
    return response
