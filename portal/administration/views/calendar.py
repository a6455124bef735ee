"""The page of the work calendar: paste the notice, look, save."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geodata.errors import DomainError, Refused
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.workdays import selectors
from geodata.workdays.models import CalendarDay
from geodata.workdays.notice import NoticeDay, read_notice
from geodata.workdays.services import YEARS, record_year
from portal.administration.views.saving import save_or_explain
from portal.errors import status_of
from portal.workbench.people import staff, today

Days = list[NoticeDay] | list[CalendarDay]


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.MANAGE_CODES)
def calendar(request: HttpRequest, scope: Scope) -> HttpResponse:
    """GET shows a year; POST reads a notice and shows it, with `confirmed` it is saved."""
    text = request.POST.get("notice", "")
    try:
        year = _year(request.POST.get("year") or request.GET.get("year") or "")
        read = read_notice(text, year=year) if request.method == "POST" else None
    except Refused as error:
        return _page(request, today().year, text=text, error=error)
    if read is None or "confirmed" not in request.POST:
        return _page(request, year, text=text, read=read)

    def save() -> str:
        changed = record_year(scope, year=year, days=read)
        return _("Calendar of %(year)s saved: %(count)s days changed.") % {"year": year, "count": changed}

    return save_or_explain(
        request,
        save=save,
        back=f"{reverse('administration:calendar')}?year={year}",
        again=lambda error: _page(request, year, text=text, error=error),
    )


def _year(text: str) -> int:
    if not text:
        return today().year
    if not (text.isascii() and text.isdigit() and len(text) == 4 and int(text) in YEARS):
        raise Refused(f"年份应在 {YEARS[0]} 到 {YEARS[-1]} 之间", code="bad-year")
    return int(text)


def _page(
    request: HttpRequest,
    year: int,
    *,
    text: str = "",
    read: list[NoticeDay] | None = None,
    error: DomainError | None = None,
) -> HttpResponse:
    known = selectors.departures_of(year)
    context = {
        "year": year,
        "years": sorted({year, today().year, today().year + 1, *selectors.years_known()}, reverse=True),
        "text": text,
        "holidays": _by_holiday(known),
        "read": _by_holiday(read) if read else None,
        "error": error.message if error else "",
    }
    return render(request, "administration/calendar.html", context, status=status_of(error) if error else 200)


def _by_holiday(days: Days) -> list[dict[str, object]]:
    """The days under the name of their holiday, in order: those off and those worked for it."""
    found: dict[str, dict[str, list[date]]] = {}
    for day in days:
        name = day.note.removesuffix("调休")
        part = found.setdefault(name, {"off": [], "worked": []})
        part["worked" if day.is_workday else "off"].append(day.day)
    in_order = sorted(found.items(), key=lambda item: item[1]["off"] or item[1]["worked"])
    return [{"name": name, **parts} for name, parts in in_order]
