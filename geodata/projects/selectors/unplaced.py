"""待定位: projects that nobody has drawn yet."""

from __future__ import annotations

from django.db.models import QuerySet

from geodata.projects.choices import OPEN_VERSIONS, Status
from geodata.projects.models import GeometryVersion, Project
from geodata.projects.visibility import visible
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope


def unplaced(scope: Scope, words: str = "") -> QuerySet[Project]:
    """The projects that the person may edit and that have neither a shape nor a proposal of one, newest first."""
    waiting = GeometryVersion.objects.filter(state__in=OPEN_VERSIONS).values("project")
    rows = visible(scope.only(Action.EDIT_PROJECTS)).filter(geom__isnull=True).exclude(pk__in=waiting)
    rows = rows.exclude(status=Status.CANCELLED)
    if words:
        rows = rows.filter(search_text__contains=words.casefold())
    rows = rows.select_related("management_unit").only(
        "serial_no", "name", "location_text", "management_unit__name", "plan_year"
    )
    return rows.order_by("-plan_year", "-serial_no")
