"""The tile of the density of complaints, for whoever may see the city's figures."""

from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from geodata.complaints.density import density_tile
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.tiles.render import require_in_range
from portal.validators import validated

_WINDOW = timedelta(days=365)


def tile(request: HttpRequest, scope: Scope, z: int, x: int, y: int, *, today: date) -> HttpResponse:
    """The squares of the year before the address's `as_of`; its other limits change nothing (see complaints/density).

    Raises NotPermitted, BadParameter.
    """
    scope.require(Action.VIEW_CITY_FIGURES)
    require_in_range(z, x, y)
    day = ProjectFilter.from_query(request.GET).as_of or today
    before = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    body = density_tile(z, x, y, since=before - _WINDOW, before=before)
    return validated(request, HttpResponse(body, content_type="application/vnd.mapbox-vector-tile"))
