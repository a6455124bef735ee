"""Which projects have something new that a rule would judge: pulled, as the record knows no warnings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import connection

# a transaction that began before the last scan may have ended after it
_OVERLAP: Final = timedelta(minutes=10)
# Whatever counts for a rule, by when it was recorded; an assignment of a payment bears no other time.
_CHANGED: Final = """
SELECT project_id FROM progress_periodreport WHERE state = 'approved' AND updated_at > %(since)s
UNION SELECT project_id FROM projects_statuschange WHERE created_at > %(since)s
UNION SELECT project_id FROM progress_milestone WHERE updated_at > %(since)s
UNION SELECT project_id FROM progress_planyear WHERE updated_at > %(since)s
UNION SELECT project_id FROM funding_fundarrival WHERE updated_at > %(since)s AND project_id IS NOT NULL
UNION SELECT project_id FROM funding_disbursementassignment WHERE recorded_at > %(since)s AND project_id IS NOT NULL
UNION SELECT project_id FROM complaints_ordermatch WHERE updated_at > %(since)s
UNION SELECT id FROM projects_project WHERE updated_at > %(since)s
LIMIT %(most)s
"""


def changed_since(moment: datetime, *, most: int) -> set[int]:
    """Projects with something recorded after a moment, `most` of them at most. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"since": moment - _OVERLAP, "most": most})
        return {pk for (pk,) in cursor.fetchall()}
