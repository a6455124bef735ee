"""The running total of a project's payments as a drawing: SVG and words, no JavaScript. Amounts in 元.

The drawing has no letters in it: it is stretched to the width of the page, and its figures stand beside it as text.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final

from portal import wording

WIDE: Final = 1000  # units of the drawing, both ways; y grows downwards
FEWEST_DAYS: Final = 2
NOTHING: Final = Decimal(0)


def running_total(by_day: Mapping[date, Decimal], price: Decimal | None, as_of: date) -> dict[str, Any] | None:
    """Steps from the first payment to the day of the snapshot; `price` is the sum of the contracts, a line across.

    A reversal is a step down. None where there is no course to be drawn.
    """
    days = sorted(by_day)
    if len(days) < FEWEST_DAYS:
        return None
    sums = list(accumulate(by_day[day] for day in days))
    first, last = days[0], max(as_of, days[-1])
    low, high = min(NOTHING, *sums), max(*sums, price or NOTHING)
    if high <= low:
        return None

    def x(day: date) -> int:
        return round((day - first).days * WIDE / (last - first).days)

    def y(amount: Decimal) -> int:
        return round((high - amount) * WIDE / (high - low))

    steps = "".join(f"H{x(day)}V{y(amount)}" for day, amount in zip(days, sums, strict=True))
    line = f"M0 {y(NOTHING)}{steps}H{WIDE}"
    return {
        "line": line,
        "area": f"{line}V{y(NOTHING)}Z",
        "price_y": y(price) if price else None,
        "price_text": wording.money(price) if price else "",
        "first_text": wording.day(first),
        "last_text": wording.day(last),
        "total_text": wording.money(sums[-1]),
    }
