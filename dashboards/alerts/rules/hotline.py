"""W10 投诉突增, W11 重复投诉, W19 满意率偏低: what residents say through 12345. Pure; counts only, nobody is named."""

from __future__ import annotations

from decimal import Decimal

from dashboards.alerts.choices import Level
from dashboards.alerts.facts import Facts
from dashboards.alerts.rules.base import HUNDRED, Finding, Limits, Rule, kept, pct, reached
from geodata.figures.wording import half_up


def complaints_rising(f: Facts, limits: Limits) -> Finding | None:
    """Complaints (after 并单) of seven days against the weekly mean of the four weeks before."""
    if f.complaints_week < limits["w10_least"]:
        return None
    mean = Decimal(f.complaints_before) / 4
    level = reached(f.complaints_week, limits["w10_yellow_times"] * mean, limits["w10_red_times"] * mean)
    if level is None:
        return None
    return Finding(
        level,
        "rising",
        f"最近 7 天投诉 {f.complaints_week} 件（并单后），前四周平均每周 {half_up(mean, 2):f} 件",
        kept(week=f.complaints_week, before_28_days=f.complaints_before, weekly_mean=half_up(mean, 2)),
    )


def complaints_repeated(f: Facts, limits: Limits) -> Finding | None:
    """The same caller again and again, or many callers about the same place, within 30 days."""
    levels = (
        reached(f.repeats, limits["w11_yellow_repeats"], limits["w11_red_repeats"]),
        reached(f.callers, limits["w11_yellow_callers"], limits["w11_red_callers"]),
    )
    level = next((one for one in (Level.RED, Level.YELLOW) if one in levels), None)
    if level is None:
        return None
    said = []
    if levels[0]:
        said.append(f"同一来电人投诉 {f.repeats} 次")
    if levels[1]:
        said.append(f"同一地点 {f.callers} 人投诉")
    return Finding(
        level,
        "repeated",
        f"最近 30 天{'，'.join(said)}",
        kept(same_caller=f.repeats, callers_at_one_place=f.callers),
    )


def dissatisfied(f: Facts, limits: Limits) -> Finding | None:
    """C09 满意率 = 满意 ÷ 回访件数 of the last days; few answers say nothing."""
    if f.revisited < limits["w19_least"]:
        return None
    share = Decimal(f.satisfied) / f.revisited * HUNDRED
    if share < limits["w19_red_pct"]:
        level = Level.RED
    elif share < limits["w19_yellow_pct"]:
        level = Level.YELLOW
    else:
        return None
    return Finding(
        level,
        "satisfaction",
        (
            f"最近 {limits['w19_days']:f} 天回访 {f.revisited} 件，"
            f"满意 {f.satisfied} 件，满意率 {pct(share)}（占回访件数）"
        ),
        kept(revisited=f.revisited, satisfied=f.satisfied, satisfaction_pct=half_up(share, 2)),
    )


RULES = (
    Rule(
        "W10",
        "投诉突增",
        "一周投诉件数达到起报数，且为前四周周均的若干倍",
        "本市规则（指挥部可调整）",
        ("w10_least", "w10_yellow_times", "w10_red_times"),
        complaints_rising,
    ),
    Rule(
        "W11",
        "重复投诉",
        "30 天内同一来电人反复投诉，或同一地点多人投诉",
        "国办发〔2020〕53号（重复诉求并单办理），件数为本市规则",
        ("w11_yellow_repeats", "w11_red_repeats", "w11_yellow_callers", "w11_red_callers"),
        complaints_repeated,
    ),
    Rule(
        "W19",
        "满意率偏低",
        "回访满意率低于标准；回访件数不足的不判断",
        "本市规则（指挥部可调整）",
        ("w19_days", "w19_least", "w19_yellow_pct", "w19_red_pct"),
        dissatisfied,
    ),
)
