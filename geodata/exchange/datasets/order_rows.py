"""Rows of a hotline export against the recorded work orders."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from django.utils.timezone import get_default_timezone

from geodata.complaints.choices import OrderKind, OrderState, Satisfaction
from geodata.complaints.entries import CallerEntry, WorkOrderEntry
from geodata.complaints.masks import redact
from geodata.complaints.models import WorkOrder
from geodata.complaints.progression import is_older
from geodata.exchange.datasets.order_places import OrderPlaces
from geodata.exchange.moments import parse_moment
from geodata.exchange.plans import Change, Context, Draft, Plan, differences
from geodata.exchange.tables.reading import Row, Table
from geodata.figures import Unreadable
from geodata.regions.selectors import UnitNames

LAYOUT = "orders"
MOMENTS = {
    "dispatched_at": "派单时间",
    "signed_at": "签收时间",
    "due_at": "办理时限",
    "replied_at": "答复时间",
    "closed_at": "办结时间",
    "revisit_at": "回访时间",
}
FIELDS = {
    "received_at": "受理时间",
    "channel": "受理渠道",
    "kind": "诉求类型",
    "category": "诉求分类",
    "title": "标题",
    "address": "事发地址",
    "area_id": "所属区域",
    "is_urgent": "紧急程度",
    "host_unit": "承办单位",
    "state": "状态",
    **MOMENTS,
    "is_supervised": "是否督办",
    "return_count": "退回次数",
    "rework_count": "返工次数",
    "revisit_method": "回访方式",
    "satisfaction": "满意度",
}
CHUNK = 5000
_METHOD_AND_TIME = re.compile(r"^(?P<method>[^\d\s]+)\s*(?P<time>\d.*)$")


class OrderPlanner:
    """Plans one file of work orders."""

    def __init__(self, tables: Mapping[str, Sequence[Table]], context: Context) -> None:
        self._draft = Draft("complaints", tables, context)
        self._areas = UnitNames()
        self._zone: tzinfo = get_default_timezone()
        self._places = OrderPlaces(self._draft, context)

    def plan(self) -> Plan:
        """The plan of the whole file."""
        made: list[tuple[Row, WorkOrderEntry]] = []
        for row in self._draft.rows(LAYOUT):
            entry = self._entry(row)
            if entry is not None:
                made.append((row, entry))
        known = orders_by_number([entry.order_no for _, entry in made] + [entry.duplicate_of for _, entry in made])
        here = {entry.order_no for _, entry in made}
        for row, entry in made:
            if entry.duplicate_of and entry.duplicate_of not in here and entry.duplicate_of not in known:
                message = "关联的工单不在文件中，也未入库，未并单"
                self._draft.warn(row, message, column="关联工单号", value=entry.duplicate_of)
            self._decide(row, entry, known.get(entry.order_no))
        return self._draft.plan

    def _decide(self, row: Row, entry: WorkOrderEntry, known: WorkOrder | None) -> None:
        changes: list[Change] | None = None
        if known is not None and is_older(entry, known):
            self._draft.warn(row, "比库中的记录旧，不改动", column="状态", value=str(entry.state.label))
            changes = []
        elif known is not None:
            said = {name: getattr(entry, name) for name in FIELDS}
            said = {name: value for name, value in said.items() if value not in ("", None)}
            changes = differences({name: getattr(known, name) for name in FIELDS}, said, FIELDS)
            linked = known.duplicate_of.order_no if known.duplicate_of else ""
            if entry.duplicate_of and not linked:
                changes += differences({"d": linked}, {"d": entry.duplicate_of}, {"d": "关联工单号"})
        self._draft.decide(LAYOUT, row, entry.order_no, entry, changes)

    def _entry(self, row: Row) -> WorkOrderEntry | None:
        number = row.text("order_no")
        earlier = self._draft.repeated(LAYOUT, row, number)
        if earlier is not None:
            self._refuse(row, f"与第 {earlier.number} 行工单编号重复", "工单编号", number)
            return None
        times = self._times(row)
        if times is None:
            return None
        received = times.pop("received_at")
        method = times.pop("method")
        place = self._places.of(row)
        return WorkOrderEntry(
            order_no=number,
            received_at=received,
            kind=OrderKind(row.text("kind")),
            state=_state(row, times),
            channel=row.text("channel"),
            category=row.text("category").removesuffix("类"),
            title=redact(row.text("title")),
            address=redact(row.text("address")),
            area_id=self._area(row),
            area_text=row.text("area"),
            lon=place[0] if place else None,
            lat=place[1] if place else None,
            geocode_method="file" if place else "",
            is_urgent=row.text("urgency") == "urgent",
            host_unit=row.text("host_unit"),
            is_supervised=bool(row.flag("supervised")),
            return_count=max(row.integer("return_count") or 0, 0),
            rework_count=max(row.integer("rework_count") or 0, 0),
            revisit_method=row.text("revisit_method") or method,
            satisfaction=Satisfaction(row.text("satisfaction")) if row.text("satisfaction") else "",
            duplicate_of=row.text("duplicate_of"),
            caller=CallerEntry(
                name=row.text("caller"), phone=row.text("phone"), content=row.text("content"), reply=row.text("reply")
            ),
            row_no=row.number,
            **times,
        )

    def _times(self, row: Row) -> dict[str, Any] | None:
        """Every time of the row, the ones without a year beside the reception; None when the row is refused."""
        column = "受理时间"
        try:
            received = parse_moment(row.text("received_at"), zone=self._zone)
            if received is None:
                raise Unreadable("必填，不能为空")
            revisit = _METHOD_AND_TIME.match(row.text("revisit_at"))
            times: dict[str, Any] = {"received_at": received, "method": revisit["method"] if revisit else ""}
            for key, label in MOMENTS.items():
                column = label
                text = revisit["time"] if key == "revisit_at" and revisit else row.text(key)
                times[key] = parse_moment(text, zone=self._zone, base=received)
        except Unreadable as problem:
            self._refuse(row, str(problem), column, "")
            return None
        if times["closed_at"] is not None and times["closed_at"] < received:
            self._refuse(row, "办结时间早于受理时间", "办结时间", str(times["closed_at"]))
            return None
        return times

    def _refuse(self, row: Row, message: str, column: str, value: str) -> None:
        self._draft.refuse(LAYOUT, row, message, column=column, value=value)

    def _area(self, row: Row) -> int | None:
        text = row.text("area")
        if not text or self._areas.is_city(text):
            return None
        found = self._areas.unit(text)
        if found is None:
            self._draft.warn(row, "不认识这个区域，按未定位统计", column="所属区域", value=text)
        return found


def _state(row: Row, times: Mapping[str, datetime | None]) -> OrderState:
    """Where the order stands: as the file says, else as its times tell."""
    if row.text("state"):
        return OrderState(row.text("state"))
    for key, state in (
        ("closed_at", OrderState.CLOSED),
        ("replied_at", OrderState.REPLIED),
        ("signed_at", OrderState.PROCESSING),
        ("dispatched_at", OrderState.DISPATCHED),
    ):
        if times.get(key) is not None:
            return state
    return OrderState.RECEIVED


def orders_by_number(numbers: Sequence[str]) -> dict[str, WorkOrder]:
    """The recorded orders among these numbers."""
    wanted = sorted({number for number in numbers if number})
    found: dict[str, WorkOrder] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = WorkOrder.objects.filter(order_no__in=wanted[start : start + CHUNK]).select_related("duplicate_of")
        found.update({order.order_no: order for order in rows})
    return found
