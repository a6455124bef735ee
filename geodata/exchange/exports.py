"""Keeping who took which list away as a file."""

from datetime import datetime

from django.db import transaction

from geodata.exchange.models import Export

LONGEST_PARAMETERS = 500


@transaction.atomic
def record_export(*, user_id: int, sheet: str, file_format: str, parameters: str, rows: int, now: datetime) -> Export:
    """One row a file; a very long address is kept by its beginning."""
    return Export.objects.create(
        user_id=user_id,
        sheet=sheet,
        format=Export.Format(file_format),
        parameters=parameters[:LONGEST_PARAMETERS],
        rows=rows,
        exported_at=now,
    )
