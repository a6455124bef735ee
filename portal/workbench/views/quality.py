"""How good the shapes of one's projects are: a report by unit, and the rows behind each of its numbers."""

from datetime import date
from functools import reduce
from operator import add
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from geodata.exchange.writers import Sheet
from geodata.parameters import bad
from geodata.quality import selectors as quality
from geodata.quality.filters import QualityDay, QualityFilter
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.selectors import thresholds
from portal import wording
from portal.workbench import selectors
from portal.workbench.lists import frame
from portal.workbench.people import staff, today
from portal.workbench.quality import report, rows


@require_safe
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """The report as of a day; ?format=csv or xlsx gives the same lines as a file."""
    file_format = frame.asked_format(request)
    chosen, now = QualityDay.from_query(request.GET, allow=(frame.FORMAT,)), today()
    day = _past(chosen.as_of, now)
    units = selectors.unit_names()
    lines = quality.quality_report(scope, as_of=day, today=now)
    order = list(units)
    lines.sort(key=lambda line: order.index(line.unit) if line.unit in units else len(order))
    total = reduce(add, lines, quality.Line(""))
    if file_format:
        return frame.file_answer(
            scope,
            key="quality",
            sheet=Sheet("图形质量", report.FILE_COLUMNS, (f"数据截至 {day}", "不含已取消的项目")),
            file_format=file_format,
            chosen=chosen,
            count=len(lines) + 1,
            rows=report.cells([*lines, total], units),
            now=timezone.now(),
        )
    context: dict[str, Any] = {
        "as_of": day,
        "today": now,
        "is_past": day < now,
        "scope_text": "" if scope.everything else selectors.scope_text(scope.unit_ids),
        "lines": [report.texts(line, units, as_of=chosen.as_of) for line in lines],
        "total": report.texts(total, units, as_of=chosen.as_of),
        "fresh": report.freshness(quality.freshness(scope), as_of=day, today=now),
        "meanings": report.meanings(thresholds()),
        "heads": [report.name(key) for key in report.NAMES],
        "count": len(lines),
    }
    return render(request, "workbench/quality/report.html", context)


@require_safe
@staff(Action.VIEW_PROJECTS)
def found(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """The projects behind a number; ?format=csv or xlsx gives the same rows as a file."""
    file_format = frame.asked_format(request)
    chosen, now = QualityFilter.from_query(request.GET, allow=(frame.FORMAT,)), today()
    day = _past(chosen.as_of, now)
    units = selectors.unit_names()
    listed = quality.quality_rows(scope, chosen, today=now)
    count = listed.count()
    if file_format:
        words = frame.filter_words(chosen, rows.PARAMETERS, {**frame.coded(rows.CODED), "unit": units})
        return frame.file_answer(
            scope,
            key="quality_rows",
            sheet=Sheet("图形质量明细", rows.FILE_COLUMNS, (f"数据截至 {day}", words)),
            file_format=file_format,
            chosen=chosen,
            count=count,
            rows=rows.cells(scope, chosen, units, today=now),
            now=timezone.now(),
        )
    page = frame.page_of(chosen, count)
    part = frame.span(page)
    shown = quality.quality_page(scope, chosen, today=now, start=part.start, stop=part.stop)
    doubts = quality.findings_of(scope, [row.pk for row in shown], as_of=day)
    context: dict[str, Any] = {
        "as_of": day,
        "scope_text": "" if scope.everything else selectors.scope_text(scope.unit_ids),
        "filters": chosen.to_query(),
        "choices": {"findings": rows.findings(), "units": list(wording.labels(units).items())},
        "finding_label": report.name(chosen.finding),
        "rows": [rows.texts(row, doubts.get(row.pk, []), units, finding=chosen.finding) for row in shown],
        "page_obj": page,
        "count": count,
        "querystring": chosen.querystring(without=("page", "limit")),
    }
    return render(request, "workbench/quality/rows.html", context)


def _past(asked: date | None, now: date) -> date:
    if asked is not None and asked > now:
        raise bad("as_of", asked.isoformat(), f"截止日不能晚于今天（{now}）")
    return asked or now
