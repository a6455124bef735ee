"""What stands around the map of this city: its title, the number of its approval, the library out of our own files."""

from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.translation import gettext as _

from dashboards.choropleths.offline_map.page import Frame

_LEAFLET: Final = "vendor/leaflet/leaflet"


def frame_of_city(*, scope: str = "") -> Frame:
    """The frame; `scope` names whose projects these are, empty for the whole city."""
    west, south, east, north = settings.CITY_VIEW
    return Frame(
        title=settings.SITE_TITLE,
        scope=scope or _("The whole city"),
        approval=settings.MAP_APPROVAL_NO,
        demo=settings.DEMO,
        view=(west, south, east, north),
        leaflet_js=_text(f"{_LEAFLET}.js"),
        leaflet_css=_text(f"{_LEAFLET}.css"),
    )


def _text(name: str) -> str:
    """A static file: from where it is kept, or collected where the sources are not installed."""
    found = finders.find(name)
    path = Path(str(found)) if found else Path(staticfiles_storage.path(name))
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("//# sourceMappingURL"))
