"""Forecasts in words: one home for the project's page and the page of the curves. Every forecast says how such
forecasts held in the past; where there is none, it says why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from dashboards.curves.backtest import CITY, FINISH
from dashboards.curves.calibration import AHEAD
from dashboards.curves.earned import Light
from dashboards.curves.forecast import LEVEL, Reason
from dashboards.curves.models import BackTestLine, Measure
from dashboards.curves.selectors import BackTest
from geodata.figures.wording import NOTHING, half_up, percent
from portal import wording
from portal.workbench import lights

FEWEST_SHOWN: Final = 10  # forecasts below which a coverage says nothing


def reason_text(reason: Reason) -> str:
    """Why there is no forecast, as a sentence."""
    return _REASONS[reason]()


_REASONS: Final[dict[Reason, Callable[[], str]]] = {
    Reason.NONE: lambda: "",
    Reason.NOT_STARTED: lambda: _("The works have not begun; a forecast needs works under way."),
    Reason.SUSPENDED: lambda: _("The works are suspended; a forecast follows once they go on."),
    Reason.FINISHED: lambda: _("The works are finished; there is nothing left to forecast."),
    Reason.CANCELLED: lambda: _("The project is cancelled."),
    Reason.NO_REPORT: lambda: _("No approved report states progress and completed investment."),
    Reason.STALE: lambda: _("The newest approved report is too old to forecast from."),
    Reason.NO_PLAN: lambda: _("Planned start or end is missing, so there is no plan to measure against."),
    Reason.NO_BUDGET: lambda: _("The total investment is not known."),
    Reason.TOO_FEW: lambda: _("Too few comparable projects or judged forecasts for an interval that can be trusted."),
    Reason.NOT_COMPUTED: lambda: _("Not worked out yet; this happens every night and after reports are approved."),
}


def coverage_text(line: BackTestLine | None) -> str:
    """How the intervals held: "Back-test: …"; says so where too few forecasts can be judged."""
    if line is None or line.forecasts < FEWEST_SHOWN:
        return _("Back-test: too few forecasts of the past 12 months can be judged (n = %(n)s).") % {
            "n": line.forecasts if line else 0
        }
    said = _("Back-test: in the past 12 months the %(level)s%% interval held in %(share)s, n = %(n)s") % {
        "level": LEVEL,
        "share": percent(Decimal(line.hits) / line.forecasts, 1),
        "n": f"{line.forecasts:,}",
    }
    return f"{said}{_('; ')}{error_text(line)}" if line.error is not None else said


def error_text(line: BackTestLine) -> str:
    """The usual error: days for completion, a share of the sum that came for money."""
    if line.error is None:
        return NOTHING
    if line.measure == FINISH:
        return _("half of them missed by at most %(days)s days") % {"days": half_up(line.error, 0)}
    return _("the error was %(share)s of what came") % {"share": percent(line.error, 1)}


def held_badly(line: BackTestLine | None) -> bool:
    """Whether the intervals held much less often than they say."""
    return line is not None and line.forecasts >= FEWEST_SHOWN and line.hits * 100 < (LEVEL - 10) * line.forecasts


def test_rows(test: BackTest) -> list[dict[str, Any]]:
    """The back-test as a table."""
    names: dict[tuple[str, str], str] = {
        (FINISH, ""): _("Day of completion"),
        (Measure.COMPLETED, ""): _("Completed investment of a project"),
        **{(Measure.COMPLETED, _bucket(pair)): _ahead(pair) for pair in AHEAD},
        (Measure.DISBURSED, ""): _("Payments of a project"),
        **{(Measure.DISBURSED, _bucket(pair)): _ahead(pair) for pair in AHEAD},
        (CITY["completed"], ""): _("Completed investment of the city"),
        (CITY["disbursed"], ""): _("Payments of the city"),
    }
    rows = []
    for (measure, bucket), name in names.items():
        line = test.of(measure, bucket)
        if line is not None:
            rows.append(
                {
                    "name": name,
                    "is_part": bool(bucket),
                    "forecasts": f"{line.forecasts:,}",
                    "coverage": percent(Decimal(line.hits) / line.forecasts, 1) if line.forecasts else NOTHING,
                    "is_bad": held_badly(line),
                    "error": error_text(line),
                    "left_out": _left_out(line),
                }
            )
    return rows


def _bucket(pair: tuple[int, int]) -> str:
    return f"{pair[0]}-{pair[1]}"


def _ahead(pair: tuple[int, int]) -> str:
    return _("%(first)s to %(last)s months ahead") % {"first": pair[0], "last": pair[1]}


def _left_out(line: BackTestLine) -> str:
    parts = []
    if line.pending:
        parts.append(_("%(n)s not over yet") % {"n": f"{line.pending:,}"})
    if line.unmade:
        parts.append(_("%(n)s not made for want of references or judged forecasts") % {"n": f"{line.unmade:,}"})
    return _("; ").join(parts)


def interval_of_days(low: date, high: date) -> str:
    return f"{wording.day(low)} — {wording.day(high)}"


def interval_of_money(low: Decimal, high: Decimal) -> str:
    return f"{wording.money(low)} — {wording.money(high)}"


def class_text(references: int, category: str, names: dict[str, str]) -> str:
    """Whose past it was corrected by."""
    if not category:
        return _("%(n)s projects of all categories") % {"n": f"{references:,}"}
    return _("%(n)s projects of the category %(name)s") % {
        "n": f"{references:,}",
        "name": names.get(category, category),
    }


def index_text(index: Decimal | None) -> str:
    """SPI or CPI with three decimals: with two, 0.949 would read 0.95 beside a yellow light."""
    return NOTHING if index is None else str(half_up(index, 3))


def index_light(light: Light) -> dict[str, str] | None:
    """What components/_light.html reads; None where there is no index."""
    return None if light == Light.NONE else lights.sign(light.value)
