"""The strip at the top: each figure with its denominator, its change and the way to its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from dashboards.cockpit.groups import FINISHED, STARTED, Sum
from dashboards.cockpit.month import COMPLAINTS, IN_TIME, REPORTED, SATISFIED
from dashboards.cockpit.selectors import Screen
from dashboards.indicators.values import IndicatorValue
from geodata.complaints import handling
from geodata.figures.wording import NOTHING, percent, points
from geodata.progress.schedule import by_months
from geodata.projects.choices import Status
from geodata.summary.filters import ProjectFilter
from geodata.summary.rates import deviation_points
from geodata.summary.sums import Rate, Totals
from geodata.summary.wording import left_out_of_rates
from portal import wording
from portal.dashboard import links

Texts = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """A difference to the day compared with; `way` is up, down or same."""

    text: str
    way: str


def figure(label: str, text: str, url: str, basis: list[Texts], change: Change | None = None) -> Texts:
    return {"label": label, "text": text, "url": url, "basis": basis, "change": change}


def part(text: str, url: str = "") -> Texts:
    """A piece of the line beneath a figure, with the address of its rows."""
    return {"text": text, "url": url}


def strip(found: Screen, *, few: bool) -> list[Texts]:
    """Projects, the year's plan, money; `few`: without the first, as leader's mode shows them."""
    return [_plan(found), _money(found)] if few else [_projects(found), _plan(found), _money(found)]


def _projects(found: Screen) -> Texts:
    chosen, now = found.chosen, found.whole
    return figure(
        _("Projects"),
        f"{now.totals.projects:,}",
        links.projects(chosen),
        [
            part(_("started %(n)s") % {"n": f"{now.started:,}"}, _in(chosen, STARTED)),
            part(_("finished %(n)s") % {"n": f"{now.finished:,}"}, _in(chosen, FINISHED)),
            part(_("standing still %(n)s") % {"n": f"{now.suspended:,}"}, _in(chosen, (Status.SUSPENDED,))),
        ],
        counted(found.before.totals.projects if found.before else None, now.totals.projects),
    )


def plan_done(annual: Rate) -> str:
    """What stands behind I04: completed, planned, and how many projects have a plan."""
    return _("%(done)s of %(plan)s, %(n)s projects") % {
        "done": wording.money(Decimal(annual.numerator)),
        "plan": wording.money(Decimal(annual.denominator)),
        "n": f"{annual.n:,}",
    }


def paid_of(totals: Totals) -> str:
    """What stands behind I12: paid out, and arrived."""
    return " · ".join(
        (
            _("paid %(paid)s") % {"paid": wording.money(totals.disbursed)},
            _("arrived %(arrived)s") % {"arrived": wording.money(totals.arrived)},
        )
    )


def _in(chosen: ProjectFilter, known: tuple[Status, ...]) -> str:
    """The list of the projects in these statuses that pass the filter, too; no address where it leaves none of them."""
    own = tuple(status.value for status in known if not chosen.status or status in chosen.status)
    return links.projects(chosen, status=own) if own else ""


def _plan(found: Screen) -> Texts:
    annual, time = found.whole.totals.rates["annual"], by_months(found.as_of)
    off = deviation_points(annual.value, time)
    rows = links.behind("I04", found.chosen)
    return figure(
        _("Year's plan done"),
        percent(annual.value, 1),
        rows,
        [
            part(plan_done(annual), rows),
            part(
                _("time gone %(time)s, %(points)s points") % {"time": percent(time, 1), "points": points(off)},
                links.behind("I07", found.chosen),
            ),
            *_left_out(found),
        ],
        rated(_before(found, "annual"), annual.value),
    )


def _money(found: Screen) -> Texts:
    totals = found.whole.totals
    rows = links.payments(found.chosen, found.as_of)
    return figure(
        _("Paid out (of arrived)"),
        percent(totals.disbursement_rate, 1),
        rows,
        [
            part(_("paid %(paid)s") % {"paid": wording.money(totals.disbursed)}, rows),
            part(
                _("arrived %(arrived)s") % {"arrived": wording.money(totals.arrived)}, links.behind("I12", found.chosen)
            ),
        ],
        rated(_before(found, "disbursement"), totals.disbursement_rate),
    )


def _left_out(found: Screen) -> list[Texts]:
    """How many projects the rates leave out, with the way to those that stand still."""
    count = found.whole.totals.left_out
    return [part(left_out_of_rates(count), _in(found.chosen, (Status.SUSPENDED,)))] if count else []


def _before(found: Screen, rate: str) -> Decimal | None:
    before: Sum | None = found.before
    return before.totals.rates[rate].value if before else None


def counted(before: int | None, now: int) -> Change | None:
    """By how many a number has changed; nothing without a day to compare with."""
    if before is None:
        return None
    return _change(Decimal(now - before), f"{abs(now - before):,}")


def rated(before: Decimal | None, now: Decimal | None) -> Change | None:
    """By how many percentage points a rate has changed; nothing where either day has none."""
    if before is None or now is None:
        return None
    off = (now - before) * 100
    return _change(off.quantize(Decimal("0.1")), _("%(n)s points") % {"n": f"{abs(off):.1f}"})


def _change(off: Decimal, text: str) -> Change:
    if not off:
        return Change(_("unchanged"), "same")
    return Change(f"{'+' if off > 0 else '−'}{text}", "up" if off > 0 else "down")


# --- the month


def month(found: Mapping[str, IndicatorValue], chosen: ProjectFilter, as_of: date) -> Texts:
    """C01 of the month with orders settled in time and satisfaction, each with its denominator."""
    first = as_of.replace(day=1)
    rows = links.complaints(chosen, first, as_of)
    complaints = found[COMPLAINTS]
    return figure(
        _("Complaints in %(month)s") % {"month": wording.day(as_of, "month")},
        f"{complaints.numerator:,}",
        links.behind(COMPLAINTS, chosen),
        [
            part(_("%(n)s calls") % {"n": f"{complaints.n:,}"}, rows),
            _share(_("settled in time"), found[IN_TIME], _orders(IN_TIME, chosen, first, as_of, handling.DUE)),
            _share(_("satisfied"), found[SATISFIED], _orders(SATISFIED, chosen, first, as_of, handling.ASKED)),
            _share(_("reports in time"), found[REPORTED], links.behind(REPORTED, chosen)),
        ],
    )


def _orders(indicator_id: str, chosen: ProjectFilter, first: date, last: date, handled: str) -> str:
    """The orders behind a rate; the projects with theirs where the filter says more than a list of orders can."""
    return links.orders(chosen, first, last, handled) or links.behind(indicator_id, chosen)


def _share(label: str, value: IndicatorValue, rows: str = "") -> Texts:
    """A rate with its parts; `rows` is the address of those of the denominator."""
    if value.value is None:
        return part(f"{label} {NOTHING}")
    return part(f"{label} {percent(value.value, 1)} ({value.numerator:,}/{value.denominator or 0:,})", rows)
