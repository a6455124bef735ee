"""Taking note of a warning, dealing with it, closing it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dashboards.alerts.choices import EventKind, Level, State
from dashboards.alerts.models import Alert
from dashboards.alerts.recording import step_of
from dashboards.alerts.services.asking import day_of, locked, require_headquarters, said
from geodata.errors import Conflict
from geodata.stewards.four_eyes import require_other_person
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope


@transaction.atomic
def acknowledge(scope: Scope, *, alert_id: int, note: str = "", now: datetime) -> Alert:
    """Somebody in charge has seen it. Raises NotFound, NotPermitted, Conflict unless it is new."""
    words = said(note, what="备注", required=False)
    alert = locked(scope, alert_id, Action.EDIT_PROJECTS, Action.APPROVE)
    _require_state(alert, State.OPEN)
    return _stepped(scope, alert, State.ACKNOWLEDGED, EventKind.ACKNOWLEDGED, words, now)


@transaction.atomic
def handle(scope: Scope, *, alert_id: int, note: str, now: datetime) -> Alert:
    """Something was done about it, and the note says what. Raises as `acknowledge`, and Refused without a note."""
    words = said(note, what="处置情况")
    alert = locked(scope, alert_id, Action.EDIT_PROJECTS, Action.APPROVE)
    _require_state(alert, State.OPEN, State.ACKNOWLEDGED)
    alert.handled_by_id = scope.user_id
    return _stepped(scope, alert, State.HANDLED, EventKind.HANDLED, words, now)


@transaction.atomic
def close(scope: Scope, *, alert_id: int, note: str, now: datetime) -> Alert:
    """It is settled although its condition may still hold; it does not come back in this month without a new fact.

    By another person than the one who dealt with it; a red one by headquarters. Raises as `handle`.
    """
    words = said(note, what="关闭理由")
    alert = locked(scope, alert_id, Action.APPROVE)
    _require_state(alert, State.HANDLED)
    if alert.level == Level.RED:
        require_headquarters(scope, "红色预警的关闭")
    if scope.user_id is not None and alert.handled_by_id is not None:
        require_other_person(reviewer_id=scope.user_id, hands=[alert.handled_by_id])
    alert.closed_on, alert.clear_on, alert.clear_scans = day_of(now), None, 0
    return _stepped(scope, alert, State.CLOSED, EventKind.CLOSED, words, now)


def _require_state(alert: Alert, *states: State) -> None:
    if alert.state not in states:
        allowed = "、".join(state.label for state in states)
        raise Conflict(
            f"这条预警现在是“{State(alert.state).label}”，只有“{allowed}”的预警可以这样操作，请刷新页面",
            code="wrong-state",
        )


def _stepped(scope: Scope, alert: Alert, state: State, kind: EventKind, note: str, now: datetime) -> Alert:
    alert.state, alert.updated_at = state, now
    alert.save(
        update_fields=["state", "updated_at", "handled_by", "closed_on", "clear_on", "clear_scans"],
    )
    step_of(alert, kind, day=day_of(now), at=now, by_id=scope.user_id, note=note).save()
    return alert
