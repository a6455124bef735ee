"""The numbers of indicators and rankings: weights of the composite, what counts as satisfied. Pure."""

from typing import Final

_PER_CENT: Final = ("0", "100")
_GROUP: Final = "指标与排名"

# (key, default, unit, bounds, label, meaning) by group, as geodata/thresholds/catalogue.py makes them
JUDGING: Final[dict[str, tuple[tuple[str, str, str, tuple[str, str], str, str], ...]]] = {
    _GROUP: (
        ("rank_weight_pace", "40", "%", _PER_CENT, "权重：序时达成比", "综合排名中年度投资完成率对序时进度之比的权重"),
        ("rank_weight_start", "15", "%", _PER_CENT, "权重：开工率", "综合排名中开工率的权重"),
        ("rank_weight_paid", "20", "%", _PER_CENT, "权重：资金拨付率", "综合排名中资金拨付率（占到位）的权重"),
        ("rank_weight_nodes", "15", "%", _PER_CENT, "权重：关键节点按期率", "综合排名中关键节点按期完成的权重"),
        ("rank_weight_issues", "10", "%", _PER_CENT, "权重：问题销号率", "没有问题清单记录时不计，其余权重按比例折算"),
        (
            "satisfaction_with_basically",
            "0",
            "0 或 1",
            ("0", "1"),
            "基本满意计入满意率",
            "1 表示满意率的分子含基本满意，0 表示只计满意",
        ),
        (
            "exclude_reported_suspension",
            "0",
            "0 或 1",
            ("0", "1"),
            "报备停工不计入比率",
            "1 表示停工且停工报告已经审核的项目不进入进度和资金各项比率的分子和分母，页面注明个数；0 表示照常计入",
        ),
        ("band_weight_in_time", "40", "%", _PER_CENT, "分档权重：按期办结率", "投诉办理得分中按期办结率的权重"),
        ("band_weight_satisfied", "40", "%", _PER_CENT, "分档权重：满意率", "投诉办理得分中满意率的权重"),
        ("band_weight_rework", "20", "%", _PER_CENT, "分档权重：未返工率", "投诉办理得分中 100% 减返工率的权重"),
        ("band_c_from", "80", "分", _PER_CENT, "C 档下限", "投诉办理得分达到此值为 C 档，低于此值为 D 档"),
        ("band_b_from", "90", "分", _PER_CENT, "B 档下限", "投诉办理得分达到此值为 B 档"),
        ("band_a_from", "95", "分", _PER_CENT, "A 档下限", "投诉办理得分达到此值为 A 档"),
        (
            "rank_complaints",
            "0",
            "0 或 1",
            ("0", "1"),
            "投诉办理列名次",
            "0 表示只分档、不列名次（国办函〔2025〕66号：不片面追求排名），1 表示同时列名次",
        ),
    )
}
# pairs whose first must stay below its second
BANDS: Final[tuple[tuple[str, str], ...]] = (("band_c_from", "band_b_from"), ("band_b_from", "band_a_from"))
# keys whose values must add to a whole
SUMS: Final[tuple[tuple[tuple[str, ...], int], ...]] = (
    (("rank_weight_pace", "rank_weight_start", "rank_weight_paid", "rank_weight_nodes", "rank_weight_issues"), 100),
    (("band_weight_in_time", "band_weight_satisfied", "band_weight_rework"), 100),
)
