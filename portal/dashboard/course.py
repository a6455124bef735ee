"""The S-curve of the filtered projects: plan, completed and paid out by month, for the chart and its table."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dashboards.curves.selectors import Course, CourseMonth
from geodata.figures.wording import half_up
from geodata.summary.filters import ProjectFilter
from portal import wording
from portal.dashboard import links

Texts = dict[str, Any]
_YI = Decimal(100_000_000)


def texts(found: Course, chosen: ProjectFilter) -> Texts | None:
    """Lines in 亿元 (100 million yuan) and the table with the address of each number; None where no month has any."""
    if not found.months:
        return None
    lines: dict[str, tuple[str, list[Decimal | None]]] = {
        "plan": (_("Plan"), [month.planned for month in found.months]),
        "done": (_("Completed"), [month.completed for month in found.months]),
        "paid": (_("Paid out"), [*(month.disbursed for month in found.months)]),
    }
    return {
        "json": {
            "months": [_short(month) for month in found.months],
            "lines": [
                {"key": key, "name": name, "values": [_number(value) for value in values]}
                for key, (name, values) in lines.items()
            ],
        },
        "rows": [
            {
                "month": _short(month),
                "planned": wording.money(month.planned),
                "completed": wording.money(month.completed),
                "disbursed": wording.money(month.disbursed),
                "urls": month_urls(month, chosen, found.as_of),
            }
            for month in reversed(found.months)
        ],
        "projects": found.projects,
        "without_plan": found.without_plan,
        "unplanned_url": links.curve_part(chosen, "unplanned", found.as_of),
    }


def month_urls(month: CourseMonth, chosen: ProjectFilter, as_of: date) -> dict[str, str]:
    """The projects behind each sum of a month; none behind a sum that is not known."""
    amounts = {"planned": month.planned, "completed": month.completed, "disbursed": month.disbursed}
    return {
        by: "" if amount is None else links.course(chosen, month.month, as_of, by=by) for by, amount in amounts.items()
    }


def _short(month: CourseMonth) -> str:
    return date_format(month.month, "M Y") if wording.is_english() else f"{month.month.year}-{month.month.month:02d}"


def _number(amount: Decimal | None) -> float | None:
    """What the chart draws: 亿元 to a hundredth; the table says the same in words."""
    return None if amount is None else float(half_up(amount / _YI, 2))
