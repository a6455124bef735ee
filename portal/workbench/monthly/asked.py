"""What the address of the monthly table asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from geodata import parameters
from geodata.parameters import Chosen, bad, one
from portal.workbench.monthly.selectors import MOST

_MONTH: Final = re.compile(r"\d{4}-\d{2}")


def _month(name: str, texts: list[str]) -> str:
    text = one(name, texts)
    if not (text.isascii() and _MONTH.fullmatch(text)):
        raise bad(name, text, "应为年月，例如 2026-10")
    return text


@dataclass(frozen=True)
class MonthFilter(Chosen):
    """`period`: the month as 2026-10, empty for the one that is over; `unit` and `q` limit the projects."""

    READERS: ClassVar = {
        "period": _month,
        "unit": parameters.code,
        "q": parameters.phrase,
        "page": parameters.page,
    }

    period: str = ""
    unit: str = ""
    q: str = ""
    page: int = 1
    limit: ClassVar[int] = MOST
