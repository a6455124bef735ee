"""Alerts that a person may do something about, as tasks of the desk."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext as _

from dashboards.alerts.choices import OPEN_STATES, Level, State
from dashboards.alerts.models import Alert
from dashboards.alerts.selectors import AlertFilter, alert_rows
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench import lights
from portal.workbench.desk import addresses

KEY: Final = "alerts"


def waiting(scope: Scope, *, today: date, most: int) -> list[Alert]:
    """Red before yellow, of each what has been open for longest; who may close red ones reads first what is reported as
    handled. Silenced ones wait for their day, handled ones for headquarters."""
    mine = scope.only(Action.EDIT_PROJECTS, Action.APPROVE)
    states = OPEN_STATES if mine.headquarters else (State.OPEN, State.ACKNOWLEDGED)
    rows = alert_rows(mine, AlertFilter(silenced="no"), today=today).filter(state__in=states)
    unhandled = ExpressionWrapper(~Q(state=State.HANDLED), output_field=BooleanField())
    return list(rows.annotate(w_unhandled=unhandled).order_by("w_unhandled", "level", "opened_on", "pk")[:most])


def fields(alert: Alert, today: date) -> dict[str, Any]:
    """The fields of a task (portal/workbench/desk/work.py)."""
    days = alert.days_open(today)
    rule, level = wording.label(alert.rule_name), lights.grave(alert.level)["label"]
    handled = alert.state == State.HANDLED
    return {
        "code": alert.project.serial_no,
        "name": alert.project.name,
        "unit": wording.label(alert.project.management_unit.name),
        "what": _("%(rule)s: handled, to be closed") % {"rule": rule} if handled else f"{rule} · {level}",
        "url": addresses.alert(alert.pk),
        "note": alert.sentence,
        "when": _("for %(n)s days") % {"n": days} if days else _("today"),
        "late": alert.level == Level.RED,
    }
