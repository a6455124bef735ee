"""Earned value as public works may use it (docs/forecast.md): SPI always, CPI only where works were certified. Pure.

PV 计划完成投资, EV 完成投资 (physical progress in money), AC 经确认产值. AC is never what was paid: paying late is
usual and would look like efficiency. CPI compares like with like, the works of the contracts: 形象进度 × 合同总价
over 经确认产值.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from geodata.summary.rates import ratio


class Light(StrEnum):
    """How an index reads; NONE where it cannot be computed."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"


# (green from, yellow from): below the second it is red
SPI_BOUNDS: Final = (Decimal("0.95"), Decimal("0.80"))
CPI_BOUNDS: Final = (Decimal("0.95"), Decimal("0.90"))


@dataclass(frozen=True, slots=True)
class Earned:
    """Sums in 元 at the end of a month. `works` and `certified` are of the same projects: those with measured works."""

    planned: Decimal | None = None
    completed: Decimal | None = None
    works: Decimal | None = None
    certified: Decimal | None = None

    @property
    def schedule_variance(self) -> Decimal | None:
        """SV = EV − PV in 元; None without a plan."""
        return None if self.planned is None or self.completed is None else self.completed - self.planned

    @property
    def schedule_index(self) -> Decimal | None:
        """SPI = EV ÷ PV."""
        return ratio(self.completed, self.planned)

    @property
    def cost_variance(self) -> Decimal | None:
        """CV = EV − AC of the contracts' works in 元; None where nothing was certified."""
        return None if self.works is None or not self.certified else self.works - self.certified

    @property
    def cost_index(self) -> Decimal | None:
        """CPI = EV ÷ AC of the contracts' works; None where nothing was certified."""
        return ratio(self.works, self.certified)

    @property
    def schedule_light(self) -> Light:
        return light(self.schedule_index, SPI_BOUNDS)

    @property
    def cost_light(self) -> Light:
        return light(self.cost_index, CPI_BOUNDS)


def light(index: Decimal | None, bounds: tuple[Decimal, Decimal]) -> Light:
    """Both bounds belong to the better side: 0.95 is green, 0.80 is yellow."""
    if index is None:
        return Light.NONE
    green, yellow = bounds
    if index >= green:
        return Light.GREEN
    return Light.YELLOW if index >= yellow else Light.RED


def works_done(physical_pct: Decimal | None, contract_total: Decimal | None) -> Decimal | None:
    """EV of the contracts' works in 元: 形象进度 × 合同总价."""
    if physical_pct is None or contract_total is None:
        return None
    return physical_pct * contract_total / 100
