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
from geodata.projects.choices import GeometrySource
from geodata.projects.selectors import WaitingShape, pending_geometries
from geodata.stewards.models import User
from geodata.stewards.scope import Scope
from geodata.workdays.selectors import add_workdays
from portal import wording
from portal.workbench.approvals import shapes

MOST: Final = 1000  # of one kind; who has more to decide sees the oldest ones
STATUS, GEOMETRY, REPORT, MILESTONE = "status", "geometry", "report", "milestone"
NAMES: Final = {
    STATUS: gettext_lazy("Change of status"),
    GEOMETRY: gettext_lazy("Shape"),
    REPORT: gettext_lazy("Report"),
    MILESTONE: gettext_lazy("Milestone"),
}
# working days within which each kind should be decided; a change of status stops or starts works
TERMS: Final = {STATUS: 1, GEOMETRY: 3, REPORT: 3, MILESTONE: 3}


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
    """All that waits and that the person may decide or sent in."""
    return [_shape(waiting) for waiting in pending_geometries(scope, limit=MOST)]


def _shape(waiting: WaitingShape) -> Item:
    version = waiting.version
    parts = [wording.label(str(GeometrySource(version.source).label)), shapes.size(version)]
    return Item(
        kind=GEOMETRY,
        code=version.project.serial_no,
        name=version.project.name,
        unit=version.project.management_unit.name,
        what=_("Version %(n)s") % {"n": version.number} + "".join(f" · {part}" for part in parts if part),
        note=version.reason,
        by=who(version.submitted_by or version.author),
        at=version.submitted_at or version.created_at,
        url=shapes.address("geometry_version", version.project.serial_no, version.number),
        decidable=waiting.decidable,
        own=waiting.own,
        headquarters=version.needs_headquarters,
    )


def who(person: User | None) -> str:
    return str(person) if person else _("import")


@dataclass(frozen=True, slots=True)
class Terms:
    """The last day on which something may have come in and not be late today, by kind. One query a length of term."""

    latest: dict[str, date]
    today: date

    @classmethod
    def on(cls, today: date) -> Terms:
        days = {length: add_workdays(today, -length) for length in set(TERMS.values())}
        return cls({kind: days[length] for kind, length in TERMS.items()}, today)

    def is_late(self, item: Item) -> bool:
        return timezone.localdate(item.at) < self.latest[item.kind]


def ordered(found: Iterable[Item], terms: Terms) -> list[Item]:
    """What is late first, then changes of status, then the rest; in each the longest waiting first."""
    order = list(NAMES)
    return sorted(
        found,
        key=lambda item: (
            not terms.is_late(item),
            0 if terms.is_late(item) or item.kind == STATUS else 1,
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


def texts(item: Item, terms: Terms) -> dict[str, Any]:
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
        "waited": _waited((terms.today - timezone.localdate(item.at)).days),
        "late": terms.is_late(item),
        "url": item.url,
        "own": item.own,
        "headquarters": item.headquarters,
    }


def _waited(days: int) -> str:
    if days <= 0:
        return _("today")
    return _("%(n)s days") % {"n": days}
