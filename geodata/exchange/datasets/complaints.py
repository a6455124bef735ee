"""12345 工单: the hotline's export. What tells who called goes to the encrypted table and into no message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geodata.complaints.choices import OrderKind, OrderState, Satisfaction
from geodata.complaints.services import match_orders, record_work_orders
from geodata.exchange.columns import Column, Kind, Layout
from geodata.exchange.datasets import Dataset
from geodata.exchange.datasets.order_rows import OrderPlanner, orders_by_number
from geodata.exchange.plans import Context, Plan
from geodata.exchange.tables.reading import Table

KINDS = {
    "投诉": OrderKind.COMPLAINT,
    "求助": OrderKind.HELP_REQUEST,
    "咨询": OrderKind.INQUIRY,
    "建议": OrderKind.SUGGESTION,
    "表扬": OrderKind.PRAISE,
    "举报": OrderKind.REPORT,
    "投诉举报": OrderKind.COMPLAINT,
    "意见建议": OrderKind.SUGGESTION,
    "感谢": OrderKind.PRAISE,
    "诉求": OrderKind.HELP_REQUEST,
}
STATES = {
    **{str(state.label): state for state in OrderState},
    "已办结": OrderState.CLOSED,
    "处理中": OrderState.PROCESSING,
    "已派单": OrderState.DISPATCHED,
    "已签收": OrderState.SIGNED,
    "已退单": OrderState.RETURNED,
    "已受理": OrderState.RECEIVED,
    "返工重办": OrderState.REWORKED,
}
SATISFACTIONS = {
    **{str(word.label): word for word in Satisfaction},
    "非常满意": Satisfaction.SATISFIED,
    "比较满意": Satisfaction.BASICALLY,
    "一般": Satisfaction.BASICALLY,
    "未评": Satisfaction.UNRATED,
}
URGENCIES = {"一般": "", "普通": "", "紧急": "urgent", "特急": "urgent", "加急": "urgent"}

ORDERS = Layout(
    key="orders",
    titles=("工单", "12345工单", "热线工单", "工单明细"),
    columns=(
        Column(
            key="order_no",
            label="工单编号",
            kind=Kind.CODE,
            synonyms=("工单号", "工单编码", "受理编号", "流水号", "诉求编号", "案件编号"),
            required=True,
            max_length=40,
        ),
        Column(
            key="received_at",
            label="受理时间",
            kind=Kind.MOMENT,
            synonyms=("来电时间", "来话时间", "诉求时间", "反映时间", "登记时间", "受理日期", "创建时间"),
            required=True,
        ),
        Column(key="channel", label="受理渠道", synonyms=("渠道", "来源渠道", "来源"), max_length=20),
        Column(key="caller", label="诉求人", synonyms=("来电人", "姓名", "市民姓名", "反映人"), personal=True),
        Column(
            key="phone",
            label="联系电话",
            kind=Kind.CODE,
            synonyms=("电话", "来电号码", "手机号", "联系方式"),
            personal=True,
        ),
        Column(
            key="kind",
            label="诉求类型",
            kind=Kind.CHOICE,
            synonyms=("类型", "工单类型", "诉求性质"),
            choices=KINDS,
            required=True,
        ),
        Column(key="category", label="诉求分类", synonyms=("分类", "内容分类", "事项分类", "问题分类"), max_length=40),
        Column(key="title", label="标题", synonyms=("工单标题", "诉求标题", "主题"), max_length=200),
        Column(
            key="content",
            label="诉求内容",
            synonyms=("内容", "工单内容", "反映内容", "问题描述", "事项描述"),
            personal=True,
        ),
        Column(
            key="address",
            label="事发地址",
            synonyms=("地址", "事发地点", "诉求地址", "发生地址", "详细地址", "问题地址"),
            max_length=200,
        ),
        Column(
            key="area", label="所属区域", synonyms=("区域", "事发区域", "所属区县", "属地", "县市区"), max_length=60
        ),
        Column(key="urgency", label="紧急程度", kind=Kind.CHOICE, synonyms=("紧急", "缓急"), choices=URGENCIES),
        Column(key="host_unit", label="承办单位", synonyms=("办理单位", "主办单位", "承办部门"), max_length=100),
        Column(key="dispatched_at", label="派单时间", kind=Kind.MOMENT, synonyms=("派单", "派发时间", "转办时间")),
        Column(key="signed_at", label="签收时间", kind=Kind.MOMENT, synonyms=("签收",)),
        Column(
            key="due_at", label="办理时限", kind=Kind.MOMENT, synonyms=("时限", "截止时间", "办结时限", "要求办结时间")
        ),
        Column(key="replied_at", label="答复时间", kind=Kind.MOMENT, synonyms=("回复时间",)),
        Column(key="closed_at", label="办结时间", kind=Kind.MOMENT, synonyms=("办结", "办结日期", "结案时间")),
        Column(key="overdue", label="是否超期", kind=Kind.BOOLEAN, synonyms=("超期", "是否逾期")),
        Column(key="reply", label="办理结果", synonyms=("答复内容", "处理结果", "回复内容"), personal=True),
        Column(key="return_count", label="退回次数", kind=Kind.INTEGER, synonyms=("退回", "退单次数")),
        Column(key="rework_count", label="返工次数", kind=Kind.INTEGER, synonyms=("返工", "重办次数")),
        Column(key="revisit_at", label="回访时间", kind=Kind.MOMENT, synonyms=("回访", "回访日期")),
        Column(key="revisit_method", label="回访方式", synonyms=("回访渠道",), max_length=20),
        Column(
            key="satisfaction",
            label="满意度",
            kind=Kind.CHOICE,
            synonyms=("评价", "满意度评价", "回访结果"),
            choices=SATISFACTIONS,
        ),
        Column(
            key="duplicate_of",
            label="关联工单号",
            kind=Kind.CODE,
            synonyms=("关联工单", "并单号", "合并工单号", "主工单号"),
        ),
        Column(key="state", label="状态", kind=Kind.CHOICE, synonyms=("工单状态", "办理状态"), choices=STATES),
        Column(key="supervised", label="是否督办", kind=Kind.BOOLEAN, synonyms=("督办",)),
        Column(key="lon", label="经度", kind=Kind.DECIMAL, synonyms=("lon", "lng", "longitude")),
        Column(key="lat", label="纬度", kind=Kind.DECIMAL, synonyms=("lat", "latitude")),
        Column(
            key="crs", label="坐标系", synonyms=("坐标系统", "坐标参考系", "坐标来源", "crs", "srid"), max_length=60
        ),
    ),
)


class ComplaintDataset(Dataset):
    """Work orders of the hotline; recorded and matched to projects."""

    key = "complaints"
    title = "12345 工单"
    layouts = (ORDERS,)

    def plan(self, tables: Mapping[str, Sequence[Table]], context: Context) -> Plan:
        """New orders, and what moved on in known ones."""
        return OrderPlanner(tables, context).plan()

    def write(self, plan: Plan, context: Context) -> None:
        """Record, then look for the projects that the new and changed orders are about."""
        entries = list(plan.entries("orders"))
        record_work_orders(entries=entries, user=context.user, now=context.now, batch=context.batch_id)
        context.tell(0, len(entries), "匹配项目")
        orders = orders_by_number([entry.order_no for entry in entries])
        match_orders(order_ids=[order.pk for order in orders.values()], now=context.now, batch=context.batch_id)


DATASET = ComplaintDataset()
