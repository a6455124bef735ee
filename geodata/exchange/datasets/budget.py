"""资金: the financing plan (资金筹措), the budget lines issued (预算指标) and the money that arrived (资金到位)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from geodata.exchange.columns import Column, Kind, Layout
from geodata.exchange.datasets import Dataset
from geodata.exchange.datasets.budget_rows import BudgetPlanner
from geodata.exchange.datasets.disbursements import NATURES
from geodata.exchange.plans import Context, Plan
from geodata.exchange.tables.reading import Table
from geodata.funding.services import record_arrivals, record_budget_lines, record_funding_plans
from geodata.funding.services.budget_codes import record_budget_codes

PROJECT = Column(key="project", label="平台编号", kind=Kind.CODE, synonyms=("项目编号", "项目代码", "统一项目代码"))
SOURCE = Column(key="source", label="资金来源", synonyms=("来源", "资金类别"))
DOC_NO = Column(key="doc_no", label="指标文号", synonyms=("文号", "下达文号", "预算文号"), required=True, max_length=80)

PLANS = Layout(
    key="plans",
    titles=("资金筹措", "资金筹措计划", "资金来源"),
    minimum=3,
    columns=(
        replace(PROJECT, required=True),
        replace(SOURCE, required=True),
        Column(
            key="amount",
            label="金额",
            kind=Kind.AMOUNT,
            synonyms=("筹措金额", "计划金额", "资金额"),
            unit="万元",
            required=True,
        ),
    ),
)
LINES = Layout(
    key="lines",
    titles=("预算指标", "指标", "资金下达", "预算下达"),
    columns=(
        DOC_NO,
        PROJECT,
        Column(key="year", label="年度", kind=Kind.INTEGER, synonyms=("预算年度", "年份"), required=True),
        replace(SOURCE, required=True),
        Column(
            key="amount",
            label="金额",
            kind=Kind.AMOUNT,
            synonyms=("指标金额", "下达金额", "预算金额"),
            unit="元",
            required=True,
        ),
        Column(
            key="issued_on",
            label="下达日期",
            kind=Kind.DATE,
            synonyms=("下达时间", "发文日期", "文件日期"),
            required=True,
        ),
        Column(key="functional_class", label="功能分类", synonyms=("支出功能分类", "功能科目")),
        Column(key="budget_project_code", label="预算项目编码", kind=Kind.CODE, synonyms=("预算项目代码",)),
        Column(key="budget_project_name", label="预算项目名称", synonyms=("预算项目",), max_length=200),
        Column(key="fund_nature", label="资金性质", kind=Kind.CHOICE, synonyms=("预算类型",), choices=NATURES),
        Column(key="line_no", label="行号", kind=Kind.INTEGER, synonyms=("明细序号",)),
    ),
)
ARRIVALS = Layout(
    key="arrivals",
    titles=("资金到位", "到位", "到位资金"),
    columns=(
        DOC_NO,
        PROJECT,
        Column(
            key="arrived_on",
            label="到位日期",
            kind=Kind.DATE,
            synonyms=("到位时间", "到账日期", "到账时间"),
            required=True,
        ),
        Column(
            key="amount",
            label="金额",
            kind=Kind.AMOUNT,
            synonyms=("到位金额", "到账金额"),
            unit="元",
            required=True,
        ),
        Column(
            key="account",
            label="收款账户",
            kind=Kind.CODE,
            synonyms=("收款账号", "到账账户", "账号"),
            personal=True,
        ),
        SOURCE,
        Column(key="year", label="年度", kind=Kind.INTEGER, synonyms=("预算年度",)),
        Column(key="line_no", label="行号", kind=Kind.INTEGER, synonyms=("明细序号",)),
    ),
)


class BudgetDataset(Dataset):
    """Where the money of projects comes from."""

    key = "budget"
    title = "资金"
    layouts = (PLANS, LINES, ARRIVALS)

    def plan(self, tables: Mapping[str, Sequence[Table]], context: Context) -> Plan:
        """Plans and lines first: an arrival may speak of a line in the same file."""
        return BudgetPlanner(tables, context).plan()

    def write(self, plan: Plan, context: Context) -> None:
        """Lines before the arrivals on them."""
        held = {"user": context.user, "now": context.now, "batch": context.batch_id}
        record_funding_plans(entries=plan.entries("plans"), **held)
        record_budget_lines(entries=plan.entries("lines"), **held)
        record_budget_codes(codes=_codes(plan), **held)
        record_arrivals(entries=plan.entries("arrivals"), **held)


def _codes(plan: Plan) -> dict[str, int]:
    """The treasury's codes that the file gives to exactly one project."""
    found: dict[str, set[int]] = {}
    for entry in plan.entries("lines"):
        if entry.budget_project_code and entry.key.project_id is not None:
            found.setdefault(entry.budget_project_code, set()).add(entry.key.project_id)
    return {code: projects.pop() for code, projects in found.items() if len(projects) == 1}


DATASET = BudgetDataset()
