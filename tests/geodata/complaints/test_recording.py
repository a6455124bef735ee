"""Work orders come in once, move forward only, and are merged to the root."""

from collections.abc import Callable

import pytest

from geodata.complaints.choices import OrderState
from geodata.complaints.entries import WorkOrderEntry
from geodata.complaints.merging import roots
from geodata.complaints.models import WorkOrder, WorkOrderPerson
from geodata.complaints.services import record_work_orders
from geodata.record import Outcome
from tests.geodata.complaints.conftest import NOW, at

pytestmark = pytest.mark.django_db

Make = Callable[..., WorkOrderEntry]


def record(*entries: WorkOrderEntry) -> Outcome:
    return record_work_orders(entries=entries, user=None, now=NOW, batch=1)


def links() -> dict[str, str | None]:
    return dict(WorkOrder.objects.values_list("order_no", "duplicate_of__order_no"))


def test_the_same_orders_again_change_nothing(order: Make) -> None:
    entries = [
        order("YY1", name="李女士", phone="13812345678", content="夜间施工", lon=113.1, lat=29.3),
        order("YY2", duplicate_of="YY1"),
    ]
    assert record(*entries) == Outcome(created=2)
    stamps = list(WorkOrder.objects.values_list("updated_at"))
    assert record(*entries) == Outcome(unchanged=2)
    assert stamps == list(WorkOrder.objects.values_list("updated_at"))


def test_an_order_moves_forward_and_an_older_export_changes_nothing(order: Make) -> None:
    record(order(state=OrderState.DISPATCHED, phone="13812345678"))
    closed = order(state=OrderState.CLOSED, closed_at=at("2026-03-16 16:21"), satisfaction="satisfied", reply="已处理")
    assert record(closed) == Outcome(changed=1)
    assert record(order(state=OrderState.PROCESSING, title="旧")) == Outcome(unchanged=1)
    row = WorkOrder.objects.get()
    assert (row.state, row.closed_at, row.satisfaction, row.title) == ("closed", closed.closed_at, "satisfied", "")
    person = WorkOrderPerson.objects.get()
    assert person.phone_hash  # what the later file does not say is not taken away
    assert person.reply_encrypted


def test_a_rework_opens_a_closed_order_again(order: Make) -> None:
    record(order(state=OrderState.CLOSED, closed_at=at("2026-03-16 16:21")))
    assert record(order(state=OrderState.REWORKED, rework_count=1)) == Outcome(changed=1)
    row = WorkOrder.objects.get()
    assert (row.state, row.closed_at) == ("reworked", None)


def test_chains_of_repeated_orders_point_to_the_root(order: Make) -> None:
    record(order("A"), order("B", duplicate_of="A"), order("C", duplicate_of="B"))
    assert links() == {"A": None, "B": "A", "C": "A"}


def test_a_root_that_turns_out_to_repeat_another_takes_its_duplicates_along(order: Make) -> None:
    record(order("A"), order("B", duplicate_of="A"))
    assert record(order("Z"), order("A", duplicate_of="Z")) == Outcome(created=1, changed=1)
    assert links() == {"Z": None, "A": "Z", "B": "Z"}


def test_an_order_linked_to_one_that_nobody_knows_stays_alone_until_that_one_comes(order: Make) -> None:
    record(order("B", duplicate_of="A"))
    assert links() == {"B": None}
    assert record(order("A"), order("B", duplicate_of="A")) == Outcome(created=1, changed=1)
    assert links() == {"A": None, "B": "A"}


def test_in_a_circle_the_first_order_received_is_the_root(order: Make) -> None:
    record(
        order("A", duplicate_of="B", received_at=at("2026-03-02 08:00")),
        order("B", duplicate_of="C", received_at=at("2026-03-01 08:00")),
        order("C", duplicate_of="A", received_at=at("2026-03-03 08:00")),
        order("D", duplicate_of="A", received_at=at("2026-02-01 08:00")),
    )
    assert links() == {"A": "B", "B": None, "C": "B", "D": "B"}
    assert roots({1: 1}, {1: NOW}) == {}
