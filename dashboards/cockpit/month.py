"""What the hotline and the reports say of the month: figures of a period, not of a day."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from dashboards.indicators.values import IndicatorValue, Level, indicator_table
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension

COMPLAINTS, IN_TIME, SATISFIED, REPORTED = "C01", "C08", "C09", "I20"
_SHOWN: Final = (COMPLAINTS, IN_TIME, SATISFIED, REPORTED)


def month_figures(scope: Scope, *, chosen: ProjectFilter, today: date) -> Mapping[str, IndicatorValue]:
    """Complaints, orders settled in time, satisfaction and reports in time, by the number of the indicator: of the
    filtered projects, in the month of the day as far as it is over. Raises NotPermitted."""
    table = indicator_table(scope, ids=_SHOWN, dimension=Dimension.ADMIN, level=Level.CITY, chosen=chosen, today=today)
    return {name: table.city(name) for name in _SHOWN}
