"""What importers hand to the services of complaints: a work order, with the caller's data apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from geodata.complaints.choices import OrderKind, OrderState, Satisfaction


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CallerEntry:
    """Who called and what was said, in clear; the service encrypts it. No repr, so that no log can show it."""

    name: str = ""
    phone: str = ""
    content: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrderEntry:
    """One order, found again by ``order_no``. Times are aware; ``lon``/``lat`` are EPSG:4490 degrees.

    ``duplicate_of`` is the number of the order that the hotline linked (关联工单号), recorded already or in the same
    file; chains are flattened by the service.
    """

    order_no: str
    received_at: datetime
    kind: OrderKind
    state: OrderState
    channel: str = ""
    category: str = ""
    title: str = ""
    address: str = ""
    area_id: int | None = None
    area_text: str = ""
    lon: float | None = None
    lat: float | None = None
    geocode_method: str = ""
    is_urgent: bool = False
    host_unit: str = ""
    dispatched_at: datetime | None = None
    signed_at: datetime | None = None
    due_at: datetime | None = None
    replied_at: datetime | None = None
    closed_at: datetime | None = None
    is_supervised: bool = False
    return_count: int = 0
    rework_count: int = 0
    revisit_at: datetime | None = None
    revisit_method: str = ""
    satisfaction: Satisfaction | str = ""
    duplicate_of: str = ""
    caller: CallerEntry = field(default_factory=CallerEntry)
    row_no: int | None = None
