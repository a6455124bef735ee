"""What waits for a decision: shapes, reports, changes of status, milestones, most urgent first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench import selectors
from portal.workbench.approvals import waiting
from portal.workbench.lists import frame
from portal.workbench.people import staff, today

MOST_APART = 50


@require_safe
@staff(Action.APPROVE)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What the person may decide; apart from it what he sent in himself, and what headquarters must decide."""
    chosen, term = waiting.WaitingFilter.from_query(request.GET), waiting.Term.on(today())
    found = waiting.items(scope)
    mine = [item for item in found if item.decidable]
    shown = waiting.ordered([item for item in mine if chosen.kind in ("", item.kind)], term)
    page = frame.page_of(chosen, len(shown))
    others = waiting.ordered([item for item in found if not item.decidable], term)
    context: dict[str, Any] = {
        "as_of": term.today,
        "scope_text": "" if scope.everything else selectors.scope_text(scope.unit_ids),
        "chips": waiting.chips(mine, chosen),
        "rows": [waiting.texts(item, term) for item in shown[frame.span(page)]],
        "page_obj": page,
        "count": len(mine),
        "late_count": sum(term.is_late(item) for item in mine),
        "others": [waiting.texts(item, term) for item in others[:MOST_APART]],
        "others_count": len(others),
        "most_apart": MOST_APART,
        "querystring": chosen.querystring(without=("page", "limit")),
    }
    return render(request, "workbench/approvals/list.html", context)
