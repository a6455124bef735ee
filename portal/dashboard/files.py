"""The tables of the leaders' screen as one file: the whole, units or counties, townships, categories."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from dashboards.cockpit.selectors import Screen
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.summary.regions import Dimension
from geodata.summary.sums import Totals

COLUMNS: Final = (
    Column("分组", width=14),
    Column("代码", width=14),
    Column("名称", width=22),
    Column("项目数(个)", Kind.NUMBER, 12),
    Column("总投资(元)", Kind.MONEY, 20),
    Column("年度计划投资(元)", Kind.MONEY, 20),
    Column("年度完成投资(元)", Kind.MONEY, 20),
    Column("有年度计划项目(个)", Kind.NUMBER, 16),
    Column("年度投资完成率(%)", Kind.PERCENT, 16),
    Column("资金到位(元)", Kind.MONEY, 20),
    Column("已拨付(元)", Kind.MONEY, 20),
    Column("拨付率（占到位，%）", Kind.PERCENT, 16),
)
_DIMENSIONS: Final = {Dimension.MANAGEMENT: "属地管理单位", Dimension.ADMIN: "行政区划"}


def cells(found: Screen, categories: Mapping[str, str]) -> Iterator[list[Cell]]:
    """A row a group in the order of the screen; units are those of the whole city under the filter's other limits."""
    yield _row("所选范围", "", "合计", found.whole.totals)
    by = _DIMENSIONS[found.by_unit.dimension]
    for region in (*found.by_unit.regions, found.by_unit.rest):
        if region.totals.projects:
            yield _row(by, region.code, region.name, region.totals)
    for (code, name), part in found.towns.items():
        yield _row("乡镇（街道）", code, name or "所在乡镇不明", part.totals)
    for code, part in found.branches.items():
        if part.totals.projects:
            yield _row("项目类别", code, categories.get(code, code), part.totals)


def _row(group: str, code: str, name: str, totals: Totals) -> list[Cell]:
    annual = totals.rates["annual"]
    return [
        group,
        code,
        name,
        totals.projects,
        totals.budget,
        Decimal(annual.denominator),
        Decimal(annual.numerator),
        annual.n,
        annual.value,
        totals.arrived,
        totals.disbursed,
        totals.disbursement_rate,
    ]
