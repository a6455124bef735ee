"""Template context that every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.wording import label


def site(request: HttpRequest) -> dict[str, Any]:
    """`site`: title, sponsor, approval number of the map, and which halves this process serves."""
    return {
        "site": {
            "title": label(settings.SITE_TITLE),
            "city": settings.CITY_NAME,
            "demo": settings.DEMO,
            "sponsor": settings.SPONSOR,
            "sponsor_phone": settings.SPONSOR_PHONE,
            "map_approval_no": settings.MAP_APPROVAL_NO,
            "staff": settings.STAFF_SITE,
            "public": settings.PUBLIC_SITE,
        }
    }


def may(request: HttpRequest) -> dict[str, Any]:
    """`may`: the actions of the person whom a staff view has let in, `sees_city`: whether the leaders' screen is his;
    empty on every other page."""
    scope = getattr(request, "scope", None)
    if not scope:
        return {"may": {}}
    may = {action.value: True for action in scope.actions}
    return {"may": may, "sees_city": scope.everything and may.get("view_city_figures", False)}
