"""Every column of a project row: what it means, its unit, and whether the public sees it. The only list of them.

The record's ProjectRow and the published table have these names; docs/data-dictionary.md shows this list to people.
No model is imported here, because the public site reads it, too.
"""

from dataclasses import dataclass
from typing import Final

YUAN: Final = "元"
RATIO: Final = "比值"
PERCENT: Final = "%"
POINTS: Final = "个百分点"
PIECES: Final = "件"


@dataclass(frozen=True, slots=True)
class Column:
    """`unit` is empty for texts, codes and dates; `denominator` is named for every rate."""

    name: str
    label: str
    meaning: str
    unit: str = ""
    public: bool = True
    denominator: str = ""


COLUMNS: Final = (
    Column("id", "内部编号", "数据库行号，只在内部使用", public=False),
    Column("code", "平台编号", "永久编号，用于网址，例如 YYMS-2026-0001"),
    Column("project_code", "项目代码", "投资项目统一代码，谋划项目可以没有"),
    Column("name", "项目名称", "项目全称"),
    Column("aliases", "别名", "小区名、路名等"),
    Column("search_text", "检索文本", "名称、别名、编号、地点的小写合并，供搜索"),
    Column("parent_code", "上级项目", "打包项目的平台编号，单独项目为空"),
    Column("category", "项目类别", "两级类别代码，01 包含 0101"),
    Column("category_name", "类别名称", "项目类别的名称"),
    Column("region", "行政区划", "所在县市区的 GB/T 2260 代码，未定位为空"),
    Column("region_name", "行政区划名称", "所在县市区名称", public=False),
    Column("unit", "属地管理单位", "负责的县市区或功能区代码"),
    Column("unit_name", "属地管理单位名称", "负责的县市区或功能区名称", public=False),
    Column("township", "乡镇街道", "所在乡镇街道代码"),
    Column("township_name", "乡镇街道名称", "所在乡镇街道名称", public=False),
    Column("status", "施工状态", "生效日期不晚于截止日的最新状态变更；此前为前期"),
    Column("stage", "建设阶段", "同一条状态变更所记的阶段；此前为谋划储备"),
    Column("nature", "建设性质", "新建、改扩建等"),
    Column("plan_year", "首次列入年度", "首次列入年度计划的年份", "年"),
    Column("years", "计划年度", "列入年度计划的全部年份", "年"),
    Column("sources", "资金来源", "筹措计划与截止日前已下达指标的资金来源代码"),
    Column("is_livelihood", "民生实事", "是否列入民生实事"),
    Column("scope_content", "建设规模和内容", "批复的规模和内容"),
    Column("location_text", "建设地点", "地点的文字说明"),
    Column("planned_start_on", "计划开工", "计划开工日期"),
    Column("planned_start_precision", "计划开工精度", "日、旬、月、季、年"),
    Column("planned_end_on", "计划完工", "计划完工日期"),
    Column("planned_end_precision", "计划完工精度", "日、旬、月、季、年"),
    Column("actual_start_on", "实际开工", "实际开工日期"),
    Column("works_completed_on", "实际完工", "工程全部完成的日期", public=False),
    Column("accepted_on", "竣工验收", "竣工验收合格日期"),
    Column("lead_unit", "牵头单位", "截止日有效的牵头单位"),
    Column("owner_unit", "建设单位", "截止日有效的建设单位，多个用顿号分开"),
    Column("budget", "总投资", "截止日前最新批复的投资；没有批复记录时为登记的总投资", YUAN),
    Column("annual_plan", "年度计划投资", "截止日所在年度的计划，有调整文件的取调整后数", YUAN),
    Column("completed", "累计完成投资", "截止日前最新一期已审核报告的累计完成投资（形象进度折算，不是付款）", YUAN),
    Column("annual_completed", "年度完成投资", "截止日所在年度内最新一期已审核报告的年度累计完成投资", YUAN),
    Column("physical_pct", "形象进度", "同一份报告的形象进度", PERCENT),
    Column("allocated", "资金下达", "截止日前下达的预算指标合计，收回为负", YUAN),
    Column("arrived", "资金到位", "截止日前到位资金合计", YUAN),
    Column("disbursed", "已拨付", "支付到收款人的金额：已清算与已退回计入，待清算与已作废不计，未归集不计", YUAN),
    Column("disbursed_to_unit", "拨付建设单位", "财政拨付到建设单位的金额，不与其他层级相加", YUAN, public=False),
    Column("disbursed_allocation", "财政下达拨付", "财政下达层级的金额，不与其他层级相加", YUAN, public=False),
    Column("payment_count", "支付笔数", "计入已拨付的笔数，含退回与冲销", "笔"),
    Column("certified", "经确认产值", "各合同截止日前最近一次计量的累计确认产值之和", YUAN, public=False),
    Column("contract_total", "合同总价", "截止日前签订的合同价与已批准变更之和", YUAN),
    Column("investment_rate", "累计投资完成率（占总投资）", "I05 = 累计完成投资 ÷ 总投资", RATIO, denominator="总投资"),
    Column("annual_rate", "年度投资完成率（占年度计划）", "I04 = 年度完成投资 ÷ 年度计划投资", RATIO, True, "年度计划"),
    Column(
        "time_progress",
        "序时进度（占计划工期）",
        "I06 = 已过天数 ÷ 计划工期，限于 0 到 1",
        RATIO,
        False,
        "计划工期",
    ),
    Column("deviation", "进度偏差", "I07 = 年度投资完成率 − 已过月数 ÷ 12", POINTS, False, "年度计划投资"),
    Column("disbursement_rate", "资金拨付率（占到位）", "I12 = 已拨付 ÷ 资金到位", RATIO, denominator="资金到位"),
    Column("complaints_raw", "来电投诉件数", "已确认关联的投诉和举报工单，并单前", PIECES, public=False),
    Column("complaints_merged", "投诉件数（并单后）", "C01：重复工单合并后每组计一件", PIECES, public=False),
    Column("orders_all", "诉求总量", "C02：已确认关联的全部工单", PIECES, public=False),
    Column("orders_suggested", "待确认工单", "系统建议关联、尚待人工确认的工单", PIECES, public=False),
    Column("last_report_on", "最近报告期末", "最新一期已审核报告的期末日期"),
    Column("freshness_days", "距最近报告天数", "截止日 − 最近报告期末", "天", public=False),
    Column("updated", "数据更新至", "计入的最新一项业务事实的日期"),
    Column("disclosure", "公开级别", "公开、部分公开、内部", public=False),
    Column("public_geometry", "公开几何策略", "公众看到的位置精度", public=False),
    Column("geom_source", "图形来源", "填报、手绘、测绘成果、GPS 实测", public=False),
    Column("is_located", "是否定位", "有无经批准的图形"),
    Column("geom", "图形", "截止日有效的已批准图形，EPSG:4490；第一版自始有效"),
    Column("geom_3857", "瓦片图形", "同一图形的 EPSG:3857 副本，只用于瓦片"),
    Column("anchor_3857", "标注点", "图形上的代表点，EPSG:3857"),
    Column("tile_zoom", "起显级别", "瓦片从哪一级起显示该项目"),
    Column("light", "亮灯", "预警规则给出的红黄灰绿灯（人工定灯优先），未扫描过的日子为空", public=False),
    Column("in_rates", "计入比率", "否：停工且停工报告已经审核，按指挥部的设置不进入各项比率的分子和分母"),
)  # fmt: skip

NAMES: Final = tuple(column.name for column in COLUMNS)
PUBLIC_NAMES: Final = tuple(column.name for column in COLUMNS if column.public)


def dictionary_table() -> str:
    """The table of docs/data-dictionary.md."""
    lines = ["| 列 | 名称 | 含义 | 单位 | 分母 | 公开 |", "|---|---|---|---|---|---|"]
    for c in COLUMNS:
        cells = (f"`{c.name}`", c.label, c.meaning, c.unit or "—", c.denominator or "—", "是" if c.public else "否")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
