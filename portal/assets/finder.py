"""Serves an allow-list of single files of the npm packages that package-lock.json pins.

Everything else in node_modules (sources, tests, readmes, packages that are only needed to build) stays unreachable, and
a new version that renames a file fails in `tests/portal/test_assets.py` instead of on a citizen's screen.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage, Storage

# address below STATIC_URL -> file below node_modules
VENDOR_FILES: dict[str, str] = {
    "vendor/echarts/echarts.common.min.js": "echarts/dist/echarts.common.min.js",
    "vendor/leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "vendor/leaflet/leaflet.js.map": "leaflet/dist/leaflet.js.map",
    "vendor/leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    # named by leaflet.css, so hashing needs them; our maps never show them
    "vendor/leaflet/images/layers.png": "leaflet/dist/images/layers.png",
    "vendor/leaflet/images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "vendor/leaflet/images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    # the geometry editor: drawing tools, and the port of JTS that splits, merges and looks for faults there
    "vendor/leaflet-geoman/leaflet-geoman.min.js": "@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.min.js",
    "vendor/leaflet-geoman/leaflet-geoman.css": "@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.css",
    "vendor/jsts/jsts.min.js": "jsts/dist/jsts.min.js",
    "vendor/protomaps-leaflet/protomaps-leaflet.js": "protomaps-leaflet/dist/protomaps-leaflet.js",
    "vendor/protomaps-leaflet/protomaps-leaflet.js.map": "protomaps-leaflet/dist/protomaps-leaflet.js.map",
}


class NodeModulesFinder(BaseFinder):
    """Finds exactly the files of VENDOR_FILES below BASE_DIR/node_modules (filled by `npm ci`)."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.root = Path(settings.BASE_DIR) / "node_modules"
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        missing = [source for source in VENDOR_FILES.values() if not (self.root / source).is_file()]
        if not missing:
            return []
        return [Error(f"missing below node_modules: {', '.join(missing)}", hint="npm ci", id="portal.E001")]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file of an allowed address; `[]` for every other one, as Django's own finders answer."""
        wanted = bool(find_all or kwargs.get("all"))
        source = VENDOR_FILES.get(path.replace("\\", "/"))
        if source is None or not (self.root / source).is_file():
            return []
        found = str(self.root / source)
        return [found] if wanted else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """What collectstatic copies: (path in the storage, storage); the storage maps the address to its source."""
        storage = _VendorStorage(self.root)
        for address, source in VENDOR_FILES.items():
            if (self.root / source).is_file():
                yield address, storage


class _VendorStorage(FileSystemStorage):
    """Opens `vendor/leaflet/leaflet.js` as node_modules/leaflet/dist/leaflet.js."""

    prefix = ""

    def __init__(self, root: Path) -> None:
        super().__init__(location=str(root))

    def path(self, name: str) -> str:
        return super().path(VENDOR_FILES.get(name.replace("\\", "/"), name))
