"""The table of units: counties and functional zones apart, in official order or by their places, never mixed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from dashboards.choropleths.ranks import Rank, ranks, ranks_of
from dashboards.choropleths.selectors import AreaValue, Choropleth, value_text, without_places
from dashboards.cockpit.groups import Sum
from dashboards.cockpit.selectors import Screen
from dashboards.indicators.catalogue import CATALOGUE
from dashboards.indicators.values import IndicatorTable, Level, indicator_table
from geodata.figures.wording import percent
from geodata.projects.choices import Status
from geodata.regions.models import AreaUnit
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.regions import Dimension, RegionTotals
from geodata.summary.sums import Totals
from portal import wording
from portal.dashboard import links
from portal.dashboard.strip import paid_of, plan_done
from portal.dashboard.view import Depth, ScreenAsked

Texts = dict[str, Any]
# rates that have a column of their own in the table, whatever the map is painted by
_ALWAYS: Final = frozenset({"I04", "I12"})


def before(scope: Scope, asked: ScreenAsked, painted: Choropleth | None, *, today: date) -> IndicatorTable | None:
    """By what the units take their places, at the end of the month before; None where they take none.

    Three queries at most. Raises NotPermitted.
    """
    if painted is None or painted.townships or asked.depth != Depth.CITY or not painted.indicator.is_ranked:
        return None
    return indicator_table(
        scope,
        ids=(painted.indicator.id,),
        dimension=painted.dimension,
        level=Level.UNIT,
        chosen=replace(without_places(asked.filter), as_of=painted.as_of.replace(day=1) - timedelta(days=1)),
        today=today,
    )


def table(
    found: Screen,
    asked: ScreenAsked,
    painted: Choropleth | None,
    kinds: Mapping[str, str],
    earlier: IndicatorTable | None = None,
) -> Texts:
    """The two groups with what the map is painted by. `kinds` gives each unit's kind, `earlier` the values of the day
    since which places are told to have changed (`before`)."""
    by_unit = painted if painted and not painted.townships else None
    ranked = bool(by_unit) and asked.view.by == "value"
    groups: list[Texts] = []
    labels = {AreaUnit.Kind.COUNTY: _("Counties, districts and cities"), AreaUnit.Kind.ZONE: _("Functional zones")}
    for kind, label in labels.items():
        regions = [region for region in found.by_unit.regions if kinds.get(region.code) == kind]
        if regions:
            rows = _group(found, asked, by_unit, regions, earlier)
            if ranked:
                rows.sort(key=lambda row: row["place"] or len(kinds) + 1)
            groups.append({"label": label, "rows": rows})
    own_column = by_unit if by_unit and by_unit.indicator.id not in _ALWAYS else None
    return {
        "groups": groups,
        "rate": wording.label(own_column.indicator.name) if own_column else "",
        "can_rank": bool(by_unit) and any(row["place"] for group in groups for row in group["rows"]),
        "is_ranked": ranked,
        "since": earlier.as_of if earlier else None,
        "ranked_by": wording.label(by_unit.indicator.label) if by_unit else "",
        "order_url": asked.url_of(by=""),
        "rank_url": asked.url_of(by="value"),
        "rest": _figures(found.by_unit.rest.totals, _nowhere(found), found.as_of)
        | _rates(found, links.REST_PLACE)
        | {"name": wording.label(found.by_unit.rest.name)},
    }


def _group(
    found: Screen,
    asked: ScreenAsked,
    by_unit: Choropleth | None,
    regions: list[RegionTotals],
    earlier: IndicatorTable | None,
) -> list[Texts]:
    codes = {region.code for region in regions}
    own = replace(by_unit, areas=tuple(a for a in by_unit.areas if a.code in codes)) if by_unit else None
    places = ranks(own) if own else {}
    past = _places_of(earlier, codes)
    values: dict[str, AreaValue] = {area.code: area for area in own.areas} if own else {}
    return [
        _figures(region.totals, _limits(found, region.code), found.as_of)
        | _rates(found, region.code)
        | {
            "code": region.code,
            "name": wording.label(region.name),
            "url": asked.url_of_place(region.code, found.by_unit.dimension),
            **_place(places.get(region.code), past.get(region.code)),
            "selected": asked.unit == (found.by_unit.dimension, region.code),
            **(_value(values[region.code], own, found.chosen) if own and region.code in values else {}),
        }
        for region in regions
    ]


def _places_of(earlier: IndicatorTable | None, codes: set[str]) -> dict[str, Rank]:
    """The places of a group's units by the one indicator of a table."""
    if earlier is None:
        return {}
    (indicator,) = earlier.ids
    return ranks_of(CATALOGUE[indicator], [earlier.value(indicator, code) for code in earlier.areas if code in codes])


def _place(now: Rank | None, then: Rank | None) -> Texts:
    """The place and by how many places it is better than it was; `fallen` is the same for one that fell."""
    better = then.place - now.place if now and then else None
    return {"place": now.place if now else None, "change": better, "fallen": -(better or 0)}


def _value(area: AreaValue, painted: Choropleth, chosen: ProjectFilter) -> Texts:
    return {
        "value": value_text(area.value, painted.indicator),
        "value_url": links.behind(
            painted.indicator.id, without_places(chosen), place=area.code, dimension=painted.dimension.value
        ),
        "n": area.n,
        "class_key": area.class_key,
        "why": "" if area.value is None or area.n >= painted.indicator.fewest else _("too few to take a place"),
    }


def _figures(totals: Totals, chosen: ProjectFilter | None = None, as_of: date | None = None) -> Texts:
    """The three figures of a place, what the rates are of, and the way to the rows of each where the place has one."""
    return {
        "projects": totals.projects,
        "annual": percent(totals.annual_rate, 1),
        "annual_of": plan_done(totals.rates["annual"]),
        "disbursement": percent(totals.disbursement_rate, 1),
        "disbursement_of": paid_of(totals),
        "rows_url": links.projects(chosen) if chosen else "",
        "annual_url": links.behind("I04", chosen) if chosen else "",
        "disbursement_url": links.payments(chosen, as_of) if chosen and as_of else "",
    }


def _rates(found: Screen, code: str) -> Texts:
    """The way to the rows of a place's rates, stated shares among them. Of a managing unit the paid share opens the
    payments themselves."""
    everywhere, dimension = without_places(found.chosen), found.by_unit.dimension
    rows = {
        key: links.behind(indicator, everywhere, place=code, dimension=dimension.value)
        for key, indicator in (("annual_url", "I04"), ("disbursement_url", "I12"))
    }
    if dimension == Dimension.MANAGEMENT and code != links.REST_PLACE:
        rows["disbursement_url"] = links.payments(_limits(found, code), found.as_of)
    return rows


def _limits(found: Screen, code: str) -> ProjectFilter:
    """The filter of a unit's or a county's own projects."""
    by_county = found.by_unit.dimension == Dimension.ADMIN
    return replace(found.chosen, unit="" if by_county else code, region=code if by_county else "")


def _nowhere(found: Screen) -> ProjectFilter | None:
    """The projects that lie in no county; every project has a managing unit."""
    by_county = found.by_unit.dimension == Dimension.ADMIN
    return replace(without_places(found.chosen), no_area="region") if by_county else None


def towns(found: Screen, asked: ScreenAsked) -> list[Texts]:
    """The townships of the chosen unit; those without a known one last."""
    return [_town(found, asked, code, name, part) for (code, name), part in found.towns.items()]


def _town(found: Screen, asked: ScreenAsked, code: str, name: str, part: Sum) -> Texts:
    chosen = replace(found.chosen, region=code) if code else replace(found.chosen, no_area="township")
    return _figures(part.totals, chosen, found.as_of) | {
        "code": code,
        "name": wording.label(name) if code else _("No township known"),
        "url": asked.url(region=code) if code else "",
    }


def projects(found: Iterable[ProjectRow]) -> list[Texts]:
    """The projects of a township: the last step of the way down."""
    return [
        {
            "name": row.name,
            "status_label": wording.label(Status(row.status).label),
            "shape": wording.SHAPE[Status(row.status)],
            "progress": wording.progress_text(row.physical_pct),
            "annual": percent(row.annual_rate, 1),
            "disbursement": percent(row.disbursement_rate, 1),
            "url": links.project(row.code or ""),
        }
        for row in found
    ]
