"""Reads that only the staff pages need."""

from django.db.models import Value

from geodata.exchange.models import Batch
from geodata.funding.models import DisbursementAssignment
from geodata.projects.models import StatusChange
from geodata.regions.models import AreaUnit, BaseFeature


def record_version() -> str:
    """A text that changes with every import, payment and status change: part of the staff tiles' address.

    One query, each part by its index.
    """
    batches = Batch.objects.filter(state=Batch.State.COMMITTED)
    tables = (batches, DisbursementAssignment.objects.all(), StatusChange.objects.all())
    first, *others = (rows.order_by("-pk").values_list(Value(place), "pk")[:1] for place, rows in enumerate(tables))
    newest = dict(first.union(*others, all=True))
    return "-".join(str(newest.get(place, 0)) for place in range(len(tables)))


def unit_names() -> dict[str, str]:
    """Code → name of the 13 units in the official order."""
    rows = AreaUnit.objects.filter(kind__in=[AreaUnit.Kind.COUNTY, AreaUnit.Kind.ZONE])
    return dict(rows.order_by("official_order", "code").values_list("code", "name"))


def scope_text(unit_ids: frozenset[int]) -> str:
    """Names of a person's units, for the head of a page; empty for the whole city."""
    return "、".join(AreaUnit.objects.filter(pk__in=unit_ids).values_list("name", flat=True)[:5])


base_features = BaseFeature.objects.all
areas = AreaUnit.objects.all
