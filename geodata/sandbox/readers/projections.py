"""The coordinate system that a .prj file names, as an EPSG code.

PROJ's database knows most of what ESRI writes; the CGCS2000 Gauss-Krüger systems, which are nearly all of our files,
are also recognised by their parameters, because Chinese software invents names for them.
"""

import re

CENTRAL_MERIDIAN = re.compile(r'PARAMETER\["central_meridian",\s*(-?[\d.]+)', re.IGNORECASE)
FALSE_EASTING = re.compile(r'PARAMETER\["false_easting",\s*(-?[\d.]+)', re.IGNORECASE)
SCALE_FACTOR = re.compile(r'PARAMETER\["scale_factor",\s*(-?[\d.]+)', re.IGNORECASE)
NAME = re.compile(r'^\s*\w+\["([^"]{1,200})"')
CGCS2000 = re.compile(r'DATUM\["(D_)?China_2000|CGCS_?2000|China Geodetic Coordinate System 2000', re.IGNORECASE)
CGCS2000_DEGREES = 4490


def name_of(wkt: str) -> str | None:
    """The name of a coordinate system in WKT."""
    match = NAME.match(wkt)
    return match.group(1) if match else None


def _value(pattern: re.Pattern[str], wkt: str) -> float | None:
    match = pattern.search(wkt)
    try:
        return float(match.group(1)) if match else None
    except ValueError:
        return None


def cgcs2000_code(wkt: str) -> int | None:
    """The EPSG code of a CGCS2000 system by its parameters, or None when it is something else."""
    if CGCS2000.search(wkt) is None:
        return None
    if not wkt.lstrip().upper().startswith("PROJCS"):
        return CGCS2000_DEGREES if wkt.lstrip().upper().startswith("GEOGCS") else None
    if "gauss_kruger" not in wkt.lower() and "transverse_mercator" not in wkt.lower():
        return None
    return _gauss_kruger(_value(CENTRAL_MERIDIAN, wkt), _value(FALSE_EASTING, wkt), _value(SCALE_FACTOR, wkt))


def _gauss_kruger(meridian: float | None, easting: float | None, scale: float | None) -> int | None:
    """Three-degree zones 25 to 45 (EPSG 4513–4533 with the zone before the easting, 4534–4554 without)."""
    if meridian is None or easting is None or scale not in (None, 1.0) or meridian % 3 or not 75 <= meridian <= 135:
        return None
    step = int(meridian - 75) // 3
    if easting == 500_000:
        return 4534 + step
    return 4513 + step if easting == (25 + step) * 1_000_000 + 500_000 else None


def epsg_code(identified: str | None) -> int | None:
    """The number of "EPSG:4547"."""
    match = re.fullmatch(r"EPSG:(\d{4,6})", identified or "")
    return int(match.group(1)) if match else None
