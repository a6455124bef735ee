"""The page of one alert: its sentence, the numbers it was judged by, its place, its course, what one may do."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dashboards.alerts.choices import OPEN_STATES, State
from dashboards.alerts.models import Alert, AlertStep
from dashboards.alerts.rules import BY_ID
from dashboards.alerts.selectors import AlertDetail
from dashboards.alerts.services.silencing import LONGEST_DAYS
from geodata.projects.choices import Status
from geodata.stewards.scope import Scope
from geodata.summary import selectors as summary
from geodata.summary.models import ProjectRow
from portal import maps, wording
from portal.dashboard.alerts import acts, rows
from portal.dashboard.alerts.numbers import input_texts, threshold_texts
from portal.workbench import lights
from portal.workbench.project_page.page import GROUND


def context(scope: Scope, found: AlertDetail, *, today: date) -> dict[str, Any]:
    """What templates/dashboard/alert.html reads, but for the form as it was typed."""
    alert = found.alert
    row = summary.row_of(scope, alert.project_id, today=today)
    said = [step.sentence for step in found.steps]
    return {
        "alert": _head(found),
        "project": _project(row),
        "numbers": input_texts(alert),
        "limits": threshold_texts(alert),
        "evidence": evidence(alert),
        "steps": [
            _step(step, {before, alert.sentence}) for step, before in zip(found.steps, ["", *said], strict=False)
        ],
        "acts": acts.offered(found),
        "others": [_other(other) for other in found.others],
        "longest_reason": acts.LONGEST_REASON,
        "first_day": today,
        "last_day": today + timedelta(days=LONGEST_DAYS),
        "geojson": json.loads(row.geom.geojson) if row.geom else None,
        "map": maps.map_context(tiles=GROUND, bounds=maps.bounds_of(row.geom), labels={}, projects=False),
    }


def _head(found: AlertDetail) -> dict[str, Any]:
    alert = found.alert
    words = {"version": alert.rule_version, "day": wording.day(alert.last_seen_on)}
    return {
        "light": lights.grave(alert.level),
        "sentence": alert.sentence,
        "rule_id": alert.rule,
        "rule_label": wording.label(alert.rule_name),
        "rule_words": wording.label(known.meaning) if (known := BY_ID.get(alert.rule)) else "",
        "judged_text": _("Judged on %(day)s by version %(version)s of the rule:") % words,
        "state_label": wording.label(str(State(alert.state).label)),
        "is_live": alert.state in OPEN_STATES,
        "silenced": _silence(found),
    }


def _silence(found: AlertDetail) -> dict[str, str] | None:
    held = found.silence
    return {"text": rows.silence_text(held.until), "reason": held.reason} if held else None


def _project(row: ProjectRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "url": reverse("workbench:project", args=[row.code]),
        "unit_name": wording.label(row.unit_name),
        "category_label": wording.label(row.category_name),
        "status": {"shape": wording.SHAPE[row.status], "label": wording.label(str(Status(row.status).label))},
    }


def _step(step: AlertStep, known: Collection[str]) -> dict[str, str]:
    """One step; its sentence only where it is not `known` from the step before it or from the head of the page."""
    at = localtime(step.at)
    return {
        "what": wording.label(str(step.get_kind_display())),
        "who": str(step.by) if step.by else _("the system"),
        "when": f"{wording.day(at.date())} {at:%H:%M}",
        "reason": step.note,
        "sentence": "" if step.sentence in known else step.sentence,
    }


def _other(alert: Alert) -> dict[str, Any]:
    return {
        "light": lights.grave(alert.level),
        "sentence": alert.sentence,
        "url": reverse("dashboard:alert", args=[alert.pk]),
    }


def evidence(alert: Alert) -> list[dict[str, str]]:
    """Links to the rows that the rule counted, each a list or a section of the project's page."""
    return [{"label": label(), "url": url(alert.project.serial_no)} for label, url in _EVIDENCE.get(alert.rule, ())]


def _section(anchor: str) -> Callable[[str], str]:
    return lambda code: f"{reverse('workbench:project', args=[code])}#{anchor}"


def _of_project(name: str) -> Callable[[str], str]:
    return lambda code: reverse(f"workbench:{name}", args=[code])


def _listed(name: str, **more: str) -> Callable[[str], str]:
    return lambda code: f"{reverse(f'workbench:{name}')}?{urlencode({'project': code, **more})}"


_Link = tuple[Callable[[], str], Callable[[str], str]]
_NODES: Final[_Link] = (lambda: _("Milestones"), _of_project("milestones"))
_COURSE: Final[_Link] = (lambda: _("Progress by month"), _section("course"))
_PLANS: Final[_Link] = (lambda: _("Plans and allocations"), _section("funding"))
_PAYMENTS: Final[_Link] = (lambda: _("Payments"), _listed("payments"))
_CONTRACTS: Final[_Link] = (lambda: _("Contracts"), _section("contracts"))
_ORDERS: Final[_Link] = (lambda: _("Work orders"), _listed("orders"))
_STATUS: Final[_Link] = (lambda: _("Changes of status"), _section("history"))
_PLACE: Final[_Link] = (lambda: _("Versions of the shape"), _of_project("geometry_history"))
_EVIDENCE: Final[Mapping[str, tuple[_Link, ...]]] = {
    "W01": (_NODES,),
    "W02": (_COURSE, _PLANS),
    "W03": (_NODES, _STATUS),
    "W04": (_PAYMENTS, _COURSE, _CONTRACTS),
    "W06": (_PLANS, _COURSE),
    "W07": (_PLANS, _PAYMENTS),
    "W08": (_COURSE,),
    "W09": (_COURSE, _CONTRACTS),
    "W10": (_ORDERS,),
    "W11": (_ORDERS,),
    "W14": (_STATUS,),
    "W15": (_NODES, _STATUS),
    "W19": (_ORDERS,),
    "W22": (_PLACE,),
}


def scanned(run: Any) -> str:
    """When the rules last looked at the projects."""
    if run is None:
        return _("The rules have not looked at the projects yet.")
    moment = localtime(run.finished_at) if run.finished_at else None
    day = wording.day(run.day)
    return _("Last scan %(when)s") % {"when": f"{day} {moment:%H:%M}" if moment else day}
