"""The indicators that pages show: what each means, its formula, its unit and the denominator that its label names."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Direction(StrEnum):
    """Which way is better; complaints are never ranked, only watched."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


class Unit(StrEnum):
    PERCENT = "percent"  # stored as a ratio: 0.62 is 62 %
    POINTS = "points"  # percentage points, stored as they are
    PIECES = "pieces"
    PIECES_EACH = "pieces_each"  # pieces for each of the denominator


@dataclass(frozen=True, slots=True)
class Indicator:
    """`column` is the project row's column, empty for what only a group has; `denominator` is empty only where nothing
    is divided. `rate` is the group's rate in summary/sums.py."""

    id: str
    column: str
    name: str
    formula: str
    unit: Unit
    direction: Direction
    denominator: str = ""
    short_denominator: str = ""
    note: str = ""
    rate: str = ""

    @property
    def label(self) -> str:
        """The name with its denominator: a rate without one in its label is a defect."""
        if self.unit == Unit.PIECES_EACH:
            return f"{self.name}(件/{self.short_denominator})"
        return f"{self.name}(占{self.short_denominator})" if self.short_denominator else self.name


_ALL: Final = (
    Indicator(
        id="I02",
        column="",
        name="按期开工率",
        formula="计划开工不晚于截止日且已开工的项目数 ÷ 计划开工不晚于截止日的项目数",
        unit=Unit.PERCENT,
        direction=Direction.HIGHER,
        denominator="计划开工不晚于截止日的项目(取消的除外)",
        short_denominator="应开工项目",
        note="已开工指施工状态为在建、停工、完工及以后;取消的项目不计",
        rate="on_time_start",
    ),
    Indicator(
        id="I04",
        column="annual_rate",
        name="年度投资完成率",
        formula="年度累计完成投资 ÷ 年度计划投资",
        unit=Unit.PERCENT,
        direction=Direction.HIGHER,
        denominator="年度计划投资(有调整文件的取调整后数)",
        short_denominator="年度计划",
        note="可以超过 100%;有年度计划、当年尚无已审核报告的项目,计划计入分母,完成按 0 计",
        rate="annual",
    ),
    Indicator(
        id="I05",
        column="investment_rate",
        name="累计投资完成率",
        formula="自开工累计完成投资 ÷ 总投资",
        unit=Unit.PERCENT,
        direction=Direction.HIGHER,
        denominator="总投资(最新批复)",
        short_denominator="总投资",
        rate="investment",
    ),
    Indicator(
        id="I06",
        column="time_progress",
        name="序时进度",
        formula="(截止日 − 计划开工)÷(计划完工 − 计划开工),限于 0 到 1",
        unit=Unit.PERCENT,
        direction=Direction.NONE,
        denominator="项目计划工期",
        short_denominator="计划工期",
        note="通报用已过月数 ÷ 12,周调度用已过天数 ÷ 全年天数",
    ),
    Indicator(
        id="I07",
        column="deviation",
        name="进度偏差",
        formula="年度投资完成率 − 已过月数 ÷ 12",
        unit=Unit.POINTS,
        direction=Direction.HIGHER,
        denominator="年度计划投资",
        note="负数为落后于序时进度",
    ),
    Indicator(
        id="I12",
        column="disbursement_rate",
        name="资金拨付率",
        formula="已拨付 ÷ 资金到位",
        unit=Unit.PERCENT,
        direction=Direction.HIGHER,
        denominator="资金到位",
        short_denominator="到位",
        note="已拨付指支付到收款人、已清算的金额,退回与冲销已扣除",
        rate="disbursement",
    ),
    Indicator(
        id="BEHIND",
        column="",
        name="滞后项目占比",
        formula="进度偏差不高于 −10 个百分点的项目数 ÷ 有年度计划且当年有已审核报告的项目数",
        unit=Unit.PERCENT,
        direction=Direction.LOWER,
        denominator="有年度计划且当年有已审核报告的项目",
        short_denominator="有计划有报告的项目",
        note="有年度计划而当年没有已审核报告的项目不计入,另列数目",
        rate="behind",
    ),
    Indicator(
        id="C01",
        column="complaints_merged",
        name="投诉件数(并单后)",
        formula="已确认关联的投诉与举报工单,重复工单每组计一件",
        unit=Unit.PIECES,
        direction=Direction.NONE,
        note="同时列出并单前的来电件数;不排名",
    ),
    Indicator(
        id="C02",
        column="orders_all",
        name="诉求总量",
        formula="已确认关联的全部工单",
        unit=Unit.PIECES,
        direction=Direction.NONE,
        note="不排名",
    ),
    Indicator(
        id="C03",
        column="",
        name="投诉率",
        formula="投诉件数(并单后)÷ 在建项目数",
        unit=Unit.PIECES_EACH,
        direction=Direction.NONE,
        denominator="在建项目",
        short_denominator="在建项目",
        note="分子为全部项目的投诉,含已完工的;不排名",
        rate="complaint",
    ),
)

CATALOGUE: Final[dict[str, Indicator]] = {indicator.id: indicator for indicator in _ALL}
BY_COLUMN: Final[dict[str, Indicator]] = {indicator.column: indicator for indicator in _ALL if indicator.column}
