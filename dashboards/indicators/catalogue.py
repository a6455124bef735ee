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


@dataclass(frozen=True, slots=True)
class Indicator:
    """`column` is the project row's column; `denominator` is empty only where nothing is divided."""

    id: str
    column: str
    name: str
    formula: str
    unit: Unit
    direction: Direction
    denominator: str = ""
    short_denominator: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        """The name with its denominator: a rate without one in its label is a defect."""
        return f"{self.name}(占{self.short_denominator})" if self.short_denominator else self.name


_ALL: Final = (
    Indicator(
        id="I04",
        column="annual_rate",
        name="年度投资完成率",
        formula="年度累计完成投资 ÷ 年度计划投资",
        unit=Unit.PERCENT,
        direction=Direction.HIGHER,
        denominator="年度计划投资(有调整文件的取调整后数)",
        short_denominator="年度计划",
        note="可以超过 100%",
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
)

CATALOGUE: Final[dict[str, Indicator]] = {indicator.id: indicator for indicator in _ALL}
BY_COLUMN: Final[dict[str, Indicator]] = {indicator.column: indicator for indicator in _ALL}
