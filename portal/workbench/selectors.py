"""Reads that only the staff pages need."""

from django.utils.translation import gettext as _

from geodata.regions.models import AreaUnit, BaseFeature
from portal import wording


def unit_names() -> dict[str, str]:
    """Code → name of the 13 units in the official order."""
    rows = AreaUnit.objects.filter(kind__in=[AreaUnit.Kind.COUNTY, AreaUnit.Kind.ZONE])
    return dict(rows.order_by("official_order", "code").values_list("code", "name"))


def scope_text(unit_ids: frozenset[int]) -> str:
    """Names of a person's units, for the head of a page; empty for the whole city."""
    names = AreaUnit.objects.filter(pk__in=unit_ids).values_list("name", flat=True)[:5]
    return _(", ").join(wording.label(name) for name in names)


base_features = BaseFeature.objects.all
areas = AreaUnit.objects.all
