"""Typed readers of the process environment: the only place where settings come from."""

import os
from pathlib import Path
from typing import Literal, cast

from django.core.exceptions import ImproperlyConfigured

Site = Literal["public", "staff", "both"]


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that NAME_FILE names (for secrets), or the default."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "")
    if value == "":
        return default
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def whole(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    if value == "":
        return default
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}")
    return int(value)


def one_of(name: str, known: tuple[str, ...], *, default: str) -> str:
    value = os.environ.get(name, "") or default
    if value not in known:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(known)}, not {value!r}")
    return value


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list."""
    value = os.environ.get(name, "")
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def site() -> Site:
    """Which half of the site this process serves; `both` only on a developer's machine."""
    value = os.environ.get("ONEMAP_SITE", "both")
    if value not in {"public", "staff", "both"}:
        raise ImproperlyConfigured(f"ONEMAP_SITE must be public, staff or both, not {value!r}")
    return cast(Site, value)
