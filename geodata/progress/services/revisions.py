"""The revisions of reports count on over whatever was discarded: none is used twice for a project's period.

A page that was left open on a discarded report would otherwise save over the one that somebody began after it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from django.db.models import Max

from geodata.progress.models import PeriodReport

Key = tuple[int, str, date]  # project, kind of period, its last day
_DELETED: Final = "delete"  # the label of the audit's rows about deletions; they have an index of their own


def last_discarded(*, projects: Collection[int], ends: Collection[date]) -> dict[Key, int]:
    """The highest revision that was discarded of each report, out of the audit. One query, none for nothing."""
    if not projects or not ends:
        return {}
    events = PeriodReport.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        pgh_label=_DELETED, period_end__range=(min(ends), max(ends)), project__in=projects
    )
    rows = events.values_list("project_id", "kind", "period_end").annotate(last=Max("revision"))
    return {(project, kind, end): last for project, kind, end, last in rows}
