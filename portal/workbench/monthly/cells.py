"""Cells of the monthly table: text as people type or paste it ↔ figures of the record. Pure.

Amounts are shown and read in 万元 (a unit within the cell wins), shares in percent. What cannot be read stays in its
cell with a sentence that says what to write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from geodata.figures.numbers import Unreadable, parse_amount, parse_number, plain
from geodata.progress.consistency import Finding
from geodata.progress.models import PeriodReport
from geodata.progress.report_values import AMOUNTS, LABELS, LONGEST_NOTE, LONGEST_TEXT, ReportValues

Kind = Literal["percent", "wan", "text"]
_WAN: Final = Decimal(10_000)
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table. `required`: to be filled before the row is submitted. `words`: how its head may read in
    a block that is pasted, beside its label."""

    field: str
    label: str
    kind: Kind
    required: bool = False
    words: tuple[str, ...] = ()
    most: int = LONGEST_TEXT


# the four figures of every monthly file first and side by side, so that a block pastes as it stands in it
COLUMNS: Final = (
    Column("physical_pct", "形象进度", "percent", True, ("形象进度(%)", "进度", "完成比例")),
    Column("invested_period", "本月完成投资", "wan", True, ("本期完成投资", "本月完成", "当月完成投资", "本期投资")),
    Column("invested_cumulative", "累计完成投资", "wan", True, ("开工以来累计", "累计完成", "累计投资")),
    Column("problems", "存在问题", "text", words=("问题", "存在的问题", "困难和问题")),
    Column("physical_desc", "形象进度描述", "text", True, ("形象描述", "进度描述")),
    Column("work_done", "本月工作", "text", True, ("本期工作", "完成工作", "工作内容")),
    Column("invested_year", "年度累计完成投资", "wan", True, ("年度累计", "年度完成投资", "当年累计")),
    Column("explanation", "数据说明", "text", words=("说明", "矛盾说明"), most=LONGEST_NOTE),
)
FIELDS: Final = {column.field: column for column in COLUMNS}
FIGURES: Final = ("physical_pct", "invested_period", "invested_year", "invested_cumulative")


@dataclass(frozen=True, slots=True)
class Typed:
    """A row as it was typed: what could be read, and what is wrong by its cell."""

    values: ReportValues
    errors: dict[str, str]

    @property
    def figures(self) -> dict[str, Decimal | None]:
        return {name: self.values.get(name) for name in FIGURES}  # type: ignore[misc]


def read(texts: Mapping[str, Any]) -> Typed:
    """The cells of a row; a cell that is not named is empty, one that no column has is ignored."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for column in COLUMNS:
        said = texts.get(column.field, "")
        try:
            values[column.field] = _value(column, said if isinstance(said, str) else "")
        except Unreadable as error:
            errors[column.field] = str(error)
    return Typed(ReportValues(**values), errors)  # type: ignore[typeddict-item]


def _value(column: Column, said: str) -> Decimal | str | None:
    if column.kind == "text":
        if len(said) > column.most:
            raise Unreadable(f"不能超过 {column.most} 字，现有 {len(said)} 字")
        return said.strip()
    return _percent(said) if column.kind == "percent" else _amount(said)


def _percent(said: str) -> Decimal | None:
    number = parse_number(plain(said).removesuffix("%"))
    if number is not None and not 0 <= number <= _HUNDRED:
        raise Unreadable("形象进度应在 0 到 100 之间")
    return number


def _amount(said: str) -> Decimal | None:
    found = parse_amount(said, "万元")
    if found is None:
        return None
    if found.approximate:
        raise Unreadable("请填确定的数，不要写“约”“左右”")
    return found.yuan


def missing(typed: Typed, *, is_part: bool = False) -> dict[str, str]:
    """What a row still lacks to be submitted, by its cell; the sum of a year not while its month is unread, no amounts
    of a part of a bundle, whose money the bundle reports."""
    known = {*typed.errors, *(AMOUNTS if is_part else ())}
    if "invested_period" in typed.errors:
        known.add("invested_year")
    return {
        column.field: f"请填{column.label}"
        for column in COLUMNS
        if column.required and column.field not in known and typed.values.get(column.field) in (None, "")
    }


def texts(report: PeriodReport | None) -> dict[str, str]:
    """The cells of a report as they are shown."""
    return {column.field: _text(column, getattr(report, column.field, None)) for column in COLUMNS}


def _text(column: Column, value: Any) -> str:
    if value is None or value == "":
        return ""
    if column.kind == "text":
        return str(value)
    return bare(value / _WAN) if column.kind == "wan" else bare(value)


def bare(number: Decimal) -> str:
    """A number as one reads and types it: thousands apart, no zeros at its end."""
    return f"{number.normalize():,f}"


def wan(amount: Decimal | None) -> str:
    """万元 of an amount in 元 as one types them; empty for nothing known."""
    return "" if amount is None else bare(amount / _WAN)


def warnings(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings of W09 for a row's cells; one about a cell that the table lacks stands with the progress."""
    return [
        {
            "code": one.code,
            "severity": one.severity,
            "message": one.message,
            "field": one.field if one.field in FIELDS else "physical_pct",
        }
        for one in findings
    ]


def field_of(message: str) -> str:
    """The cell that a refusal of the service speaks of, by the label at its beginning; empty for the whole row."""
    known = sorted(((label, name) for name, label in LABELS.items() if name in FIELDS), key=lambda pair: -len(pair[0]))
    return next((name for label, name in known if message.startswith(label)), "")
