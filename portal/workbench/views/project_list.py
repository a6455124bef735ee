"""The staff's list of projects, as a page and as files."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from geodata.exchange.writers import Sheet
from geodata.figures.wording import percent
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary import selectors as summary
from geodata.summary.facets import facet_counts
from geodata.summary.filters import ProjectFilter
from geodata.summary.known import require_known
from geodata.visits.selectors import evidence_of
from portal import wording
from portal.workbench.city_map import choices
from portal.workbench.city_map import selectors as city
from portal.workbench.city_map.texts import strip
from portal.workbench.days import require_past
from portal.workbench.lists import frame, projects
from portal.workbench.people import staff, today
from portal.workbench.trust import badge, trust_legend


@require_safe
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """Projects of the scope by the filter of the address; ?format=csv or xlsx gives the same rows as a file."""
    file_format = frame.asked_format(request)
    chosen, day = ProjectFilter.from_query(request.GET, allow=(frame.FORMAT,)), today()
    require_known(chosen)
    as_of = chosen.as_of or day
    require_past(as_of, day)
    known = city.names(as_of)
    totals = summary.totals(scope, chosen, today=day)
    if file_format:
        return _file(scope, chosen, known, file_format, totals.projects)
    units, categories = wording.labels(known.units), wording.labels(known.categories)
    page = frame.page_of(chosen, totals.projects)
    part = frame.span(page)
    rows = summary.listed(scope, chosen, today=day, start=part.start, stop=part.stop)
    weighed = evidence_of([row.pk for row in rows if row.is_located])
    scoped = summary.project_rows(scope, ProjectFilter(as_of=chosen.as_of), today=day)
    context: dict[str, Any] = {
        "as_of": as_of,
        "scope_text": "" if scope.everything else choices.scope_text(scope, known),
        "filters": chosen.to_query(),
        "choices": choices.filter_choices(known, facet_counts(scoped, chosen), chosen),
        "strip": strip(totals, as_of),
        "heads": frame.heads(projects.heads(), chosen.sort, default=projects.DEFAULT_SORT),
        "rows": [
            projects.texts(row, units=units, categories=categories) | {"trust": badge(weighed.get(row.pk))}
            for row in rows
        ],
        **trust_legend(),
        "page_obj": page,
        "count": totals.projects,
        "querystring": chosen.querystring(without=("page", "sort", "limit")),
        "stale_count": totals.stale,
        "unlocated_count": totals.unlocated,
        "time_text": percent(projects.time_gone(as_of), 1),
    }
    return render(request, "workbench/projects.html", context)


def _file(scope: Scope, chosen: ProjectFilter, known: city.Names, file_format: str, count: int) -> HttpResponseBase:
    day = today()
    labels = {"unit": known.units, "region": known.units, "category": known.categories, "source": known.sources}
    codes = frame.coded(projects.CODED)
    notes = (f"数据截至 {chosen.as_of or day}", frame.filter_words(chosen, projects.PARAMETERS, {**labels, **codes}))
    return frame.file_answer(
        scope,
        key="projects",
        sheet=Sheet("项目", projects.FILE_COLUMNS, notes),
        file_format=file_format,
        chosen=chosen,
        count=count,
        rows=projects.cells(scope, chosen, today=day),
        now=timezone.now(),
    )
