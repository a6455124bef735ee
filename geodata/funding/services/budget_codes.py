"""预算项目编码 → project: what the treasury's own number of a project means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from geodata.funding.models import BudgetProjectMap
from geodata.record import Origin, Outcome
from geodata.stewards.models import User


@transaction.atomic
def record_budget_codes(
    *, codes: Mapping[str, int], user: User | None, now: datetime, batch: int | None = None
) -> Outcome:
    """Learn the project of each code that has none yet; what a person or an earlier file said is never replaced."""
    known = set(
        BudgetProjectMap.objects.filter(budget_project_code__in=list(codes)).values_list(
            "budget_project_code", flat=True
        )
    )
    fresh = {code: project for code, project in codes.items() if code and code not in known}
    BudgetProjectMap.objects.bulk_create(
        [
            BudgetProjectMap(budget_project_code=code, project_id=project, origin=Origin.IMPORT, batch=batch)
            for code, project in sorted(fresh.items())
        ]
    )
    return Outcome(created=len(fresh), unchanged=len(codes) - len(fresh))
