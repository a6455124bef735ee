"""The rules of warning: all in words, and one with its switch, its parameters and its back-test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dashboards.alerts import selectors as judged
from dashboards.alerts import services
from dashboards.alerts.selectors import RuleState
from geodata import parameters
from geodata.errors import BadParameter, Conflict, NotFound, Refused
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.services import read_value, set_thresholds
from portal.dashboard.alerts.page import scanned
from portal.dashboard.rules import runs, texts
from portal.errors import status_of
from portal.workbench.people import staff, today

_READERS = {"run": parameters.whole(1, 999_999_999)}
TESTS_SHOWN = 10


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Every rule in words, with its parameters and what it has open in one's own rows."""
    parameters.read(request.GET, {})
    known = judged.rules()
    open_alerts = judged.alert_counts(scope, judged.AlertFilter(), today=today())["rule"]
    context = {
        "rules": [texts.rule_texts(state, open_alerts) for state in known],
        "enabled_count": sum(state.enabled for state in known),
        "last": scanned(judged.last_scan()),
    }
    return render(request, "dashboard/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_CITY_FIGURES)
def one(request: HttpRequest, scope: Scope, rule: str) -> HttpResponse:
    """One rule. POST switches it, tests it on the past, or takes the parameters of a test into force."""
    state = _state(rule)
    if request.method != "POST":
        return _shown(request, scope, state)
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise BadParameter("没有指明要做什么,请从规则页面上的按钮操作")
    typed = Typed()
    try:
        said = act(request, scope, state, typed)
    except (Refused, Conflict) as refusal:
        return _shown(request, scope, state, typed, refusal.message, status_of(refusal))
    messages.success(request, said)
    return HttpResponseRedirect(reverse("dashboard:rule", args=[rule]))


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def progress(request: HttpRequest, scope: Scope, run_id: int) -> JsonResponse:
    """How far a back-test is, for the module that polls it."""
    return JsonResponse(runs.progress(judged.backtest(scope, run_id)))


@dataclass(slots=True)
class Typed:
    """The parameters of the form as they were typed, and what is wrong with them."""

    texts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def _state(rule: str) -> RuleState:
    found = next((state for state in judged.rules() if state.rule.id == rule), None)
    if found is None:
        raise NotFound("没有这条规则")
    return found


def _shown(
    request: HttpRequest,
    scope: Scope,
    state: RuleState,
    typed: Typed | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    rule, asked = state.rule.id, typed or Typed()
    wanted = parameters.read(request.GET, _READERS).get("run")
    tests = judged.backtests(scope, rule=rule, limit=TESTS_SHOWN)
    active = next((run for run in tests if run.state in runs.ACTIVE), None)
    ended = [run for run in tests if run.state not in runs.ACTIVE]
    shown = judged.backtest(scope, wanted) if wanted else next(iter(ended), None)
    if shown is not None and (shown.rule != rule or shown.state in runs.ACTIVE):
        shown = None
    in_force = {known.key: value for known, value in state.parameters}
    open_alerts = judged.alert_counts(scope, judged.AlertFilter(rule=rule), today=today())["rule"]
    context: dict[str, Any] = {
        "rule": texts.rule_texts(state, open_alerts),
        "parameters": [
            texts.parameter(known, value, typed=asked.texts.get(known.key), error=asked.errors.get(known.key, ""))
            for known, value in state.parameters
        ],
        "may_switch": scope.allows(Action.MANAGE_CODES),
        "may_test": scope.allows(Action.MANAGE_CODES) or scope.headquarters,
        "refusal": refusal,
        "active": runs.progress(active) if active else None,
        "run": runs.result_texts(shown, in_force, may_adopt=scope.allows(Action.MANAGE_CODES)) if shown else None,
        "runs": [runs.line(run, shown) for run in ended],
    }
    return render(request, "dashboard/rule.html", context, status=status)


def _switch(request: HttpRequest, scope: Scope, state: RuleState, _typed: Typed) -> str:
    enabled = request.POST["act"] == "on"
    services.enable_rule(scope, rule=state.rule.id, enabled=enabled, now=timezone.now())
    words = {"rule": f"{state.rule.id} {state.rule.name}"}
    return (_("%(rule)s is on from the next scan on.") if enabled else _("%(rule)s is off.")) % words


def _test(request: HttpRequest, scope: Scope, state: RuleState, typed: Typed) -> str:
    values = _values(request, state, typed)
    services.ask_backtest(scope, rule=state.rule.id, values=values, today=today(), now=timezone.now())
    return _("The test on the past is under way.")


def _values(request: HttpRequest, state: RuleState, typed: Typed) -> dict[str, Decimal]:
    """The parameters of the form. Raises Refused once all have been read, the single faults in `typed`."""
    values: dict[str, Decimal] = {}
    for known, value in state.parameters:
        text = typed.texts[known.key] = request.POST.get(known.key, texts.plain(value)).strip()
        try:
            values[known.key] = read_value(known.key, text)
        except Refused as refused:
            typed.errors[known.key] = refused.message
    if typed.errors:
        raise Refused("回测没有开始:有参数不在允许范围内,请改正标红的内容", code="bad-parameters")
    return values


def _adopt(request: HttpRequest, scope: Scope, state: RuleState, _typed: Typed) -> str:
    """The thresholds of a test of this rule become those in force."""
    scope.require(Action.MANAGE_CODES)
    number = parameters.read({"run": request.POST.get("run", "")}, _READERS).get("run", 0)
    run = judged.backtest(scope, number)
    if run.rule != state.rule.id:
        raise NotFound("没有这次回测")
    own = {known.key for known, _value in state.parameters}
    values = {key: Decimal(str(value)) for key, value in run.thresholds.items() if key in own}
    changed = set_thresholds(scope, values=values, now=timezone.now())
    return _("Saved: %(count)s values changed.") % {"count": changed} if changed else _("Nothing was changed.")


_ACTS: dict[str, Callable[[HttpRequest, Scope, RuleState, Typed], str]] = {
    "on": _switch,
    "off": _switch,
    "test": _test,
    "adopt": _adopt,
}
