"""What the form of a report sends: texts as people type them → values of the record. Pure.

Amounts are typed in 万元 (a unit in the field wins), shares in percent. What cannot be read keeps its text and
gets a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from geodata.figures.numbers import Unreadable, parse_amount, parse_number, plain
from geodata.figures.wording import half_up
from geodata.progress.report_values import AMOUNTS, NOTES, TEXTS, ReportValues
from geodata.progress.schedule import WorkNode, physical_progress

NODE: Final = "node-"
NAMES: Final = ("physical_pct", *AMOUNTS, *TEXTS, *NOTES, "delay_reason")
_WAN: Final = Decimal(10_000)
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent: its texts by name, what could be read, and what is wrong by the name of its field."""

    texts: Mapping[str, str]
    values: ReportValues
    errors: dict[str, str] = field(default_factory=dict)

    def figure(self, name: str) -> Decimal | None:
        value: Decimal | None = self.values.get(name)  # type: ignore[assignment]
        return value


def read(data: Mapping[str, str], nodes: Sequence[WorkNode]) -> Typed:
    """The fields that the form has: with nodes the percentage follows from them, and is not read."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    texts = {name: data.get(name, "") for name in NAMES}
    for name in AMOUNTS:
        _put(values, errors, name, lambda name=name: amount(texts[name]))
    for name in (*TEXTS, *NOTES, "delay_reason"):
        values[name] = texts[name]
    if nodes:
        texts |= {NODE + node.code: data.get(NODE + node.code, "") for node in nodes}
        shares: dict[str, Any] = {}
        for node in nodes:
            _put(shares, errors, NODE + node.code, lambda code=node.code: share(texts[NODE + code]))
        if any(done is not None for done in shares.values()):  # an untouched table says nothing
            values["nodes"] = {name.removeprefix(NODE): done or Decimal(0) for name, done in shares.items()}
    else:
        _put(values, errors, "physical_pct", lambda: share(texts["physical_pct"]))
    return Typed(texts, ReportValues(**values), errors)  # type: ignore[typeddict-item]


def _put(values: dict[str, Any], errors: dict[str, str], name: str, reading: Any) -> None:
    try:
        values[name] = reading()
    except Unreadable as error:
        errors[name] = str(error)


def amount(said: str) -> Decimal | None:
    """元 of what was typed in 万元. Raises Unreadable."""
    found = parse_amount(said, "万元")
    if found is not None and found.approximate:
        raise Unreadable("请填确定的数，不要写“约”“左右”")
    return None if found is None else found.yuan


def share(said: str) -> Decimal | None:
    """Percent, 0..100. Raises Unreadable."""
    number = parse_number(plain(said).removesuffix("%"))
    if number is not None and not 0 <= number <= _HUNDRED:
        raise Unreadable("应在 0 到 100 之间")
    return number


def progress(typed: Typed, nodes: Sequence[WorkNode], stated: Decimal | None) -> Decimal | None:
    """The physical progress that the form states, by its nodes where it has them. While none of them is filled in the
    share as a whole stays, that the monthly table may have `stated`."""
    if not nodes:
        return typed.figure("physical_pct")
    shares = typed.values.get("nodes")
    if shares is None:
        return stated
    found = physical_progress((node.weight, shares.get(node.code, Decimal(0))) for node in nodes)
    return None if found is None else half_up(found, 2)


def texts_of(report: Any | None, shares: Mapping[str, Decimal], nodes: Sequence[WorkNode]) -> dict[str, str]:
    """The fields of a report as they are shown; of none they are empty."""
    said = {name: _text(name, getattr(report, name, None)) for name in NAMES}
    return said | {NODE + node.code: bare(shares[node.code]) if node.code in shares else "" for node in nodes}


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in AMOUNTS:
        return wan(value)
    return bare(value) if isinstance(value, Decimal) else str(value)


def wan(amount: Decimal | None) -> str:
    """万元 of an amount in 元 as one types them; empty for nothing known."""
    return "" if amount is None else bare(amount / _WAN)


def bare(number: Decimal) -> str:
    """Without separators and without zeros at its end."""
    return f"{number.normalize():f}"
