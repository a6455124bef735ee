"""What a file or a person says about the coordinate system: a .prj, a crs member, a code, a name."""

import re
from typing import Final

from pyproj import CRS
from pyproj.exceptions import CRSError

from geodata.crs.systems import BD09, GCJ02, SYSTEMS, Datum, Source

_DATUM_WORDS: Final = (
    (Datum.CGCS2000, ("cgcs", "china_2000", "china 2000", "china_geodetic", "china geodetic", "2000国家", "国家2000")),
    (Datum.XIAN80, ("xian", "西安", "80坐标")),
    (Datum.BEIJING54, ("beijing", "北京", "54坐标")),
    (Datum.WGS84, ("wgs", "crs84", "gps")),
)
_SHIFTED: Final[dict[str, Source]] = {
    "GCJ02": GCJ02,
    "GCJ-02": GCJ02,
    "GCJ": GCJ02,
    "火星坐标": GCJ02,
    "高德": GCJ02,
    "腾讯": GCJ02,
    "BD09": BD09,
    "BD-09": BD09,
    "百度": BD09,
    "百度坐标": BD09,
}
# What follows a code where numbers are to be read as 度.分秒 (113.0520 is 113°05′20″).
PACKED: Final = ":packed"
_EPSG: Final = re.compile(r"^(?:urn:ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{4,6})$|^(\d{4,6})$", re.IGNORECASE)
_MERCATOR_METHODS: Final = frozenset({"Popular Visualisation Pseudo Mercator", "Mercator_Auxiliary_Sphere"})


def parse_declared(text: str | None) -> Source | None:
    """A system from an option or a file: EPSG code, URN, GCJ02, BD09, or well-known text; None: unknown."""
    plain = (text or "").strip().removesuffix(PACKED)
    if not plain:
        return None
    if plain.upper() in _SHIFTED:
        return _SHIFTED[plain.upper()]
    if found := _EPSG.match(plain):
        return int(found.group(1) or found.group(2))
    if plain.upper().endswith("CRS84"):
        return 4326
    return from_wkt(plain) if "[" in plain else None


def named_system(text: str, *, degrees: bool) -> int | None:
    """A system by the words of a cell (2000国家大地坐标系, 西安80): old datums always, so that they are refused; the
    others only for degrees, because words say nothing of zones."""
    datum = _datum(text) if text else None
    if datum in {Datum.XIAN80, Datum.BEIJING54} or (datum is not None and degrees):
        return next(epsg for epsg, system in SYSTEMS.items() if system.geographic and system.datum is datum)
    return None


def from_wkt(wkt: str) -> int | None:
    """EPSG code of a .prj: ESRI writes no code, so name, central meridian and false easting decide."""
    try:
        crs = CRS.from_wkt(wkt)
    except CRSError:
        return None
    datum = _datum(f"{crs.name} {crs.datum.name if crs.datum else ''} {wkt[:400]}")
    if datum is None:
        return None
    if crs.is_geographic:
        return next(epsg for epsg, system in SYSTEMS.items() if system.geographic and system.datum is datum)
    return _projected(crs, datum)


def _datum(text: str) -> Datum | None:
    lowered = text.lower()
    return next((datum for datum, words in _DATUM_WORDS if any(word in lowered for word in words)), None)


def _projected(crs: CRS, datum: Datum) -> int | None:
    operation = crs.coordinate_operation
    if operation is None:
        return None
    if operation.method_name in _MERCATOR_METHODS or "pseudo-mercator" in crs.name.lower():
        return 3857
    values = {parameter.name.lower(): float(parameter.value) for parameter in operation.params}
    meridian = next((value for name, value in values.items() if name.startswith(("longitude of", "central_m"))), None)
    easting = values.get("false easting", values.get("false_easting"))
    scale = next((value for name, value in values.items() if name.startswith("scale")), 1.0)
    if meridian is None or easting is None:
        return None
    return _by_parameters(datum, meridian, easting, scale)


def _by_parameters(datum: Datum, meridian: float, easting: float, scale: float) -> int | None:
    zone = round((easting - 500_000) / 1_000_000) or None
    utm = abs(scale - 0.9996) < 1e-6
    # 3° systems come first in the table: without a zone prefix a 6° system has the same numbers.
    for epsg, system in SYSTEMS.items():
        if system.meridian != round(meridian) or system.zone != zone or (system.width is None) != utm:
            continue
        if system.datum is datum:
            return epsg
    return None
