"""Work orders as rows of the staff's list and of its files: nothing of the caller, and no number left in a title."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from geodata.complaints.choices import MatchState, OrderKind, OrderState, Satisfaction
from geodata.complaints.handling import ASKED, DUE, IN_TIME, LATE, REWORKED, SATISFIED
from geodata.complaints.listing import NONE, OrderFilter, shown, work_orders
from geodata.complaints.masks import redact
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench.lists import frame
from portal.workbench.lists.frame import Head

DEFAULT_SORT: Final = "-received_at"
PARAMETERS: Final = {
    "kind": "诉求类型",
    "state": "办理状态",
    "project": "项目",
    "unit": "属地",
    "match": "项目关联",
    "owner": "关联项目的属地管理单位",
    "overdue": "超期",
    "handled": "办理情况",
    "since": "受理日期起",
    "until": "受理日期止",
    "q": "检索",
}
CODED: Final = {
    "kind": OrderKind.choices,
    "state": OrderState.choices,
    "match": [("confirmed", "已确认"), ("suggested", "待确认"), (NONE, "未关联")],
    "overdue": [("1", "是")],
    "handled": [
        (DUE, "应办理"),
        (IN_TIME, "按期办结"),
        (LATE, "超过办理时限"),
        (REWORKED, "返工"),
        (ASKED, "已回访"),
        (SATISFIED, "满意"),
    ],
}
FILE_COLUMNS: Final = (
    Column("工单编号", width=22),
    Column("受理时间", Kind.MOMENT, 17),
    Column("诉求类型", width=10),
    Column("诉求类别", width=18),
    Column("标题（已脱敏）", width=40),
    Column("属地", width=16),
    Column("办理状态", width=10),
    Column("办理时限", Kind.MOMENT, 17),
    Column("是否超期", width=10),
    Column("办结时间", Kind.MOMENT, 17),
    Column("回访评价", width=10),
    Column("关联项目平台编号", width=17),
    Column("关联项目名称", width=36),
    Column("关联状态", width=10),
)


def cells(scope: Scope, chosen: OrderFilter, *, now: datetime) -> Iterator[list[Cell]]:
    """The rows of the list in its order: their numbers through a cursor of the server, the rest some at a time."""
    numbers = chosen.ordered(work_orders(scope, chosen, now=now)).values_list("pk", flat=True)
    for piece in frame.in_pieces(numbers.iterator(chunk_size=5000)):
        for row in shown(scope, piece, now=now):
            yield _cells(row)


def _cells(row: dict[str, Any]) -> list[Cell]:
    match = row["match"] or {}
    return [
        row["order_no"],
        _local(row["received_at"]),
        str(OrderKind(row["kind"]).label),
        row["category"],
        redact(row["title"]),
        row["area_name"] or row["area_text"],
        str(OrderState(row["state"]).label),
        _local(row["due_at"]),
        "是" if row["is_overdue"] else "否",
        _local(row["closed_at"]),
        str(Satisfaction(row["satisfaction"]).label) if row["satisfaction"] else "",
        match.get("code", ""),
        match.get("name", ""),
        _match_label(match["state"]) if match else "",
    ]


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else timezone.localtime(moment)


def _match_label(state: str) -> str:
    return "已确认" if state == MatchState.CONFIRMED else "待确认"


def heads() -> list[Head]:
    return [
        Head(_("Work order")),
        Head(_("Received"), "received_at"),
        Head(_("Kind")),
        Head(_("Unit")),
        Head(_("State")),
        Head(_("Due"), "due_at", falls=False),
        Head(_("Answer to the call back")),
        Head(_("Matched project")),
    ]


def texts(row: dict[str, Any]) -> dict[str, Any]:
    """One row of the page."""
    match = row["match"] or {}
    satisfaction = row["satisfaction"]
    return {
        "number": row["order_no"],
        "title": redact(row["title"]),
        "received_text": wording.day(timezone.localtime(row["received_at"]).date()),
        "kind_label": wording.label(str(OrderKind(row["kind"]).label)),
        "category": wording.label(row["category"]),
        "area": wording.label(row["area_name"] or row["area_text"]),
        "state_label": wording.label(str(OrderState(row["state"]).label)),
        "is_urgent": row["is_urgent"],
        "due_text": wording.day(timezone.localtime(row["due_at"]).date()) if row["due_at"] else "—",
        "is_overdue": row["is_overdue"],
        "satisfaction_label": wording.label(str(Satisfaction(satisfaction).label)) if satisfaction else "—",
        "project_name": match.get("name", ""),
        "project_url": reverse("workbench:project", args=[match["code"]]) if match else "",
        "is_suggested": bool(match) and match["state"] == MatchState.SUGGESTED,
    }
