"""What the address of a project page asks: the day, and the page of each long list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Self

from geodata import parameters
from geodata.errors import BadParameter
from geodata.parameters import Chosen, Reader

SIZES: dict[str, int] = {"payments": 20, "orders": 10, "photos": 12, "visits": 10, "history": 15}


@dataclass(frozen=True)
class Asked(Chosen):
    """`payments`, `orders`, `photos`, `visits` and `history` are page numbers from 1."""

    READERS: ClassVar[Mapping[str, Reader]] = {
        "as_of": parameters.day,
        "payments": parameters.page,
        "orders": parameters.page,
        "photos": parameters.page,
        "visits": parameters.page,
        "history": parameters.page,
    }

    as_of: date | None = None
    payments: int = 1
    orders: int = 1
    photos: int = 1
    visits: int = 1
    history: int = 1

    def day(self, today: date) -> date:
        """The day shown. Raises BadParameter for one to come: nothing is known of it."""
        if self.as_of is not None and self.as_of > today:
            raise BadParameter(f"截止日期 {self.as_of.isoformat()} 还没有到，请选择今天或以前的日期")
        return self.as_of or today

    def start(self, name: str) -> int:
        """The first row of a list's page, from 0."""
        return (getattr(self, name) - 1) * SIZES[name]

    def at(self, name: str, number: int) -> Self:
        """The same with another page of a list."""
        page: dict[str, Any] = {name: number}
        return replace(self, **page)

    def pages(self, name: str, total: int) -> dict[str, Any] | None:
        """Links to the pages before and after, back to the list's own section; None where one page holds all."""
        last = max(1, -(-total // SIZES[name]))
        if last == 1:
            return None
        number = min(getattr(self, name), last)
        return {
            "number": number,
            "last": last,
            "previous": self._link(name, number - 1) if number > 1 else "",
            "next": self._link(name, number + 1) if number < last else "",
        }

    def within(self, name: str, total: int) -> Self:
        """The same, a page beyond the end of a list being its last one."""
        return self.at(name, min(getattr(self, name), max(1, -(-total // SIZES[name]))))

    def _link(self, name: str, number: int) -> str:
        return f"?{self.at(name, number).querystring()}#{name}"
