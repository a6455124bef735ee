"""The storage behind {% static %}: once collected, names carry a hash of the content, so they never expire."""

from collections.abc import Callable
from re import Match
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

# Kept to the last byte, under a hashed name: the style sheet has pictures with url(#…) inside url("data:…"), which the
# rewriting of addresses would break, and the scripts name source maps that we do not serve.
AS_THEY_ARE = frozenset(
    {
        "vendor/leaflet-geoman/leaflet-geoman.css",
        "vendor/leaflet-geoman/leaflet-geoman.min.js",
        "vendor/jsts/jsts.min.js",
    }
)


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Hashes also the `import … from "./x.js";` of our ES modules (relative and ended by a semicolon)."""

    support_js_module_import_aggregation = True
    # a page without a manifest entry is still better than a 500 (error pages use {% static %} too)
    manifest_strict = False

    def url_converter(
        self, name: str, hashed_files: dict[str, str], template: str | None = None
    ) -> Callable[[Match[str]], str]:
        """Rewrites the addresses inside a file; those of AS_THEY_ARE stay."""
        if name in AS_THEY_ARE:
            return lambda found: str(found.group(0))
        rewritten: Callable[[Match[str]], str] = super().url_converter(name, hashed_files, template)
        return rewritten

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """The plain name while nothing has been collected (tests, a first start): the finders answer to it."""
        try:
            return super().hashed_name(name, content, filename)
        except ValueError:
            if self.manifest_strict or content is not None or self.exists(name):
                raise
            return name
