"""W09 数据矛盾: where the figures of a report contradict each other, the report before, or the project. Pure.

One definition for the form while typing, the service on submission, the monthly grid and the alerts. Amounts in 元,
shares in percent (0..100). A figure that is not known (None) contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from geodata.figures.wording import half_up, wan
from geodata.projects.choices import NOT_BEGUN, Status

Severity = Literal["block", "red", "yellow"]
HUNDRED: Final = Decimal(100)
_DONE: Final = frozenset({Status.ACCEPTED, Status.HANDED_OVER, Status.IN_OPERATION, Status.CLOSED})
_CENT: Final = Decimal("100")  # 元: sums of figures typed in 万元 with two decimals may differ by their rounding


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction. `block`: cannot be submitted; `red`: only with an explanation; `yellow`: to be looked at.

    `field` is the figure to look at first: the name of a column of the report.
    """

    code: str
    severity: Severity
    message: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The newest approved report of an earlier period."""

    period_end: date
    physical_pct: Decimal | None = None
    invested_year: Decimal | None = None
    invested_cumulative: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a report says and what is known of its project. `before` is None for the first report."""

    period_start: date
    period_end: date
    physical_pct: Decimal | None = None
    invested_period: Decimal | None = None
    invested_year: Decimal | None = None
    invested_cumulative: Decimal | None = None
    status: str = ""
    started_on: date | None = None
    total_investment: Decimal | None = None
    annual_plan: Decimal | None = None
    before: Before | None = None
    contract_total: Decimal | None = None
    disbursed: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The thresholds of W09; those in force come from geodata/thresholds/."""

    gap_yellow_pct: Decimal = Decimal(10)
    gap_red_pct: Decimal = Decimal(20)
    zero_days: int = 60


USUAL: Final = Limits()


def limits_from(values: Mapping[str, Decimal]) -> Limits:
    """The limits in force, out of the table of thresholds."""
    return Limits(
        gap_yellow_pct=values["w09_gap_yellow_pct"],
        gap_red_pct=values["w09_gap_red_pct"],
        zero_days=int(values["w09_zero_days"]),
    )


def check(figures: Figures, limits: Limits = USUAL) -> list[Finding]:
    """All contradictions, the gravest first, then in the order of the form."""
    found = [
        *_ranges(figures),
        *_sums(figures),
        *_against_before(figures),
        *_against_investment(figures),
        *_gap(figures, limits),
        *_against_status(figures, limits),
        *_money(figures),
    ]
    return sorted(found, key=lambda one: _ORDER[one.severity])


_ORDER: Final[dict[str, int]] = {"block": 0, "red": 1, "yellow": 2}


def _ranges(f: Figures) -> Iterator[Finding]:
    if f.physical_pct is not None and not 0 <= f.physical_pct <= HUNDRED:
        yield Finding("percent-range", "block", "形象进度应在 0 到 100 之间", "physical_pct")
    for name, label in _AMOUNTS.items():
        amount = getattr(f, name)
        if amount is not None and amount < 0 and name != "invested_period":
            yield Finding("negative", "block", f"{label}不能是负数", name)
    if f.invested_period is not None and f.invested_period < 0:
        yield Finding("negative-period", "red", "本期完成投资是负数，核减请说明原因", "invested_period")


_AMOUNTS: Final = {
    "invested_period": "本期完成投资",
    "invested_year": "年度累计完成投资",
    "invested_cumulative": "累计完成投资",
}


def _sums(f: Figures) -> Iterator[Finding]:
    """本期 ≤ 年度累计 ≤ 累计: the month is part of the year, the year part of the whole."""
    year, total = f.invested_year, f.invested_cumulative
    if f.invested_period is not None and year is not None and f.invested_period - year > 0:
        yield Finding(
            "period-over-year",
            "block",
            f"本期完成投资 {wan(f.invested_period)} 万元大于年度累计 {wan(year)} 万元，请核对是否填反",
            "invested_year",
        )
    if year is not None and total is not None and year - total > 0:
        yield Finding(
            "year-over-total",
            "block",
            f"年度累计完成投资 {wan(year)} 万元大于开工以来累计 {wan(total)} 万元",
            "invested_cumulative",
        )


def _against_before(f: Figures) -> Iterator[Finding]:
    if f.before is None:
        return
    past, label = f.before, _when(f)
    if past.physical_pct is not None and f.physical_pct is not None and f.physical_pct < past.physical_pct:
        yield Finding(
            "progress-decreased",
            "red",
            f"形象进度 {_pct(f.physical_pct)} 低于{label}已审核的 {_pct(past.physical_pct)}，请说明原因",
            "physical_pct",
        )
    if _less(f.invested_cumulative, past.invested_cumulative):
        yield Finding(
            "total-decreased",
            "red",
            f"累计完成投资 {wan(f.invested_cumulative)} 万元低于{label}已审核的 {wan(past.invested_cumulative)} 万元，"
            "请说明原因",
            "invested_cumulative",
        )
    yield from _running_sums(f, past, label)


def _when(f: Figures) -> str:
    """Of what the report before is called: its month, or its last day where this one is a week's."""
    last = f.before.period_end if f.before else f.period_end
    if (f.period_end - f.period_start).days < 7:
        return f"{last.year}年{last.month}月{last.day}日"
    return f"{last.year}年{last.month}月"


def _running_sums(f: Figures, past: Before, label: str) -> Iterator[Finding]:
    """Last month's sums and this month's amount make this month's sums; only where no month is missing between."""
    if f.invested_period is None or not _follows(past.period_end, f.period_start):
        return
    wanted = suggestions(f)
    for name in ("invested_year", "invested_cumulative"):
        said, expected = getattr(f, name), wanted[name]
        if said is not None and expected is not None and abs(said - expected) > _CENT:
            yield Finding(
                f"sum-{name.removeprefix('invested_')}",
                "yellow",
                f"{_AMOUNTS[name]}填 {wan(said)} 万元，按{label}数加本期应为 {wan(expected)} 万元，"
                f"相差 {wan(said - expected)} 万元",
                name,
            )


def suggestions(f: Figures) -> dict[str, Decimal | None]:
    """The running sums that follow from the report before and this month's amount; None where they do not follow."""
    past, amount = f.before, f.invested_period
    if amount is None:
        return {"invested_year": None, "invested_cumulative": None}
    if past is None:
        return {"invested_year": None, "invested_cumulative": None}
    same_year = past.period_end.year == f.period_start.year
    begun = past.invested_year if same_year else Decimal(0)
    # of a week over New Year nobody knows how much fell into the new year
    split = f.period_start.year != f.period_end.year
    return {
        "invested_year": None if begun is None or split else begun + amount,
        "invested_cumulative": None if past.invested_cumulative is None else past.invested_cumulative + amount,
    }


def _follows(end: date, start: date) -> bool:
    return (start - end).days == 1


def _against_investment(f: Figures) -> Iterator[Finding]:
    total, done = f.total_investment, f.invested_cumulative
    if total and done is not None and done > total:
        hint = "，请核对单位是否为万元" if done >= 10 * total else ""
        yield Finding(
            "over-investment",
            "red",
            f"累计完成投资 {wan(done)} 万元超过总投资 {wan(total)} 万元{hint}",
            "invested_cumulative",
        )


def _gap(f: Figures, limits: Limits) -> Iterator[Finding]:
    """完成投资 against 形象进度 × 总投资, in percent of the whole."""
    if not f.total_investment or f.invested_cumulative is None or f.physical_pct is None:
        return
    share = f.invested_cumulative / f.total_investment * HUNDRED
    gap = share - f.physical_pct
    if abs(gap) <= limits.gap_yellow_pct:
        return
    severity: Severity = "red" if abs(gap) > limits.gap_red_pct else "yellow"
    yield Finding(
        "gap",
        severity,
        f"累计完成投资占总投资 {_pct(share)}，形象进度 {_pct(f.physical_pct)}，相差 {_points(abs(gap))} 个百分点",
        "physical_pct",
    )


def _against_status(f: Figures, limits: Limits) -> Iterator[Finding]:
    if f.physical_pct is None or not f.status:
        return
    label = Status(f.status).label
    if f.status in _DONE and f.physical_pct < HUNDRED:
        yield Finding(
            "done-below-hundred", "red", f"项目状态为{label}，形象进度只有 {_pct(f.physical_pct)}", "physical_pct"
        )
    if f.status in NOT_BEGUN and f.physical_pct > 0:
        yield Finding(
            "progress-before-start",
            "yellow",
            f"项目状态为{label}，却填报了 {_pct(f.physical_pct)} 的形象进度；已开工的请先申请变更状态",
            "physical_pct",
        )
    if f.status == Status.UNDER_CONSTRUCTION and f.physical_pct == 0 and f.started_on is not None:
        days = (f.period_end - f.started_on).days
        if days >= limits.zero_days:
            yield Finding(
                "no-progress", "yellow", f"开工已 {days} 天，形象进度仍为 0，请核对或说明原因", "physical_pct"
            )


def _money(f: Figures) -> Iterator[Finding]:
    if f.contract_total and f.disbursed is not None and f.disbursed > f.contract_total:
        yield Finding(
            "paid-over-contract",
            "yellow",  # not the writer's figures: told, not to be explained by whoever reports the works
            f"已拨付 {wan(f.disbursed)} 万元超过合同总价 {wan(f.contract_total)} 万元，请核对合同或支付记录",
            "invested_cumulative",
        )


def is_behind(f: Figures) -> bool:
    """Whether the year's investment lies ten points or more behind the months gone by (I07 ≤ −10)."""
    if not f.annual_plan or f.invested_year is None:
        return False
    return f.invested_year / f.annual_plan * HUNDRED - Decimal(f.period_end.month) / 12 * HUNDRED <= -10


def judged(figures: Figures, limits: Limits, *, delay_reason: str) -> list[Finding]:
    """All contradictions of a report, and the reason that a late one should name."""
    found = check(figures, limits)
    if is_behind(figures) and not delay_reason:
        found.append(
            Finding("delay-reason", "yellow", "年度投资落后于序时进度 10 个百分点以上，请选择滞后原因", "delay_reason")
        )
    return found


def _less(value: Decimal | None, other: Decimal | None) -> bool:
    return value is not None and other is not None and value < other


def _pct(value: Decimal) -> str:
    return f"{half_up(value, 2).normalize():f}%"


def _points(value: Decimal) -> str:
    return f"{half_up(value, 1).normalize():f}"
