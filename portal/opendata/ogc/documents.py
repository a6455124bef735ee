"""The documents beside the features: landing page, conformance, collections. Links are made by `Addresses`."""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from portal.opendata.ogc.collections import COLLECTIONS, Collection
from portal.opendata.ogc.systems import AUTHORITY, CRS84, STORAGE, SYSTEMS
from portal.public.models import Snapshot
from portal.wording import label

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
HTML: Final = "text/html"
CONFORMS_TO: Final = tuple(
    f"{AUTHORITY}spec/ogcapi-features-{part}/1.0/conf/{name}"
    for part, name in ((1, "core"), (1, "oas30"), (1, "html"), (1, "geojson"), (2, "crs"))
)
# makes a full address of a place below /ogc/ and a query
Address = Callable[..., str]


def link(href: str, rel: str, media: str, title: str = "") -> dict[str, str]:
    """A link object of OGC 17-069r4 §7.5."""
    return {"href": href, "rel": rel, "type": media} | ({"title": title} if title else {})


def both(address: Address, place: str, *, media: str = JSON, shown: str = JSON) -> list[dict[str, str]]:
    """The document itself and its other form; `shown` is the form that is being written."""
    pairs = ((media, "json"), (HTML, "html"))
    written = media if shown != HTML else HTML
    return [link(address(place, f=f), "self" if kind == written else "alternate", kind) for kind, f in pairs]


def landing(address: Address, snapshot: Snapshot, shown: str = JSON) -> dict[str, Any]:
    return {
        "title": label(settings.SITE_TITLE),
        "description": _("Public projects, areas and payments as features. As of %(day)s, snapshot no. %(number)s.")
        % {"day": snapshot.as_of, "number": snapshot.number},
        "snapshot": snapshot.number,
        "as_of": snapshot.as_of.isoformat(),
        "links": [
            *both(address, "", shown=shown),
            link(address("api"), "service-desc", OPENAPI, _("The interface as OpenAPI 3.0")),
            link(address("api", f="html"), "service-doc", HTML, _("The interface for people")),
            link(address("conformance"), "conformance", JSON, _("What the interface conforms to")),
            link(address("collections"), "data", JSON, _("Collections")),
        ],
    }


def conformance() -> dict[str, Any]:
    return {"conformsTo": list(CONFORMS_TO)}


def collections(address: Address, shown: str = JSON) -> dict[str, Any]:
    return {
        "links": both(address, "collections", shown=shown),
        "crs": list(SYSTEMS),
        "collections": [described(found, address) for found in COLLECTIONS.values()],
    }


def described(found: Collection, address: Address, shown: str = JSON) -> dict[str, Any]:
    """A collection with its extent, systems and links."""
    place = f"collections/{found.id}"
    document: dict[str, Any] = {
        "id": found.id,
        "title": label(found.title),
        "description": label(found.description),
        "itemType": "feature",
        "links": [
            *both(address, place, shown=shown),
            link(address(f"{place}/items"), "items", GEOJSON, _("Features")),
            link(address(f"{place}/items", f="html"), "items", HTML, _("Features")),
        ],
    }
    if found.is_spatial:
        document |= {
            "extent": {"spatial": {"bbox": [list(settings.CITY_EXTENT)], "crs": CRS84}},
            "crs": list(SYSTEMS),
            "storageCrs": STORAGE,
        }
    return document
