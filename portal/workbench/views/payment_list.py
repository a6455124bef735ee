"""The staff's list of payments, as a page and as files."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from geodata.exchange.writers import Sheet
from geodata.funding import payments as ledger
from geodata.funding.choices import Level, PaymentStatus, Purpose
from geodata.funding.payments import PaymentFilter
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench.city_map import choices
from portal.workbench.city_map import selectors as city
from portal.workbench.lists import frame, payments
from portal.workbench.people import staff, today


@require_safe
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponseBase:
    """Payments of the scope by the filter of the address; ?format=csv or xlsx gives the same rows as a file."""
    file_format = frame.asked_format(request)
    chosen, day = PaymentFilter.from_query(request.GET, allow=(frame.FORMAT,)), today()
    known = city.names(day)
    rows = ledger.payments(scope, chosen)
    sums = ledger.sums_by_level(rows)
    count = sum(each.count for each in sums)
    if file_format:
        return _file(scope, chosen, known, file_format, sums)
    page = frame.page_of(chosen, count)
    numbers = list(chosen.ordered(rows).values_list("pk", flat=True)[frame.span(page)]) if count else []
    context: dict[str, Any] = {
        "as_of": day,
        "scope_text": "" if scope.everything else choices.scope_text(scope, known),
        "sees_all": scope.everything,
        "filters": chosen.to_query(),
        "choices": {
            "units": list(wording.labels(known.units).items()),
            "sources": list(wording.labels(known.sources).items()),
            "purposes": wording.options(Purpose),
            "levels": wording.options(Level),
            "statuses": wording.options(PaymentStatus),
        },
        "sums": payments.sum_texts(sums),
        "heads": frame.heads(payments.heads(), chosen.sort, default=payments.DEFAULT_SORT),
        "rows": [payments.texts(scope, row) for row in ledger.shown(numbers)],
        "page_obj": page,
        "count": count,
        "querystring": chosen.querystring(without=("page", "sort", "limit")),
    }
    return render(request, "workbench/payments.html", context)


def _file(
    scope: Scope, chosen: PaymentFilter, known: city.Names, file_format: str, sums: list[ledger.LevelSum]
) -> HttpResponseBase:
    labels = frame.coded(payments.CODED) | {"unit": known.units, "source": known.sources}
    words = frame.filter_words(chosen, payments.PARAMETERS, labels)
    notes = (f"数据截至 {today()}", words, *payments.sum_notes(sums))
    return frame.file_answer(
        scope,
        key="payments",
        sheet=Sheet("支付", payments.FILE_COLUMNS, notes),
        file_format=file_format,
        chosen=chosen,
        count=sum(each.count for each in sums),
        rows=payments.cells(scope, chosen),
        now=timezone.now(),
    )
