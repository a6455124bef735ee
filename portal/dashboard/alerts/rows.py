"""Alerts as rows of the list and of its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, cast

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.alerts.choices import OPEN_STATES, Level, State
from dashboards.alerts.models import Alert
from dashboards.alerts.rules import RULES
from dashboards.alerts.selectors import AlertFilter, alert_rows
from dashboards.alerts.selectors.filters import ALL
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench import lights
from portal.workbench.lists.frame import Head

DEFAULT_SORT: Final = "-level"  # red before yellow, of each what has been open for longest
PARAMETERS: Final = {
    "rule": "规则",
    "level": "级别",
    "state": "状态",
    "unit": "属地管理单位",
    "project": "项目",
    "since": "首次预警日起",
    "until": "首次预警日止",
    "silenced": "静默",
    "q": "检索",
}
CODED: Final = {
    "level": Level.choices,
    "state": [*State.choices, (ALL, "全部")],
    "silenced": [("yes", "静默中"), ("no", "未静默")],
}
FILE_COLUMNS: Final = (
    Column("级别", width=10),
    Column("规则编号", width=10),
    Column("规则", width=16),
    Column("预警内容", width=60),
    Column("平台编号", width=17),
    Column("项目名称", width=36),
    Column("属地管理单位", width=16),
    Column("状态", width=10),
    Column("首次预警日", Kind.DAY, 12),
    Column("最近判定日", Kind.DAY, 12),
    Column("关闭日", Kind.DAY, 12),
    Column("持续天数", Kind.NUMBER, 10),
    Column("静默至", Kind.DAY, 12),
    Column("规则版本", width=10),
)


def cells(scope: Scope, chosen: AlertFilter, *, today: date) -> Iterator[list[Cell]]:
    """The rows of the list in its order, through a cursor of the server."""
    ordered = replace(chosen, sort=chosen.sort or DEFAULT_SORT)
    for alert in alert_rows(scope, ordered, today=today).iterator(chunk_size=1000):
        yield [
            str(Level(alert.level).label),
            alert.rule,
            alert.rule_name,
            alert.sentence,
            alert.project.serial_no,
            alert.project.name,
            alert.project.management_unit.name,
            str(State(alert.state).label),
            alert.opened_on,
            alert.last_seen_on,
            alert.closed_on,
            alert.days_open(today),
            silenced_until(alert),
            str(alert.rule_version),
        ]


def rule_names() -> dict[str, str]:
    """Number → name of every rule, in their order."""
    return {rule.id: rule.name for rule in RULES}


def heads() -> list[Head]:
    return [
        Head(_("Level of alert"), "level"),
        Head(_("Alert"), "rule", falls=False),
        Head(_("Project"), "project", falls=False),
        Head(_("Unit"), "unit", falls=False),
        Head(_("State")),
        Head(_("Opened"), "opened"),
    ]


def texts(scope: Scope, alert: Alert, *, today: date) -> dict[str, Any]:
    """One row of the page."""
    days = alert.days_open(today)
    return {
        "id": alert.pk,
        "url": reverse("dashboard:alert", args=[alert.pk]),
        "light": lights.grave(alert.level),
        "sentence": alert.sentence,
        "rule_id": alert.rule,
        "rule_label": wording.label(alert.rule_name),
        "code": alert.project.serial_no,
        "project_name": alert.project.name,
        "project_url": reverse("workbench:project", args=[alert.project.serial_no]),
        "unit_name": wording.label(alert.project.management_unit.name),
        "state_label": wording.label(str(State(alert.state).label)),
        "is_live": alert.state in OPEN_STATES,
        "silenced_text": silence_text(silenced_until(alert)),
        "opened_text": wording.day(alert.opened_on),
        "age_text": _("today") if days < 1 else _("%(n)s days") % {"n": days},
        "may_acknowledge": alert.state == State.OPEN and _reached(scope, alert),
    }


def _reached(scope: Scope, alert: Alert) -> bool:
    """Whether a box is offered; the service asks again. Rows of a body cannot be told apart here: they are its own."""
    if not scope.allows(Action.EDIT_PROJECTS):
        return False
    reach = scope.only(Action.EDIT_PROJECTS)
    return reach.everything or alert.project.management_unit_id in reach.unit_ids or bool(reach.organisation_ids)


def silenced_until(alert: Alert) -> date | None:
    """The last day of silence, a column that every selector of lists adds."""
    return cast("date | None", getattr(alert, "silenced_until", None))


def silence_text(until: date | None) -> str:
    return _("silent until %(day)s") % {"day": wording.day(until)} if until else ""


def address(chosen: AlertFilter, **changes: Any) -> str:
    """The list with these parameters changed, on its first page."""
    query = replace(chosen, page=1, **changes).querystring()
    return f"?{query}" if query else "?"


def states(chosen: AlertFilter, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The states as quick links with their number, those that are open first."""
    open_ones = sum(counts.get(state, 0) for state in OPEN_STATES)
    found = [_state(chosen, "", _("All that are open"), open_ones)]
    found += [_state(chosen, s.value, wording.label(str(s.label)), counts.get(s.value, 0)) for s in State]
    return found


def _state(chosen: AlertFilter, code: str, label: str, n: int) -> dict[str, Any]:
    return {"code": code, "label": label, "n": n, "url": address(chosen, state=code), "current": chosen.state == code}


def levels(chosen: AlertFilter, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Red and yellow with their numbers; a click limits the list, a second one lifts the limit."""
    return [
        {
            "light": lights.grave(level),
            "n": counts.get(level, 0),
            "current": chosen.level == level,
            "url": address(chosen, level="" if chosen.level == level else level),
        }
        for level in (Level.RED.value, Level.YELLOW.value)
    ]


def chosen_ids(query: QueryDict) -> list[int]:
    """The numbers of the boxes that were ticked; what is no number is no box of ours."""
    return sorted(
        {int(text) for text in query.getlist("alert") if text.isascii() and text.isdigit() and len(text) < 19}
    )
