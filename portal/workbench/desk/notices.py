"""Notices as rows of the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from geodata import parameters
from geodata.errors import BadParameter
from geodata.notices.models import Notice
from geodata.parameters import Chosen
from portal import wording
from portal.workbench.desk.addresses import address_of
from portal.workbench.desk.days import short_day

A_PAGE: Final = 30
# colour and shape of the mark before a notice: components/_mark.html
_SHAPE: Final = {
    Notice.Kind.SUBMITTED: "circle",
    Notice.Kind.RETURNED: "square",
    Notice.Kind.APPROVED: "triangle",
    Notice.Kind.ALERT: "diamond",
    Notice.Kind.DEADLINE: "hollow",
}
Counts = Mapping[str, tuple[int, int]]  # kind → (all, unread)


@dataclass(frozen=True)
class InboxFilter(Chosen):
    """What the address of the inbox asks for."""

    READERS: ClassVar = {
        "kind": parameters.one_of(*Notice.Kind.values),
        "unread": parameters.flag,
        "page": parameters.page,
    }

    kind: str = ""
    unread: bool = False
    page: int = 1
    limit: ClassVar[int] = A_PAGE

    def total(self, counts: Counts) -> int:
        """How many rows it leaves."""
        chosen = [counts.get(self.kind, (0, 0))] if self.kind else list(counts.values())
        return sum(fresh if self.unread else all_ for all_, fresh in chosen)


def chips(counts: Counts, chosen: InboxFilter) -> list[dict[str, Any]]:
    """The kinds to choose from, each with its unread ones; a kind that never came is left out."""
    known = [(kind.value, wording.label(str(kind.label))) for kind in Notice.Kind if kind in counts]
    every = (sum(a for a, _f in counts.values()), sum(f for _a, f in counts.values()))
    return [
        {"kind": kind, "label": label, "count": all_, "unread": fresh, "current": kind == chosen.kind}
        for kind, label in [("", _("All")), *known]
        for all_, fresh in [counts.get(kind, every)]
    ]


def texts(notice: Notice, *, today: date) -> dict[str, Any]:
    """One row. An unread one is opened by a button, which marks it as read on the way."""
    return {
        "id": notice.pk,
        "kind_label": wording.label(str(Notice.Kind(notice.kind).label)),
        "shape": _SHAPE[Notice.Kind(notice.kind)],
        "text": notice.text,
        "code": notice.project_code,
        "when": _when(notice, today),
        "unread": notice.read_at is None,
        "settled": notice.settled_at is not None,
        "url": address_of(notice),
    }


def _when(notice: Notice, today: date) -> str:
    """The time of today's, the day of older ones."""
    local = timezone.localtime(notice.happened_at)
    return f"{local:%H:%M}" if local.date() == today else short_day(local.date(), today)


def number(text: str) -> int:
    """The number of a notice that a form names."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadParameter("没有指明是哪一条消息，请刷新页面后重试")
    return int(text)
