"""Work orders of the toy city."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone

from geodata.complaints.choices import OrderKind, OrderState
from geodata.complaints.entries import CallerEntry, WorkOrderEntry


def at(text: str) -> datetime:
    """A moment of the city's clock: 2026-03-12 09:14."""
    return timezone.make_aware(datetime.fromisoformat(text))


NOW = at("2026-03-30 09:00")


@pytest.fixture
def order() -> Callable[..., WorkOrderEntry]:
    """A complaint on 12 March; every field can be given, the caller's by name, phone, content and reply."""

    def make(order_no: str = "YY1", **fields: object) -> WorkOrderEntry:
        caller = {name: str(fields.pop(name)) for name in ("name", "phone", "content", "reply") if name in fields}
        values: dict[str, object] = {
            "received_at": at("2026-03-12 09:14"),
            "kind": OrderKind.COMPLAINT,
            "state": OrderState.PROCESSING,
            "category": "住房与城乡建设",
        }
        return WorkOrderEntry(order_no=order_no, caller=CallerEntry(**caller), **{**values, **fields})

    return make
