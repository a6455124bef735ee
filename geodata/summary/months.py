"""A project or a group month by month, as running sums in 元: reported as done, disbursed, asked by the plan. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Month:
    """Where a project stood at the end of a month, in the month of `as_of` on that day. None where nothing is known.

    `planned` spreads the plan of a year evenly over its twelve months, as the bulletins count 序时进度.
    """

    first_day: date
    completed: Decimal | None
    disbursed: Decimal
    planned: Decimal | None


def course_by_month(
    *,
    completed: Iterable[tuple[date, Decimal | None]],
    disbursed: Mapping[date, Decimal],
    plans: Mapping[int, Decimal],
    as_of: date,
) -> list[Month]:
    """From the month of the first report or payment to that of `as_of`; empty while there is neither.

    `completed` holds the cumulative sum of each counting report by the end of its period, oldest first; `disbursed` the
    sum paid in each month by its first day; `plans` the plan of each year.
    """
    reports = [(day, amount) for day, amount in completed if day <= as_of]
    starts = [day.replace(day=1) for day, _amount in reports] + [month for month in disbursed if month <= as_of]
    if not starts:
        return []
    months: list[Month] = []
    paid = Decimal(0)
    for first in months_between(min(starts), as_of):
        paid += disbursed.get(first, Decimal(0))
        months.append(Month(first, _newest(reports, first), paid, planned_until(plans, first)))
    return months


def months_between(first: date, last: date) -> Iterable[date]:
    """The first days of the months from that of `first` to that of `last`."""
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield date(number // 12, number % 12 + 1, 1)


def _newest(reports: Sequence[tuple[date, Decimal | None]], first: date) -> Decimal | None:
    """The sum of the newest report of this month or an earlier one: as a project row of the month's end shows it."""
    until = [amount for day, amount in reports if day.replace(day=1) <= first]
    return until[-1] if until else None


def planned_until(plans: Mapping[int, Decimal], first: date) -> Decimal | None:
    """What the plans of the years ask by the end of a month; None without any plan."""
    if not plans:
        return None
    earlier = sum((amount for year, amount in plans.items() if year < first.year), Decimal(0))
    return earlier + plans.get(first.year, Decimal(0)) * first.month / 12
