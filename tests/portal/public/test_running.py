"""The running total of a project's payments, drawn."""

import re
from datetime import date
from decimal import Decimal

from portal.public.running import WIDE, running_total

FIRST, SECOND, THIRD = date(2026, 1, 1), date(2026, 1, 11), date(2026, 1, 21)
AS_OF = date(2026, 1, 31)


def steps(line: str) -> list[tuple[int, int]]:
    """(across, height above zero in thousandths of the drawing) after each step."""
    ground = int(re.match(r"M0 (\d+)", line)[1])  # type: ignore[index]
    return [(int(x), ground - int(y)) for x, y in re.findall(r"H(\d+)V(\d+)", line)]


def test_every_day_is_a_step_and_a_reversal_a_step_down() -> None:
    paid = {SECOND: Decimal("300.00"), FIRST: Decimal("100.00"), THIRD: Decimal("-200.00")}
    drawn = running_total(paid, Decimal(800), AS_OF)
    assert drawn is not None
    assert steps(drawn["line"]) == [(0, 125), (333, 500), (667, 250)]
    assert drawn["line"].endswith(f"H{WIDE}")  # to the day of the snapshot
    assert drawn["price_y"] == 0
    assert drawn["total_text"] == "0.02 万元"


def test_more_may_be_taken_back_than_was_paid_and_more_paid_than_agreed() -> None:
    below = running_total({FIRST: Decimal(-100), SECOND: Decimal(200)}, None, AS_OF)
    assert below is not None
    assert steps(below["line"]) == [(0, -500), (333, 500)]
    assert (below["price_y"], below["price_text"]) == (None, "")
    above = running_total({FIRST: Decimal(400), SECOND: Decimal(400)}, Decimal(400), AS_OF)
    assert above is not None
    assert (above["price_y"], steps(above["line"])[-1][1]) == (500, 1000)


def test_without_a_course_nothing_is_drawn() -> None:
    assert running_total({}, Decimal(100), AS_OF) is None
    assert running_total({FIRST: Decimal(100)}, Decimal(100), AS_OF) is None
    assert running_total({FIRST: Decimal(0), SECOND: Decimal(0)}, None, AS_OF) is None
