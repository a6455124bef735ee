"""The tables of the page of curves as files: amounts in 元 as numbers, days as days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.utils.translation import override

from dashboards.curves.earned import Earned
from dashboards.curves.selectors import BackTest, Course, LateProject, UnitCourse
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from portal.workbench import forecasting

NAMES: Final[dict[str, str]] = {
    "months": "投资曲线",
    "units": "投资曲线-各单位",
    "late": "预计晚于计划的项目",
    "tests": "预测回测",
}
COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    "months": (
        Column("月份", width=12),
        Column("计划(元)", Kind.MONEY, 20),
        Column("完成投资(元)", Kind.MONEY, 20),
        Column("其中有计划项目完成投资(元)", Kind.MONEY, 26),
        Column("拨付(元)", Kind.MONEY, 20),
        Column("SPI", Kind.TEXT, 10),
    ),
    "units": (
        Column("属地管理单位", width=20),
        Column("项目数(个)", Kind.NUMBER, 12),
        Column("其中无计划(个)", Kind.NUMBER, 14),
        Column("计划(元)", Kind.MONEY, 20),
        Column("完成投资(元)", Kind.MONEY, 20),
        Column("拨付(元)", Kind.MONEY, 20),
        Column("SPI", Kind.TEXT, 10),
        Column("SV(元)", Kind.MONEY, 20),
    ),
    "late": (
        Column("平台编号", width=18),
        Column("项目名称", width=40),
        Column("属地管理单位", width=20),
        Column("计划完工", Kind.DAY),
        Column("预计完工", Kind.DAY),
        Column("区间下限", Kind.DAY),
        Column("区间上限", Kind.DAY),
        Column("晚于计划(天)", Kind.NUMBER),
    ),
    "tests": (
        Column("预测", width=26),
        Column("已检验(次)", width=12),
        Column("80% 区间实际覆盖", width=18),
        Column("误差", width=30),
        Column("未计入", width=44),
    ),
}


def month_cells(found: Course) -> Iterator[Sequence[Cell]]:
    """Oldest first; the running month has no SPI."""
    for month in found.months:
        over = found.judged is not None and month.month <= found.judged.month
        index = _index(Earned(month.planned, month.earned)) if over else ""
        yield f"{month.month:%Y-%m}", month.planned, month.completed, month.earned, month.disbursed, index


def unit_cells(found: Sequence[UnitCourse], names: Mapping[str, str]) -> Iterator[Sequence[Cell]]:
    by_code = {unit.unit: unit for unit in found}
    for code in [*(code for code in names if code in by_code), *sorted(set(by_code) - set(names))]:
        unit = by_code[code]
        earned = unit.earned
        yield (
            names.get(code, code),
            unit.projects,
            unit.without_plan,
            earned.planned,
            earned.completed,
            unit.disbursed,
            _index(earned),
            earned.schedule_variance,
        )


def late_cells(found: Sequence[LateProject], names: Mapping[str, str]) -> Iterator[Sequence[Cell]]:
    for project in found:
        yield (
            project.code,
            project.name,
            names.get(project.unit, project.unit),
            project.planned_end_on,
            project.point,
            project.low,
            project.high,
            project.days,
        )


def test_cells(test: BackTest) -> Iterator[Sequence[Cell]]:
    """How the forecasts of the past twelve months held, in the words of the page."""
    with override("zh-hans"):  # of every file
        rows = forecasting.test_rows(test)
    for row in rows:
        yield row["name"], row["forecasts"], row["coverage"], row["error"], row["left_out"]


def _index(earned: Earned) -> str:
    return "" if earned.schedule_index is None else f"{earned.schedule_index:.4f}"
