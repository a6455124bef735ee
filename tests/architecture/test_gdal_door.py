"""There is one door to GDAL, Excel, zip and pictures, and nobody goes around it. Writing such files is another matter.

Read from the source, not from what is loaded: an import inside a function counts too.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("geodata", "dashboards", "portal", "fixtures", "ops")
DOOR = "geodata/sandbox/"
WRITERS = (DOOR, "fixtures/", "geodata/exchange/", "portal/opendata/", "dashboards/bulletins/")

OPENERS = {"pyogrio", "fiona", "osgeo", "rasterio", "tarfile"}
READERS_AND_WRITERS = {"openpyxl", "zipfile", "pandas", "geopandas", "xlsxwriter", "PIL"}
GEODJANGO = {"DataSource", "LayerMapping", "mapping", "GDALRaster", "SpatialReference", "OGRGeometry", "CoordTransform"}
READING = {"load_workbook", "read_excel", "read_csv", "read_file", "read_dataframe", "ExcelFile"}


def sources():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name:
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def imported(tree):
    """(module, name) of every import anywhere in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def around_the_door(name, tree):
    """What a module does that only the sandbox may do."""
    for module, thing in imported(tree):
        top = module.split(".")[0]
        if top in OPENERS:
            yield f"{name} imports {module}"
        if top in READERS_AND_WRITERS and not name.startswith(WRITERS):
            yield f"{name} imports {module}"
        if module.startswith("django.contrib.gis.gdal") or (
            module.startswith("django.contrib.gis") and thing in GEODJANGO
        ):
            yield f"{name} imports {thing or module} from GeoDjango's GDAL"
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        thing = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        if thing in READING | GEODJANGO - {"mapping"}:
            yield f"{name} calls {thing}"


def test_only_the_sandbox_opens_files_of_strangers():
    found = [words for name, tree in sources() if not name.startswith(DOOR) for words in around_the_door(name, tree)]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import pyogrio",
        "def f():\n    from osgeo import gdal",
        "import zipfile as z",
        "from django.contrib.gis.gdal import DataSource",
        "from django.contrib.gis.utils import LayerMapping",
        "import openpyxl",
        "from PIL import Image",
        "import geopandas\ngeopandas.read_file('x')",
        "SpatialReference('http://example')",
    ],
)
def test_the_search_finds_what_it_looks_for(source):
    assert list(around_the_door("geodata/projects/services.py", ast.parse(source)))


def test_the_child_is_started_in_one_place():
    starters = [
        name
        for name, tree in sources()
        if name.startswith(("geodata/", "dashboards/", "portal/"))
        and any(module in ("subprocess", "multiprocessing", "pty") for module, _ in imported(tree))
    ]
    allowed = ("geodata/sandbox/process.py", "geodata/sandbox/bubblewrap.py", "portal/")
    assert [name for name in starters if not name.startswith(allowed)] == []


def test_the_readers_are_loaded_by_the_child_alone():
    loaders = [
        name
        for name, tree in sources()
        if any(module.startswith("geodata.sandbox.readers") for module, _ in imported(tree))
        and not name.startswith("geodata/sandbox/readers/")
    ]
    assert loaders == []
