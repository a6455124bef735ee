"""The columns of the files about projects: the 台账, shapes, the history of statuses, the yearly tasks."""

from __future__ import annotations

from dataclasses import replace

from geodata.exchange.columns import Column, Kind, Layout
from geodata.exchange.datasets.projects_titles import (
    CODE_TITLES,
    OWNER_TITLES,
    PLACE_TITLES,
    SCOPE_TITLES,
    TOTAL_TITLES,
    UNIT_TITLES,
)
from geodata.exchange.places import PLACE_COLUMNS
from geodata.projects.choices import (
    Disclosure,
    InvestmentBasis,
    Nature,
    PublicGeometry,
    Stage,
    Status,
    SuspensionKind,
    TaskLevel,
)

CARRYOVER = "ongoing"  # 续建: a property of the plan year, written in the column 建设性质


def _words(choices: type[Status] | type[Stage] | type[Nature], **extra: str) -> dict[str, str]:
    return {**{str(label): value for value, label in choices.choices}, **extra}


NATURES = _words(
    Nature, 改建=Nature.RENOVATION, 改扩建项目=Nature.RENOVATION, 续建=CARRYOVER, 技术改造=Nature.TECHNICAL
)
STATUSES = _words(
    Status,
    前期工作=Status.PRELIMINARY,
    已开工=Status.UNDER_CONSTRUCTION,
    在建中=Status.UNDER_CONSTRUCTION,
    施工中=Status.UNDER_CONSTRUCTION,
    正在施工=Status.UNDER_CONSTRUCTION,
    暂停=Status.SUSPENDED,
    已停工=Status.SUSPENDED,
    已完工=Status.WORKS_COMPLETED,
    竣工验收=Status.ACCEPTED,
    已竣工=Status.ACCEPTED,
    已验收=Status.ACCEPTED,
    已移交=Status.HANDED_OVER,
    已办结=Status.CLOSED,
    销号=Status.CLOSED,
    已取消=Status.CANCELLED,
    调出计划=Status.CANCELLED,
)
STAGES = _words(Stage, 立项审批=Stage.INITIATION, 招投标=Stage.PROCUREMENT, 施工阶段=Stage.CONSTRUCTION)
BASES = {label: value for value, label in InvestmentBasis.choices} | {"初步设计概算": "budgetary_estimate"}
DISCLOSURES = {label: value for value, label in Disclosure.choices if value != Disclosure.SECRET_NOT_ALLOWED}
GEOMETRIES = {label: value for value, label in PublicGeometry.choices}
LEVELS = {label: value for value, label in TaskLevel.choices} | {"市": "municipal", "省": "provincial", "县": "county"}
STOPS = {label: value for value, label in SuspensionKind.choices}

# Amounts of a source of money: the part of the column's key after the prefix is the word that finds the source.
FUNDING_PREFIX = "funding:"
_SOURCES = (
    "中央",
    "中央补助",
    "超长期特别国债",
    "省级",
    "市级",
    "市县",
    "县区",
    "专项债",
    "一般债",
    "债券",
    "银行贷款",
)
_MORE_SOURCES = ("社会资本", "自筹", "居民出资", "捐赠", "其他")
# Group words that no single source is meant by.
SOURCE_OF_GROUP = {"债券": "专项债"}


def _funding() -> tuple[Column, ...]:
    return tuple(
        Column(
            key=f"{FUNDING_PREFIX}{word}",
            label=f"资金来源/{word}",
            kind=Kind.AMOUNT,
            synonyms=(f"资金来源/{word}资金", f"资金筹措/{word}"),
            unit="万元",
        )
        for word in (*_SOURCES, *_MORE_SOURCES)
    )


IDENTITY = (
    Column(key="serial", label="平台编号", kind=Kind.CODE, synonyms=("项目编号", "serial_no")),
    Column(key="code", label="项目代码", kind=Kind.CODE, synonyms=CODE_TITLES),
    Column(
        key="name",
        label="项目名称",
        synonyms=("工程名称", "项目名", "工程项目名称", "name"),
        max_length=200,
        one_line=True,
    ),
)
NOTE = Column(key="note", label="备注")
DESCRIPTION = (
    Column(key="parent", label="上级项目", kind=Kind.CODE, synonyms=("打包项目编号",)),
    Column(key="parent_name", label="上级项目名称", synonyms=("打包项目", "所属项目"), max_length=200, one_line=True),
    Column(key="source_key", label="外部编号", kind=Kind.CODE, synonyms=("source_key",), max_length=100),
    Column(key="category", label="项目类别", synonyms=("类别", "工程类别"), fill_down=True),
    Column(key="plan_year", label="计划年度", kind=Kind.INTEGER, synonyms=("年度", "计划年份", "实施年度", "年份")),
    Column(key="nature", label="建设性质", kind=Kind.CHOICE, choices=NATURES),
    Column(key="location", label="建设地点", synonyms=PLACE_TITLES, max_length=200),
    Column(key="unit", label="属地管理单位", synonyms=UNIT_TITLES, fill_down=True),
    Column(key="township", label="乡镇街道", synonyms=("乡镇(街道)", "所属乡镇", "街道", "所在乡镇", "所在镇街")),
    Column(key="scope", label="建设规模和内容", synonyms=SCOPE_TITLES),
    Column(
        key="period",
        label="建设起止年限",
        kind=Kind.PERIOD,
        synonyms=("起止年限", "建设年限", "建设工期", "建设起止时间"),
    ),
    Column(key="total", label="总投资", kind=Kind.AMOUNT, synonyms=TOTAL_TITLES, unit="万元"),
    Column(key="basis", label="投资依据", kind=Kind.CHOICE, choices=BASES),
    Column(
        key="planned_end",
        label="计划竣工时间",
        kind=Kind.END_DATE,
        synonyms=("计划竣工", "计划完工", "计划完工时间", "计划竣工日期", "计划完工日期", "拟竣工时间", "预计竣工时间"),
    ),
    Column(
        key="actual_start",
        label="实际开工",
        kind=Kind.DATE,
        synonyms=("实际开工时间", "实际开工日期", "开工时间", "开工日期"),
    ),
    Column(
        key="completed_on",
        label="实际完工",
        kind=Kind.DATE,
        synonyms=("实际完工时间", "实际完工日期", "完工时间", "完工日期"),
    ),
    Column(
        key="accepted_on",
        label="竣工验收",
        kind=Kind.DATE,
        synonyms=("竣工验收时间", "竣工验收日期", "竣工时间", "竣工日期"),
    ),
    Column(
        key="status", label="施工状态", kind=Kind.CHOICE, synonyms=("项目状态", "状态", "建设状态"), choices=STATUSES
    ),
    Column(key="stage", label="建设阶段", kind=Kind.CHOICE, synonyms=("项目阶段", "阶段"), choices=STAGES),
    Column(key="stop_reason", label="停工原因"),
    Column(key="stopped_on", label="停工日期", kind=Kind.DATE, synonyms=("停工时间",)),
    Column(key="lead", label="牵头单位", kind=Kind.NAMES, synonyms=("牵头部门",), fill_down=True),
    Column(key="responsible", label="责任单位", kind=Kind.NAMES, synonyms=("责任部门", "责任主体"), fill_down=True),
    Column(key="owner", label="建设单位", kind=Kind.NAMES, synonyms=OWNER_TITLES),
    Column(
        key="contractor",
        label="施工单位",
        kind=Kind.NAMES,
        synonyms=("施工总承包单位", "承建单位", "中标单位", "施工单位名称"),
    ),
    Column(key="supervisor", label="监理单位", kind=Kind.NAMES),
    Column(key="designer", label="设计单位", kind=Kind.NAMES),
    Column(key="livelihood", label="是否民生实事", kind=Kind.BOOLEAN, synonyms=("民生实事",)),
    Column(key="task", label="实事任务", synonyms=("民生实事任务", "实事名称")),
    Column(key="households", label="受益户数", kind=Kind.INTEGER, synonyms=("惠及户数", "受益户数（户）")),
    Column(key="population", label="受益人口", kind=Kind.INTEGER, synonyms=("惠及人口", "受益人数", "受益人口（人）")),
    Column(key="aliases", label="别名", kind=Kind.NAMES, synonyms=("小区名", "路名", "又名")),
    Column(key="disclosure", label="公开级别", kind=Kind.CHOICE, synonyms=("公开范围",), choices=DISCLOSURES),
    Column(key="public_geometry", label="公开几何", kind=Kind.CHOICE, choices=GEOMETRIES),
    Column(key="data_as_of", label="数据截止", kind=Kind.DATE, synonyms=("数据截止日期", "数据截至")),
    Column(key="person", label="责任人", synonyms=("项目负责人", "联系人"), max_length=40, personal=True),
    Column(
        key="sponsor", label="联点领导", synonyms=("联点市领导", "包保领导", "联系领导", "联系市领导"), max_length=40
    ),
    Column(
        key="problems",
        label="存在问题",
        synonyms=("问题", "存在的问题", "存在主要问题", "存在的主要问题", "存在困难和问题"),
    ),
    NOTE,
)
MONEY = (
    Column(
        key="annual_plan",
        label="年度计划投资",
        kind=Kind.AMOUNT,
        synonyms=("年计划投资", "本年计划投资", "当年计划投资", "年度投资计划"),
        patterns=(
            r"(?P<year>20\d{2})年?度?(?:工作)?/(?:年度)?计划投资",
            r"(?P<year>20\d{2})年度?计划投资",
            r"(?P<year>20\d{2})年度?投资计划",
        ),
        unit="万元",
    ),
    Column(
        key="year_done",
        label="年度累计完成投资",
        kind=Kind.AMOUNT,
        synonyms=("本年完成投资", "年度完成投资", "本年累计完成投资", "当年完成投资"),
        patterns=(
            r"(?P<year>20\d{2})年?度?/1[-—至到~](?P<month>\d{1,2})月(?:累计)?完成(?:投资)?",
            r"1[-—至到~](?P<month>\d{1,2})月(?:累计)?完成(?:投资)?",
        ),
        unit="万元",
    ),
    Column(
        key="plan_content",
        label="主要建设内容",
        synonyms=("年度建设内容", "年度主要建设内容"),
        patterns=(r"20\d{2}年?度?(?:工作)?/主要建设内容",),
    ),
    Column(
        key="total_done",
        label="自开工累计完成投资",
        kind=Kind.AMOUNT,
        synonyms=("累计完成投资", "累计完成", "累计投资", "开工以来累计完成投资", "累计完成投资额", "开工累计完成投资"),
        unit="万元",
    ),
    Column(key="physical", label="形象进度", synonyms=("目前形象进度", "工程形象进度", "项目形象进度", "工程进度")),
    Column(key="rate", label="完成率", kind=Kind.PERCENT, synonyms=("占年计划", "占年计划%", "年度投资完成率")),
    *_funding(),
)

LEDGER = Layout(
    key="ledger",
    titles=("台账", "项目台账", "附件1"),
    columns=(*IDENTITY, *DESCRIPTION, *MONEY, *PLACE_COLUMNS),
    minimum=4,
)
# A table of places alone: for recorded projects, by number, code or name.
PLACES = Layout(
    key="places",
    titles=("项目位置", "位置", "坐标", "项目坐标"),
    minimum=2,
    columns=(*IDENTITY, *PLACE_COLUMNS, NOTE),
    one_of=tuple(column.key for column in PLACE_COLUMNS if column.key != "crs"),
    named_by=tuple(column.key for column in IDENTITY),
)
# Survey files and drawings name their features by words that would mean something else in a 台账.
_SHAPE_NAMES = ("地块名称", "名称", "工程", "xmmc", "projectname")
SHAPES = Layout(
    key="shapes",
    titles=(),
    columns=(
        *(replace(c, synonyms=(*c.synonyms, *_SHAPE_NAMES)) if c.key == "name" else c for c in IDENTITY),
        *DESCRIPTION,
        Column(key="parent_source", label="上级外部编号", kind=Kind.CODE, synonyms=("parent_source",), max_length=120),
    ),
    minimum=1,
    features=True,
)
STATUS_ROWS = Layout(
    key="status",
    titles=("状态变更", "状态变更记录"),
    minimum=3,
    columns=(
        Column(key="serial", label="平台编号", kind=Kind.CODE, synonyms=("项目代码", "项目编号"), required=True),
        Column(key="before", label="原状态", kind=Kind.CHOICE, choices=STATUSES),
        Column(
            key="status", label="新状态", kind=Kind.CHOICE, choices=STATUSES, synonyms=("变更后状态",), required=True
        ),
        Column(key="effective_on", label="生效日期", kind=Kind.DATE, synonyms=("变更日期",), required=True),
        Column(key="stage", label="阶段", kind=Kind.CHOICE, synonyms=("建设阶段",), choices=STAGES),
        Column(key="reason", label="原因", synonyms=("变更原因",)),
        Column(key="doc_no", label="文号", max_length=80),
        Column(key="stop_kind", label="停工类型", kind=Kind.CHOICE, choices=STOPS),
        Column(key="resume_on", label="预计复工", kind=Kind.END_DATE, synonyms=("预计复工日期",)),
    ),
)
TASKS = Layout(
    key="tasks",
    titles=("民生实事", "民生实事任务"),
    minimum=4,
    columns=(
        Column(key="year", label="年度", kind=Kind.INTEGER, required=True),
        Column(key="level", label="层级", kind=Kind.CHOICE, synonyms=("级别",), choices=LEVELS, required=True),
        Column(key="name", label="实事名称", synonyms=("任务名称",), required=True, max_length=100),
        Column(key="indicator", label="指标", synonyms=("考核指标",), max_length=100),
        Column(key="quantity_unit", label="单位", synonyms=("计量单位",), max_length=20),
        Column(key="target", label="年任务", synonyms=("工作目标", "年度任务")),
        Column(key="done", label="完成数", kind=Kind.DECIMAL, synonyms=("已完成数", "累计完成数")),
        Column(key="lead", label="牵头单位", kind=Kind.NAMES, synonyms=("责任部门", "牵头部门")),
        Column(key="projects", label="关联项目", kind=Kind.NAMES),
    ),
)
