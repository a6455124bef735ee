"""The projects of a light in words, on the page and in a file."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from dashboards.alerts.selectors import LightCounts, Lights
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.projects.choices import Status
from geodata.summary.filters import ProjectFilter
from geodata.summary.selectors import in_order
from portal import wording
from portal.dashboard.figures.behind import project
from portal.workbench.lights import LABELS, sign
from portal.workbench.lists import frame

Texts = dict[str, Any]
COLOURS: Final = tuple(LABELS)
COLUMNS: Final = (
    Column("平台编号", width=17),
    Column("项目名称", width=36),
    Column("属地管理单位", width=18),
    Column("施工状态", width=12),
    Column("亮灯", width=10),
    Column("亮灯起始日", Kind.DAY),
    Column("说明", width=70),
)


def tabs(counts: LightCounts, colour: str, chosen: ProjectFilter) -> list[Texts]:
    """The four lights with how many show each, and the way from one to the other."""
    limits = chosen.querystring(without=("page", "limit", "sort"))
    return [
        {
            "light": sign(each),
            "text": f"{getattr(counts, each):,}",
            "query": "&".join(filter(None, (urlencode({"colour": each}), limits))),
            "selected": each == colour,
        }
        for each in COLOURS
    ]


def judged_in_file(counts: LightCounts) -> str:
    """Of which scan the lights are; the language of files is Chinese."""
    return f"{counts.scanned_on} 扫描" if counts.scanned_on else "按现行规则回算"


def rows(found: Lights, ids: Sequence[int], day: date, *, today: date) -> list[Texts]:
    """What each project shows and why. Two queries at most."""
    lights = found.of(ids)
    return [
        project(row)
        | {
            "light": sign(lights[row.pk].colour),
            "since": lights[row.pk].since,
            "sentence": lights[row.pk].sentence,
            "budget": wording.money(row.budget),
        }
        for row in in_order(ids, day, today=today)
    ]


def cells(found: Lights, ids: Sequence[int], day: date, *, today: date) -> Iterator[list[Cell]]:
    """The rows of the file."""
    for piece in frame.in_pieces(ids):
        lights = found.of(piece)
        for row in in_order(piece, day, today=today):
            light = lights[row.pk]
            named: list[Cell] = [row.code, row.name, row.unit_name or "", str(Status(row.status).label)]
            yield [*named, LABELS[light.colour], light.since, light.sentence]
