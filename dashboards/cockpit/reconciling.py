"""Do the units and what lies in none of them add up to the city? Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from geodata.summary.rates import Number
from geodata.summary.sums import Totals

CHECKED: Final = {"projects": "项目数", "budget": "总投资", "arrived": "到位", "disbursed": "拨付"}


@dataclass(frozen=True, slots=True)
class Gap:
    """A figure whose parts do not add up; money in 元."""

    name: str
    label: str
    parts: Number
    whole: Number

    @property
    def difference(self) -> Number:
        return self.parts - self.whole


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Over how many parts was compared; `rest` of the `whole` projects lie in none of them."""

    parts: int
    rest: int
    whole: int
    gaps: tuple[Gap, ...]

    @property
    def holds(self) -> bool:
        return not self.gaps


def reconcile(parts: Collection[Totals], rest: Totals, whole: Totals) -> Reconciliation:
    """Σ parts + rest held against the sum of the whole, figure by figure, to the last fen."""
    total = sum(parts, rest)
    found = [Gap(name, label, _of(total, name), _of(whole, name)) for name, label in CHECKED.items()]
    return Reconciliation(len(parts), rest.projects, whole.projects, tuple(gap for gap in found if gap.difference))


def _of(totals: Totals, name: str) -> Number:
    found: Number | None = getattr(totals, name)
    return found if found is not None else Decimal(0)
