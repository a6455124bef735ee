"""The staff's list of 12345 work orders, as a page and as files."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from geodata.complaints.choices import OrderKind, OrderState
from geodata.complaints.listing import OrderFilter, shown, work_orders
from geodata.exchange.writers import Sheet
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench.city_map import choices
from portal.workbench.city_map import selectors as city
from portal.workbench.lists import frame, orders
from portal.workbench.people import staff, today


@require_safe
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """Work orders of the scope by the filter of the address; ?format=csv or xlsx gives the same rows as a file."""
    file_format = frame.asked_format(request)
    chosen, day, now = OrderFilter.from_query(request.GET, allow=(frame.FORMAT,)), today(), timezone.now()
    known = city.names(day)
    rows = work_orders(scope, chosen, now=now)
    count = rows.count()
    if file_format:
        return _file(scope, chosen, known, file_format, count)
    page = frame.page_of(chosen, count)
    numbers = list(chosen.ordered(rows).values_list("pk", flat=True)[frame.span(page)]) if count else []
    context: dict[str, Any] = {
        "as_of": day,
        "scope_text": "" if scope.everything else choices.scope_text(scope, known),
        "filters": chosen.to_query(),
        "choices": {
            "units": list(wording.labels(known.units).items()),
            "kinds": wording.options(OrderKind),
            "states": wording.options(OrderState),
            "matches": [(code, wording.label(label)) for code, label in orders.CODED["match"]],
            "handled": [(code, wording.label(label)) for code, label in orders.CODED["handled"]],
        },
        "heads": frame.heads(orders.heads(), chosen.sort, default=orders.DEFAULT_SORT),
        "rows": [orders.texts(row) for row in shown(scope, numbers, now=now)],
        "page_obj": page,
        "count": count,
        "querystring": chosen.querystring(without=("page", "sort", "limit")),
        "bodies_see_none": not scope.everything and not scope.unit_ids,
    }
    return render(request, "workbench/orders.html", context)


def _file(scope: Scope, chosen: OrderFilter, known: city.Names, file_format: str, count: int) -> HttpResponseBase:
    labels = frame.coded(orders.CODED) | {"unit": known.units, "owner": known.units}
    notes = (f"数据截至 {today()}", frame.filter_words(chosen, orders.PARAMETERS, labels), "不含诉求人信息")
    return frame.file_answer(
        scope,
        key="orders",
        sheet=Sheet("12345工单", orders.FILE_COLUMNS, notes),
        file_format=file_format,
        chosen=chosen,
        count=count,
        rows=orders.cells(scope, chosen, now=timezone.now()),
        now=timezone.now(),
    )
