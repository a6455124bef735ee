"""Bottlenecks and pairs of works as files: the columns, and a row of each."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import override

from dashboards.bottlenecks.selectors import Bottleneck
from dashboards.conflicts.selectors import Pair, Side
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.projects.choices import Status
from portal.workbench.city_map import layers

HELD_UP: Final = (
    Column("平台编号", width=17),
    Column("项目名称", width=36),
    Column("属地管理单位", width=18),
    Column("施工状态", width=12),
    Column("堵点", width=24),
    Column("依据", width=50),
    Column("逾期天数", Kind.NUMBER, 10),
    Column("总投资(元)", Kind.MONEY, 20),
)
PAIRS: Final = (
    *(
        Column(f"项目{which}{name}", width=width)
        for which in "甲乙"
        for name, width in (("", 36), ("属地", 18), ("类别", 18))
    ),
    Column("相距(米)", Kind.NUMBER, 10),
    Column("同期施工起", Kind.DAY, 12),
    Column("同期施工止", Kind.DAY, 12),
    Column("天数", Kind.NUMBER, 8),
)
_LANGUAGE: Final = "zh-hans"  # of every file


def held_up_cells(found: Iterable[Bottleneck], units: Mapping[str, str]) -> list[list[Cell]]:
    with override(_LANGUAGE):
        return [
            [
                one.row.code,
                one.row.name,
                units.get(one.row.unit or "", one.row.unit or ""),
                str(Status(one.row.status).label),
                "、".join(layers.reason_label(reason) for reason in one.reasons),
                layers.evidence(one),
                one.late,
                one.row.budget,
            ]
            for one in found
        ]


def pair_cells(found: Iterable[Pair]) -> list[list[Cell]]:
    return [
        [
            *_side(pair.first),
            *_side(pair.second),
            pair.row.distance_m,
            pair.row.overlap_from,
            pair.row.overlap_to,
            (pair.row.overlap_to - pair.row.overlap_from).days + 1,
        ]
        for pair in found
    ]


def _side(side: Side) -> list[Cell]:
    """A project that the person may not know of is its unit alone."""
    return [side.name, side.unit, side.category]
