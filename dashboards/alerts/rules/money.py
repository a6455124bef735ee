"""W04 拨付超进度, W06 到位滞后, W07 资金沉淀: does the money keep step with the works? Pure, amounts in 元."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from dashboards.alerts.choices import Level
from dashboards.alerts.facts import Facts
from dashboards.alerts.rules.base import HUNDRED, Finding, Limits, Rule, day_text, graded, kept, pct, pp
from geodata.figures.wording import half_up, wan
from geodata.projects.choices import Status


def paid_ahead(f: Facts, limits: Limits) -> Finding | None:
    """Paid more than was done. Advance payment within the contract is left out of the sum paid.

    With measurements: paid ÷ 经确认产值. Without: paid ÷ 合同总价 (else 总投资) against 形象进度, in percentage points.
    """
    if f.finished or f.status == Status.CANCELLED or f.disbursed <= 0:
        return None
    advance = min(max(f.advance_paid, Decimal(0)), f.advance_agreed)
    paid = f.disbursed - advance
    if f.certified:
        return _against_certified(f, paid, advance, limits)
    return _against_progress(f, paid, advance, limits)


def _against_certified(f: Facts, paid: Decimal, advance: Decimal, limits: Limits) -> Finding | None:
    assert f.certified  # noqa: S101 - asked by the caller
    share = paid / f.certified * HUNDRED
    level = graded(share, limits["w04_yellow_certified_pct"], limits["w04_red_certified_pct"])
    if level is None:
        return None
    return Finding(
        level,
        "certified",
        f"已支付 {wan(paid)} 万元（不含合同内预付款），经确认产值 {wan(f.certified)} 万元，支付比例 {pct(share)}",
        kept(paid=paid, advance=advance, certified=f.certified, paid_pct=half_up(share, 2)),
    )


def _against_progress(f: Facts, paid: Decimal, advance: Decimal, limits: Limits) -> Finding | None:
    base, label = (f.contract_total, "合同总价") if f.contract_total else (f.budget, "总投资")
    if not base or f.report is None or f.report.physical_pct is None:
        return None
    share = paid / base * HUNDRED
    gap = share - f.report.physical_pct
    level = graded(gap, limits["w04_yellow_points"], limits["w04_red_points"])
    if level is None:
        return None
    return Finding(
        level,
        "progress",
        f"已支付 {wan(paid)} 万元（不含合同内预付款），占{label} {pct(share)}，形象进度 {pct(f.report.physical_pct)}，"
        f"超前 {pp(gap)} 个百分点",
        kept(
            paid=paid,
            advance=advance,
            base=base,
            base_name=label,
            paid_pct=half_up(share, 2),
            physical_pct=f.report.physical_pct,
            gap_points=half_up(gap, 2),
        ),
    )


def money_behind(f: Facts, limits: Limits) -> Finding | None:
    """The works are ahead of the money that arrived: somebody pays out of his own pocket (政府投资条例第二十二条)."""
    if f.status not in (Status.UNDER_CONSTRUCTION, Status.WORKS_COMPLETED, Status.SUSPENDED):
        return None
    if not f.budget or f.report is None or f.report.physical_pct is None:
        return None
    share = f.arrived / f.budget * HUNDRED
    gap = f.report.physical_pct - share
    level = graded(gap, limits["w06_yellow_points"], limits["w06_red_points"])
    if level is None:
        return None
    return Finding(
        level,
        "arrival",
        f"形象进度 {pct(f.report.physical_pct)}，资金到位 {wan(f.arrived)} 万元，占总投资 {pct(share)}，"
        f"到位落后 {pp(gap)} 个百分点",
        kept(
            physical_pct=f.report.physical_pct,
            arrived=f.arrived,
            budget=f.budget,
            arrived_pct=half_up(share, 2),
            gap_points=half_up(gap, 2),
        ),
    )


def idle_money(f: Facts, limits: Limits) -> Finding | None:
    """Money that arrived and lies there; what came first is spent first. A small rest of an old arrival is let be."""
    if f.status == Status.CANCELLED:
        return None
    left = unspent(f.arrivals, f.disbursed)
    for level, key in ((Level.RED, "w07_red_days"), (Level.YELLOW, "w07_yellow_days")):
        old = [(day, rest) for day, rest in left if (f.day - day).days > limits[key]]
        idle = sum((rest for _day, rest in old), Decimal(0))
        if idle >= max(limits["w07_least_yuan"], Decimal("0.01")):
            return _idle(f, level, old[0][0], idle, limits[key])
    return None


def _idle(f: Facts, level: Level, since: date, idle: Decimal, days: Decimal) -> Finding:
    return Finding(
        level,
        f"since:{since}",
        f"到位超过 {days:f} 天的资金中 {wan(idle)} 万元未拨付，"
        f"最早一笔{day_text(since)}到位，已 {(f.day - since).days} 天",
        kept(arrived=f.arrived, disbursed=f.disbursed, idle=idle, oldest_on=since, days=(f.day - since).days),
    )


def unspent(arrivals: Sequence[tuple[date, Decimal]], spent: Decimal) -> list[tuple[date, Decimal]]:
    """What is left of each arrival, oldest first. What was taken back (a negative arrival) goes like money spent."""
    gone = spent - sum((amount for _day, amount in arrivals if amount < 0), Decimal(0))
    left = []
    for day, amount in sorted((day, amount) for day, amount in arrivals if amount > 0):
        used = min(max(gone, Decimal(0)), amount)
        gone -= used
        if used < amount:
            left.append((day, amount - used))
    return left


RULES = (
    Rule(
        "W04",
        "拨付超进度",
        "付款多于已完成的工程：有计量的与经确认产值比，没有计量的与形象进度比；合同内预付款不计",
        "财建〔2022〕183号（进度款），无计量时的百分点为本市规则",
        ("w04_yellow_certified_pct", "w04_red_certified_pct", "w04_yellow_points", "w04_red_points"),
        paid_ahead,
    ),
    Rule(
        "W06",
        "到位滞后",
        "形象进度超前于资金到位（占总投资），存在垫资施工风险",
        "政府投资条例第二十二条、保障农民工工资支付条例（不得垫资）",
        ("w06_yellow_points", "w06_red_points"),
        money_behind,
    ),
    Rule(
        "W07",
        "资金沉淀",
        "到位资金长期没有拨付；先到的资金视为先用",
        "本市规则（指挥部可调整）",
        ("w07_yellow_days", "w07_red_days", "w07_least_yuan"),
        idle_money,
    ),
)
