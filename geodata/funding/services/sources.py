"""The reference rows of money."""

from django.db import transaction

from geodata.funding.models import FundingSource
from geodata.funding.reference import SOURCES
from geodata.record import Outcome


@transaction.atomic
def ensure_sources() -> Outcome:
    """Make the sources that are missing. A row that a city has renamed stays as the city wrote it."""
    known = set(FundingSource.objects.values_list("code", flat=True))
    missing = [
        FundingSource(code=row.code, name=row.name, name_en=row.name_en, group=row.group, order=order)
        for order, row in enumerate(SOURCES, start=1)
        if row.code not in known
    ]
    FundingSource.objects.bulk_create(missing, ignore_conflicts=True)
    return Outcome(created=len(missing), unchanged=len(SOURCES) - len(missing))
