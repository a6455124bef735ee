"""A request by which somebody of one district tries to reach what another holds, and the forms that it comes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.urls import reverse

from tests.security.districts import District


class Where(Enum):
    """Where the foreign object is named, which decides what the answer may be."""

    PATH = "in the address: 404, as if there were no such thing"
    BODY = "in a form, in JSON or in a query: refused, or an answer that knows nothing of it"
    LIST = "nowhere or in a filter: 200 without a trace of it"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One request. `browser`: asked for as a page; else as a program does."""

    where: Where
    path: str
    method: str = "get"
    form: dict[str, Any] | None = None
    json: object = None
    headers: dict[str, str] = field(default_factory=dict)
    browser: bool = False

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path} {self.form or self.json or ''} ({self.where.name})"


Attempts = Callable[[District, District], list[Attempt]]


def path(route: str, *args: object, method: str = "get", **more: Any) -> list[Attempt]:
    """The object in the address, once as a browser and once as a program asks."""
    way = reverse(route, args=args)
    return [Attempt(where=Where.PATH, path=way, method=method, browser=page, **more) for page in (True, False)]


def lists(route: str, *queries: str, formats: bool = False) -> list[Attempt]:
    """A list under several filters, as a page and as files."""
    way = reverse(route)
    asked = [*queries, *(f"{query}&format={kind}" for query in queries for kind in ("csv", "xlsx") if formats)]
    return [Attempt(where=Where.LIST, path=f"{way}?{query}", browser=True) for query in asked]


def body(route: str, *args: object, **more: Any) -> list[Attempt]:
    """The object in what is sent, or an address that may be shut whatever it names."""
    way = reverse(route, args=args)
    return [Attempt(where=Where.BODY, path=way, method="post", browser=page, **more) for page in (True, False)]


def shut(route: str, *queries: str, args: tuple[object, ...] = ()) -> list[Attempt]:
    """A page for people of the whole city: refused, and whatever the refusal says it names nothing of the other."""
    way = reverse(route, args=args)
    return [Attempt(where=Where.BODY, path=f"{way}?{query}", browser=True) for query in queries]


def filters(other: District, *names: str) -> list[str]:
    """Nothing asked, the district asked for, its mark and its project's number searched for."""
    texts = {
        "unit": f"unit={other.unit.code}",
        "q": f"q={other.mark}",
        "code": f"q={other.project.serial_no}",
    }
    return ["", *(texts[name] for name in names)]
