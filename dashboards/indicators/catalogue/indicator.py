"""What an indicator is: the same few words about each, which pages, choropleths, files and bulletins print. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

PROJECTS_FEWEST: Final = 3  # projects in a denominator below which a value says little
ORDERS_FEWEST: Final = 10  # the same for work orders, as the hotline's bulletins list units with fewer apart


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
    YUAN = "yuan"  # 元
    DAYS = "days"


class Source(StrEnum):
    """The records that an indicator is computed from: which statement of facts.py, or the project rows."""

    ROWS = "rows"
    PLANNED = "planned"  # nodes and planned dates
    NODES = "nodes"  # key nodes and their planned days
    IDLE = "idle"  # arrivals and payments by age
    DUTY = "duty"  # reports owed and sent in
    ORDERS = "orders"  # work orders received in the period
    TASKS = "tasks"  # 民生实事 tasks of the year
    CALENDAR = "calendar"  # the day alone


@dataclass(frozen=True, slots=True)
class Indicator:
    """`column` is the project row's column, empty for what only a group has; `denominator` is empty only where nothing
    is divided. `rate` is the group's rate in summary/sums.py, empty for what dashboards/indicators alone computes.

    `scale` multiplies the ratio (件/万人). `fewest`: below so many in `n` a value is shown and not ranked; `counts`
    says what `n` counts. `by_area` is false where only the city has a value.
    """

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
    source: Source = Source.ROWS
    records: str = ""
    date_rule: str = ""
    scale: Decimal = Decimal(1)
    fewest: int = PROJECTS_FEWEST
    counts: str = "项目"
    by_area: bool = True

    @property
    def label(self) -> str:
        """The name with its denominator: a rate without one in its label is a defect."""
        if self.unit == Unit.PIECES_EACH:
            return f"{self.name}（件/{self.short_denominator}）"
        return f"{self.name}（占{self.short_denominator}）" if self.short_denominator else self.name

    @property
    def periodic(self) -> bool:
        """Whether it counts what happened in a period, not what stands on a day."""
        return self.source in (Source.ORDERS, Source.DUTY)

    @property
    def is_ranked(self) -> bool:
        """Whether units take places by it: neither the calendar nor, by the rules of ranking, complaints."""
        return self.direction != Direction.NONE

    @property
    def is_amount(self) -> bool:
        """A number or an amount of money: drawn as circles, never as the colour of an area."""
        return self.unit in (Unit.PIECES, Unit.YUAN)
