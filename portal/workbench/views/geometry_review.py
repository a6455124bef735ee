"""A version of a project's shape before and after, and the history of all of them. Deciding: geometry_json.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from geodata import parameters
from geodata.errors import Busy, NotFound, TooLarge
from geodata.parameters import Chosen, bad
from geodata.projects.choices import OPEN_VERSIONS, VersionState
from geodata.projects.measures import Shift
from geodata.projects.models import GeometryVersion
from geodata.projects.selectors import compare, own_among, reached, reaches, version, versions_of
from geodata.projects.selectors.versions import NO_VERSION
from geodata.projects.services.reviews import LONGEST_COMMENT
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.approvals import shapes
from portal.workbench.people import staff

Pair = tuple[GeometryVersion | None, GeometryVersion, Shift | None]


@dataclass(frozen=True)
class TwoVersions(Chosen):
    """Which two versions the history sets side by side; 0 leaves the choice to the page."""

    a: int = 0
    b: int = 0

    READERS: ClassVar = {"a": parameters.whole(1, 999_999), "b": parameters.whole(1, 999_999)}


@require_safe
@staff(Action.VIEW_PROJECTS)
def one(request: HttpRequest, scope: Scope, code: str, number: int) -> HttpResponse:
    """One version over the approved shape that it replaces, with what the checks said and who may decide."""
    versions = versions_of(scope, code)
    asked = _numbered(versions, number)
    before, after, shift = _compared(scope, code, shapes.base_of(versions, asked), asked)
    context: dict[str, Any] = {
        "head": shapes.head(asked.project),
        "version": shapes.texts(asked, current=_current(versions)),
        "before": shapes.texts(_numbered(versions, before.number)) if before else None,
        "newer": next((shapes.texts(one) for one in versions[:1] if one.number > number), None),
        "findings": shapes.findings(asked),
        "checked": asked.findings is not None,
        "decision": _decision(scope, asked),
        "longest_comment": LONGEST_COMMENT,
        **shapes.comparison(before, after, shift),
    }
    return render(request, "workbench/approvals/version.html", context)


@require_safe
@staff(Action.VIEW_PROJECTS)
def history(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """Every version with what became of it, and any two of them set side by side; earlier ones can be restored."""
    chosen = TwoVersions.from_query(request.GET)
    versions = versions_of(scope, code)
    project = versions[0].project if versions else reached(scope, code)
    current = _current(versions)
    context: dict[str, Any] = {
        "head": shapes.head(project),
        "versions": [shapes.texts(one, current=current) for one in versions],
        "is_open": any(one.state in OPEN_VERSIONS for one in versions),
        "may_edit": bool(versions) and reaches(scope, project.pk, Action.EDIT_PROJECTS),
    }
    if versions:
        after = _numbered(versions, chosen.b) if chosen.b else versions[0]
        before = _numbered(versions, chosen.a) if chosen.a else _beside(versions, after)
        if before is not None and before.number == after.number:
            raise bad("a", str(before.number), "请选择两个不同的版本进行对比")
        pair = _compared(scope, code, before, after)
        context |= {
            "a": before.number if before else 0,
            "b": after.number,
            "before": shapes.texts(before) if before else None,
            "after": shapes.texts(after),
            **shapes.comparison(*pair),
        }
    return render(request, "workbench/approvals/history.html", context)


def _numbered(versions: Sequence[GeometryVersion], number: int) -> GeometryVersion:
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise NotFound(NO_VERSION)
    return found


def _current(versions: Sequence[GeometryVersion]) -> int:
    """The number of the version that the map shows; 0 while there is none."""
    return max((one.number for one in versions if one.state == VersionState.APPROVED), default=0)


def _beside(versions: Sequence[GeometryVersion], after: GeometryVersion) -> GeometryVersion | None:
    """What a version is set against unless one says: the approved one before it, else the one before it."""
    earlier = [one for one in versions if one.number < after.number]
    return shapes.base_of(versions, after) or next(iter(earlier), None)


def _compared(scope: Scope, code: str, before: GeometryVersion | None, after: GeometryVersion) -> Pair:
    """Both with their shapes and how far they are apart. Where measuring would take too long the page goes without."""
    if before is None:
        return None, version(scope, code, after.number), None
    try:
        return compare(scope, code, before.number, after.number)
    except (Busy, TooLarge):
        return version(scope, code, before.number), version(scope, code, after.number), None


def _decision(scope: Scope, asked: GeometryVersion) -> dict[str, bool]:
    """Whether the version waits, and if this person cannot decide, why."""
    if asked.state != VersionState.SUBMITTED:
        return {"waits": False}
    own = asked.pk in own_among(scope, [asked.pk])
    others = own or not reaches(scope, asked.project_id, Action.APPROVE)
    headquarters = asked.needs_headquarters and not scope.headquarters
    return {"waits": True, "own": own, "headquarters": headquarters, "may": not (others or headquarters)}
