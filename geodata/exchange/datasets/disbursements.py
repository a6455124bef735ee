"""支付明细: the treasury's list of payments (国库集中支付), and any other ledger through a mapping file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geodata.exchange.columns import Column, Kind, Layout
from geodata.exchange.datasets import Dataset
from geodata.exchange.datasets.ledger_rows import LedgerPlanner
from geodata.exchange.plans import Context, Plan
from geodata.exchange.tables.reading import Table
from geodata.funding.choices import FundNature, Level, PaymentStatus, PayMethod
from geodata.funding.services import record_disbursements

STATUSES = {
    "已清算": PaymentStatus.CLEARED,
    "待清算": PaymentStatus.PENDING,
    "已退回": PaymentStatus.RETURNED,
    "已作废": PaymentStatus.VOID,
    "未清算": PaymentStatus.PENDING,
    "已支付": PaymentStatus.CLEARED,
    "支付成功": PaymentStatus.CLEARED,
    "退回": PaymentStatus.RETURNED,
    "退票": PaymentStatus.RETURNED,
    "作废": PaymentStatus.VOID,
}
METHODS = {
    "直接支付": PayMethod.DIRECT,
    "财政直接支付": PayMethod.DIRECT,
    "授权支付": PayMethod.AUTHORIZED,
    "财政授权支付": PayMethod.AUTHORIZED,
    "实拨": PayMethod.TRANSFER,
    "实拨资金": PayMethod.TRANSFER,
}
NATURES = {
    "一般公共预算": FundNature.GENERAL_PUBLIC,
    "一般公共预算资金": FundNature.GENERAL_PUBLIC,
    "政府性基金": FundNature.GOVERNMENT_FUND,
    "政府性基金预算": FundNature.GOVERNMENT_FUND,
    "政府性基金预算资金": FundNature.GOVERNMENT_FUND,
    "国有资本经营预算": FundNature.STATE_CAPITAL,
    "国有资本经营预算资金": FundNature.STATE_CAPITAL,
    "财政专户": FundNature.SPECIAL_ACCOUNT,
    "财政专户管理资金": FundNature.SPECIAL_ACCOUNT,
    "其他": FundNature.OTHER,
}
LEVELS = {
    "支付收款人": Level.TO_PAYEE,
    "拨付建设单位": Level.TO_UNIT,
    "财政下达": Level.ALLOCATION,
}

_FUNCTIONS = ("支出功能分类", "支出功能分类科目", "功能分类科目", "功能科目", "预算科目编码")
_BANKS = ("开户行", "开户银行", "收款人开户银行", "收款银行", "收款人银行", "收款行")
PAYMENTS = Layout(
    key="payments",
    titles=("国库集中支付明细", "支付明细", "国库集中支付", "财政支付明细", "拨付明细", "Payments"),
    columns=(
        Column(
            key="voucher_no",
            label="支付凭证号",
            kind=Kind.CODE,
            synonyms=(
                *("凭证号", "支付凭证编号", "支付凭证编码", "凭证编号", "凭证编码", "支付令编号", "支付令号"),
                *("支付申请编号", "财政直接支付凭证编号", "Transaction Number"),
            ),
            required=True,
            max_length=40,
        ),
        Column(
            key="pay_date",
            label="支付日期",
            kind=Kind.DATE,
            synonyms=("日期", "付款日期", "清算日期", "拨付日期", "拨付时间", "支付时间", "付款时间", "清算时间"),
            required=True,
        ),
        Column(
            key="budget_unit_code",
            label="预算单位编码",
            kind=Kind.CODE,
            synonyms=("预算单位代码", "单位编码", "单位代码", "国标码"),
        ),
        Column(key="budget_unit", label="预算单位", synonyms=("预算单位名称", "基层预算单位", "付款单位", "拨款单位")),
        Column(key="pay_method", label="支付方式", kind=Kind.CHOICE, synonyms=("方式", "支付类型"), choices=METHODS),
        Column(
            key="fund_nature", label="资金性质", kind=Kind.CHOICE, synonyms=("预算类型", "资金类型"), choices=NATURES
        ),
        Column(key="budget_doc_no", label="指标文号", synonyms=("文号", "预算文号", "指标文件号"), max_length=80),
        Column(key="budget_project_code", label="预算项目编码", kind=Kind.CODE, synonyms=("预算项目代码",)),
        Column(key="budget_project_name", label="预算项目名称", synonyms=("预算项目",)),
        Column(key="functional_class", label="功能分类", synonyms=_FUNCTIONS),
        Column(key="dept_econ_class", label="部门经济分类", synonyms=("部门经济", "部门预算经济分类", "经济分类")),
        Column(key="gov_econ_class", label="政府经济分类", synonyms=("政府经济", "政府预算经济分类")),
        Column(
            key="payee",
            label="收款人全称",
            synonyms=(
                *("收款人", "收款人名称", "收款单位", "收款单位名称", "收款方", "收款方名称", "收款户名"),
                *("收款账户名称", "Supplier Name"),
            ),
            required=True,
            max_length=200,
        ),
        Column(
            key="payee_account",
            label="收款人账号",
            kind=Kind.CODE,
            synonyms=("账号", "帐号", "收款账号", "收款人帐号", "银行账号"),
            personal=True,
        ),
        Column(key="payee_bank", label="收款人开户行", synonyms=_BANKS),
        Column(
            key="purpose",
            label="摘要",
            synonyms=("摘要(用途)", "用途", "款项用途", "支付用途", "资金用途"),
            max_length=400,
        ),
        Column(
            key="amount",
            label="支付金额",
            kind=Kind.AMOUNT,
            unit="元",
            synonyms=("金额", "拨付金额", "付款金额", "支付额", "拨付资金", "财政核定金额", "Amount"),
            required=True,
        ),
        Column(key="status", label="状态", kind=Kind.CHOICE, synonyms=("支付状态", "清算状态"), choices=STATUSES),
        Column(key="note", label="备注", synonyms=("说明",), max_length=400),
        Column(key="project", label="平台编号", kind=Kind.CODE, synonyms=("项目编号", "一张图编号")),
        Column(key="project_code", label="项目代码", kind=Kind.CODE, synonyms=("统一项目代码",)),
        Column(key="contract_no", label="合同编号", kind=Kind.CODE, synonyms=("合同号",)),
        Column(key="level", label="拨付层级", kind=Kind.CHOICE, choices=LEVELS),
        Column(key="source", label="资金来源", synonyms=("来源",)),
        Column(key="line_no", label="行号", kind=Kind.INTEGER, synonyms=("明细序号", "凭证行号")),
    ),
)


class DisbursementDataset(Dataset):
    """Payments into the append-only ledger."""

    key = "disbursements"
    title = "支付明细"
    layouts = (PAYMENTS,)

    def plan(self, tables: Mapping[str, Sequence[Table]], context: Context) -> Plan:
        """New vouchers, appended statuses and assignments; what contradicts the ledger is refused."""
        return LedgerPlanner(tables, context).plan()

    def write(self, plan: Plan, context: Context) -> None:
        """One call for the whole file."""
        record_disbursements(
            entries=plan.entries("payments"),
            user=context.user,
            now=context.now,
            batch=context.batch_id,
            progress=lambda done, total: context.tell(done, total, "入库"),
        )


DATASET = DisbursementDataset()
