"""GDAL, cut down to the drivers of one kind of file before it sees one.

pyogrio offers no list of allowed drivers, so every other driver (of some 180) is taken out of GDAL's own register
through its C interface; then GDAL itself is asked what is left. Imported late, inside the walls, and only for a file
that needs it: GDAL is half of what such a file costs.
"""

import ctypes
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import Any

from geodata.errors import FileRefused

ALLOWED = frozenset({"ESRI Shapefile", "GPKG"})
DRAWINGS = frozenset({"DXF"})
GEODATABASES = frozenset({"OpenFileGDB"})
INTEGERS = ("OFTInteger", "OFTInteger64")
DATE, DATE_TIME = "OFTDate", "OFTDateTime"
BOOLEAN = "OFSTBoolean"


@dataclass(slots=True)
class Layer:
    """A layer as GDAL gives it: geometries as WKB or None, one list of plain values for each column."""

    columns: dict[str, list[Any]]
    geometries: list[bytes | None]
    crs: str | None


def load(allowed: frozenset[str] = ALLOWED) -> None:
    """Import GDAL and leave it these drivers; its symbols are reached through the module that is linked with it."""
    import pyogrio
    from pyogrio import _ogr

    gdal = ctypes.CDLL(_ogr.__file__)
    gdal.GDALGetDriver.restype = ctypes.c_void_p
    gdal.GDALGetDriverShortName.argtypes = [ctypes.c_void_p]
    gdal.GDALGetDriverShortName.restype = ctypes.c_char_p
    gdal.GDALDeregisterDriver.argtypes = [ctypes.c_void_p]
    for index in reversed(range(gdal.GDALGetDriverCount())):
        driver = gdal.GDALGetDriver(index)
        if gdal.GDALGetDriverShortName(driver).decode() not in allowed:
            gdal.GDALDeregisterDriver(driver)
    if set(pyogrio.list_drivers()) != allowed:
        raise RuntimeError("GDAL keeps drivers that it must not have")


def read_layer(
    path: Path, *, layer: str | None, fields: bool, at_most: int, drivers: frozenset[str] = ALLOWED
) -> Layer:
    """The first ``at_most`` features of a layer, 2-D; what GDAL cannot read is refused."""
    load(drivers)
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

    try:
        meta, _, geometries, values = pyogrio.raw.read(
            str(path),
            layer=layer,
            columns=None if fields else [],
            force_2d=True,
            max_features=at_most,
            datetime_as_string=True,
        )
    except (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, UnicodeDecodeError) as error:
        raise FileRefused(
            "空间数据文件不完整或已损坏，没有读出来。请从原软件重新导出后再上传。", code="damaged-file"
        ) from error
    columns = {
        str(name): _plain(array, kind, subtype)
        for name, array, kind, subtype in zip(
            meta["fields"], values, meta["ogr_types"], meta["ogr_subtypes"], strict=True
        )
    }
    found = [] if geometries is None else [None if one is None else bytes(one) for one in geometries]
    return Layer(columns, found, meta["crs"])


def _plain(array: Any, kind: str, subtype: str) -> list[Any]:
    """A column as Python values; a double by its shortest text, a whole number of a nullable column as an integer."""
    if array.dtype.kind == "f":
        return [_number(str(value), kind, subtype) for value in array]
    if kind in (DATE, DATE_TIME):
        return [_moment(value, kind) for value in array]
    return [value.item() if hasattr(value, "item") else value for value in array]


def _number(text: str, kind: str, subtype: str) -> bool | int | Decimal | None:
    if isnan(float(text)):
        return None
    number = Decimal(text)
    if not number.is_finite():
        return None
    if kind not in INTEGERS:
        return number
    return bool(number) if subtype == BOOLEAN else int(number)


def _moment(value: Any, kind: str) -> date | datetime | None:
    try:
        moment = datetime.fromisoformat(str(value).replace("/", "-"))
    except ValueError:
        return None
    return moment.date() if kind == DATE else moment
