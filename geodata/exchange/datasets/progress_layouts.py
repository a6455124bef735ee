"""The columns of the files about progress: 月报, 节点, 年度计划."""

from __future__ import annotations

from geodata.exchange.columns import Column, Kind, Layout
from geodata.progress.models import PeriodReport

SERIAL = Column(key="serial", label="平台编号", kind=Kind.CODE, synonyms=("项目编号", "项目代码"), required=True)
_STATES = {
    "已审核": PeriodReport.State.APPROVED,
    "审核通过": PeriodReport.State.APPROVED,
    "已提交": PeriodReport.State.SUBMITTED,
    "待审核": PeriodReport.State.SUBMITTED,
    "退回": PeriodReport.State.RETURNED,
    "已退回": PeriodReport.State.RETURNED,
    "草稿": PeriodReport.State.DRAFT,
}
REPORTS = Layout(
    key="reports",
    titles=("月报", "进度月报"),
    columns=(
        SERIAL,
        Column(key="name", label="项目名称"),
        Column(key="period", label="报告期", kind=Kind.END_DATE, synonyms=("月份", "报告月份"), required=True),
        Column(key="month_done", label="本期完成投资", kind=Kind.AMOUNT, synonyms=("本月完成投资",), unit="万元"),
        Column(
            key="total_done",
            label="累计完成投资",
            kind=Kind.AMOUNT,
            synonyms=("自开工累计完成投资", "开工以来累计完成投资"),
            unit="万元",
        ),
        Column(
            key="year_done", label="年度累计完成投资", kind=Kind.AMOUNT, synonyms=("本年累计完成投资",), unit="万元"
        ),
        Column(key="physical", label="形象进度", kind=Kind.DECIMAL, synonyms=("形象进度百分比",)),
        Column(key="physical_desc", label="形象进度描述"),
        Column(key="work_done", label="本期工作", synonyms=("本期主要工作",)),
        Column(key="next_plan", label="下期计划", synonyms=("下期工作计划",)),
        Column(key="problems", label="存在问题", synonyms=("问题",)),
        Column(key="submitted_on", label="上报日期", kind=Kind.DATE),
        Column(key="reviewed_on", label="审核日期", kind=Kind.DATE),
        Column(key="state", label="状态", kind=Kind.CHOICE, choices=_STATES),
    ),
)
NODES = Layout(
    key="nodes",
    titles=("节点", "节点计划"),
    columns=(
        SERIAL,
        Column(key="code", label="节点编码", kind=Kind.CODE, required=True),
        Column(key="name", label="节点名称", required=True, max_length=60),
        Column(key="planned_on", label="计划日期", kind=Kind.END_DATE, synonyms=("计划时间",)),
        Column(key="forecast_on", label="预计日期", kind=Kind.END_DATE, synonyms=("预计时间",)),
        Column(key="actual_on", label="实际日期", kind=Kind.DATE, synonyms=("实际时间",)),
        Column(key="weight", label="权重", kind=Kind.DECIMAL),
        Column(key="is_key", label="是否关键", kind=Kind.BOOLEAN, synonyms=("关键节点",)),
    ),
)
PLANS = Layout(
    key="plans",
    titles=("年度计划", "年度投资计划"),
    columns=(
        SERIAL,
        Column(key="year", label="年度", kind=Kind.INTEGER, required=True),
        Column(key="planned", label="计划投资", kind=Kind.AMOUNT, synonyms=("年度计划投资",), unit="万元"),
        Column(key="target", label="计划形象进度", kind=Kind.DECIMAL),
        Column(key="content", label="计划内容", synonyms=("主要建设内容",)),
        Column(key="adjusted", label="调整后计划", kind=Kind.AMOUNT, synonyms=("调整后计划投资",), unit="万元"),
        Column(key="adjust_doc", label="调整文号", max_length=80),
        Column(key="carryover", label="是否续建", kind=Kind.BOOLEAN),
    ),
)
REPORT_LABELS = {
    "state": "状态",
    "physical_pct": "形象进度(%)",
    "physical_desc": "形象进度描述",
    "invested_period": "本期完成投资(元)",
    "invested_year": "年度累计完成投资(元)",
    "invested_cumulative": "累计完成投资(元)",
    "work_done": "本期工作",
    "next_plan": "下期计划",
    "problems": "存在问题",
    "submitted_at": "上报日期",
    "reviewed_at": "审核日期",
}
NODE_LABELS = {
    "name": "节点名称",
    "planned_on": "计划日期",
    "planned_precision": "计划日期精度",
    "forecast_on": "预计日期",
    "actual_on": "实际日期",
    "weight_pct": "权重(%)",
    "is_key": "是否关键",
}
PLAN_LABELS = {
    "planned_amount": "计划投资(元)",
    "adjusted_amount": "调整后计划(元)",
    "adjust_doc_no": "调整文号",
    "planned_content": "计划内容",
    "target_progress_pct": "计划形象进度(%)",
    "carryover": "是否续建",
}
