"""The hotline's own way of counting, held against a bulletin's arithmetic and a small export."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from geodata.complaints.choices import OrderKind, OrderState
from geodata.complaints.closing import Closing, closing
from geodata.complaints.entries import WorkOrderEntry
from tests.geodata.complaints.conftest import NOW, at

Make = Callable[..., WorkOrderEntry]


@pytest.fixture
def export(order: Make) -> list[WorkOrderEntry]:
    """Four orders: closed in time, still open, closed too late, closed in time."""
    closed = OrderState.CLOSED
    return [
        order(
            "YY1", state=closed, due_at=at("2026-03-19 18:00"), closed_at=at("2026-03-16 16:21"),
            revisit_at=at("2026-03-18 10:00"), satisfaction="satisfied",
        ),
        order("YY2", return_count=1, due_at=at("2026-03-20 18:00"), duplicate_of="YY1"),
        order(
            "YY3", kind=OrderKind.HELP_REQUEST, state=closed, due_at=at("2026-03-15 09:55"),
            closed_at=at("2026-03-15 12:20"), revisit_at=at("2026-03-16 09:10"), satisfaction="dissatisfied",
        ),
        order(
            "YY4", kind=OrderKind.SUGGESTION, state=closed, due_at=at("2026-03-25 18:00"),
            closed_at=at("2026-03-20 11:00"), revisit_at=at("2026-03-24 15:00"), satisfaction="basically",
        ),
    ]  # fmt: skip


def test_the_rates_of_a_small_export(export: list[WorkOrderEntry]) -> None:
    figures = closing(export, now=NOW)
    assert (figures.due, figures.closed, figures.on_time, figures.revisited) == (4, 3, 2, 3)
    assert figures.closing_rate == Decimal("0.75")
    assert figures.on_time_rate == Decimal("0.5")
    assert figures.satisfaction_rate is not None
    assert round(figures.satisfaction_rate, 3) == Decimal("0.333")
    assert figures.broad_satisfaction_rate is not None
    assert round(figures.broad_satisfaction_rate, 3) == Decimal("0.667")


def test_an_open_order_is_late_once_its_deadline_has_passed(export: list[WorkOrderEntry]) -> None:
    assert closing(export, now=at("2026-03-20 17:00")).late == 1
    assert closing(export, now=at("2026-03-20 19:00")).late == 2


def test_answers_on_the_spot_and_refused_orders_leave_the_denominator(order: Make) -> None:
    orders = [order("A"), order("B", state=OrderState.DIRECT_ANSWERED), order("C", state=OrderState.INVALID)]
    figures = closing(orders, now=NOW)
    assert (figures.accepted, figures.due) == (3, 1)


@pytest.mark.parametrize(
    ("figures", "rate", "percent"),
    [
        (Closing(due=11303, on_time=11289), "on_time_rate", "99.88"),
        (Closing(due=11303, reworked=34), "rework_rate", "0.30"),
        (Closing(revisited=2713, satisfied=2617), "satisfaction_rate", "96.46"),
    ],
)
def test_published_rates_come_out_of_published_counts(figures: Closing, rate: str, percent: str) -> None:
    assert round(getattr(figures, rate) * 100, 2) == Decimal(percent)


def test_a_rate_over_nothing_is_no_rate() -> None:
    figures = closing([], now=NOW)
    assert figures.closing_rate is figures.satisfaction_rate is None
