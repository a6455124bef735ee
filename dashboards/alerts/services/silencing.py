"""Keeping a rule quiet about a project for a while."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db import transaction

from dashboards.alerts.choices import OPEN_STATES
from dashboards.alerts.models import Silence
from dashboards.alerts.services.asking import locked, require_headquarters, said, term
from geodata.errors import Conflict, NotFound
from geodata.projects.visibility import within
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

LONGEST_DAYS: Final = 90


@transaction.atomic
def silence(scope: Scope, *, alert_id: int, reason: str, until: date, today: date, now: datetime) -> Silence:
    """The rule of this warning says nothing about its project until a day: no new warning, no notice; lists leave the
    present one out. The light stays as it is. One that holds already is replaced.

    Headquarters. Raises NotFound, NotPermitted, Refused for the day or without a reason, Conflict for a closed one.
    """
    words = said(reason, what="静默理由")
    require_headquarters(scope, "预警静默")
    alert = locked(scope, alert_id, Action.APPROVE)
    if alert.state not in OPEN_STATES:
        raise Conflict("这条预警已经关闭，不需要静默", code="wrong-state")
    last = term(until, today=today, longest=LONGEST_DAYS, what="静默")
    Silence.objects.filter(project=alert.project_id, rule=alert.rule, lifted_at__isnull=True).update(
        lifted_at=now, lifted_by=scope.user_id, updated_at=now
    )
    return Silence.objects.create(
        project_id=alert.project_id, rule=alert.rule, reason=words, since=today, until=last, asked_by_id=scope.user_id
    )


@transaction.atomic
def lift_silence(scope: Scope, *, silence_id: int, now: datetime) -> Silence:
    """The rule speaks again from the next scan on. Headquarters. Raises NotFound, NotPermitted, Conflict."""
    require_headquarters(scope, "预警静默")
    rows = within(Silence.objects.filter(pk=silence_id), scope.only(Action.APPROVE), project="project")
    found = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound("没有这条静默记录")
    if found.lifted_at is not None:
        raise Conflict("这条静默已经解除", code="wrong-state")
    found.lifted_at, found.lifted_by_id, found.updated_at = now, scope.user_id, now
    found.save(update_fields=["lifted_at", "lifted_by", "updated_at"])
    return found
