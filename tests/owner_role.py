"""Loaded before Django's settings (`-p tests.owner_role`): tests make their databases, so they connect as the owner."""

import os

os.environ["ONEMAP_ROLE"] = "owner"
os.environ.setdefault("ONEMAP_DEMO", "1")
os.environ.pop("ONEMAP_SITE", None)
