"""A back-test in words: how far it is, what it found month by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dashboards.alerts.models import BacktestRun
from geodata.summary.months import months_between
from geodata.thresholds.catalogue import BY_KEY
from portal import wording
from portal.dashboard.rules.texts import shown

ACTIVE = ("queued", "running")


def progress(run: BacktestRun) -> dict[str, Any]:
    """A run as it moves on, for the page and for js/publication.js, which polls it."""
    active = run.state in ACTIVE
    return {
        "id": run.pk,
        "title": _("Testing %(rule)s on the past") % {"rule": run.rule},
        "state": run.state,
        "active": active,
        "percent": 100 * run.done // run.of if run.of else 0,
        "step": _step(run) if active else wording.label(str(run.get_state_display())),
        "who": str(run.asked_by) if run.asked_by else "",
        "since": localtime(run.asked_at).strftime("%H:%M:%S"),
    }


def _step(run: BacktestRun) -> str:
    if run.state == "queued":
        return _("Waiting for the worker")
    return _("Scan %(done)s of %(of)s") % {"done": run.done, "of": run.of}


def line(run: BacktestRun, shown: BacktestRun | None) -> dict[str, Any]:
    """One line of the earlier back-tests."""
    return {
        "id": run.pk,
        "when": _when(run),
        "who": str(run.asked_by) if run.asked_by else _("the system"),
        "state_label": wording.label(str(run.get_state_display())),
        "summary": _summary(run.result) if run.result else "",
        "current": shown is not None and run.pk == shown.pk,
    }


def _when(run: BacktestRun) -> str:
    at = localtime(run.asked_at)
    return f"{wording.day(at.date())} {at:%H:%M}"


def _summary(result: Mapping[str, Any]) -> str:
    words = {"opened": result["opened"], "hits": result["hits"], "false": result["false_alarms"]}
    return _("%(opened)s alerts, %(hits)s of them red, %(false)s false alarms") % words


def result_texts(run: BacktestRun, in_force: Mapping[str, Decimal], *, may_adopt: bool) -> dict[str, Any]:
    """What templates/dashboard/_backtest.html reads."""
    known = {"id": run.pk, "when": _when(run), "who": str(run.asked_by) if run.asked_by else _("the system")}
    span = f"{wording.day(run.first_day)} – {wording.day(run.last_day)}"
    if run.state == "failed":
        return {**known, "span": span, "failed": run.message or _("The test has failed. Please start it again.")}
    result = run.result or {}
    months = months_of(run)
    used = _parameters(run.thresholds, in_force)
    return {
        **known,
        "span": span,
        "parameters": used,
        "figures": _figures(result),
        "months": months,
        "chart": _chart(months),
        "definition": wording.label(result.get("definition", "")),
        "may_adopt": may_adopt and any(one["changed"] for one in used),
    }


def _parameters(used: Mapping[str, Any], in_force: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    """The values of the test in the order of the catalogue; those that are not in force are marked."""
    return [
        {
            "label": wording.label(BY_KEY[key].label),
            "unit": wording.label(BY_KEY[key].unit),
            "value": shown(Decimal(str(value))),
            "changed": Decimal(str(value)) != in_force[key],
        }
        for key in BY_KEY
        if key in in_force and (value := used.get(key)) is not None
    ]


def _figures(result: Mapping[str, Any]) -> list[dict[str, str]]:
    share, lead = result.get("false_alarm_pct"), result.get("lead_days_median")
    return [
        {
            "label": _("Alerts opened"),
            "value": f"{result['opened']:,}",
            "note": _("about %(n)s projects") % {"n": f"{result.get('projects', 0):,}"},
        },
        {
            "label": _("Hits"),
            "value": f"{result['hits']:,}",
            "note": _("red at once or later"),
        },
        {
            "label": _("False alarms"),
            "value": f"{result['false_alarms']:,}",
            "note": _("%(share)s%% of all alerts") % {"share": share} if share is not None else _("no alert"),
        },
        {
            "label": _("Days of warning"),
            "value": "—" if lead is None else _("%(n)s days") % {"n": lead},
            "note": _("median of %(n)s hits, from yellow to red") % {"n": result.get("lead_n", 0)},
        },
    ]


_NONE: Final = {"opened": 0, "hits": 0, "false_alarms": 0, "lasting": 0, "cleared": 0}


def months_of(run: BacktestRun) -> list[dict[str, Any]]:
    """What a test found by month."""
    return _months((run.result or {}).get("months", []), run.first_day, run.last_day)


def _months(found: Iterable[Mapping[str, Any]], first: date, last: date) -> list[dict[str, Any]]:
    """A line a month of the test, also of those in which no alert began."""
    known = {month["month"]: month for month in found}
    names = (f"{month:%Y-%m}" for month in months_between(first, last))
    return [{**_NONE, **known.get(name, {}), "month": name} for name in names]


def _chart(months: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "months": [month["month"] for month in months],
        "lines": [
            {"key": key, "name": name, "values": [month[key] for month in months]}
            for key, name in (
                ("hits", _("Hits")),
                ("lasting", _("Lasting yellow")),
                ("false_alarms", _("False alarms")),
            )
        ],
    }
