"""合同: contracts, their changes (变更) and the output certified under them (计量)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from geodata.exchange.columns import Column, Kind, Layout
from geodata.exchange.datasets import Dataset
from geodata.exchange.datasets.contract_rows import ContractPlanner, DraftContract
from geodata.exchange.plans import Context, Plan
from geodata.exchange.tables.reading import Table
from geodata.funding.choices import ChangeLevel, ContractKind
from geodata.funding.services import record_contract_changes, record_contracts, record_measurements
from geodata.organisations.models import Organisation
from geodata.organisations.services import NamedBody, ensure_organisations

KINDS = {
    "施工": ContractKind.CONSTRUCTION,
    "监理": ContractKind.SUPERVISION,
    "设计": ContractKind.DESIGN,
    "勘察": ContractKind.SURVEY,
    "EPC": ContractKind.EPC,
    "咨询": ContractKind.CONSULTING,
    "采购": ContractKind.PURCHASE,
    "其他": ContractKind.OTHER,
    "施工合同": ContractKind.CONSTRUCTION,
    "监理合同": ContractKind.SUPERVISION,
    "设计合同": ContractKind.DESIGN,
    "勘察合同": ContractKind.SURVEY,
    "工程总承包": ContractKind.EPC,
    "全过程咨询": ContractKind.CONSULTING,
    "采购合同": ContractKind.PURCHASE,
}
LEVELS = {
    "一般": ChangeLevel.MINOR,
    "较大": ChangeLevel.MAJOR,
    "重大": ChangeLevel.SIGNIFICANT,
    "一般变更": ChangeLevel.MINOR,
    "较大变更": ChangeLevel.MAJOR,
    "重大变更": ChangeLevel.SIGNIFICANT,
}
NUMBER = Column(key="contract_no", label="合同编号", kind=Kind.CODE, synonyms=("合同号",), required=True, max_length=60)

CONTRACTS = Layout(
    key="contracts",
    titles=("合同", "合同台账", "合同清单"),
    columns=(
        NUMBER,
        Column(
            key="project",
            label="平台编号",
            kind=Kind.CODE,
            synonyms=("项目编号", "项目代码", "统一项目代码"),
            required=True,
        ),
        Column(key="kind", label="合同类型", kind=Kind.CHOICE, synonyms=("类型", "合同类别"), choices=KINDS),
        Column(key="name", label="合同名称", synonyms=("名称",), required=True, max_length=200),
        Column(
            key="contractor",
            label="承包单位",
            synonyms=("承包人", "中标单位", "乙方", "承包单位名称"),
            required=True,
            max_length=200,
        ),
        Column(key="credit_code", label="统一社会信用代码", kind=Kind.CODE, synonyms=("信用代码",)),
        Column(
            key="price",
            label="合同价",
            kind=Kind.AMOUNT,
            synonyms=("合同金额", "合同价款", "签约合同价"),
            unit="元",
            required=True,
        ),
        Column(key="signed_on", label="签订日期", kind=Kind.DATE, synonyms=("签约日期", "签订时间", "合同签订日期")),
        Column(key="starts_on", label="开始日期", kind=Kind.DATE, synonyms=("开工日期", "合同开工日期")),
        Column(key="ends_on", label="结束日期", kind=Kind.END_DATE, synonyms=("完工日期", "竣工日期", "合同竣工日期")),
        Column(key="advance", label="预付款比例", kind=Kind.PERCENT, synonyms=("预付比例",)),
        Column(key="progress", label="进度款比例", kind=Kind.PERCENT, synonyms=("进度款支付比例",)),
        Column(key="retention", label="质保金比例", kind=Kind.PERCENT, synonyms=("质量保证金比例", "质保金")),
        Column(key="labour", label="人工费比例", kind=Kind.PERCENT, synonyms=("人工费用比例",)),
    ),
)
CHANGES = Layout(
    key="changes",
    titles=("变更", "设计变更", "工程变更", "合同变更"),
    columns=(
        NUMBER,
        Column(
            key="number",
            label="变更编号",
            kind=Kind.CODE,
            synonyms=("变更号", "变更单号"),
            required=True,
            max_length=60,
        ),
        Column(key="level", label="变更类别", kind=Kind.CHOICE, synonyms=("变更等级", "变更级别"), choices=LEVELS),
        Column(key="reason", label="原因", synonyms=("变更原因",)),
        Column(key="basis", label="依据", synonyms=("变更依据",)),
        Column(key="content", label="内容", synonyms=("变更内容",)),
        Column(
            key="amount",
            label="变更金额",
            kind=Kind.AMOUNT,
            synonyms=("增减金额", "变更增减额"),
            unit="元",
            required=True,
        ),
        Column(key="approved_by", label="批准单位", synonyms=("审批单位",), max_length=100),
        Column(key="approved_on", label="批准日期", kind=Kind.DATE, synonyms=("批准时间", "审批日期")),
    ),
)
MEASUREMENTS = Layout(
    key="measurements",
    titles=("计量", "计量支付", "工程计量", "产值确认"),
    columns=(
        NUMBER,
        Column(key="period_no", label="期次", kind=Kind.INTEGER, synonyms=("期数", "计量期次"), required=True),
        Column(
            key="measured_to",
            label="计量截止日",
            kind=Kind.END_DATE,
            synonyms=("截止日期", "计量截止日期"),
            required=True,
        ),
        Column(
            key="certified",
            label="本期确认产值",
            kind=Kind.AMOUNT,
            synonyms=("本期产值", "本期计量金额"),
            unit="元",
            required=True,
        ),
        Column(
            key="cumulative",
            label="累计确认产值",
            kind=Kind.AMOUNT,
            synonyms=("累计产值", "累计计量金额"),
            unit="元",
            control=False,
            required=True,
        ),
        Column(key="supervisor", label="监理单位", max_length=100),
        Column(key="auditor", label="审核单位", synonyms=("跟踪审计单位",), max_length=100),
    ),
)


class ContractDataset(Dataset):
    """Contracts with what was changed and certified."""

    key = "contracts"
    title = "合同"
    layouts = (CONTRACTS, CHANGES, MEASUREMENTS)

    def plan(self, tables: Mapping[str, Sequence[Table]], context: Context) -> Plan:
        """Contracts first: a change may belong to one in the same file."""
        return ContractPlanner(tables, context).plan()

    def write(self, plan: Plan, context: Context) -> None:
        """Contractors that nobody knew yet are made first."""
        held = {"user": context.user, "now": context.now, "batch": context.batch_id}
        drafts: list[DraftContract] = list(plan.entries("contracts"))
        bodies = [NamedBody(d.contractor, d.credit_code, Organisation.Kind.CONTRACTOR) for d in drafts]
        known = ensure_organisations(bodies=bodies, batch=context.batch_id)
        entries = [replace(draft.entry, contractor_id=known[draft.contractor]) for draft in drafts]
        record_contracts(entries=entries, **held)
        record_contract_changes(entries=plan.entries("changes"), **held)
        record_measurements(entries=plan.entries("measurements"), **held)


DATASET = ContractDataset()
