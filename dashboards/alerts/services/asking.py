"""What every service asks first: the words, the warning under its lock, the project, headquarters."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.utils import timezone

from dashboards.alerts.models import Alert
from dashboards.alerts.selectors.alerts import NO_ALERT
from geodata.errors import NotFound, NotPermitted, Refused
from geodata.projects.models import Project
from geodata.projects.visibility import visible, within
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

LONGEST_NOTE: Final = 400


def said(note: str, *, what: str, required: bool = True) -> str:
    """A note in one line. Raises Refused without words or with too many."""
    words = " ".join(note.split())
    if required and not words:
        raise Refused(f"请写明{what}", code="missing-note")
    if len(words) > LONGEST_NOTE:
        raise Refused(f"{what}不能超过 {LONGEST_NOTE} 字", code="long-text")
    return words


def locked(scope: Scope, alert_id: int, *actions: Action) -> Alert:
    """The warning, locked, within the rows of roles that allow one of the actions. Raises NotFound, NotPermitted."""
    mine = scope.only(*actions)
    if not within(Alert.objects.filter(pk=alert_id, project__is_deleted=False), scope, project="project").exists():
        raise NotFound(NO_ALERT)
    rows = within(Alert.objects.filter(pk=alert_id), mine, project="project")
    found = rows.select_for_update(of=("self",)).select_related("project").defer("project__geom").first()
    if found is None:
        raise NotPermitted("这条预警不在您负责的项目范围内，您可以查看，不能处理", code="not-permitted")
    return found


def project_of(scope: Scope, code: str) -> Project:
    """The project by its code. Raises NotFound outside the scope, too."""
    found = visible(scope).filter(serial_no=code).defer("geom").first()
    if found is None:
        raise NotFound("没有这个项目，或者它不在您的工作范围内")
    return found


def require_headquarters(scope: Scope, what: str) -> None:
    """Raises NotPermitted for everybody but headquarters."""
    scope.require(Action.APPROVE)
    if not scope.headquarters:
        raise NotPermitted(f"{what}由市指挥部决定，请联系指挥部办公室", code="headquarters-only")


def day_of(now: datetime) -> date:
    """The city's day of a moment."""
    return timezone.localtime(now).date()


def term(until: date, *, today: date, longest: int, what: str) -> date:
    """The last day of what holds for a while. Raises Refused for a day gone by or too far ahead."""
    if until < today:
        raise Refused(f"{what}的截止日期不能早于今天", code="past-day")
    if (until - today).days > longest:
        raise Refused(f"{what}最长 {longest} 天，请选择 {longest} 天以内的截止日期", code="too-long")
    return until
