"""What the forms of imports offer: systems of coordinates by where they were taken from, encodings, units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geodata.crs.parameters import stored
from geodata.crs.systems import OLD, Datum, name_of, old_name

SYSTEMS: Final = (
    ("", gettext_lazy("As found out")),
    ("4490", "CGCS2000 经纬度（EPSG:4490）"),
    ("4547", "CGCS2000 3度带 114E，不加带号（EPSG:4547）"),
    ("4526", "CGCS2000 3度带 38带，加带号（EPSG:4526）"),
    ("4546", "CGCS2000 3度带 111E，不加带号（EPSG:4546）"),
    ("4525", "CGCS2000 3度带 37带，加带号（EPSG:4525）"),
    ("4326", "WGS84 经纬度：GPS、RTK（EPSG:4326）"),
    ("32649", "UTM 49N（EPSG:32649）"),
    ("3857", "Web 墨卡托（EPSG:3857）"),
    ("GCJ02", "高德、腾讯、谷歌中国：GCJ-02"),
    ("BD09", "百度：BD-09"),
    ("4490:packed", gettext_lazy("CGCS2000, written as degrees.minutes seconds (113.0520 is 113°05′20″)")),
)
_ENCODINGS: Final = {
    "utf-8": "UTF-8",
    "gb18030": "GB18030（GBK、GB2312）",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
}
# The systems of the old datums that the city's files are in: 3° CM 114 and 111, without and with zone, degrees.
_OLD: Final[Mapping[Datum, tuple[int, ...]]] = {
    Datum.XIAN80: (2383, 2362, 2382, 2361, 4610),
    Datum.BEIJING54: (2435, 2414, 2434, 2413, 4214),
}
Offer = tuple[str, str, bool]


class OldDatum(NamedTuple):
    """An old datum as the page speaks of it: whose parameters bring it in, "" where none are stored."""

    name: str
    source: str
    accuracy_m: float


def systems(held: str) -> list[Offer]:
    """The systems, with what was chosen last; another one that stands in a mapping stays on offer. Those of an old
    datum are offered where parameters for it are stored."""
    old = [(str(epsg), f"{name_of(epsg)}（EPSG:{epsg}）") for datum in OLD if stored(datum) for epsg in _OLD[datum]]
    more = [(held, held)] if held not in dict((*SYSTEMS, *old)) else []
    return [(value, str(label), value == held) for value, label in (*SYSTEMS, *old, *more)]


def old_datums() -> list[OldDatum]:
    """Xian 1980 and Beijing 1954, each with whose parameters are stored for it on the server, if any are."""
    found = ((old_name(datum), stored(datum)) for datum in OLD)
    return [OldDatum(name, shift.source if shift else "", shift.accuracy_m if shift else 0.0) for name, shift in found]


def plain(values: Sequence[str], held: str, labels: Mapping[str, str] | None = None) -> list[Offer]:
    """Values with an empty one before them that leaves it to the reader."""
    said = labels or {}
    return [(value, said.get(value, value) or _("As found out"), value == held) for value in ("", *values)]


def encodings(values: Sequence[str], held: str) -> list[Offer]:
    """The encodings by the names that people know."""
    return plain((*values, *([held] if held and held not in values else [])), held, _ENCODINGS)
