"""Every indicator with its definition and its values by unit; the composite ranking; both as a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.indicators import ranking
from dashboards.indicators.catalogue import CATALOGUE
from dashboards.indicators.values import IndicatorTable, Level, indicator_table
from geodata import parameters
from geodata.errors import BadParameter
from geodata.exchange.writers import Sheet
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension
from geodata.thresholds.selectors import thresholds
from portal.dashboard.figures import files, texts
from portal.workbench.lists import frame
from portal.workbench.people import staff, today

_READERS: Final = {
    "family": parameters.one_of(*texts.FAMILY_NAMES),
    "dimension": parameters.one_of(*(dimension.value for dimension in Dimension)),
}


@require_safe
@staff(Action.VIEW_CITY_FIGURES)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """One family of indicators on a day; ?format=csv or xlsx gives all of them."""
    file_format = frame.asked_format(request)
    own = (*_READERS, frame.FORMAT)
    chosen = ProjectFilter.from_query(request.GET, allow=own)
    asked = parameters.read({name: request.GET.get(name, "") for name in _READERS}, _READERS)
    family, now = str(asked.get("family", "progress")), today()
    dimension = Dimension(asked.get("dimension", Dimension.MANAGEMENT))
    if family == texts.COMPOSITE:  # counties and zones are ranked as they manage
        dimension = Dimension.MANAGEMENT
    day = chosen.as_of or now
    if day > now:
        raise BadParameter(f"截止日不能晚于今天({now}),请改选较早的日期")
    if file_format:
        return _file(scope, chosen, dimension=dimension, day=day, file_format=file_format)
    context: dict[str, Any] = {
        "as_of": day,
        "today": now,
        "is_past": day < now,
        "family": family,
        "dimension": dimension.value,
        "families": [
            {"key": key, "label": str(label), "query": _query(chosen, family=key, dimension=dimension)}
            for key, label in texts.FAMILY_NAMES.items()
        ],
        "kept": {name: text for name, text in chosen.to_query().items() if name != "as_of"},
        "count": len(CATALOGUE),
        "all_query": _query(chosen, family=family, dimension=dimension),
    }
    if family == texts.COMPOSITE:
        context |= _composite(scope, chosen, dimension=dimension, day=day, now=now)
    else:
        context |= _family(scope, chosen, family, dimension=dimension, now=now)
    return render(request, "dashboard/indicators.html", context)


def _table(scope: Scope, ids: Any, chosen: ProjectFilter, *, dimension: Dimension, now: date) -> IndicatorTable:
    return indicator_table(scope, ids=ids, dimension=dimension, level=Level.UNIT, chosen=chosen, today=now)


def _family(scope: Scope, chosen: ProjectFilter, family: str, *, dimension: Dimension, now: date) -> dict[str, Any]:
    indicators = texts.FAMILIES[family]
    ids = list(dict.fromkeys([*(indicator.id for indicator in indicators), "I05"]))  # ties go by investment done
    table = _table(scope, ids, chosen, dimension=dimension, now=now)
    return {
        "period": table.period,
        "projects": table.projects("city"),
        "indicators": [texts.meaning(indicator, table) for indicator in indicators],
    }


def _composite(scope: Scope, chosen: ProjectFilter, *, dimension: Dimension, day: date, now: date) -> dict[str, Any]:
    """The ranking of the day, held against that of the end of the month before."""
    ids = (*ranking.COMPOSITE_IDS, "I05")
    earlier = day.replace(day=1) - timedelta(days=1)
    before = _table(scope, ids, replace(chosen, as_of=earlier), dimension=dimension, now=now)
    table = _table(scope, ids, chosen, dimension=dimension, now=now)
    return {
        "before": earlier,
        "projects": table.projects("city"),
        "composite": texts.composite(table, thresholds(), before),
    }


def _file(
    scope: Scope, chosen: ProjectFilter, *, dimension: Dimension, day: date, file_format: str
) -> HttpResponseBase:
    table = _table(scope, list(CATALOGUE), chosen, dimension=dimension, now=today())
    first, last = table.period
    dimension_text = {"admin": "按行政区划", "management": "按属地管理单位"}[dimension.value]
    notes = (f"数据截至 {day}", f"投诉与月报统计期 {first} 至 {last}", dimension_text)
    indicators = list(CATALOGUE.values())
    return frame.file_answer(
        scope,
        key="indicators",
        sheet=Sheet("指标口径与数值", files.COLUMNS, notes),
        file_format=file_format,
        chosen=chosen,
        count=files.count(table, indicators),
        rows=files.cells(table, indicators),
        now=timezone.now(),
    )


def _query(chosen: ProjectFilter, *, family: str, dimension: Dimension) -> str:
    own = f"family={family}&dimension={dimension.value}"
    rest = chosen.querystring(without=("page", "limit", "sort"))
    return f"{own}&{rest}" if rest else own
