"""What comes back through the door: plain values, no library's objects, nothing that can do harm.

Both sides of the door import this module, so it imports only the standard library. No value is ever a float: a number
from a file is an ``int`` or a ``Decimal`` built from the shortest decimal text of the stored number, so that money
read from a spreadsheet is the money that the spreadsheet shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from geodata.sandbox.blocks import Blocks

CellValue = None | str | bool | int | Decimal | datetime | date | time
FieldValue = None | str | int | Decimal | bool | date | datetime

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. Sizes in bytes, times in seconds; going beyond raises ``TooLarge``."""

    file_bytes: int = 100 * MIB
    rows: int = 200_000
    columns: int = 1_000
    cells: int = 4_000_000
    text_length: int = 100_000
    vertices_per_feature: int = 50_000
    parts_per_feature: int = 2_000
    vertices_per_file: int = 5_000_000
    archive_entries: int = 2_000
    archive_bytes: int = 500 * MIB
    archive_ratio: int = 200
    pixels: int = 50_000_000
    answer_bytes: int = 256 * MIB
    memory_bytes: int = 3 * 1024 * MIB
    cpu_seconds: int = 20
    wall_seconds: int = 28


DEFAULT = Limits()
# Nobody waits at a browser: a command or a job may take minutes, and a file with a million rows.
PATIENT = replace(
    DEFAULT,
    file_bytes=400 * MIB,
    rows=1_048_576,
    cells=30_000_000,
    archive_bytes=3 * 1024 * MIB,
    answer_bytes=2 * 1024 * MIB,
    cpu_seconds=600,
    wall_seconds=900,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. ``number_format`` is Excel's own code ("0.00%", "yyyy/m/d"): it tells a fraction from a percentage.

    ``missing_formula_value`` marks a formula whose result was never saved: the value is unknown, not empty.
    """

    value: CellValue
    number_format: str = "General"
    missing_formula_value: bool = False


EMPTY_CELL = Cell(None)


@dataclass(slots=True)
class Sheet:
    """One worksheet. ``rows[i][j]`` is Excel's row i+1, column j+1; a row ends with its last cell that holds something,
    and the sheet with its last row that does. Go through them in order: they are read a block at a time.

    ``merged`` holds (first row, first column, last row, last column), counted from 1, as are the hidden ones.
    """

    name: str
    hidden: bool
    rows: Sequence[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Workbook:
    """An Excel workbook's visible content: worksheets in their order, no charts, macros or links."""

    sheets: list[Sheet]
    date1904: bool = False


@dataclass(slots=True)
class TextTable:
    """A CSV or TSV file. ``line_numbers[i]`` is the line of the file (from 1) on which ``rows[i]`` begins.

    ``rows`` are read from a temporary file a block at a time: go through them in order.
    """

    encoding: str
    delimiter: str
    rows: Blocks[list[str]]
    line_numbers: Sequence[int]


@dataclass(slots=True)
class FeatureRow:
    """One feature. ``number`` counts from 1 in the file's order, deleted records of a DBF included.

    ``wkb`` is 2-D little-endian ISO WKB of the file's own type in the file's own coordinates, or None when the feature
    has no geometry, or one that cannot be used; then ``problem`` says why, in Chinese.
    """

    number: int
    values: dict[str, FieldValue]
    wkb: bytes | None
    problem: str | None = None


@dataclass(slots=True)
class FeatureLayer:
    """One layer. ``epsg`` is None when the file does not say, or says something that is no EPSG code.

    ``crs_source``: "file" (GeoJSON's member, GeoPackage's table), "prj" (shapefile), "placemark" (each feature says so
    of itself, which goes before whatever is said of the file), "standard" (only the format's standard says WGS 84;
    files with shifted coordinates follow it just as well), "none".
    """

    name: str
    columns: list[str]
    geometry_types: set[str]
    epsg: int | None
    crs_name: str | None
    crs_wkt: str | None
    crs_source: Literal["file", "prj", "placemark", "standard", "none"]
    encoding: str | None
    rows: list[FeatureRow]
    notices: list[str] = field(default_factory=list)


@dataclass(slots=True)
class FeatureFile:
    """A file of features. ``driver`` is "GeoJSON", "ESRI Shapefile", "GPKG", "KML", "DXF" or "OpenFileGDB"."""

    driver: str
    layers: list[FeatureLayer]


@dataclass(frozen=True, slots=True)
class GeometryCheck:
    """The judgement on one geometry in longitude and latitude (EPSG:4490).

    Areas and lengths are geodesic on the CGCS2000 ellipsoid. ``proposal`` is a repaired WKB for a person to look at:
    nothing is ever repaired silently.
    """

    valid: bool
    problem: str | None
    geometry_type: str
    vertices: int
    area_m2: Decimal | None = None
    length_m: Decimal | None = None
    proposal: bytes | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo drawn anew: two JPEG files without any notes. Sizes in pixels are the large one's; ``taken_on`` is the
    day and ``position`` the longitude and latitude (degrees, WGS 84) that the camera noted in the upload.
    """

    large: bytes
    small: bytes
    width: int
    height: int
    taken_on: date | None = None
    position: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class PaperCheck:
    """A document as evidence: a PDF that may be kept as it is (`picture` None), or a scan drawn anew as a JPEG."""

    picture: bytes | None
    pages: int
