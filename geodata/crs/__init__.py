"""Coordinate systems: their codes, transformation into the storage system, and how to tell which one a file has.

Everything is stored in EPSG:4490 (CGCS2000, longitude then latitude). Submodules: `systems` (codes and names),
`transforms` (into storage), `gcj02` (the shifted systems of Chinese map services), `declared` (what a file says of
itself), `detection` (what its numbers say), `degrees` (degrees, minutes and seconds).
"""

from geodata.crs.systems import BD09, GCJ02, RefusedSystem, Source, name_of
from geodata.srid import STORAGE_SRID, WEB_SRID

__all__ = ["BD09", "GCJ02", "STORAGE_SRID", "WEB_SRID", "RefusedSystem", "Source", "name_of"]
