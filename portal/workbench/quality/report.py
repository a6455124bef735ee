"""The report as lines of a table and of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.figures.wording import percent
from geodata.quality.filters import FINDINGS, LOCATED, UNLOCATED, UNVERIFIED
from geodata.quality.selectors import Freshness, Line
from portal import wording

ALL: Final = "合计"
FILE_COLUMNS: Final = (
    Column("属地管理单位", width=18),
    Column("项目数(个)", Kind.NUMBER, 12),
    Column("已上图(个)", Kind.NUMBER, 12),
    Column("上图率(%)", Kind.PERCENT, 12),
    Column("未上图(个)", Kind.NUMBER, 12),
    Column("超出属地(个)", Kind.NUMBER, 12),
    Column("图形不合规(个)", Kind.NUMBER, 14),
    Column("位置重复(个)", Kind.NUMBER, 12),
    Column("同类重叠(个)", Kind.NUMBER, 12),
    Column("从未核实(个)", Kind.NUMBER, 12),
    Column("总投资(元)", Kind.MONEY, 20),
    Column("已上图总投资(元)", Kind.MONEY, 20),
    Column("投资上图率(%)", Kind.PERCENT, 14),
)
# name of each number and what it counts, in the order of the columns
NAMES: Final = {
    UNLOCATED: (
        gettext_lazy("Not on the map"),
        gettext_lazy("No shape has been approved, so the project has no place on the map."),
    ),
    "outside": (
        gettext_lazy("Outside its unit"),
        gettext_lazy("Less than {inside} percent of the shape lies within the unit and {margin} m around it."),
    ),
    "invalid": (
        gettext_lazy("Against the rules"),
        gettext_lazy("Not the kind of shape that the category asks for, or too large, too small or too short."),
    ),
    "duplicate": (
        gettext_lazy("Same place twice"),
        gettext_lazy("Equal to the shape of another project to the last digit; a bundle and its parts are left out."),
    ),
    "overlap": (
        gettext_lazy("Overlaps another"),
        gettext_lazy("It and another one of its category cover more than {overlap} percent of the smaller one."),
    ),
    UNVERIFIED: (
        gettext_lazy("Never verified"),
        gettext_lazy("Declared or drawn by hand, and neither surveyed, measured by GPS nor visited since."),
    ),
}  # fmt: skip


def name(finding: str) -> str:
    """What people call a number of the report."""
    return str(NAMES[finding][0]) if finding in NAMES else _("On the map") if finding == LOCATED else _("Any doubt")


def meanings(limits: Mapping[str, Decimal]) -> list[tuple[str, str]]:
    """What each number counts, with the thresholds in force."""
    numbers = {
        "inside": f"{limits['inside_share_pct']:g}",
        "margin": f"{limits['unit_margin_m']:g}",
        "overlap": f"{limits['overlap_ask_pct']:g}",
    }
    return [(str(label), str(meaning).format(**numbers)) for label, meaning in NAMES.values()]


def cells(lines: Sequence[Line], units: Mapping[str, str]) -> Iterator[list[Cell]]:
    """The file: one row a unit, the sum last."""
    for line in lines:
        yield [
            units.get(line.unit, line.unit) or ALL,
            line.projects,
            line.located,
            line.located_share,
            *(line.counts.get(str(finding), 0) for finding in FINDINGS),
            line.budget,
            line.budget_on_map,
            line.money_share,
        ]


def address(finding: str, unit: str, as_of: date | None) -> str:
    """The rows behind a number."""
    asked = {"finding": finding, "unit": unit, "as_of": as_of.isoformat() if as_of else ""}
    query = urlencode({key: value for key, value in asked.items() if value})
    return f"{reverse('workbench:quality_rows')}{'?' if query else ''}{query}"


def texts(line: Line, units: Mapping[str, str], *, as_of: date | None) -> dict[str, Any]:
    """One line. `numbers`: each finding's label, count and address; nothing to open where there is nothing."""
    return {
        "name": wording.label(units.get(line.unit, line.unit)) or _("Total"),
        "projects": line.projects,
        "located": line.located,
        "located_text": percent(line.located_share, 1),
        "located_url": address(LOCATED, line.unit, as_of),
        "numbers": [
            {
                "key": str(finding),
                "label": name(str(finding)),
                "count": count,
                "url": address(str(finding), line.unit, as_of) if count else "",
            }
            for finding in FINDINGS
            for count in [line.counts.get(str(finding), 0)]
        ],
        "budget_text": wording.money(line.budget),
        "on_map_text": wording.money(line.budget_on_map),
        "money_text": percent(line.money_share, 1),
        "money_number": wording.percent_number(line.money_share),
    }


def freshness(fresh: Freshness, *, as_of: date, today: date) -> dict[str, Any]:
    """How new the findings are, in words."""
    last = fresh.last_whole
    return {
        "never": fresh.last is None,
        "whole": _moment(last.finished_at) if last else "",
        "seconds": max(1, round((last.finished_at - last.started_at).total_seconds())) if last else 0,
        "lately": _moment(fresh.last.finished_at) if fresh.last and fresh.last != last else "",
        "waiting": fresh.waiting if as_of == today else 0,
        "before": wording.day(fresh.since) if fresh.since and as_of < fresh.since else "",
    }


def _moment(value: Any) -> str:
    local = timezone.localtime(value)
    return f"{wording.day(local.date())} {date_format(local, 'H:i')}"
