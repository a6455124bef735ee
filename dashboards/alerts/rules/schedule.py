"""W01 节点逾期, W02 进度滞后序时, W03 应开未开: is the project where its plan wants it? Pure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from dashboards.alerts.choices import Level
from dashboards.alerts.facts import Facts
from dashboards.alerts.rules.base import HUNDRED, Finding, Limits, Rule, day_text, graded, kept, pct, pp
from geodata.figures.wording import half_up
from geodata.progress.schedule import by_months
from geodata.projects.choices import Status

_START = "M0801"  # 开工: judged by W03 alone, or one delay would warn twice


def late_node(f: Facts, limits: Limits) -> Finding | None:
    """A key node due before the day and not reached; the latest of them decides. The day itself is still in time."""
    if f.finished or f.status == Status.CANCELLED:
        return None
    late = [node for node in f.late_nodes if node.code != _START and node.due_on < f.day]
    if not late:
        return None
    worst = min(late, key=lambda node: (node.due_on, node.code))
    days = (f.day - worst.due_on).days
    level = graded(days, Decimal(0), limits["w01_red_days"])
    if level is None:
        return None
    others = f"，另有 {len(late) - 1} 个关键节点逾期" if len(late) > 1 else ""
    return Finding(
        level,
        f"{worst.code}:{worst.due_on}",
        f"关键节点“{worst.name}”应于{day_text(worst.due_on)}完成，已逾期 {days} 天{others}",
        kept(node=worst.code, node_name=worst.name, due_on=worst.due_on, days_late=days, late_nodes=len(late)),
    )


def behind(f: Facts, limits: Limits) -> Finding | None:
    """The year's investment against the months gone by, in points and as a ratio; the graver of the two.

    Compared is what the newest report says with the 序时进度 at the end of its period: a month that nobody had to
    report yet is not held against a project.
    """
    report = f.report
    if f.finished or f.status in (Status.CANCELLED, Status.WORKS_COMPLETED) or report is None:
        return None
    if not f.annual_plan or report.invested_year is None or report.period_end.year != f.day.year:
        return None
    done = report.invested_year / f.annual_plan * HUNDRED
    time = by_months(report.period_end) * HUNDRED
    level = _worse(_by_points(done, time, limits), _by_ratio(done, time, limits))
    if level is None:
        return None
    ratio = done / time
    return Finding(
        level,
        f"{report.period_end:%Y-%m}",
        f"截至{report.period_end.month}月底年度投资完成率 {pct(done)}（占年度计划），序时进度 {pct(time)}，"
        f"落后 {pp(done - time)} 个百分点，达成比 {half_up(ratio, 2):f}",
        kept(
            annual_completed=report.invested_year,
            annual_plan=f.annual_plan,
            annual_rate_pct=half_up(done, 2),
            time_pct=half_up(time, 2),
            deviation_points=half_up(done - time, 2),
            ratio=half_up(ratio, 4),
            period_end=report.period_end,
        ),
    )


def _by_points(done: Decimal, time: Decimal, limits: Limits) -> Level | None:
    """10 to 30 points behind is yellow, both ends included; more than 30 is red."""
    if time < limits["w02_points_from_pct"]:
        return None
    gap = time - done
    if gap > limits["w02_red_points"]:
        return Level.RED
    return Level.YELLOW if gap >= limits["w02_yellow_points"] else None


def _by_ratio(done: Decimal, time: Decimal, limits: Limits) -> Level | None:
    """Below 80 % of the time gone by is yellow, below 60 % red; in the first two months it would fire on everything."""
    if time < limits["w02_ratio_from_pct"]:
        return None
    if done * HUNDRED < time * limits["w02_red_ratio_pct"]:
        return Level.RED
    return Level.YELLOW if done * HUNDRED < time * limits["w02_yellow_ratio_pct"] else None


def _worse(*levels: Level | None) -> Level | None:
    return next((level for level in (Level.RED, Level.YELLOW) if level in levels), None)


def not_begun(f: Facts, limits: Limits) -> Finding | None:
    """Should have begun and has not: by its plan, or by a permit that is about to lapse."""
    if f.begun or f.status == Status.CANCELLED:
        return None
    found = [one for one in (_planned(f, limits), _permitted(f, limits)) if one is not None]
    return min(found, key=lambda one: one.level, default=None)


def _planned(f: Facts, limits: Limits) -> Finding | None:
    due = f.planned_start_on
    if due is None or due > f.day:
        return None
    months = months_over(due, f.day)
    level = Level.RED if months >= limits["w03_red_months"] else Level.YELLOW
    if level == Level.YELLOW and f.report is not None and f.report.delay_reason:
        return None  # the reason was accepted with the report
    return Finding(
        level,
        f"planned:{due}",
        f"计划{day_text(due)}前开工，至今未开工，连续 {months} 个月末未开工（含计划当月）",
        kept(planned_start_on=due, months_over=months),
    )


def _permitted(f: Facts, limits: Limits) -> Finding | None:
    """A building permit lapses unless works begin within three months (建筑法第九条)."""
    if f.permit_on is None:
        return None
    if f.day >= months_after(f.permit_on, int(limits["w03_permit_red_months"])):
        level, months = Level.RED, limits["w03_permit_red_months"]
    elif f.day >= months_after(f.permit_on, int(limits["w03_permit_yellow_months"])):
        level, months = Level.YELLOW, limits["w03_permit_yellow_months"]
    else:
        return None
    return Finding(
        level,
        f"permit:{f.permit_on}",
        f"{day_text(f.permit_on)}取得施工许可，已满 {months:f} 个月未开工，许可证有失效风险",
        kept(permit_on=f.permit_on, days_since=(f.day - f.permit_on).days),
    )


def months_over(due: date, day: date) -> int:
    """How many month ends have passed without a start, that of the planned month included: planned for March, it is one
    on 31 March and three on 31 May."""
    after = day + timedelta(days=1)
    return (after.year - due.year) * 12 + after.month - due.month


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the first of the month after where that month has no such day."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year + month // 11, (month + 1) % 12 + 1, 1)


RULES = (
    Rule(
        "W01",
        "节点逾期",
        "关键节点过了计划日期仍未完成",
        "本市亮灯规则（指挥部可调整）",
        ("w01_red_days",),
        late_node,
        in_light=True,
    ),
    Rule(
        "W02",
        "进度滞后序时",
        "年度投资完成率落后于序时进度，按百分点和按达成比分别判断，取较重者",
        "参照银川（百分点）、武汉（达成比）红黄灯办法",
        (
            "w02_yellow_points",
            "w02_red_points",
            "w02_points_from_pct",
            "w02_yellow_ratio_pct",
            "w02_red_ratio_pct",
            "w02_ratio_from_pct",
        ),
        behind,
        in_light=True,
        needs_report=True,
    ),
    Rule(
        "W03",
        "应开未开",
        "到了计划开工时间仍未开工，或取得施工许可后迟迟未开工",
        "参照银川红黄灯办法；建筑法第九条（施工许可三个月内应开工）",
        ("w03_red_months", "w03_permit_yellow_months", "w03_permit_red_months"),
        not_begun,
        in_light=True,
    ),
)
