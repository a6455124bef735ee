"""Every indicator with its definition and its values by unit; the composite ranking; both as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.indicators import ranking
from dashboards.indicators.catalogue import CATALOGUE, Indicator
from dashboards.indicators.formulas import leaves_out
from dashboards.indicators.values import CITY, IndicatorTable, Level, indicator_table
from geodata import parameters
from geodata.exchange.writers import Sheet
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.known import require_known
from geodata.summary.wording import left_out_of_rates
from geodata.thresholds.selectors import thresholds
from portal.dashboard import links
from portal.dashboard.figures import bands, files, texts
from portal.dashboard.figures.divided import DIVISION, DIVISIONS, MANAGEMENT, Division, read_division
from portal.workbench.days import require_past
from portal.workbench.lists import frame
from portal.workbench.people import staff, today

_READERS: Final = {"family": parameters.one_of(*texts.FAMILY_NAMES), DIVISION: read_division}


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """One family of indicators on a day; ?format=csv or xlsx gives all of them."""
    file_format = frame.asked_format(request)
    own = (*_READERS, frame.FORMAT)
    chosen = ProjectFilter.from_query(request.GET, allow=own)
    asked = parameters.read({name: request.GET.get(name, "") for name in _READERS}, _READERS)
    family, now = str(asked.get("family", "progress")), today()
    by = DIVISIONS[asked.get(DIVISION, MANAGEMENT.key)]
    if family == texts.COMPOSITE and by.level == Level.UNIT:  # counties and zones are ranked as they manage
        by = MANAGEMENT
    day = chosen.as_of or now
    require_past(day, now)
    require_known(chosen)
    if file_format:
        return _file(scope, chosen, by=by, day=day, file_format=file_format)
    context: dict[str, Any] = {
        "as_of": day,
        "today": now,
        "is_past": day < now,
        "family": family,
        "dimension": by.key,
        "divisions": [(key, str(division.label)) for key, division in DIVISIONS.items()],
        "families": [
            {"key": key, "label": str(label), "query": _query(chosen, family=key, by=by)}
            for key, label in texts.FAMILY_NAMES.items()
        ],
        "kept": {name: text for name, text in chosen.to_query().items() if name != "as_of"},
        "count": len(CATALOGUE),
        "all_query": _query(chosen, family=family, by=by),
    }
    if family == texts.COMPOSITE:
        context |= _composite(scope, chosen, by=by, day=day, now=now)
    else:
        context |= _family(scope, chosen, family, by=by, now=now)
    return render(request, "dashboard/indicators.html", context)


def _table(scope: Scope, ids: Any, chosen: ProjectFilter, *, by: Division, now: date, **known: Any) -> IndicatorTable:
    """`known`: the thresholds (`limits`) and the `areas`, where they have been read."""
    return indicator_table(scope, ids=ids, dimension=by.dimension, level=by.level, chosen=chosen, today=now, **known)


def _family(scope: Scope, chosen: ProjectFilter, family: str, *, by: Division, now: date) -> dict[str, Any]:
    indicators, opener, limits = texts.FAMILIES[family], _opener(scope, chosen, by), thresholds()
    table = _table(scope, _with_ties(indicators), chosen, by=by, now=now, limits=limits)
    known = {"limits": limits, "areas": table.listed}
    before, earlier = None, (chosen.as_of or now).replace(day=1) - timedelta(days=1)
    if placed := [one for one in indicators if one.is_ranked and one.by_area]:
        before = _table(scope, _with_ties(placed), replace(chosen, as_of=earlier), by=by, now=now, **known)
    return {
        "before": earlier,
        "period": table.period,
        "projects": table.projects(CITY),
        "left_out": _left_out(table),
        "indicators": [texts.meaning(one, table, opener, before) for one in indicators],
        "bands": bands.texts(table, limits, opener) if family == "complaints" else None,
    }


def _with_ties(indicators: Iterable[Indicator]) -> list[str]:
    """The indicators to be read, and by what equal ones are told apart: investment done."""
    return list(dict.fromkeys([*(indicator.id for indicator in indicators), "I05"]))


def _opener(scope: Scope, chosen: ProjectFilter, by: Division) -> texts.Opener:
    """The addresses of the rows behind the figures, for those whose rows they all are."""

    def address(indicator_id: str, place: str) -> str:
        return links.behind(indicator_id, chosen, place=place, dimension=by.key) if scope.everything else ""

    return address


def _composite(scope: Scope, chosen: ProjectFilter, *, by: Division, day: date, now: date) -> dict[str, Any]:
    """The ranking of the day, held against that of the end of the month before."""
    ids = (*ranking.COMPOSITE_IDS, "I05")
    earlier = day.replace(day=1) - timedelta(days=1)
    table = _table(scope, ids, chosen, by=by, now=now)
    before = _table(scope, ids, replace(chosen, as_of=earlier), by=by, now=now, areas=table.listed)
    return {
        "before": earlier,
        "projects": table.projects(CITY),
        "left_out": _left_out(table),
        "composite": texts.composite(
            table, thresholds(), before, _opener(scope, chosen, by), _counter(scope, chosen, by)
        ),
    }


def _counter(scope: Scope, chosen: ProjectFilter, by: Division) -> Callable[[str], str]:
    """The addresses of the units' projects; none of a department's, which no list of projects is limited to."""
    opens = scope.everything and by == MANAGEMENT

    def address(place: str) -> str:
        return links.projects(replace(chosen, unit=place)) if opens else ""

    return address


def _left_out(table: IndicatorTable) -> str:
    """The note on reported stops, where an indicator of the table leaves them out."""
    return left_out_of_rates(table.left_out(CITY)) if any(map(leaves_out, table.ids)) else ""


def _file(scope: Scope, chosen: ProjectFilter, *, by: Division, day: date, file_format: str) -> HttpResponseBase:
    limits = thresholds()
    table = _table(scope, list(CATALOGUE), chosen, by=by, now=today(), limits=limits)
    first, last = table.period
    notes = [f"数据截至 {day}", f"投诉与月报统计期 {first} 至 {last}", by.words]
    if count := table.left_out(CITY):
        notes.append(f"{count} 个停工且停工报告已审核的项目未计入比率")
    indicators = list(CATALOGUE.values())
    return frame.file_answer(
        scope,
        key="indicators",
        sheet=Sheet("指标口径与数值", files.COLUMNS, tuple(notes)),
        file_format=file_format,
        chosen=chosen,
        count=files.count(table, indicators),
        rows=chain(files.cells(table, indicators), files.scores(table, limits)),
        now=timezone.now(),
    )


def _query(chosen: ProjectFilter, *, family: str, by: Division) -> str:
    own = f"family={family}&{DIVISION}={by.key}"
    rest = chosen.querystring(without=("page", "limit", "sort"))
    return f"{own}&{rest}" if rest else own
