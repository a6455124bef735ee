"""Near a place: what the address of /near/ asks for, and the texts of its page. No place is kept or written down."""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from geodata import parameters
from geodata.errors import BadParameter
from geodata.parameters import Chosen, bad, one
from geodata.projects.choices import Status
from portal import wording
from portal.public import selectors
from portal.public.models import PublishedProject
from portal.public.selectors import Edition

RADII: Final = (500, 1000, 2000, 3000, 5000)  # metres; those that the page offers
RADIUS: Final = 1000
NEIGHBOURS: Final = 6
_NEAREST_KM, _FARTHEST_KM = 0.5, 5.0
_DECIMAL: Final = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,15})?")
_TYPED: Final = re.compile(r"(?<![0-9.])[0-9]{2,3}(?:\.[0-9]{1,15})?(?![0-9.])")
_PLAIN: Final = re.compile(r"[0-9.,;/\s°度東东经經北纬緯longlateNE:()-]*", re.IGNORECASE)


def _degrees(most: float, example: str) -> parameters.Reader:
    def read(name: str, texts: list[str]) -> float:
        text = one(name, texts)
        if not _DECIMAL.fullmatch(text):
            raise bad(name, text, _("decimal degrees are expected, such as %(example)s") % {"example": example})
        if abs(float(text)) > most:
            hint = _("it is out of range; %(example)s would be right. Are longitude and latitude exchanged?")
            raise bad(name, text, hint % {"example": example})
        return float(text)

    return read


def _radius(name: str, texts: list[str]) -> int:
    """Metres of a radius in kilometres (0.5 to 5), or in metres (500 to 5000): no number can mean both."""
    text = one(name, texts)
    number = float(text) if _DECIMAL.fullmatch(text) else 0.0
    metres = number * 1000 if number <= _FARTHEST_KM else number
    if not _NEAREST_KM * 1000 <= metres <= _FARTHEST_KM * 1000:
        raise bad(name, text, _("kilometres from 0.5 to 5 are expected, such as 1"))
    return round(metres)


@dataclass(frozen=True)
class Asked(Chosen):
    """Degrees of EPSG:4490, a radius in metres, and what was typed as the place: a name or coordinates."""

    lon: float | None = None
    lat: float | None = None
    radius: int = RADIUS
    q: str = ""

    READERS: ClassVar[Mapping[str, parameters.Reader]] = {
        "lon": _degrees(180, "lon=113.1299"),
        "lat": _degrees(90, "lat=29.3706"),
        "radius": _radius,
        "q": parameters.phrase,
    }

    @property
    def spot(self) -> tuple[float, float] | None:
        """Longitude and latitude: as asked for, else as typed. Raises BadParameter for half a place."""
        if self.lon is not None and self.lat is not None:
            return self.lon, self.lat
        if self.lon is not None or self.lat is not None:
            missing = "lat" if self.lat is None else "lon"
            raise BadParameter(_("A place needs lon and lat; the parameter %(name)s is missing") % {"name": missing})
        return typed(self.q)


def typed(text: str) -> tuple[float, float] | None:
    """The coordinates in `113.1299, 29.3706`, in either order, since here no latitude can be a longitude; None when
    the text is a name. Raises BadParameter for numbers that are no place in China."""
    plain = unicodedata.normalize("NFKC", text)
    numbers = [float(number) for number in _TYPED.findall(plain)]
    if len(numbers) != 2 or not _PLAIN.fullmatch(plain):
        return None
    lat, lon = sorted(numbers)
    if not (73 <= lon <= 136 and 3 <= lat <= 54):
        raise BadParameter(
            f"“{parameters.shown(text)}”不像中国境内的经纬度，请按“经度，纬度”填写，例如 113.1299,29.3706"
        )
    return lon, lat


def away_text(metres: float) -> str:
    """As near as it matters to somebody who walks: tens of metres, then tenths of a kilometre."""
    if metres < 1:
        return _("right here")
    if metres < 995:
        return _("%(n)s m away") % {"n": max(10, round(metres / 10) * 10)}
    return _("%(n)s km away") % {"n": f"{metres / 1000:.1f}"}


def radius_text(metres: int) -> str:
    return _("%(n)s km") % {"n": f"{metres / 1000:g}"}


def radius_choices(chosen: int) -> list[dict[str, Any]]:
    radii = sorted({*RADII, chosen})
    return [{"value": f"{m / 1000:g}", "label": radius_text(m), "selected": m == chosen} for m in radii]


def spot_query(lon: float, lat: float, radius: int) -> str:
    """The address of a place, to the ten metres: nearer than that nobody needs to be known."""
    return f"lon={lon:.4f}&lat={lat:.4f}&radius={radius / 1000:g}"


def drawn(lon: float, lat: float, metres: int) -> dict[str, Any]:
    """The circle and a cross at its middle as GeoJSON, for the eye: on a sphere, right to half a percent."""
    high = math.degrees(metres / 6_371_000)
    wide = high / math.cos(math.radians(lat))

    def at(turn: float, share: float = 1.0) -> list[float]:
        return [
            round(lon + wide * share * math.cos(turn), 6),
            round(lat + high * share * math.sin(turn), 6),
        ]

    ring = [at(2 * math.pi * n / 72) for n in range(72)]
    cross = [[at(turn, 0.05), at(turn + math.pi, 0.05)] for turn in (0.0, math.pi / 2)]
    shapes = [{"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, {"type": "MultiLineString", "coordinates": cross}]
    return {"type": "GeometryCollection", "geometries": shapes}


def bounds(lon: float, lat: float, metres: int) -> str:
    ring = drawn(lon, lat, metres)["geometries"][0]["coordinates"][0]
    lons, lats = [point[0] for point in ring], [point[1] for point in ring]
    return f"{min(lons):.5f},{min(lats):.5f},{max(lons):.5f},{max(lats):.5f}"


def candidates(places: list[Any], radius: int) -> list[dict[str, str]]:
    """What a typed name may mean, each with the address of its surroundings."""
    return [
        {
            "name": wording.label(place.name),
            "kind": wording.area_kind(getattr(place, "kind", "")) or _("Project"),
            "address": f"?{spot_query(place.spot.x, place.spot.y, radius)}",
        }
        for place in places
    ]


def nearby(row: PublishedProject, edition: Edition) -> list[dict[str, str]]:
    """The nearest other projects within a kilometre of a project's true shape, nearest first; its own parts are not."""
    if row.geom is None:
        return []
    around = selectors.near(edition, row.geom, RADIUS).exclude(code=row.code)
    others = around.exclude(parent_code=row.code).exclude(code=row.parent_code or "")[:NEIGHBOURS]
    return [
        {
            "name": other.name,
            "url": reverse("public:project", args=[other.code]),
            "status_label": wording.label(Status(other.status).label),
            "shape": wording.SHAPE[other.status],
            "away_text": away_text(other.away_m),
        }
        for other in others
    ]
