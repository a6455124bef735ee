"""Alerts: the list with its files and the acknowledgement of many, and the page of one with what is done about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dashboards.alerts import selectors as judged
from dashboards.alerts.choices import Level, State
from dashboards.alerts.selectors import AlertFilter
from dashboards.alerts.selectors.filters import ALL
from geodata.errors import Conflict, NotPermitted, Refused
from geodata.exchange.writers import Sheet
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.known import require_known, require_project
from portal import wording
from portal.dashboard.alerts import acts, rows
from portal.dashboard.alerts import page as one_page
from portal.errors import status_of
from portal.workbench import lights
from portal.workbench.city_map import choices
from portal.workbench.city_map import selectors as city
from portal.workbench.lists import frame
from portal.workbench.people import staff, today


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """Alerts of the scope; ?format=csv or xlsx gives them as a file. POST acknowledges those that are ticked."""
    file_format, day = frame.asked_format(request), today()
    chosen = AlertFilter.from_query(request.GET, allow=(frame.FORMAT,))
    require_known(chosen)
    if chosen.project:
        require_project(scope, chosen.project)
    if request.method == "POST":
        return _acknowledged(request, scope, chosen)
    known = city.names(day)
    found = judged.alert_rows(scope, replace(chosen, sort=chosen.sort or rows.DEFAULT_SORT), today=day)
    count = found.count()
    if file_format:
        return _file(scope, chosen, known, file_format, count)
    shown = frame.page_of(chosen, count)
    listed = [rows.texts(scope, alert, today=day) for alert in found[frame.span(shown)]] if count else []
    by_state = judged.alert_counts(scope, replace(chosen, state=ALL), today=day)["state"]
    counts = judged.alert_counts(scope, replace(chosen, level="", rule=""), today=day)
    context = {
        "as_of": day,
        "scope_text": "" if scope.everything else choices.scope_text(scope, known),
        "scanned_text": one_page.scanned(judged.last_scan()),
        "counts": rows.levels(chosen, counts["level"]),
        "states": rows.states(chosen, by_state),
        "filters": chosen.to_query(),
        "choices": _choices(known, counts),
        "heads": frame.heads(rows.heads(), chosen.sort, default=rows.DEFAULT_SORT),
        "rows": listed,
        "may_act": any(row["may_acknowledge"] for row in listed),
        "page_obj": shown,
        "count": count,
        "querystring": chosen.querystring(without=("page", "sort", "limit")),
        "is_empty_city": not chosen.querystring(without=("page", "sort", "limit")) and not any(by_state.values()),
    }
    return render(request, "dashboard/alerts.html", context)


def _choices(known: city.Names, counts: Any) -> dict[str, list[Any]]:
    return {
        "units": list(wording.labels(known.units).items()),
        "rules": [
            (rule, f"{rule} {wording.label(name)}", counts["rule"].get(rule, 0))
            for rule, name in rows.rule_names().items()
        ],
        "levels": [(level.value, lights.grave(level.value)["label"]) for level in (Level.RED, Level.YELLOW)],
        "states": [*wording.options(State), (ALL, _("All, settled ones too"))],
    }


def _file(scope: Scope, chosen: AlertFilter, known: city.Names, file_format: str, count: int) -> HttpResponseBase:
    day = today()
    labels = frame.coded(rows.CODED) | {"unit": known.units, "rule": rows.rule_names()}
    words = frame.filter_words(chosen, rows.PARAMETERS, labels)
    notes = (f"数据截至 {day}", words if chosen.state else f"{words}；只含未关闭的预警")
    return frame.file_answer(
        scope,
        key="alerts",
        sheet=Sheet("预警", rows.FILE_COLUMNS, notes),
        file_format=file_format,
        chosen=chosen,
        count=count,
        rows=rows.cells(scope, chosen, today=day),
        now=timezone.now(),
    )


def _acknowledged(request: HttpRequest, scope: Scope, chosen: AlertFilter) -> HttpResponse:
    ids = rows.chosen_ids(request.POST)
    back = f"{reverse('dashboard:alerts')}{rows.address(chosen)}"
    if not ids:
        messages.error(request, _("Nothing was chosen. Tick the alerts first."))
        return HttpResponseRedirect(back)
    try:
        n = acts.acknowledge_many(scope, ids, now=timezone.now())
    except (Conflict, Refused, NotPermitted) as refusal:
        messages.error(request, refusal.message)
        return HttpResponseRedirect(back)
    messages.success(request, _("Acknowledged: %(n)s alerts.") % {"n": n})
    return HttpResponseRedirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def one(request: HttpRequest, scope: Scope, alert_id: int) -> HttpResponse:
    """One alert: its sentence, its numbers, its place, its course. POST does what `act` names."""
    if request.method != "POST":
        return _shown(request, scope, alert_id)
    judged.alert(scope, alert_id, today=today())  # outside the scope it does not exist, whatever is asked of it
    asked = acts.Asked.of(request.POST)
    try:
        said = acts.done(scope, alert_id, asked, today=today(), now=timezone.now())
    except (Conflict, Refused, NotPermitted) as refusal:
        return _shown(request, scope, alert_id, asked, refusal.message, status_of(refusal))
    messages.success(request, said)
    return HttpResponseRedirect(reverse("dashboard:alert", args=[alert_id]))


def _shown(
    request: HttpRequest,
    scope: Scope,
    alert_id: int,
    asked: acts.Asked | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    day: date = today()
    found = judged.alert(scope, alert_id, today=day)
    context = {
        **one_page.context(scope, found, today=day),
        "typed": asked,
        "refusal": refusal,
        "as_of": day,
    }
    return render(request, "dashboard/alert.html", context, status=status)
