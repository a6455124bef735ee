"""Reading the parameters of an address, and the frozen filter that they make: one reader a parameter. Pure.

Each reader refuses with a sentence that names the parameter. The filters of the lists (projects, payments, work orders,
organisations) share all of this and differ in their fields only.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Final, Self
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from geodata.errors import BadParameter

LARGEST_LIMIT: Final = 1000
LARGEST_PAGE: Final = 100_000
LONGEST_SEARCH: Final = 60
PAGE_SIZE: Final = 50
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,20}")

Reader = Callable[[str, list[str]], Any]


def texts_of(query: Mapping[str, Any], name: str) -> list[str]:
    getlist: Callable[[str], list[str]] | None = getattr(query, "getlist", None)
    values = getlist(name) if getlist else [query[name]]
    return [str(value).strip() for value in values]


def shown(text: str) -> str:
    """A parameter's name or value as an error message may repeat it: short and without control characters."""
    return "".join(c for c in text[:40] if c.isprintable())


def bad(name: str, text: str, hint: str) -> BadParameter:
    return BadParameter(
        _("The value “%(value)s” of the parameter “%(name)s” is wrong: %(hint)s")
        % {"name": name, "value": shown(text), "hint": hint}
    )


def available(known: Iterable[str]) -> str:
    """What may be asked for instead."""
    return _("available: %(known)s") % {"known": pgettext("between the parts of a list", ", ").join(known)}


def unknown(name: str, known: Iterable[str]) -> BadParameter:
    """The refusal of a parameter that an address does not have; `known` are those that it has."""
    names = list(known)
    hint = available(names) if names else _("this address has none")
    return BadParameter(_("There is no parameter “%(name)s” (%(hint)s)") % {"name": shown(name), "hint": hint})


def one(name: str, texts: list[str]) -> str:
    if len(set(texts)) > 1:
        raise BadParameter(_("The parameter “%(name)s” takes one value only") % {"name": name})
    return texts[0]


def code(name: str, texts: list[str]) -> str:
    text = one(name, texts)
    if not _CODE.fullmatch(text):
        raise bad(name, text, _("a code of letters, digits, hyphens and underscores is expected"))
    return text


def choices(known: Iterable[str]) -> Callable[[str, list[str]], tuple[str, ...]]:
    """Several of the known values, repeated or joined by commas, in the order of the known ones."""
    order = tuple(known)

    def read(name: str, texts: list[str]) -> tuple[str, ...]:
        asked = [part for text in texts for part in text.split(",")]
        for part in asked:
            if part not in order:
                raise bad(name, part, available(order))
        return tuple(value for value in order if value in asked)

    return read


def whole(low: int, high: int) -> Callable[[str, list[str]], int]:
    def read(name: str, texts: list[str]) -> int:
        text = one(name, texts)
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):
            raise bad(name, text, _("a whole number from %(low)s to %(high)s is expected") % {"low": low, "high": high})
        return int(text)

    return read


def one_of(*known: str) -> Callable[[str, list[str]], str]:
    def read(name: str, texts: list[str]) -> str:
        text = one(name, texts)
        if text not in known:
            raise bad(name, text, available(known))
        return text

    return read


def sorting(*columns: str) -> Callable[[str, list[str]], str]:
    """One of the columns, falling with a minus before it."""
    return one_of(*columns, *(f"-{column}" for column in columns))


def flag(name: str, texts: list[str]) -> bool:
    text = one(name, texts)
    if text not in {"0", "1"}:
        raise bad(name, text, _("1 (yes) or 0 (no) is expected"))
    return text == "1"


def phrase(name: str, texts: list[str]) -> str:
    text = one(name, texts)
    if len(text) > LONGEST_SEARCH:
        raise bad(name, text, _("%(n)s characters at most") % {"n": LONGEST_SEARCH})
    if "\x00" in text:
        raise bad(name, text, _("it holds a character that cannot be used"))
    return text


def day(name: str, texts: list[str]) -> date:
    text = one(name, texts)
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        found = None
    if found is None or not 1990 <= found.year <= 2100:
        raise bad(name, text, _("a date such as 2026-03-31 is expected"))
    return found


def month(name: str, texts: list[str]) -> date:
    """The first day of a month."""
    text = one(name, texts)
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
    if found is None or not 1990 <= int(found[1]) <= 2100:
        raise bad(name, text, _("a month such as 2026-03 is expected"))
    return date(int(found[1]), int(found[2]), 1)


page: Final = whole(1, LARGEST_PAGE)
limit: Final = whole(1, LARGEST_LIMIT)


def read(query: Mapping[str, Any], readers: Mapping[str, Reader], *, allow: Iterable[str] = ()) -> dict[str, Any]:
    """The values of an address by their names; blank ones count as absent, those of `allow` are the caller's."""
    others = set(allow)
    found: dict[str, Any] = {}
    for name in query:
        if name in others:
            continue
        if name not in readers:
            raise unknown(name, readers)
        texts = [text for text in texts_of(query, name) if text]
        if texts:
            found[name] = readers[name](name, texts)
    return found


def written(value: object) -> str:
    if value is True:
        return "1"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return ",".join(f"{part:.12g}" if isinstance(part, float) else str(part) for part in value)
    return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class Chosen:
    """What an address asks of a list: a field a parameter, empty means no limit. Subclasses name their READERS."""

    READERS: ClassVar[Mapping[str, Reader]] = {}

    @classmethod
    def from_query(cls, query: Mapping[str, Any], *, allow: Iterable[str] = ()) -> Self:
        """The filter of an address. `query` is a QueryDict or a mapping of texts; blank values count as absent.

        `allow` names other parameters that the caller reads itself. Raises BadParameter naming the parameter when it
        is unknown, given twice with different values (except those that may be several), or malformed.
        """
        return cls(**read(query, cls.READERS, allow=allow))

    def to_query(self) -> dict[str, str]:
        """The parameters that differ from the default, as texts; several values joined by commas."""
        return {
            field.name: written(value)
            for field in dataclasses.fields(self)
            if (value := getattr(self, field.name)) != field.default
        }

    def querystring(self, *, without: Iterable[str] = ()) -> str:
        """`to_query` encoded for an address, in the order of the fields."""
        dropped = set(without)
        return urlencode({name: text for name, text in self.to_query().items() if name not in dropped})
