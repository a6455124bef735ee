"""GDAL and GEOS for GeoDjango: those inside the pyogrio and shapely wheels, the system's as a fallback.

Debian 12 ships GDAL 3.6, Django's deployment check asks for 3.9 or newer; the wheels carry 3.12. Found by file name,
without importing the packages, because Django loads the libraries while settings are read.
"""

import sysconfig
from pathlib import Path

SITE_PACKAGES = Path(sysconfig.get_path("platlib"))


def _first(folder: str, pattern: str) -> str | None:
    found = sorted((SITE_PACKAGES / folder).glob(pattern))
    return str(found[0]) if found else None


def gdal() -> str | None:
    return _first("pyogrio.libs", "libgdal-*.so*")


def geos() -> str | None:
    return _first("shapely.libs", "libgeos_c-*.so*")
