"""The inbox: what a person was told, read one by one or all at once, each leading to the page that deals with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from geodata.notices import selectors, services
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.desk import notices
from portal.workbench.desk.addresses import address_of
from portal.workbench.desk.notices import InboxFilter
from portal.workbench.lists import frame
from portal.workbench.people import staff, today


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """One's own notices, newest first. POST marks one (`notice`) or all as read and comes back to the same list."""
    chosen, person = InboxFilter.from_query(request.GET), scope.user_id or 0
    if request.method == "POST":
        return _marked(request, chosen, person)
    counts = selectors.counts(person)
    shown = frame.page_of(chosen, chosen.total(counts))
    rows = selectors.inbox(person, kind=chosen.kind, unread=chosen.unread)[frame.span(shown)]
    context = {
        "chips": notices.chips(counts, chosen),
        "rows": [notices.texts(notice, today=today()) for notice in rows],
        "page_obj": shown,
        "chosen": chosen,
        "unread": sum(fresh for _all, fresh in counts.values()),
    }
    return render(request, "workbench/desk/inbox.html", context)


@staff(Action.VIEW_PROJECTS)
@require_POST
def opened(request: HttpRequest, scope: Scope, notice_id: int) -> HttpResponse:
    """Read, and on to the page that deals with it."""
    notice = selectors.notice_of(scope.user_id or 0, notice_id)
    services.mark_read(person_id=notice.person_id, ids=[notice.pk], now=timezone.now())
    return redirect(address_of(notice))


def _marked(request: HttpRequest, chosen: InboxFilter, person: int) -> HttpResponse:
    named, now = request.POST.get("notice", ""), timezone.now()
    if named == "all":
        marked = services.mark_read(person_id=person, ids="all", now=now)
        messages.success(request, _("%(n)s notices are marked as read.") % {"n": marked})
    else:
        services.mark_read(person_id=person, ids=[notices.number(named)], now=now)
    query = chosen.querystring()
    return redirect(f"{reverse('workbench:inbox')}{'?' if query else ''}{query}")
