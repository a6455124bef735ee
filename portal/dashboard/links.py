"""From a figure to the rows that make it: the addresses of the staff's lists with the same limits and the same day."""

from dataclasses import replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from dashboards.indicators.behind import OPENS, TASKS
from geodata.complaints.choices import COMPLAINT_KINDS
from geodata.complaints.listing import OrderFilter
from geodata.funding.choices import COUNTED, Level
from geodata.funding.payments import PaymentFilter
from geodata.summary.filters import ProjectFilter

# what the lists of payments and orders have, too; a project's sources of money are not those of each payment
_OF_PAYMENTS: Final = {"unit", "as_of", "sort", "page", "limit"}

REST_PLACE: Final = "rest"  # what lies in none of the areas of a dimension


def projects(chosen: ProjectFilter, **limits: Any) -> str:
    """The list of projects under the same limits and `limits`, from its first page."""
    found = replace(chosen, page=1, limit=ProjectFilter().limit, **limits)
    return _address("workbench:projects", found.querystring())


def payments(chosen: ProjectFilter, as_of: date) -> str:
    """The counted payments to payees of the filtered projects until a day; the list of projects, most paid first,
    where the payments' own list has no such limit."""
    if set(chosen.to_query()) - _OF_PAYMENTS:
        return projects(chosen, sort="-disbursed")
    found = PaymentFilter(unit=chosen.unit, until=as_of, level=(Level.TO_PAYEE,), status=COUNTED, attributed=True)
    return _address("workbench:payments", found.querystring())


def complaints(chosen: ProjectFilter, since: date, until: date) -> str:
    """The complaints of a span of days that are confirmed of a project, of a unit those of its projects; no address
    where the filter says more, which a list of orders cannot."""
    return _orders(chosen, since, until, kind=COMPLAINT_KINDS)


def orders(chosen: ProjectFilter, since: date, until: date, handled: str) -> str:
    """The orders of a span of days that were handled so by its end (geodata/complaints/handling.py)."""
    return _orders(chosen, since, until, handled=handled)


def _orders(chosen: ProjectFilter, since: date, until: date, **limits: Any) -> str:
    if set(chosen.to_query()) - _OF_PAYMENTS:
        return ""
    found = OrderFilter(match="confirmed", since=since, until=until, owner=chosen.unit, **limits)
    return _address("workbench:orders", found.querystring())


def behind(indicator_id: str, chosen: ProjectFilter, *, place: str = "", dimension: str = "") -> str:
    """The projects that make an indicator's value, what each gives to it; of all filtered ones or those of a place (an
    area of a dimension, or REST_PLACE); of I17 the tasks. No address for what the calendar alone says."""
    if indicator_id not in OPENS and indicator_id != TASKS:
        return ""
    own = {"place": place, "dimension": dimension} if place else {}
    limits = chosen.querystring(without=("page", "limit", "sort"))
    return f"{reverse('dashboard:indicator', args=[indicator_id])}?{'&'.join(filter(None, (urlencode(own), limits)))}"


def lights(chosen: ProjectFilter, colour: str, as_of: date, *, today: date) -> str:
    """The projects that show a light: the list for today; of a past day the lights as they stood, or are judged anew.
    The list would say of such a day what the scan wrote, which not every day has."""
    if as_of >= today:
        return projects(chosen, light=(colour,))
    limits = replace(chosen, as_of=as_of).querystring(without=("page", "limit", "sort"))
    return f"{reverse('dashboard:lights')}?{urlencode({'colour': colour})}&{limits}"


def course(chosen: ProjectFilter, month: date, as_of: date, *, by: str) -> str:
    """What each project gives to the curves' sums at the end of a month, most of `by` first."""
    own = urlencode({"month": f"{month:%Y-%m}", "by": by})
    limits = replace(chosen, as_of=as_of).querystring(without=("page", "limit", "sort"))
    return f"{reverse('dashboard:course')}?{own}&{limits}"


def curve_part(chosen: ProjectFilter, of: str, as_of: date) -> str:
    """The projects behind a figure of the curves that no month says: a year's end, the cost index, those unplanned."""
    limits = replace(chosen, as_of=as_of).querystring(without=("page", "limit", "sort"))
    return f"{reverse('dashboard:curve_part')}?{urlencode({'of': of})}&{limits}"


def project(code: str) -> str:
    return reverse("workbench:project", args=[code])


def screen(query: dict[str, str]) -> str:
    return f"{reverse('dashboard:cockpit')}?{urlencode(query)}"


def _address(name: str, querystring: str) -> str:
    return f"{reverse(name)}?{querystring}" if querystring else reverse(name)
