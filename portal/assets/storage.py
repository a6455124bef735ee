"""The storage behind {% static %} once collectstatic has run: names carry a hash of the content, so they never expire."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Hashes also the `import … from "./x.js";` of our ES modules (relative and ended by a semicolon)."""

    support_js_module_import_aggregation = True
    # a page without a manifest entry is still better than a 500 (error pages use {% static %} too)
    manifest_strict = False
