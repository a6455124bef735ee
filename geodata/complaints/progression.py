"""Whether a report about an order is newer than what is recorded: states move forward, a rework starts them again."""

from typing import Final, Protocol

from geodata.complaints.choices import OrderState

_RANK: Final = {
    OrderState.RECEIVED: 0,
    OrderState.DISPATCHED: 1,
    OrderState.SIGNED: 2,
    OrderState.RETURNED: 2,
    OrderState.PROCESSING: 3,
    OrderState.EXTENDED: 4,
    OrderState.REPLIED: 5,
    OrderState.REWORKED: 3,
    OrderState.CLOSED: 6,
    OrderState.DIRECT_ANSWERED: 6,
    OrderState.INVALID: 6,
}


class Standing(Protocol):
    """Where an order stands."""

    @property
    def state(self) -> str: ...
    @property
    def return_count(self) -> int: ...
    @property
    def rework_count(self) -> int: ...


def is_older(said: Standing, recorded: Standing) -> bool:
    """Whether a file tells of an earlier moment than the record: an export from last week changes nothing."""
    return _place(said) < _place(recorded)


def _place(order: Standing) -> tuple[int, int, int]:
    return (order.rework_count, order.return_count, _RANK[OrderState(order.state)])
