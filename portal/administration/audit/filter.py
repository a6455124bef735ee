"""What the address of the audit page asks for, and where a page of it goes on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

from geodata import parameters
from geodata.errors import BadParameter
from geodata.parameters import Chosen, Reader
from portal.administration.audit.tables import tables

ACTIONS: Final = {"insert": "新增", "update": "修改", "delete": "删除"}
_CURSOR: Final = re.compile(r"(?:[0-9a-z]{1,3}\.[0-9a-z]{1,13})(?:-[0-9a-z]{1,3}\.[0-9a-z]{1,13})*")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def _table(name: str, texts: list[str]) -> str:
    text = parameters.one(name, texts)
    if text not in {table.key for table in tables()}:
        raise BadParameter("没有这张表，请从列表中选择")
    return text


def _cursor(name: str, texts: list[str]) -> str:
    text = parameters.one(name, texts)
    if len(text) > 2000 or not _CURSOR.fullmatch(text):
        raise BadParameter("翻页地址不正确，请从第一页重新查看")
    return text


@dataclass(frozen=True)
class AuditFilter(Chosen):
    """Empty means no limit. `since` and `until` are days, both included; `before` is where the last page ended."""

    person: str = ""
    table: str = ""
    project: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    before: str = ""

    READERS: ClassVar[Mapping[str, Reader]] = {
        "person": parameters.phrase,
        "table": _table,
        "project": parameters.code,
        "action": parameters.one_of(*ACTIONS),
        "since": parameters.day,
        "until": parameters.day,
        "before": _cursor,
    }

    @classmethod
    def from_query(cls, query: Mapping[str, Any], *, allow: Any = ()) -> "AuditFilter":
        found = super().from_query(query, allow=allow)
        if found.since and found.until and found.until < found.since:
            raise BadParameter("截止日期早于开始日期，请改正")
        return found

    def ends(self) -> dict[int, int]:
        """Place of a table → the number of its last event that was shown."""
        pairs = (part.split(".") for part in self.before.split("-") if part)
        return {int(table, 36): int(event, 36) for table, event in pairs}


def cursor(ends: Mapping[int, int]) -> str:
    """`ends` as the address bears it."""
    return "-".join(f"{_base36(table)}.{_base36(event)}" for table, event in sorted(ends.items()))


def _base36(number: int) -> str:
    text = ""
    while True:
        number, rest = divmod(number, 36)
        text = _DIGITS[rest] + text
        if not number:
            return text
