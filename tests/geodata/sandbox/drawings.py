"""Small DXF drawings, KML files and File Geodatabases, made by hand where the test must say every word."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import geopandas

Points = Sequence[tuple[float, float]]
BLOCK = [(411562.1, 3252287.3), (411662.1, 3252287.3), (411662.1, 3252387.3), (411562.1, 3252387.3)]


def polyline(layer: str, points: Points, *, closed: bool, bulge: float = 0) -> str:
    """An LWPOLYLINE; a bulge makes its first side an arc."""
    codes = [(0, "LWPOLYLINE"), (100, "AcDbEntity"), (8, layer), (100, "AcDbPolyline")]
    codes += [(90, len(points)), (70, int(closed))]
    for at, (x, y) in enumerate(points):
        codes += [(10, x), (20, y), *([(42, bulge)] if bulge and at == 0 else [])]
    return _lines(codes)


def circle(layer: str, x: float, y: float, radius: float) -> str:
    return _lines([(0, "CIRCLE"), (100, "AcDbEntity"), (8, layer), (100, "AcDbCircle"), (10, x), (20, y), (40, radius)])


def words(layer: str, x: float, y: float, text: str) -> str:
    codes = [(0, "TEXT"), (100, "AcDbEntity"), (8, layer), (100, "AcDbText"), (10, x), (20, y), (40, 2), (1, text)]
    return _lines([*codes, (100, "AcDbText")])


def dxf(*entities: str, units: int | None = 6, page: str = "ANSI_936", header: bool = True) -> str:
    """A drawing of R2000 with these entities."""
    top = [(0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1015"), (9, "$DWGCODEPAGE"), (3, page)]
    top += [(9, "$INSUNITS"), (70, units)] if units is not None else []
    top += [(0, "ENDSEC")]
    body = _lines([(0, "SECTION"), (2, "ENTITIES")]) + "".join(entities) + _lines([(0, "ENDSEC"), (0, "EOF")])
    return (_lines(top) if header else "") + body


def _lines(codes: Sequence[tuple[int, object]]) -> str:
    return "".join(f"{code:>3}\n{value}\n" for code, value in codes)


def placemark(name: str, geometry: str, *, system: str = "", **data: str) -> str:
    said = f"<OvCoordType>{system}</OvCoordType>" if system else ""
    extended = "".join(f'<Data name="{key}"><value>{value}</value></Data>' for key, value in data.items())
    return f"<Placemark><name>{name}</name>{said}<ExtendedData>{extended}</ExtendedData>{geometry}</Placemark>"


def point(lon: float, lat: float) -> str:
    return f"<Point><coordinates>{lon},{lat},0</coordinates></Point>"


def line(points: Points) -> str:
    return f"<LineString><coordinates>{_written(points)}</coordinates></LineString>"


def polygon(ring: Points) -> str:
    inner = f"<LinearRing><coordinates>{_written(ring)}</coordinates></LinearRing>"
    return f"<Polygon><outerBoundaryIs>{inner}</outerBoundaryIs></Polygon>"


def _written(points: Points) -> str:
    return " ".join(f"{x},{y},0" for x, y in points)


def kml(*placemarks: str, namespace: bool = True, encoding: str = "UTF-8") -> str:
    name = ' xmlns="http://www.opengis.net/kml/2.2"' if namespace else ""
    prolog = f'<?xml version="1.0" encoding="{encoding}"?>'
    inner = f"<Document><name>示例</name><Folder><name>一组</name>{''.join(placemarks)}</Folder></Document>"
    return f"{prolog}<kml{name}>{inner}</kml>"


def geodatabase(folder: Path, frame: geopandas.GeoDataFrame, layer: str = "地块") -> bytes:
    """A zipped File Geodatabase with one feature class."""
    place = folder / "示例.gdb"
    frame.to_file(place, driver="OpenFileGDB", layer=layer, engine="pyogrio")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in sorted(place.iterdir()):
            archive.write(member, f"示例.gdb/{member.name}")
    return target.getvalue()
