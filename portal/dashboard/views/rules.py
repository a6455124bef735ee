"""The rules of warning: all in words, and one with its switch, its parameters and its back-test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dashboards.alerts import selectors as judged
from dashboards.alerts import services
from dashboards.alerts.models import BacktestRun
from dashboards.alerts.selectors import RuleState
from geodata import parameters
from geodata.errors import BadParameter, Conflict, NotFound, Refused
from geodata.exchange.writers import Sheet
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.services import read_value, set_thresholds
from portal.dashboard.alerts.page import scanned
from portal.dashboard.rules import files, runs, texts
from portal.errors import status_of
from portal.workbench.lists import frame
from portal.workbench.people import staff, today

_READERS = {"run": parameters.whole(1, 999_999_999)}
TESTS_SHOWN = 10


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """Every rule in words, with its parameters and what it has open in one's own rows; ?format=csv or xlsx."""
    parameters.read(request.GET, {}, allow=(frame.FORMAT,))
    file_format, known = frame.asked_format(request), judged.rules()
    open_alerts = judged.alert_counts(scope, judged.AlertFilter(), today=today())["rule"]
    if file_format:
        rows = list(files.rule_cells(known, open_alerts))
        return frame.file_answer(
            scope,
            key="rules",
            sheet=Sheet("预警规则", files.RULES, (f"数据截至 {today()}", "规则为现行参数")),
            file_format=file_format,
            chosen=frame.Named(),
            count=len(rows),
            rows=rows,
            now=timezone.now(),
        )
    context = {
        "count": len(known),
        "rules": [texts.rule_texts(state, open_alerts) for state in known],
        "enabled_count": sum(state.enabled for state in known),
        "last": scanned(judged.last_scan()),
    }
    return render(request, "dashboard/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_CITY_FIGURES)
def one(request: HttpRequest, scope: Scope, rule: str) -> HttpResponseBase:
    """One rule; ?format=csv or xlsx gives the months of its back-test. POST switches it, tests it on the past, or takes
    the parameters of a test into force."""
    state = _state(rule)
    if request.method != "POST":
        if file_format := frame.asked_format(request):
            return _file(request, scope, state, file_format)
        return _shown(request, scope, state)
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise BadParameter("没有指明要做什么，请从规则页面上的按钮操作")
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


def _test_shown(request: HttpRequest, scope: Scope, rule: str, tests: Sequence[BacktestRun]) -> BacktestRun | None:
    """The test that the address names, else the newest that has ended."""
    wanted = parameters.read(request.GET, _READERS, allow=(frame.FORMAT,)).get("run")
    ended = (run for run in tests if run.state not in runs.ACTIVE)
    found = judged.backtest(scope, wanted) if wanted else next(ended, None)
    return None if found is None or found.rule != rule or found.state in runs.ACTIVE else found


def _file(request: HttpRequest, scope: Scope, state: RuleState, file_format: str) -> HttpResponseBase:
    rule = state.rule.id
    run = _test_shown(request, scope, rule, judged.backtests(scope, rule=rule, limit=TESTS_SHOWN))
    if run is None or run.result is None:
        raise NotFound("这条规则还没有可以下载的回测")
    rows = list(files.month_cells(run))
    return frame.file_answer(
        scope,
        key="backtest",
        sheet=Sheet(f"{rule} 回测", files.MONTHS, files.notes(run)),
        file_format=file_format,
        chosen=frame.Named(of=str(run.pk)),
        count=len(rows),
        rows=rows,
        now=timezone.now(),
    )


def _shown(
    request: HttpRequest,
    scope: Scope,
    state: RuleState,
    typed: Typed | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    rule, asked = state.rule.id, typed or Typed()
    tests = judged.backtests(scope, rule=rule, limit=TESTS_SHOWN)
    active = next((run for run in tests if run.state in runs.ACTIVE), None)
    ended = [run for run in tests if run.state not in runs.ACTIVE]
    shown = _test_shown(request, scope, rule, tests)
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
        raise Refused("回测没有开始：有参数不在允许范围内，请改正标红的内容", code="bad-parameters")
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
