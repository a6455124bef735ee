"""Which page deals with what a notice or a task is about: the record names the subject, the site knows its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.urls import NoReverseMatch, reverse

from geodata.notices.models import Notice


def place(name: str, *args: object) -> str:
    """The address of a page of the workbench; empty where this process does not serve it."""
    return _reversed(f"workbench:{name}", *args)


def _reversed(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def project(code: str) -> str:
    return place("project", code)


def report(code: str, period: str) -> str:
    """The form of a month's report; `period` as 2026-10."""
    return f"{found}?period={period}" if (found := place("report", code)) else ""


def monthly(period: str) -> str:
    return f"{place('monthly')}?period={period}"


def _geometry(notice: Notice) -> str:
    """What waits is judged in its own page; what came back is corrected in the editor."""
    if notice.kind == Notice.Kind.RETURNED or notice.subject_id is None:
        return place("geometry", notice.project_code)
    return place("geometry_version", notice.project_code, notice.subject_id)


def _report(notice: Notice) -> str:
    return place("report_review", notice.subject_id) if notice.subject_id is not None else ""


def _status(notice: Notice) -> str:
    if notice.subject_id is None:
        return place("status", notice.project_code)
    return place("status_review", notice.subject_id)


def alert(number: int) -> str:
    """The page of one alert; empty where this process does not serve it."""
    return _reversed("dashboard:alert", number)


def alerts() -> str:
    return _reversed("dashboard:alerts")


def _alert(notice: Notice) -> str:
    return alert(notice.subject_id) if notice.subject_id is not None else alerts()


def _month(notice: Notice) -> str:
    """`subject_id` is the month as 202610."""
    number = notice.subject_id or 0
    return monthly(f"{number // 100}-{number % 100:02d}") if number else place("monthly")


_PLACES: Final[Mapping[str, Callable[[Notice], str]]] = {
    "geometry": _geometry,
    "report": _report,
    "status": _status,
    "milestone": lambda notice: place("milestones", notice.project_code),
    "checkin": lambda notice: f"{project(notice.project_code)}#checkins",
    "alert": _alert,
    "alerts": lambda _notice: f"{alerts()}?level=red",
    "month": _month,
    "desk": lambda _notice: place("desk"),
}


def address_of(notice: Notice) -> str:
    """Where a notice leads; the project's page, or the desk, where no page of its own is known."""
    known = _PLACES.get(notice.subject)
    found = known(notice) if known else ""
    return found or (project(notice.project_code) if notice.project_code else "") or place("desk")
