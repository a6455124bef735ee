"""W14 停工超期, W15 验收备案超期, W22 几何异常: steps that the law or the map asks for. Pure."""

from __future__ import annotations

from dashboards.alerts.choices import Level
from dashboards.alerts.facts import Facts
from dashboards.alerts.rules.base import Finding, Limits, Rule, day_text, graded, kept, pct, reached
from geodata.projects.choices import Status


def standing_still(f: Facts, limits: Limits) -> Finding | None:
    """Suspended without the report that is due within one month, or so long that the permit must be verified again
    (建筑法第十、十一条). The graver of the two."""
    if f.status != Status.SUSPENDED or f.suspension is None:
        return None
    days = (f.day - f.suspension.since).days
    long = reached(days, limits["w14_long_yellow_days"], limits["w14_long_red_days"])
    silent = None if f.suspension.filed else graded(days, limits["w14_yellow_days"], limits["w14_red_days"])
    level = min((one for one in (long, silent) if one is not None), default=None)
    if level is None:
        return None
    said = "" if f.suspension.filed else "，没有停工报告"
    verify = f"，满 {limits['w14_long_red_days']:f} 天须核验施工许可" if long else ""
    return Finding(
        level,
        f"since:{f.suspension.since}",
        f"{day_text(f.suspension.since)}起停工，已 {days} 天{said}{verify}",
        kept(suspended_on=f.suspension.since, days=days, report_filed=f.suspension.filed),
    )


def not_filed(f: Facts, limits: Limits) -> Finding | None:
    """Accepted and not filed: due within 15 days of acceptance (建设工程质量管理条例第四十九条)."""
    if f.accepted_on is None or f.filed_on is not None or f.status in (Status.CANCELLED, Status.CLOSED):
        return None
    days = (f.day - f.accepted_on).days
    level = graded(days, limits["w15_yellow_days"], limits["w15_red_days"])
    if level is None or days > limits["w15_last_days"]:
        return None
    return Finding(
        level,
        f"accepted:{f.accepted_on}",
        f"{day_text(f.accepted_on)}竣工验收合格，已 {days} 天未办理竣工验收备案",
        kept(accepted_on=f.accepted_on, days=days),
    )


def doubtful_shape(f: Facts, limits: Limits) -> Finding | None:
    """No shape while works go on, or one that the examination of shapes doubts (geodata/quality)."""
    if f.status == Status.CANCELLED:
        return None
    if not f.is_located:
        if f.status != Status.UNDER_CONSTRUCTION:
            return None
        return Finding(Level.YELLOW, "unlocated", "项目在建，图上没有经批准的图形", kept(located=False))
    if not f.doubts:
        return None
    said = "、".join(
        one.label if one.share_pct is None else f"{one.label}({_meaning(one.kind)} {pct(one.share_pct)})"
        for one in f.doubts
    )
    return Finding(
        Level.YELLOW,
        ",".join(sorted(one.kind for one in f.doubts)),
        f"项目图形需要核对：{said}",
        kept(doubts="、".join(one.kind for one in f.doubts), shares="、".join(str(one.share_pct) for one in f.doubts)),
    )


def _meaning(kind: str) -> str:
    return "属地内占比" if kind == "outside" else "重叠占比"


RULES = (
    Rule(
        "W14",
        "停工超期",
        "停工多日没有停工报告，或停工过久须核验施工许可",
        "建筑法第十、十一条",
        ("w14_yellow_days", "w14_red_days", "w14_long_yellow_days", "w14_long_red_days"),
        standing_still,
    ),
    Rule(
        "W15",
        "验收备案超期",
        "竣工验收合格后没有按期备案；更早验收的项目不追溯",
        "建设工程质量管理条例第四十九条（15 日内备案）",
        ("w15_yellow_days", "w15_red_days", "w15_last_days"),
        not_filed,
    ),
    Rule(
        "W22",
        "几何异常",
        "在建项目没有图形，或图形超出属地、不合规、与同类项目重叠",
        "本市规则（指挥部可调整）；容差见空间数据参数",
        ("unit_margin_m", "overlap_ask_pct"),
        doubtful_shape,
    ),
)
