"""What the inputs of a warning are called, and their values as people read them. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from geodata.figures.wording import NOTHING, wan

_YUAN: Final = "万元"
# name → (label, unit); amounts are kept in 元 and shown in 万元
_INPUTS: Final[dict[str, tuple[str, str]]] = {
    "node": ("节点编码", ""),
    "node_name": ("节点", ""),
    "due_on": ("应完成日期", ""),
    "days_late": ("逾期", "天"),
    "late_nodes": ("逾期关键节点", "个"),
    "annual_completed": ("年度累计完成投资", _YUAN),
    "annual_plan": ("年度计划投资", _YUAN),
    "annual_rate_pct": ("年度投资完成率（占年度计划）", "%"),
    "time_pct": ("序时进度", "%"),
    "deviation_points": ("进度偏差", "个百分点"),
    "ratio": ("序时达成比", ""),
    "period_end": ("报告期末", ""),
    "planned_start_on": ("计划开工（最迟）", ""),
    "months_over": ("已过月末", "个"),
    "permit_on": ("取得施工许可", ""),
    "days_since": ("已过", "天"),
    "paid": ("已支付（不含合同内预付款）", _YUAN),
    "advance": ("合同内预付款", _YUAN),
    "certified": ("经确认产值", _YUAN),
    "paid_pct": ("支付占比", "%"),
    "base": ("比较基数", _YUAN),
    "base_name": ("比较基数名称", ""),
    "physical_pct": ("形象进度", "%"),
    "gap_points": ("相差", "个百分点"),
    "arrived": ("资金到位", _YUAN),
    "budget": ("总投资", _YUAN),
    "arrived_pct": ("到位占总投资", "%"),
    "disbursed": ("已拨付", _YUAN),
    "idle": ("未拨付余额", _YUAN),
    "oldest_on": ("最早到位日期", ""),
    "days": ("已过", "天"),
    "missed_months": ("缺报", "期"),
    "last_report_on": ("最近报告期末", ""),
    "due_month": ("应报至", ""),
    "invested_cumulative": ("累计完成投资", _YUAN),
    "contradictions": ("矛盾项", ""),
    "week": ("最近 7 天投诉（并单后）", "件"),
    "before_28_days": ("此前 28 天投诉（并单后）", "件"),
    "weekly_mean": ("前四周周均", "件"),
    "same_caller": ("同一来电人最多", "次"),
    "callers_at_one_place": ("同一地点最多", "人"),
    "revisited": ("回访件数", "件"),
    "satisfied": ("满意件数", "件"),
    "satisfaction_pct": ("满意率（占回访件数）", "%"),
    "suspended_on": ("停工日期", ""),
    "report_filed": ("已交停工报告", ""),
    "accepted_on": ("竣工验收", ""),
    "located": ("已有图形", ""),
    "doubts": ("问题", ""),
    "shares": ("占比", "%"),
}
_WORDS: Final = {
    "gap": "投资与形象进度相差过大",
    "progress-decreased": "形象进度倒退",
    "total-decreased": "累计投资减少",
    "over-investment": "超过总投资",
    "done-below-hundred": "已竣工而进度不足 100%",
    "progress-before-start": "未开工已有进度",
    "no-progress": "开工后长期无进展",
    "paid-over-contract": "付款超过合同",
    "period-over-year": "本期大于年度累计",
    "year-over-total": "年度大于累计",
    "negative": "金额为负",
    "negative-period": "本期为负",
    "percent-range": "形象进度超出范围",
    "sum-year": "年度累计与各期不符",
    "sum-cumulative": "累计与各期不符",
    "outside": "超出属地",
    "invalid": "图形不合规",
    "duplicate": "位置重复",
    "overlap": "同类重叠",
}


def input_label(name: str) -> str:
    """What an input is called; its own name where nobody has named it."""
    return _INPUTS.get(name, (name, ""))[0]


def input_text(name: str, value: Any) -> str:
    """The value with its unit: 1,914.01 万元, 38 天, 是."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    unit = _INPUTS.get(name, ("", ""))[1]
    if unit == _YUAN:
        return f"{wan(Decimal(str(value)))} {unit}"
    if name in ("contradictions", "doubts"):
        return "、".join(_WORDS.get(word, word) for word in str(value).split("、"))
    return f"{value}{unit}" if unit == "%" else f"{value} {unit}".strip()
