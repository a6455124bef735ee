"""The three collections: what each holds, by which parameters it can be limited, and which columns a feature shows.

Columns are named here by hand, as in portal/publication/allowlist.py: what is not named does not leave the house.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from geodata.errors import NotFound
from geodata.parameters import Reader, available, code, one_of, whole
from geodata.summary import parameters
from geodata.summary.filters import ProjectFilter
from portal.public import selectors
from portal.public.models import PublishedArea, PublishedPayment, Snapshot

OF_PROJECTS: Final[Mapping[str, Reader]] = {
    name: parameters.READERS[name]
    for name in ("region", "unit", "category", "status", "stage", "year", "source", "q", "located")
}
Asked = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Collection:
    """`identifier` names a feature, `moment` is the day that `datetime` speaks of; `columns`: name → what it is.

    `rows` gives the features that pass the limits, `total` how many there are without any, where that is known.
    """

    id: str
    title: str
    description: str
    identifier: str
    order: tuple[str, ...]
    rows: Callable[[Asked], QuerySet[Any]]
    columns: Mapping[str, str]
    limits: Mapping[str, Reader] = field(default_factory=dict)
    moment: str = ""
    is_spatial: bool = True
    total: Callable[[Snapshot], int] | None = None


def _projects(asked: Asked) -> QuerySet[Any]:
    return selectors.projects(selectors.NEWEST, ProjectFilter(**asked)).order_by("code")


def _regions(asked: Asked) -> QuerySet[PublishedArea]:
    limits = {"kind": "kind", "parent": "parent_code"}
    return selectors.areas(selectors.NEWEST).filter(**{limits[name]: value for name, value in asked.items()})


def _payments(asked: Asked) -> QuerySet[PublishedPayment]:
    """Of one project, or of those that a project filter finds; year, source and purpose are the payment's own."""
    own = {"project": "code", "year": "paid_on__year", "source": "source", "purpose": "purpose"}
    limits = Q(**{column: asked[name] for name, column in own.items() if name in asked})
    others = {name: value for name, value in asked.items() if name not in own}
    if others:
        found = selectors.projects(selectors.NEWEST, ProjectFilter(**others)).order_by()
        limits &= Q(code__in=found.values("code"))
    return selectors.at(PublishedPayment, selectors.NEWEST).filter(limits)


PROJECTS: Final = Collection(
    id="projects",
    title="民生工程项目",
    description="全部公开项目，一个项目一个要素。图形按公开几何策略概略或隐去，没有的 geometry 为 null。金额单位为元。",
    identifier="code",
    order=("code",),
    rows=_projects,
    limits=OF_PROJECTS,
    moment="updated",
    total=lambda snapshot: snapshot.projects,
    columns={
        "code": "平台编号，永久不变",
        "project_code": "投资项目统一代码",
        "name": "项目名称",
        "parent_code": "所属打包项目的平台编号",
        "category": "项目类别代码",
        "category_name": "项目类别",
        "region": "行政区划代码（县市区）",
        "unit": "属地管理单位代码",
        "township": "乡镇街道代码",
        "status": "施工状态",
        "status_on": "现施工状态自哪天起",
        "stage": "建设阶段",
        "nature": "建设性质",
        "plan_year": "首次列入年度",
        "years": "列入年度计划的年份",
        "sources": "资金来源代码",
        "is_livelihood": "是否民生实事",
        "scope_content": "建设规模和内容",
        "location_text": "建设地点",
        "lead_unit": "牵头单位",
        "owner_unit": "建设单位",
        "responsible_unit": "责任单位",
        "office_phone": "责任单位办公电话",
        "planned_start_on": "计划开工",
        "planned_end_on": "计划完工",
        "actual_start_on": "实际开工",
        "accepted_on": "竣工验收",
        "budget": "总投资(元)",
        "annual_plan": "年度计划投资(元)",
        "completed": "累计完成投资(元)",
        "annual_completed": "年度完成投资(元)",
        "physical_pct": "形象进度(%)",
        "allocated": "资金下达(元)",
        "arrived": "资金到位(元)",
        "disbursed": "已拨付（元），等于本项目 payments 各笔之和",
        "contract_total": "合同总价（元，含变更）",
        "payment_count": "支付笔数",
        "investment_rate": "累计投资完成率，分母为总投资",
        "annual_rate": "年度投资完成率，分母为年度计划投资",
        "disbursement_rate": "资金拨付率，分母为资金到位",
        "in_rates": "是否计入合计的比率；停工且停工报告已审核的，指挥部可以不计入",
        "complaints_band": "投诉件数：0、<5 或件数",
        "last_report_on": "最近报告期末",
        "updated": "数据更新至",
    },
)
REGIONS: Final = Collection(
    id="regions",
    title="行政区划与功能区",
    description="市、县市区、功能区、乡镇街道的范围。功能区在县市区之内；示意边界以 is_schematic 标明。",
    identifier="code",
    order=("official_order", "code"),
    rows=_regions,
    limits={"kind": one_of("city", "county", "zone", "township"), "parent": code},
    columns={
        "code": "区划代码",
        "kind": "类型：city 市、county 县市区、zone 功能区、township 乡镇街道",
        "name": "名称",
        "short_name": "简称",
        "parent_code": "上级代码",
        "official_order": "法定次序",
        "is_schematic": "边界是否示意",
    },
)
PAYMENTS: Final = Collection(
    id="payments",
    title="资金拨付明细",
    description=(
        "公开项目的每一笔计入支付，含退回与冲销（金额为负，reverses 指向被冲销的一笔）。没有图形。金额单位为元。"
    ),
    identifier="number",
    order=("number",),
    rows=_payments,
    limits={"project": code, **OF_PROJECTS, "year": whole(1990, 2100), "source": code, "purpose": code},
    moment="paid_on",
    is_spatial=False,
    total=lambda snapshot: snapshot.payments,
    columns={
        "number": "支付编号，永久不变",
        "code": "项目的平台编号",
        "paid_on": "支付日期",
        "amount": "金额(元)",
        "payee": "收款单位；个人不公开姓名",
        "source": "资金来源代码",
        "source_name": "资金来源",
        "purpose": "用途",
        "status": "状态",
        "contract_key": "合同",
        "reverses": "被冲销的支付编号",
    },
)
COLLECTIONS: Final = {collection.id: collection for collection in (PROJECTS, REGIONS, PAYMENTS)}


def collection(name: str) -> Collection:
    """Raises NotFound."""
    found = COLLECTIONS.get(name)
    if found is None:
        raise NotFound(_("There is no such data set; %(hint)s") % {"hint": available(COLLECTIONS)})
    return found
