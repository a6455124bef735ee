"""W08 长期未更新, W09 数据矛盾: is what the record says of the works new, and does it agree with itself? Pure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from dashboards.alerts.choices import Level
from dashboards.alerts.facts import Facts, Report
from dashboards.alerts.rules.base import Finding, Limits, Rule, graded, kept, reached
from geodata.progress import consistency
from geodata.progress.duty import REPORTING
from geodata.progress.periods import Period, month_of

_DAY: Final = timedelta(days=1)


@lru_cache(maxsize=64)  # a scan asks it of every project
def due_month(day: date, due_day: int) -> Period:
    """The newest month whose report was due before the day; the due day itself is still in time."""
    last = month_of(day.replace(day=1)).before
    return last if day > last.due_on(due_day) else last.before


def missed_months(f: Facts, due_day: int) -> int:
    """How many monthly reports are missing, up to the newest that was due; a project that has just begun owes the
    month of its start first, and one that reported by the week before owes the month that its last week does not end.
    """
    if f.status not in REPORTING:
        return 0
    if f.report is not None:
        first = month_of(f.report.period_end + _DAY)
    else:
        begun = f.actual_start_on or f.status_since
        if begun is None:
            return 0
        first = month_of(begun)
    due = due_month(f.day, due_day)
    return max(0, (due.start.year - first.start.year) * 12 + due.start.month - first.start.month + 1)


def silent_days(f: Facts, weekly_since: date) -> int:
    """Days without a week's report: since the last report of any kind, at the earliest since the rhythm began or the
    works did, so that nobody is late on the day on which headquarters asks for weekly reports."""
    last = f.report.period_end if f.report is not None else (f.actual_start_on or weekly_since) - _DAY
    return (f.day - max(last, weekly_since - _DAY)).days


def is_stale(f: Facts, limits: Limits) -> bool:
    """The figures are older than their period: then no light may be green."""
    if f.status not in REPORTING:
        return False
    if f.weekly_since is not None:
        return silent_days(f, f.weekly_since) > limits["w08_yellow_days"]
    return missed_months(f, int(limits["report_due_day"])) > 0


def stale_sentence(f: Facts) -> str:
    if f.report is None:
        return "没有一期已审核的进度报告，无法判断进度"
    last = _named(f.report)
    if f.weekly_since is not None:
        return f"最近一期已审核{last}，已超过周报报送周期，无法判断进度"
    return f"最近一期已审核{last}，应报的月份尚未审核，无法判断进度"


def _named(report: Report) -> str:
    if report.weekly:
        return f"周报截至{report.period_end:%Y-%m-%d}"
    return f"月报为{month_of(report.period_end).label}"


def not_updated(f: Facts, limits: Limits) -> Finding | None:
    """Without a new approved report: days for weekly reporters, missing months for all others."""
    if f.status not in REPORTING:
        return None
    if f.weekly_since is not None:
        return _weekly(f, f.weekly_since, limits)
    missed = missed_months(f, int(limits["report_due_day"]))
    level = reached(missed, limits["w08_yellow_months"], limits["w08_red_months"])
    if level is None:
        return None
    last = f"最近一期{_named(f.report)}" if f.report is not None else "至今没有一期"
    due = due_month(f.day, int(limits["report_due_day"]))
    return Finding(
        level,
        f"last:{f.report.period_end if f.report else ''}",
        f"连续缺 {missed} 期已审核月报（应报至{due.label}），{last}",
        kept(missed_months=missed, last_report_on=f.report.period_end if f.report else None, due_month=due.key),
    )


def _weekly(f: Facts, weekly_since: date, limits: Limits) -> Finding | None:
    days = silent_days(f, weekly_since)
    level = graded(days, limits["w08_yellow_days"], limits["w08_red_days"])
    if level is None:
        return None
    last = f"最近一期已审核{_named(f.report)}" if f.report is not None else "至今没有一期已审核报告"
    return Finding(
        level,
        f"last:{f.report.period_end if f.report else ''}",
        f"按周填报的项目已 {days} 天没有已审核周报，{last}",
        kept(
            days=days,
            last_report_on=f.report.period_end if f.report else None,
            weekly_since=weekly_since,
        ),
    )


def contradicted(f: Facts, limits: Limits) -> Finding | None:
    """W09 as the report form judges it (geodata/progress/consistency.py), on the newest approved report."""
    if f.report is None:
        return None
    found = consistency.check(_figures(f, f.report), consistency.limits_from(limits))
    if not found:
        return None
    level = Level.YELLOW if found[0].severity == "yellow" else Level.RED
    others = f"；另有 {len(found) - 1} 处矛盾" if len(found) > 1 else ""
    return Finding(
        level,
        f"{f.report.id}:{','.join(sorted({one.code for one in found}))}",
        f"{found[0].message}{others}",
        kept(
            period_end=f.report.period_end,
            physical_pct=f.report.physical_pct,
            invested_cumulative=f.report.invested_cumulative,
            budget=f.budget,
            contradictions="、".join(one.code for one in found),
        ),
    )


def _figures(f: Facts, report: Report) -> consistency.Figures:
    past = f.before
    return consistency.Figures(
        period_start=report.period_start,
        period_end=report.period_end,
        physical_pct=report.physical_pct,
        invested_period=report.invested_period,
        invested_year=report.invested_year,
        invested_cumulative=report.invested_cumulative,
        status=f.status,
        started_on=f.actual_start_on,
        total_investment=f.budget,
        annual_plan=f.annual_plan,
        before=None
        if past is None
        else consistency.Before(
            period_end=past.period_end,
            physical_pct=past.physical_pct,
            invested_year=past.invested_year,
            invested_cumulative=past.invested_cumulative,
        ),
        contract_total=f.contract_total,
        disbursed=f.disbursed if f.disbursed > Decimal(0) else None,
    )


RULES = (
    Rule(
        "W08",
        "长期未更新",
        "超过报送周期没有已审核的进度报告；周报按天数，月报按缺报期数",
        "本市规则（指挥部可调整）",
        ("w08_yellow_days", "w08_red_days", "w08_yellow_months", "w08_red_months", "report_due_day"),
        not_updated,
        version=2,
    ),
    Rule(
        "W09",
        "数据矛盾",
        "同一项目的投资、形象进度、状态、付款互相矛盾，与填报时的校验同一口径",
        "本市规则（指挥部可调整）",
        ("w09_gap_yellow_pct", "w09_gap_red_pct", "w09_zero_days"),
        contradicted,
    ),
)
