"""Projects as rows of the staff's list and of its files."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.figures.wording import percent, points
from geodata.progress.schedule import by_months
from geodata.projects.choices import LightColour, Stage, Status
from geodata.stewards.scope import Scope
from geodata.summary import selectors as summary
from geodata.summary.columns import COLUMNS as ALL
from geodata.summary.columns import PERCENT, RATIO, YUAN
from geodata.summary.columns import Column as Described
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRows
from geodata.summary.rates import BEHIND
from portal import wording
from portal.workbench import lights
from portal.workbench.lists.frame import Head

DEFAULT_SORT: Final = "-budget"
PARAMETERS: Final = {
    "region": "行政区划",
    "unit": "属地管理单位",
    "category": "项目类别",
    "status": "施工状态",
    "stage": "建设阶段",
    "year": "计划年度",
    "source": "资金来源",
    "q": "检索",
    "bbox": "范围（经纬度）",
    "located": "是否定位",
    "stale": "应报未报",
    "light": "亮灯",
    "as_of": "截止日",
    "no_area": "区划不明",
}
# names of the codes in a filter that the record itself fixes
CODED: Final = {
    "status": Status.choices,
    "stage": Stage.choices,
    "located": [("yes", "是"), ("no", "否")],
    "stale": [("1", "是")],
    "light": LightColour.choices,
    "no_area": [("region", "不在任何县市区"), ("township", "乡镇不详")],
}
# columns of the files, in their order
_WRITTEN: Final = (
    "code",
    "project_code",
    "name",
    "light",
    "status",
    "stage",
    "unit_name",
    "township_name",
    "category_name",
    "plan_year",
    "budget",
    "annual_plan",
    "annual_completed",
    "annual_rate",
    "deviation",
    "physical_pct",
    "arrived",
    "disbursed",
    "disbursement_rate",
    "complaints_merged",
    "last_report_on",
    "freshness_days",
    "planned_end_on",
    "is_located",
)
_DESCRIBED: Final[dict[str, Described]] = {column.name: column for column in ALL}
_WIDE: Final = {"name": 36, "category_name": 20, "code": 17, "project_code": 26}
_DAYS: Final = {"last_report_on", "planned_end_on"}
_NUMBERS: Final = {"complaints_merged", "freshness_days"}


def _kind(name: str) -> Kind:
    unit = _DESCRIBED[name].unit
    if unit == YUAN:
        return Kind.MONEY
    if unit in {RATIO, PERCENT}:
        return Kind.PERCENT
    if name == "deviation":
        return Kind.POINTS
    return Kind.DAY if name in _DAYS else Kind.NUMBER if name in _NUMBERS else Kind.TEXT


def _title(name: str) -> str:
    column = _DESCRIBED[name]
    unit = "%" if column.unit == RATIO else column.unit
    return f"{column.label}({unit})" if unit and name != "plan_year" else column.label


FILE_COLUMNS: Final = tuple(Column(_title(name), _kind(name), _WIDE.get(name, 14)) for name in _WRITTEN)


def cells(scope: Scope, chosen: ProjectFilter, *, today: date) -> Iterator[list[Cell]]:
    """The rows of the list in its order."""
    return cells_of(chosen.ordered(summary.project_rows(scope, chosen, today=today)))


def cells_of(found: ProjectRows) -> Iterator[list[Cell]]:
    """Rows as the file writes them, through a cursor of the server."""
    for row in found.values_list(*_WRITTEN).iterator(chunk_size=2000):
        yield [_cell(name, value) for name, value in zip(_WRITTEN, row, strict=True)]


def _cell(name: str, value: Any) -> Cell:
    match name:
        case "status":
            return str(Status(value).label)
        case "stage":
            return str(Stage(value).label)
        case "light":
            return str(LightColour(value).label) if value else ""
        case "is_located":
            return "是" if value else "否"
        case "physical_pct":
            return None if value is None else value / 100
        case "plan_year":
            return str(value)
    return value


def heads() -> list[Head]:
    return [
        Head(_("Project"), "code", falls=False),
        Head(_("Light")),
        Head(_("Status")),
        Head(_("Unit")),
        Head(_("Category")),
        Head(_("Investment"), "budget", num=True),
        Head(_("Year's plan done"), "annual_rate", num=True, falls=False),
        Head(_("Against time"), "deviation", num=True, falls=False),
        Head(_("Physical progress"), "physical_pct", num=True, falls=False),
        Head(_("Disbursed"), "disbursed", num=True),
        Head(_("Paid of arrived"), "disbursement_rate", num=True, falls=False),
        Head(_("Complaints"), "complaints_merged", num=True),
        Head(_("Last report"), "freshness_days"),
    ]


def texts(row: Any, *, units: Mapping[str, str], categories: Mapping[str, str]) -> dict[str, Any]:
    """One row of the page."""
    url = reverse("workbench:project", args=[row.code])
    return {
        **wording.row_texts(row, units=units, categories=categories, url=url),
        "light": lights.sign(row.light) if row.light else None,
        "annual_text": percent(row.annual_rate, 1),
        "deviation_text": points(row.deviation),
        "is_behind": row.deviation is not None and row.deviation <= BEHIND,
        "disbursed_text": wording.money(row.disbursed),
        "complaints": row.complaints_merged,
        "orders_url": f"{reverse('workbench:orders')}?project={row.code}",
        "payments_url": f"{reverse('workbench:payments')}?project={row.code}",
        "report_text": wording.day(row.last_report_on) if row.last_report_on else "",
        "report_days": row.freshness_days,
        "is_stale": row.is_stale,
    }


def time_gone(day: date) -> Decimal:
    """序时进度 of the day, against which the deviation is measured."""
    return by_months(day)
