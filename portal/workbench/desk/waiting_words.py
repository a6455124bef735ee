"""What waits or came back, in words, and the page that deals with it."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from geodata.progress.waiting import STOP_REPORT
from geodata.projects.choices import Status
from portal import wording
from portal.workbench.desk import addresses
from portal.workbench.desk.selectors import Waiting
from portal.workbench.reporting.period_words import report_title, stated


def _said_figures(note: str) -> str:
    done, _bar, amount = note.partition("|")
    parts = [wording.progress_text(Decimal(done))] if done else []
    if amount:
        parts.append(_("%(amount)s this month") % {"amount": wording.money(Decimal(amount))})
    return " · ".join(parts)


def asking(one: Waiting) -> str:
    """What its sender says of it."""
    return _said_figures(one.note) if one.subject == "report" else one.note


def what(one: Waiting) -> str:
    """What it is, in a few words."""
    match one.subject:
        case "report":
            return report_title(stated(one.detail))
        case "geometry":
            return _("Shape, version %(n)s") % {"n": one.number}
        case "status" if one.detail == STOP_REPORT:
            return _("Report of the stop")
        case "status":
            return _("Change of status to %(status)s") % {"status": wording.label(str(Status(one.detail).label))}
        case _node:
            return _("Key node: %(name)s") % {"name": one.detail}


def correcting(one: Waiting) -> str:
    """The form that mends what came back."""
    match one.subject:
        case "report":
            return addresses.report(one.code, stated(one.detail).key)
        case "geometry":
            return addresses.place("geometry", one.code)
        case "status":
            return addresses.place("status", one.code)
        case _node:
            return addresses.place("milestones", one.code)


def deciding(one: Waiting) -> str:
    """The page on which it is decided."""
    match one.subject:
        case "report":
            return addresses.place("report_review", one.number)
        case "geometry":
            return addresses.place("geometry_version", one.code, one.number)
        case "status":
            return addresses.place("status_review", one.number)
        case _node:
            return addresses.place("milestones", one.code)
