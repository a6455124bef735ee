"""The audit trail: who changed what when, before and after; as a page and as a file."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from geodata.exchange.writers import Column, Kind, Sheet
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.administration.audit import selectors, showing
from portal.administration.audit.filter import ACTIONS, AuditFilter
from portal.administration.audit.showing import Line
from portal.administration.audit.tables import tables
from portal.workbench.lists.frame import file_answer
from portal.workbench.people import staff

MOST_ROWS = 5_000
COLUMNS = ("时间", "人员", "对象", "操作", "名称", "项目编号", "项目名称", "字段", "修改前", "修改后", "途径")


@require_safe
@staff(Action.VIEW_AUDIT)
def audit(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """`?format=csv` gives the newest changes that fit, a field a row."""
    chosen = AuditFilter.from_query(request.GET, allow=("format",))
    if request.GET.get("format") == "csv":
        return _file(scope, chosen)
    found = selectors.page(scope, chosen)
    context = {
        "lines": showing.lines(scope, found.events),
        "chosen": chosen,
        "older": f"?{_with(chosen, before=found.older)}" if found.older else "",
        "newest": f"?{chosen.querystring(without=('before',))}" if chosen.before else "",
        "file": f"?{_with(chosen, before='', format='csv')}",
        "filtered": bool(chosen.querystring(without=("before",))),
        "tables": sorted(((table.key, table.label) for table in tables()), key=lambda pair: pair[1]),
        "actions": ACTIONS.items(),
        "most_rows": MOST_ROWS,
    }
    return render(request, "administration/audit.html", context)


def _with(chosen: AuditFilter, **more: str) -> str:
    rest = chosen.querystring(without=("before",))
    return "&".join([part for part in (rest, *(f"{key}={value}" for key, value in more.items() if value)) if part])


def _file(scope: Scope, chosen: AuditFilter) -> HttpResponseBase:
    """The export is kept in the log of exports, as every list that leaves the house."""
    found = selectors.page(scope, chosen, size=MOST_ROWS)
    rows = [row for line in showing.lines(scope, found.events) for row in _rows(line)]
    notes = [f"只含最近 {MOST_ROWS} 次变更，更早的请缩小日期范围"] if found.older else []
    sheet = Sheet("操作记录", tuple(Column(name, Kind.TEXT) for name in COLUMNS), tuple(notes))
    return file_answer(
        scope,
        key="audit",
        sheet=sheet,
        file_format="csv",
        chosen=chosen,
        count=len(rows),
        rows=rows,
        now=timezone.now(),
    )


def _rows(line: Line) -> Iterator[tuple[str, ...]]:
    when = timezone.localtime(line.at).strftime("%Y-%m-%d %H:%M:%S")
    code, name = line.project or ("", "")
    head = (when, line.who, line.table, line.action, line.what, code, name)
    if not line.changes:
        yield (*head, "", "", "", line.reason)
    for change in line.changes:
        yield (*head, change.label, change.before, change.after, line.reason)
