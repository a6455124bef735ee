"""OC4IDS 0.9: the public projects in the standard for infrastructure projects (docs/opendata.md has the mapping)."""
