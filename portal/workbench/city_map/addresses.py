"""Where a map of the staff leads: a project, the trust in its shape, a selection, the offline file."""

from django.urls import reverse

from geodata.summary.filters import ProjectFilter
from portal.workbench.city_map.view import Asked

TILES_IGNORE = ("sort", "page", "limit")  # mean nothing to a tile or a selection


def map_addresses(chosen: ProjectFilter) -> dict[str, str]:
    """What templates/components/map.html reads of them; `{code}` stands for a project."""
    project, trust = (reverse(f"workbench:{name}", args=["CODE"]) for name in ("project", "trust"))
    query = chosen.querystring(without=("bbox", *TILES_IGNORE))
    return {
        "project_url": project.replace("CODE", "{code}"),
        "trust_url": trust.replace("CODE", "{code}"),
        "selection_url": reverse("dashboard:selection") + (f"?{query}" if query else ""),
    }


def offline_url(asked: Asked) -> str:
    """The file of this map."""
    return f"{reverse('dashboard:offline_map')}{asked.url_of_map}"
