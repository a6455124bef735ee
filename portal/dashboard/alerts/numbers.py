"""Numbers that an alert was judged by, as texts: what the rules keep (dashboards/alerts/rules), named, with units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.alerts.models import Alert
from geodata.figures.wording import points
from geodata.thresholds.catalogue import BY_KEY
from portal import wording
from portal.dashboard.rules.texts import shown

Text = Callable[[Any], str]


def _money(value: Any) -> str:
    return wording.money(Decimal(str(value)))


def _percent(value: Any) -> str:
    return wording.progress_text(Decimal(str(value)))


def _points(value: Any) -> str:
    return _("%(n)s percentage points") % {"n": points(Decimal(str(value)))}


def _day(value: Any) -> str:
    return wording.day(date.fromisoformat(str(value)))


def _month(value: Any) -> str:
    return wording.day(date.fromisoformat(f"{value}-01"), "month")


def _days(value: Any) -> str:
    return _("%(n)s days") % {"n": value}


def _months(value: Any) -> str:
    return _("%(n)s months") % {"n": value}


def _number(value: Any) -> str:
    return shown(Decimal(str(value)))


def _yes_no(value: Any) -> str:
    return _("yes") if value else _("no")


def _said(value: Any) -> str:
    return wording.label(str(value))


# every number that a rule keeps; those of NOT_SHOWN are codes that the sentence says in words
KNOWN: Final[Mapping[str, tuple[Any, Text]]] = {
    "node_name": (gettext_lazy("Node overdue longest"), _said),
    "due_on": (gettext_lazy("Planned day"), _day),
    "days_late": (gettext_lazy("Days late"), _days),
    "late_nodes": (gettext_lazy("Key nodes overdue"), _number),
    "annual_completed": (gettext_lazy("Done this year"), _money),
    "annual_plan": (gettext_lazy("Plan of the year"), _money),
    "annual_rate_pct": (gettext_lazy("Year's plan done"), _percent),
    "time_pct": (gettext_lazy("Share of the year gone by"), _percent),
    "deviation_points": (gettext_lazy("Against time"), _points),
    "ratio": (gettext_lazy("Done against time, as a ratio"), _number),
    "period_end": (gettext_lazy("End of the report's period"), _day),
    "planned_start_on": (gettext_lazy("Planned start"), _day),
    "months_over": (gettext_lazy("Month ends without a start"), _months),
    "permit_on": (gettext_lazy("Building permit of"), _day),
    "days_since": (gettext_lazy("Days since"), _days),
    "paid": (gettext_lazy("Paid, without advance payment"), _money),
    "advance": (gettext_lazy("Advance payment left out"), _money),
    "certified": (gettext_lazy("Certified output"), _money),
    "paid_pct": (gettext_lazy("Paid share"), _percent),
    "base_name": (gettext_lazy("Paid is compared with"), _said),
    "base": (gettext_lazy("Amount compared with"), _money),
    "physical_pct": (gettext_lazy("Physical progress"), _percent),
    "gap_points": (gettext_lazy("Difference"), _points),
    "arrived": (gettext_lazy("Money arrived"), _money),
    "arrived_pct": (gettext_lazy("Arrived of total investment"), _percent),
    "budget": (gettext_lazy("Total investment"), _money),
    "disbursed": (gettext_lazy("Disbursed"), _money),
    "idle": (gettext_lazy("Arrived and not disbursed"), _money),
    "oldest_on": (gettext_lazy("Oldest of it arrived on"), _day),
    "days": (gettext_lazy("Days gone by"), _days),
    "missed_months": (gettext_lazy("Monthly reports missing"), _number),
    "last_report_on": (gettext_lazy("Newest approved report up to"), _day),
    "weekly_since": (gettext_lazy("Reports by the week since"), _day),
    "due_month": (gettext_lazy("Month that is due"), _month),
    "invested_cumulative": (gettext_lazy("Done so far"), _money),
    "week": (gettext_lazy("Complaints of the last 7 days"), _number),
    "before_28_days": (gettext_lazy("Complaints of the 28 days before"), _number),
    "weekly_mean": (gettext_lazy("Mean of a week before"), _number),
    "same_caller": (gettext_lazy("Orders of one caller in 30 days"), _number),
    "callers_at_one_place": (gettext_lazy("Callers about one place in 30 days"), _number),
    "revisited": (gettext_lazy("Called back"), _number),
    "satisfied": (gettext_lazy("of them satisfied"), _number),
    "satisfaction_pct": (gettext_lazy("Share of the satisfied"), _percent),
    "suspended_on": (gettext_lazy("Stopped since"), _day),
    "report_filed": (gettext_lazy("Report of the stop handed in"), _yes_no),
    "accepted_on": (gettext_lazy("Accepted"), _day),
    "located": (gettext_lazy("Shape on the map"), _yes_no),
}
NOT_SHOWN: Final = frozenset({"node", "contradictions", "doubts", "shares"})


def input_texts(alert: Alert) -> list[dict[str, str]]:
    """What the rule saw, in the order of KNOWN; a number of an older version that has no name any more by its key."""
    place = {name: number for number, name in enumerate(KNOWN)}  # the database keeps no order of its own
    names = sorted(alert.inputs.keys() - NOT_SHOWN, key=lambda name: (place.get(name, len(place)), name))
    return [_input(name, alert.inputs[name]) for name in names]


def _input(name: str, value: Any) -> dict[str, str]:
    label, text = KNOWN.get(name, (name, str))
    return {"label": str(label), "value": "—" if value is None else text(value)}


def threshold_texts(alert: Alert) -> list[dict[str, str]]:
    """The parameters in force when it was judged, under their names of today."""
    place = {key: number for number, key in enumerate(BY_KEY)}
    keys = sorted(alert.thresholds, key=lambda key: (place.get(key, len(place)), key))
    return [_threshold(key, alert.thresholds[key]) for key in keys]


def _threshold(key: str, value: Any) -> dict[str, str]:
    known = BY_KEY.get(key)
    text = shown(Decimal(str(value)))
    if known is None:
        return {"label": key, "value": text}
    return {"label": wording.label(known.label), "value": f"{text} {wording.label(known.unit)}"}
