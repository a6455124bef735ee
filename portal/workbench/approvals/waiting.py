"""What waits for a decision, of every kind, most urgent first: for the person himself, and what he sent to others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geodata import parameters
from geodata.parameters import PAGE_SIZE, Chosen
from geodata.progress.waiting import STOP_REPORT
from geodata.projects.choices import GeometrySource, Status
from geodata.stewards.scope import Scope
from geodata.workdays.selectors import add_workdays
from portal import wording
from portal.workbench.approvals import figures, selectors, shapes
from portal.workbench.approvals.selectors import Pending, accounts_of, pending
from portal.workbench.reporting.period_words import period_text, stated

NAMES: Final = {
    selectors.STATUS: gettext_lazy("Change of status"),
    selectors.GEOMETRY: gettext_lazy("Shape"),
    selectors.REPORT: gettext_lazy("Report"),
    selectors.MILESTONE: gettext_lazy("Milestone"),
}
TERM: Final = 3  # working days within which everything should be decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that waits. `decidable`: by this person, now; `own`: he had a hand in it himself."""

    kind: str
    code: str
    name: str
    unit: str
    what: str
    note: str
    by: str
    at: datetime
    url: str
    decidable: bool
    own: bool
    headquarters: bool = False


@dataclass(frozen=True)
class WaitingFilter(Chosen):
    """What the address of the approvals asks for."""

    kind: str = ""
    page: int = 1
    limit: int = PAGE_SIZE

    READERS: ClassVar = {
        "kind": parameters.one_of(*NAMES),
        "page": parameters.page,
        "limit": parameters.limit,
    }


def items(scope: Scope) -> list[Item]:
    """All that waits for a decision on the projects for which the person approves, his own included. Three queries."""
    mine = accounts_of(scope.user_id or 0)
    return [_item(scope, each, own=bool(mine & each.hands)) for each in pending(scope)]


def _item(scope: Scope, each: Pending, *, own: bool) -> Item:
    return Item(
        kind=each.kind,
        code=each.code,
        name=each.name,
        unit=each.unit,
        what=_what(each),
        note=each.note,
        by=each.by or _("import"),
        at=each.at,
        url=_address(each),
        decidable=not own and (scope.headquarters or not each.headquarters),
        own=own,
        headquarters=each.headquarters,
    )


def _what(each: Pending) -> str:
    """What is to be decided, in a few words."""
    match each.kind:
        case selectors.GEOMETRY:
            source = wording.label(str(GeometrySource(each.detail).label))
            parts = (_("Version %(n)s") % {"n": each.number}, source, figures.size(each.area_m2, each.length_m))
            return " · ".join(part for part in parts if part)
        case selectors.REPORT:
            return period_text(stated(each.detail))
        case selectors.STATUS if each.detail == STOP_REPORT:
            return _("Report of the stop")
        case selectors.STATUS:
            return _("To %(status)s") % {"status": wording.label(str(Status(each.detail).label))}
    return each.detail


def _address(each: Pending) -> str:
    places = {
        selectors.GEOMETRY: shapes.address("geometry_version", each.code, each.number),
        selectors.REPORT: shapes.address("report_review", each.number),
        selectors.STATUS: shapes.address("status_review", each.number),
        selectors.MILESTONE: shapes.address("milestones", each.code),
    }
    return places[each.kind] or shapes.address("project", each.code)


@dataclass(frozen=True, slots=True)
class Term:
    """What came in before `since` is late today. One query."""

    since: date
    today: date

    @classmethod
    def on(cls, today: date) -> Term:
        return cls(add_workdays(today, -TERM), today)

    def is_late(self, item: Item) -> bool:
        return timezone.localdate(item.at) < self.since


def ordered(found: Iterable[Item], term: Term) -> list[Item]:
    """What is late first; within that changes of status, which stop or start works; then the longest waiting."""
    order = list(NAMES)
    return sorted(
        found,
        key=lambda item: (
            not term.is_late(item),
            item.kind != selectors.STATUS,
            item.at,
            order.index(item.kind),
            item.code,
        ),
    )


def chips(found: Sequence[Item], chosen: WaitingFilter) -> list[dict[str, Any]]:
    """The kinds to choose from with their numbers; a kind of which nothing waits is left out."""
    counts = {kind: sum(item.kind == kind for item in found) for kind in NAMES}
    known = [("", _("All"), len(found)), *((kind, str(NAMES[kind]), count) for kind, count in counts.items() if count)]
    return [
        {"kind": kind, "label": label, "count": count, "current": kind == chosen.kind} for kind, label, count in known
    ]


def texts(item: Item, term: Term) -> dict[str, Any]:
    """One row."""
    return {
        "kind_label": str(NAMES[item.kind]),
        "code": item.code,
        "name": item.name,
        "unit_name": wording.label(item.unit),
        "what": item.what,
        "note": item.note,
        "by": item.by,
        "at": shapes.moment(item.at),
        "waited": _waited((term.today - timezone.localdate(item.at)).days),
        "late": term.is_late(item),
        "url": item.url,
        "own": item.own,
        "headquarters": item.headquarters,
    }


def _waited(days: int) -> str:
    if days <= 0:
        return _("today")
    return _("%(n)s days") % {"n": days}
