"""The storage behind {% static %}: once collected, names carry a hash of the content, so they never expire."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Hashes also the `import … from "./x.js";` of our ES modules (relative and ended by a semicolon)."""

    support_js_module_import_aggregation = True
    # a page without a manifest entry is still better than a 500 (error pages use {% static %} too)
    manifest_strict = False

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """The plain name while nothing has been collected (tests, a first start): the finders answer to it."""
        try:
            return super().hashed_name(name, content, filename)
        except ValueError:
            if self.manifest_strict or content is not None or self.exists(name):
                raise
            return name
