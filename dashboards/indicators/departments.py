"""市直责任单位: the municipal departments that lead projects, ranked among themselves, never with counties."""

from collections.abc import Collection
from datetime import date
from typing import Final

from django.conf import settings
from django.db.models import Q

from geodata.organisations.models import Organisation
from geodata.projects.choices import PartyRole
from geodata.projects.models import ProjectParty
from geodata.regions.models import AreaUnit
from geodata.summary.regions import KINDS, Dimension

_NOT_MUNICIPAL: Final = (
    Organisation.Kind.COUNTY_GOVERNMENT,
    Organisation.Kind.ZONE_COMMITTEE,
    Organisation.Kind.CONTRACTOR,
)


def municipal(name: str, places: Collection[str]) -> bool:
    """Whether a body is the city's own: its name does not begin with that of a county or zone."""
    within = name.removeprefix(settings.CITY_NAME).removeprefix("市")
    return not within.startswith(tuple(place for place in places if place))


def municipal_departments(day: date) -> tuple[str, ...]:
    """The names of those that lead a project on a day, in their order. Two queries."""
    leading = ProjectParty.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        role=PartyRole.LEAD,
    ).exclude(organisation__kind__in=_NOT_MUNICIPAL)
    names = leading.order_by("organisation__name").values_list("organisation__name", flat=True).distinct()
    known = AreaUnit.objects.filter(kind__in=KINDS[Dimension.MANAGEMENT]).values_list("name", "short_name")
    places = {place for pair in known for place in pair}
    return tuple(name for name in names if municipal(name, places))
