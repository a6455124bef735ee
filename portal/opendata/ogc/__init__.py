"""OGC API Features over the published tables: part 1 (core, GeoJSON, OpenAPI 3.0, HTML), part 2 (systems)."""
