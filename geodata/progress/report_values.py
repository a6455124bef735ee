"""What may be written in a report of a period, and the bounds of each figure and text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, TypedDict

from geodata.errors import Refused
from geodata.progress.models import PeriodReport

AMOUNTS: Final = ("invested_period", "invested_year", "invested_cumulative")
TEXTS: Final = ("physical_desc", "work_done", "next_plan", "problems")
NOTES: Final = ("delay_note", "explanation")
COPIED: Final = ("physical_pct", *AMOUNTS, *TEXTS, *NOTES, "delay_reason")
LONGEST_TEXT, LONGEST_NOTE = 2000, 400
_MOST: Final = Decimal(10) ** 14  # 元: a hundred trillion is a slip of the keyboard
LABELS: Final = {
    "physical_pct": "形象进度",
    "invested_period": "本期完成投资",
    "invested_year": "年度累计完成投资",
    "invested_cumulative": "累计完成投资",
    "physical_desc": "形象进度描述",
    "work_done": "本期工作",
    "next_plan": "下期计划",
    "problems": "存在问题",
    "delay_note": "滞后说明",
    "explanation": "数据说明",
}


class ReportValues(TypedDict, total=False):
    """What is to be written; a key that is missing leaves what is recorded. Amounts in 元, shares in percent.

    `nodes`: done percent by code; the physical progress then follows from them by their weights.
    """

    physical_pct: Decimal | None
    nodes: Mapping[str, Decimal]
    physical_desc: str
    invested_period: Decimal | None
    invested_year: Decimal | None
    invested_cumulative: Decimal | None
    work_done: str
    next_plan: str
    problems: str
    delay_reason: str
    delay_note: str
    explanation: str


def percent(label: str, value: Decimal) -> Decimal:
    if not value.is_finite() or not 0 <= value <= 100:
        raise Refused(f"{label}应在 0 到 100 之间", code="percent-range")
    return value.quantize(Decimal("0.01"))


def amount(name: str, value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    if not value.is_finite() or abs(value) >= _MOST:
        raise Refused(f"{LABELS[name]}过大，请核对单位", code="amount-range")
    return value.quantize(Decimal("0.01"))


def text(name: str, value: str) -> str:
    said = value.replace("\r\n", "\n").replace("\x00", "").strip()
    most = LONGEST_NOTE if name in NOTES else LONGEST_TEXT
    if len(said) > most:
        raise Refused(f"{LABELS[name]}不能超过 {most} 字，现有 {len(said)} 字", code="long-text")
    return said


def delay(value: str) -> str:
    if value and value not in PeriodReport.Delay.values:
        raise Refused("滞后原因请从列表中选择", code="bad-delay")
    return value
