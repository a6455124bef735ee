"""Everything on the leaders' screen in one call: the caller turns figures into words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from dashboards.choropleths.selectors import without_places
from dashboards.cockpit.groups import BRANCH, Groups, Sum, added, groups, townships, whole
from dashboards.cockpit.reconciling import Reconciliation, reconcile
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.regions import Area, Dimension, RegionSummary
from geodata.summary.selectors import project_rows
from geodata.summary.sums import Totals

COUNTY_DIGITS: Final = 6  # a township's code has nine and more (GB/T 10114)
_LISTED_COLUMNS: Final = ("code", "name", "status", "physical_pct", "annual_rate", "disbursement_rate", "budget")
LISTED: Final = 40  # projects of a township shown on the screen; the list has all of them


@dataclass(frozen=True, slots=True)
class Screen:
    """`whole` holds the projects of the address, `before` the same on the day compared with, `towns` the townships of a
    chosen unit by (code, name)."""

    as_of: date
    chosen: ProjectFilter
    whole: Sum
    before: Sum | None
    by_unit: RegionSummary
    branches: dict[str, Sum]
    towns: dict[tuple[str, str], Sum]
    reconciliation: Reconciliation | None  # None where the address names no whole of parts
    groups: Groups
    listed: list[ProjectRow]  # of a township, in scope: the last step down is the project


def screen(
    scope: Scope,
    *,
    chosen: ProjectFilter,
    dimension: Dimension,
    areas: Collection[Area],
    against: date | None,
    today: date,
) -> Screen:
    """The figures of the screen. Raises NotPermitted without leave to see the city's figures.

    One query for the city by places and categories, stated shares among them; one more each for the
    townships of a chosen unit, for the projects of a township and its categories, for a day to compare with.
    """
    as_of = chosen.as_of or today
    everywhere = without_places(chosen)
    branch = chosen.category if len(chosen.category) == BRANCH else ""
    category = "" if branch else chosen.category
    found = groups(scope, chosen=replace(everywhere, category=category), areas=areas, today=today)
    by_unit = found.places(branch=branch).by(dimension)
    towns: dict[tuple[str, str], Sum] = {}
    if chosen.unit or chosen.region:
        towns, total = townships(scope, chosen=chosen, today=today)
    elif chosen == everywhere and not branch:
        total = found.total
    else:
        total = whole(scope, chosen=chosen, today=today)
    here = _place(chosen)
    if here is not None:
        branches = found.branches(**here)
    else:  # a township or a box is no union of units
        branches = groups(scope, chosen=replace(chosen, category=category), areas=(), today=today).branches()
    return Screen(
        as_of=as_of,
        chosen=chosen,
        whole=total,
        before=whole(scope, chosen=replace(chosen, as_of=against), today=today) if against else None,
        by_unit=by_unit,
        branches=branches,
        towns=towns,
        reconciliation=_reconciled(by_unit, towns, total.totals) if here is not None else None,
        groups=found,
        listed=_listed(scope, chosen, today) if len(chosen.region) > COUNTY_DIGITS else [],
    )


def _listed(scope: Scope, chosen: ProjectFilter, today: date) -> list[ProjectRow]:
    """The person's projects in a township, largest investment first. One query."""
    rows = chosen.ordered(project_rows(scope, chosen, today=today))
    return list(
        rows.only("code", "name", "status", "physical_pct", "annual_rate", "disbursement_rate", "budget")[:LISTED]
    )


def _reconciled(by_unit: RegionSummary, towns: Mapping[tuple[str, str], Sum], total: Totals) -> Reconciliation:
    """The townships of a chosen unit held against it, else the units against the city."""
    if not towns:
        return reconcile([region.totals for region in by_unit.regions], by_unit.rest.totals, total)
    named = [part.totals for (code, _name), part in towns.items() if code]
    return reconcile(named, towns.get(("", ""), added(())).totals, total)


def _place(chosen: ProjectFilter) -> dict[str, str] | None:
    """The unit and county that branches are summed within; None for limits that are no union of them."""
    if chosen.bbox or len(chosen.region) > COUNTY_DIGITS:
        return None
    return {"unit": chosen.unit, "region": chosen.region}
