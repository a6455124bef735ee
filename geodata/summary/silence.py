"""Which projects are silent: under construction, and longer without an approved report than their rhythm allows.

The one definition, for the filter `stale`, its counts and facets, the pages and the checks before a publication. Who
reports by the month is silent after so many days (`stale_days_monthly`: 31 to the next month's end and ten to report),
who reports by the week after fewer (`stale_days_weekly`), counted from the last report or from when the weekly rhythm
began, whichever is later. Both are thresholds that headquarters sets.

Written as SQL by the names of tables and not with their models: the public half knows the filter without this limit,
and none of the record's models.
"""

from __future__ import annotations

from typing import Any, Final

from django.db.models import BooleanField, ExpressionWrapper, F, Func, Q

from geodata.projects.choices import Status
from geodata.thresholds.catalogue import BY_KEY

MONTHLY: Final = "stale_days_monthly"
WEEKLY: Final = "stale_days_weekly"
# The day of the row is the last report's and the days since. Few projects report by the week: they are looked up in a
# set that is read once, and only of those the beginning is compared.
_SILENT: Final = """({days} IS NULL OR {days} > {monthly} OR ({days} > {weekly}
    AND {row} IN (SELECT project_id FROM progress_weeklyreporting)
    AND EXISTS (SELECT 1 FROM progress_weeklyreporting rhythm
                WHERE rhythm.project_id = {row} AND rhythm.since <= {last} + {days} - ceil({weekly})::integer)))"""


class _Silent(Func):
    """Of a row's id, its days since the last report, and the day of that report."""

    output_field = BooleanField()

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **_context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Columns have no parameters, and the limits are this program's own."""
        row, days, last = (compiler.compile(column)[0] for column in self.get_source_expressions())
        return _SILENT.format(row=row, days=days, last=last, monthly=_limit(MONTHLY), weekly=_limit(WEEKLY)), ()


def _limit(key: str) -> str:
    """The threshold in force as SQL, worked out once a statement."""
    default = BY_KEY[key].default
    return f"coalesce((SELECT value FROM thresholds_thresholdvalue WHERE key = '{key}'), {default:f})"  # noqa: S608


def stale() -> Q:
    """Under construction and silent; for rows with the columns of columns.py that the public never sees."""
    return Q(_Silent(F("pk"), F("freshness_days"), F("last_report_on")), status=Status.UNDER_CONSTRUCTION)


def is_stale() -> ExpressionWrapper:
    """The same as a column of a row."""
    return ExpressionWrapper(stale(), output_field=BooleanField())
