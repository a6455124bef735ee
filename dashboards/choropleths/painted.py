"""The whole of a choropleth of the record: its units in classes, what lies in none of them, and the city."""

from dataclasses import dataclass
from datetime import date

from dashboards.choropleths.areas import AreaValue, LegendClass
from dashboards.choropleths.classes import Scheme
from dashboards.indicators.catalogue import Indicator
from geodata.summary.regions import Dimension


@dataclass(frozen=True, slots=True)
class Choropleth:
    """Units in official order, what lies in none of them, and the city.

    `without_report`: projects of the city that have a plan and no report of the year. `townships`: the units are
    townships, of the county `within` or of the whole city. `period`: the first and the last day in which was counted,
    for an indicator of a period. `left_out`: projects of the city that headquarters keeps out of this rate.
    """

    indicator: Indicator
    dimension: Dimension
    as_of: date
    areas: tuple[AreaValue, ...]
    rest: AreaValue
    city: AreaValue
    legend: tuple[LegendClass, ...]
    without_report: int
    scheme: Scheme = Scheme.QUANTILE
    townships: bool = False
    period: tuple[date, date] | None = None
    left_out: int = 0
