"""What the forms of imports offer: systems of coordinates by where they were taken from, encodings, units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
Offer = tuple[str, str, bool]


def systems(held: str) -> list[Offer]:
    """The systems, with what was chosen last; another one that stands in a mapping stays on offer."""
    more = [(held, held)] if held not in dict(SYSTEMS) else []
    return [(value, str(label), value == held) for value, label in (*SYSTEMS, *more)]


def plain(values: Sequence[str], held: str, labels: Mapping[str, str] | None = None) -> list[Offer]:
    """Values with an empty one before them that leaves it to the reader."""
    said = labels or {}
    return [(value, said.get(value, value) or _("As found out"), value == held) for value in ("", *values)]


def encodings(values: Sequence[str], held: str) -> list[Offer]:
    """The encodings by the names that people know."""
    return plain((*values, *([held] if held and held not in values else [])), held, _ENCODINGS)
