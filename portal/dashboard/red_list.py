"""Lights, the red list and the newest warnings, each with its sentence and the way to what it is about."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.alerts.models import Alert
from dashboards.alerts.selectors import LightCounts, RedProject
from geodata.figures.wording import NOTHING
from geodata.summary.filters import ProjectFilter
from portal import wording
from portal.dashboard import links
from portal.dashboard.strip import counted, figure, part
from portal.workbench.lights import sign

Texts = dict[str, Any]
WEEK = timedelta(days=7)
_SHOWN = ("red", "yellow", "green", "grey")


def lights(counts: LightCounts, chosen: ProjectFilter, as_of: date, *, today: date) -> Texts:
    """How many projects show each light, each with the way to them, and what has changed in a week."""
    week = counts.week_before
    marks = [
        {
            "light": sign(level),
            "text": f"{getattr(counts, level):,}" if counts.judged else NOTHING,
            "url": links.lights(chosen, level, as_of, today=today) if counts.judged else "",
            "change": counted(getattr(week, level), getattr(counts, level)) if week and counts.judged else None,
        }
        for level in _SHOWN
    ]
    found = figure(_("Lights"), "", "", [part(judged(counts))])
    if week is None:
        found["basis"].append(part(_("the week before was not scanned")))
    elif week.scanned_on is not None:
        then = links.lights(chosen, "red", as_of - WEEK, today=today)
        found["basis"].append(part(_("changes since %(date)s") % {"date": wording.day(week.scanned_on)}, then))
    return found | {"marks": marks}


def judged(counts: LightCounts) -> str:
    """Of which scan the lights are, or that they were judged anew, or that nobody could wait for that."""
    if not counts.judged:
        return _("not scanned")
    if counts.scanned_on is None:
        return _("judged anew by today's rules")
    return _("scanned on %(date)s") % {"date": wording.day(counts.scanned_on)}


def rows(found: Iterable[RedProject]) -> list[Texts]:
    """The red projects in their order; the sentence is that of the light, with its numbers."""
    return [
        {
            "code": one.code,
            "name": one.name,
            "unit_name": wording.label(one.unit_name),
            "sentence": one.light.sentence,
            "n": len(one.alerts),
            "since": wording.day(one.light.since) if one.light.since else "",
            "url": links.project(one.code),
        }
        for one in found
    ]


def warning(alert: Alert, as_of: date) -> Texts:
    """A line of the feed: how many days ago it reached its level, about which project, what it says."""
    days = (as_of - alert.level_since).days
    return {
        "light": sign(alert.level),
        "when": _("today") if days <= 0 else _("%(days)s d ago") % {"days": days},
        "day": wording.day(alert.level_since),
        "name": alert.project.name,
        "sentence": alert.sentence,
        "url": reverse("dashboard:alert", args=[alert.pk]),
    }
