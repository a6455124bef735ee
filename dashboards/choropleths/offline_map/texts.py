"""The words and rows of the file: plain texts, which the page escapes. Pure but for the labels' language."""

from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from dashboards.choropleths.areas import AreaValue, value_text
from dashboards.choropleths.offline_map.facts import OfflineFacts
from dashboards.choropleths.painted import Choropleth
from geodata.figures.wording import NOTHING, date_text, half_up, percent, points, wan
from geodata.progress.schedule import by_months
from geodata.projects.choices import STATUS_SHAPE, LightColour, Status
from geodata.summary.rates import deviation_points

_WAN: Final = Decimal(10_000)


def money(amount: Decimal | None) -> str:
    """万元 with two decimals and the unit, or —."""
    return NOTHING if amount is None else _("%(amount)s ten thousand yuan") % {"amount": wan(amount)}


def key_figures(facts: OfflineFacts) -> list[tuple[str, str, str]]:
    """(label, figure, what it is divided by) of the projects of the file."""
    found = facts.totals
    annual, paid = found.rates["annual"], found.rates["disbursement"]
    ahead = points(deviation_points(annual.value, by_months(facts.as_of)))
    return [
        (
            _("Projects"),
            f"{found.projects:,}",
            _("%(n)s under construction") % {"n": f"{found.rates['complaint'].n:,}"},
        ),
        (_("Total investment"), money(found.budget), ""),
        (
            _("Year's plan done"),
            percent(annual.value, 1),
            _("of %(plan)s planned; %(points)s points against time")
            % {"plan": money(_decimal(annual.denominator)), "points": ahead},
        ),
        (_("Paid out"), money(found.disbursed), _("%(rate)s of arrived") % {"rate": percent(paid.value, 1)}),
        (
            _("Complaints"),
            f"{found.complaints_merged:,}",
            _("%(raw)s calls before merging") % {"raw": f"{found.complaints_raw:,}"},
        ),
    ]


def _decimal(number: Decimal | int) -> Decimal:
    return Decimal(number)


def unit_row(area: AreaValue, found: Choropleth) -> list[str]:
    """Name, value, projects in the denominator, projects, investment."""
    return [
        area.name,
        value_text(area.value, found.indicator),
        f"{area.n:,}",
        f"{area.projects:,}",
        NOTHING if area.budget is None else f"{half_up(area.budget / _WAN, 2):,}",
    ]


def project(row: Any, position: tuple[float, float] | None) -> dict[str, Any]:
    """One project: its place, its mark and the lines of its card."""
    status = str(Status(row.status).label)
    light = row.light or ""
    return {
        "name": row.name,
        "lat": position[1] if position else None,
        "lon": position[0] if position else None,
        "shape": STATUS_SHAPE[row.status],
        "light": light,
        "lines": [
            [_("Number"), row.code],
            [_("Unit"), row.unit_name or NOTHING],
            [_("Category"), row.category_name or NOTHING],
            [_("Status"), status],
            [_("Light"), str(LightColour(light).label) if light else NOTHING],
            [_("Investment"), money(row.budget)],
            [_("Year's plan done"), percent(row.annual_rate, 1)],
            [_("Physical progress"), NOTHING if row.physical_pct is None else f"{half_up(row.physical_pct, 1)}%"],
            [_("Disbursed"), money(row.disbursed)],
            [_("Paid of arrived"), percent(row.disbursement_rate, 1)],
            [_("Complaints"), f"{row.complaints_merged or 0:,}"],
            [_("Last report"), date_text(row.last_report_on)],
        ],
    }
