"""Coded values of a project. Each code is the stored value, each label what people read."""

from collections.abc import Mapping
from typing import Final

from django.db import models


class Status(models.TextChoices):
    """施工状态: the operating state. The light (红黄绿) is another field, the stage a third."""

    PRELIMINARY = "preliminary", "前期"
    NOT_STARTED = "not_started", "未开工"
    UNDER_CONSTRUCTION = "under_construction", "在建"
    SUSPENDED = "suspended", "停工"
    WORKS_COMPLETED = "works_completed", "完工"
    ACCEPTED = "accepted", "竣工"
    HANDED_OVER = "handed_over", "移交"
    IN_OPERATION = "in_operation", "运维"
    CLOSED = "closed", "办结销号"
    CANCELLED = "cancelled", "取消"


class LightColour(models.TextChoices):
    """亮灯: computed by the warning rules (dashboards/alerts) and kept with the summary; the gravest first."""

    RED = "red", "红灯"
    YELLOW = "yellow", "黄灯"
    GREY = "grey", "无数据"
    GREEN = "green", "绿灯"


# statuses in which the works never began
NOT_BEGUN: Final = (Status.PRELIMINARY, Status.NOT_STARTED, Status.CANCELLED)
# the shape of a status's mark on every map and list; status is never told by colour alone
STATUS_SHAPE: Final[Mapping[str, str]] = {
    Status.PRELIMINARY: "hollow",
    Status.NOT_STARTED: "hollow",
    Status.UNDER_CONSTRUCTION: "circle",
    Status.SUSPENDED: "square",
    Status.WORKS_COMPLETED: "triangle",
    Status.ACCEPTED: "triangle",
    Status.HANDED_OVER: "diamond",
    Status.IN_OPERATION: "diamond",
    Status.CLOSED: "diamond",
    Status.CANCELLED: "cross",
}


class Stage(models.TextChoices):
    """建设阶段: twelve steps around the four statutory phases; moves forward by milestones."""

    RESERVE = "reserve", "谋划储备"
    INITIATION = "initiation", "立项"
    FEASIBILITY = "feasibility", "可研"
    DESIGN = "design", "设计"
    LAND_PLANNING = "land_planning", "用地规划"
    PROCUREMENT = "procurement", "招标采购"
    PRE_CONSTRUCTION = "pre_construction", "开工准备"
    CONSTRUCTION = "construction", "施工"
    ACCEPTANCE = "acceptance", "竣工验收"
    HANDOVER = "handover", "移交"
    SETTLEMENT = "settlement", "结算决算"
    OPERATION_EVALUATION = "operation_evaluation", "运维与后评价"


class SuspensionKind(models.TextChoices):
    REPORTED = "reported", "报备停工"
    ORDERED = "ordered", "责令停工"
    DE_FACTO = "de_facto", "事实停工"


class Nature(models.TextChoices):
    """建设性质. 续建 is a property of a plan year (PlanYear.carryover), not of the project."""

    NEW = "new", "新建"
    EXPANSION = "expansion", "扩建"
    RENOVATION = "renovation", "改扩建"
    RELOCATION = "relocation", "迁建"
    PURCHASE = "purchase", "购置"
    TECHNICAL = "technical", "技改"


class Precision(models.TextChoices):
    """How exactly a date is known."""

    DAY = "day", "日"
    TENDAY = "tenday", "旬"
    MONTH = "month", "月"
    QUARTER = "quarter", "季"
    YEAR = "year", "年"


class InvestmentBasis(models.TextChoices):
    ESTIMATE = "estimate", "估算"
    BUDGETARY_ESTIMATE = "budgetary_estimate", "概算"
    ADJUSTED = "adjusted", "调整概算"
    DRAWING_BUDGET = "drawing_budget", "预算"
    SETTLEMENT = "settlement", "结算"
    FINAL_ACCOUNT = "final_account", "决算"


class TaskLevel(models.TextChoices):
    NATIONAL = "national", "国家"
    PROVINCIAL = "provincial", "省级"
    MUNICIPAL = "municipal", "市级"
    COUNTY = "county", "县级"


class Disclosure(models.TextChoices):
    PUBLIC = "public", "公开"
    PARTIAL = "partial", "部分公开"
    INTERNAL = "internal", "内部"
    SECRET_NOT_ALLOWED = "secret_not_allowed", "涉密不得录入"


class PublicGeometry(models.TextChoices):
    """How exactly the public sees where a project is."""

    EXACT = "exact", "精确"
    SIMPLIFIED = "simplified", "概略"
    CENTROID = "centroid", "中心点"
    TOWNSHIP = "township", "所在乡镇"
    HIDDEN = "hidden", "不公开"


class PartyRole(models.TextChoices):
    LEAD = "lead_unit", "牵头单位"
    RESPONSIBLE = "responsible_unit", "责任单位"
    OWNER = "owner_unit", "建设单位"
    AGENT_BUILDER = "agent_builder", "代建单位"
    CONTRACTOR = "contractor", "施工单位"
    SUPERVISOR = "supervisor", "监理单位"
    DESIGNER = "designer", "设计单位"
    SURVEYOR = "surveyor", "勘察单位"
    CONSULTANT = "whole_process_consultant", "全过程工程咨询单位"
    TESTER = "tester", "检测单位"
    AUDITOR = "auditor", "跟踪审计单位"


class GeometrySource(models.TextChoices):
    """Where a shape comes from, least trusted first."""

    DECLARED = "declared", "填报"
    DRAWN = "drawn", "手绘"
    SURVEYED = "surveyed", "测绘成果"
    GPS = "gps", "GPS实测"


class VersionState(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    APPROVED = "approved", "已批准"
    RETURNED = "returned", "已退回"
    SUPERSEDED = "superseded", "已被取代"


# states of a proposal that is still to be decided or corrected; a project has one such version at most
OPEN_VERSIONS: Final = (VersionState.DRAFT, VersionState.SUBMITTED, VersionState.RETURNED)
