"""The rows behind what the page of curves says beside its months: the year's end, the cost index, who has no plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q

from dashboards.curves.models import Measure, YearEndForecast
from dashboards.curves.selectors.forecasts import forecasts_of_group
from dashboards.curves.selectors.units import MEASURED, WORKS
from geodata.progress.models import PlanYear
from geodata.stewards.scope import Scope
from geodata.summary.city import city_rows
from geodata.summary.filters import ProjectFilter


@dataclass(frozen=True, slots=True)
class CertifiedWorks:
    """One project of the cost index: its progress of its contracts (EV), and what was certified (AC)."""

    project_id: int
    works: Decimal
    certified: Decimal


def year_end_behind(scope: Scope, *, chosen: ProjectFilter, measure: Measure, today: date) -> list[YearEndForecast]:
    """The projects whose year's end is forecast, the most expected first; the others of the group stay as they are. One
    query. Raises NotPermitted."""
    rows = forecasts_of_group(scope, chosen=chosen, today=today).filter(measure=measure)
    return list(rows.order_by(F("mean").desc(), "project"))


def certified_behind(scope: Scope, *, chosen: ProjectFilter, today: date) -> list[CertifiedWorks]:
    """The projects whose works were certified, most certified first: their sums are those of CPI. One query."""
    rows = city_rows(scope, chosen, today=today).filter(MEASURED).annotate(works=WORKS)
    found = rows.order_by("-certified", "pk").values_list("pk", "works", "certified")
    return [CertifiedWorks(*row) for row in found]


def unplanned(scope: Scope, *, chosen: ProjectFilter, today: date) -> list[int]:
    """The projects without a plan up to the day's year, largest first: those that course() and unit_courses() count.
    One query."""
    plans = PlanYear.objects.filter(project=OuterRef("pk"), year__lte=(chosen.as_of or today).year)
    known = plans.filter(Q(adjusted_amount__isnull=False) | Q(planned_amount__isnull=False))
    rows = city_rows(scope, chosen, today=today).filter(~Exists(known))
    return list(rows.order_by(F("budget").desc(nulls_last=True), "pk").values_list("pk", flat=True))
