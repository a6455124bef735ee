"""红黄绿灯: the light of a project out of what its rules find. Pure.

The light is the worst of the enabled rules that count for it. Figures older than their period make it grey, never
green, and what rests on them counts no more; what does not need a report (a key node overdue, works not begun)
stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.alerts.choices import Level, LightColour
from dashboards.alerts.facts import Facts
from dashboards.alerts.rules import BY_ID, Finding, Limits
from dashboards.alerts.rules.base import HUNDRED, pct
from dashboards.alerts.rules.reports import is_stale, stale_sentence
from geodata.progress.schedule import by_months
from geodata.projects.choices import Status

_COLOURS = {Level.RED: LightColour.RED, Level.YELLOW: LightColour.YELLOW}


@dataclass(frozen=True, slots=True)
class Shown:
    """A light with the sentence that explains it."""

    colour: LightColour
    sentence: str


def said_by_rules(sentence: str) -> str:
    """What the rules say, out of the sentence of a light that headquarters may have set (scanning.said). Sentences kept
    before November 2026 have a half-width colon."""
    return re.split("按规则[:：]", sentence)[-1]


def light_of(facts: Facts, findings: Mapping[str, Finding], limits: Limits) -> Shown | None:
    """The light; None for a cancelled project, which has none."""
    if facts.status == Status.CANCELLED:
        return None
    stale = is_stale(facts, limits)
    counting = [
        (finding.level, rule, finding)
        for rule, finding in findings.items()
        if BY_ID[rule].in_light and not (stale and BY_ID[rule].needs_report)
    ]
    if counting:
        level, _rule, finding = min(counting, key=lambda one: one[:2])
        others = [other.sentence for _level, _id, other in counting if other is not finding]
        more = f";{stale_sentence(facts)}" if stale else ""
        return Shown(_COLOURS[level], "；".join((finding.sentence, *others)) + more)
    if stale:
        return Shown(LightColour.GREY, stale_sentence(facts))
    return Shown(LightColour.GREEN, _in_order(facts))


def _in_order(f: Facts) -> str:
    """Why a project is green, with its numbers where it has any."""
    if f.finished:
        return "已竣工验收，没有逾期节点"
    report = f.report
    if report and f.annual_plan and report.invested_year is not None and report.period_end.year == f.day.year:
        rate = report.invested_year / f.annual_plan * HUNDRED
        time = by_months(report.period_end) * HUNDRED
        return (
            f"截至{report.period_end.month}月底年度投资完成率 {pct(rate)}（占年度计划），"
            f"序时进度 {pct(time)}，没有逾期节点"
        )
    if not f.begun:
        return "未到计划开工时间" if f.planned_start_on and f.planned_start_on > f.day else "没有逾期节点"
    return "没有逾期节点；没有本年度计划投资，不判断序时进度"
