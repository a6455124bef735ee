"""What waits for a decision on the projects for which the person approves: one statement over all kinds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, CharField, DecimalField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from geodata.progress.milestone_order import FOR_HEADQUARTERS
from geodata.progress.models import Milestone, StatusRequest
from geodata.progress.waiting import asked_for, pending_reports
from geodata.projects.choices import VersionState
from geodata.projects.models import GeometryVersion
from geodata.projects.selectors import hands_of
from geodata.projects.visibility import within
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.desk.selectors import PERIOD

MOST: Final = 2000  # the longest waiting; beyond that the page is no longer a list but an alarm
STATUS, GEOMETRY, REPORT, MILESTONE = "status", "geometry", "report", "milestone"
_HANDS: Final = ArrayField(BigIntegerField())
_SIZE: Final = DecimalField(max_digits=16, decimal_places=2)


@dataclass(frozen=True, slots=True)
class Pending:
    """One thing that waits. `number`: the version of a shape, else the row; `detail`: source of a shape, end of a
    report's period, the status asked for, the name of a node; `hands`: who may not decide on it."""

    kind: str
    number: int
    row: int
    code: str
    name: str
    unit: str
    by: str
    at: datetime
    detail: str
    note: str
    area_m2: Decimal | None
    length_m: Decimal | None
    headquarters: bool
    hands: frozenset[int]


_COLUMNS: Final = (
    "w_kind", "w_number", "pk", "w_code", "w_name", "w_unit", "w_by", "w_at", "w_detail", "w_note",
    "w_area", "w_length", "w_headquarters", "w_hands",
)  # fmt: skip


def pending(scope: Scope) -> list[Pending]:
    """All that waits, the person's own included, longest waiting first. Two statements."""
    approving = scope.only(Action.APPROVE)
    shapes = GeometryVersion.objects.filter(state=VersionState.SUBMITTED)
    requests = StatusRequest.objects.filter(state=StatusRequest.State.SUBMITTED)
    nodes = Milestone.objects.filter(reported_on__isnull=False)
    first, *others = (
        _columns(_within(shapes, approving), GEOMETRY, "number", "submitted", F("source"), F("reason"),
                 area=F("area_m2"), length=F("length_m"), headquarters=F("needs_headquarters"), hands=Value([])),
        _columns(pending_reports(scope), REPORT, "pk", "submitted", PERIOD, Value("")),
        _columns(_within(requests, approving), STATUS, "pk", "submitted", asked_for(), F("reason"),
                 headquarters=F("needs_headquarters")),
        _columns(_within(nodes, approving), MILESTONE, "pk", "reported", F("name"), Value(""),
                 headquarters=Q(code__in=FOR_HEADQUARTERS)),
    )  # fmt: skip
    rows: list[Any] = list(first.union(*others, all=True).order_by("w_at", "w_code")[:MOST])
    drawn = hands_of([row[2] for row in rows if row[0] == GEOMETRY])
    made = [Pending(*row) for row in rows]
    return [replace(one, hands=frozenset(drawn[one.row] if one.kind == GEOMETRY else one.hands)) for one in made]


def accounts_of(person_id: int) -> frozenset[int]:
    """The person's accounts: this one and every other with the same staff number. One query."""
    number = User.objects.filter(pk=person_id).exclude(staff_no="").values("staff_no")
    return frozenset({person_id, *User.objects.filter(staff_no__in=number).values_list("pk", flat=True)})


def _within(rows: QuerySet[Any], approving: Scope) -> QuerySet[Any]:
    return within(rows.filter(project__is_deleted=False), approving, project="project")


def _columns(
    rows: QuerySet[Any],
    kind: str,
    number: str,
    sent: str,
    detail: Any,
    note: Any,
    *,
    area: Any = None,
    length: Any = None,
    headquarters: Any = None,
    hands: Any = None,
) -> QuerySet[Any]:
    """The columns of Pending, under names that no table has: a union is sorted by them. `sent`: by what it came."""
    name = Coalesce(NullIf(f"{sent}_by__display_name", Value("")), f"{sent}_by__username", Value(""))
    found = rows.select_related(None).annotate(
        w_kind=Value(kind, output_field=CharField()),
        w_number=Cast(number, BigIntegerField()),
        w_code=F("project__serial_no"),
        w_name=F("project__name"),
        w_unit=F("project__management_unit__name"),
        w_by=Cast(name, TextField()),
        w_at=Coalesce(f"{sent}_at", "created_at"),
        w_detail=Cast(detail, TextField()),
        w_note=Cast(note, TextField()),
        w_area=Cast(area if area is not None else Value(None), _SIZE),
        w_length=Cast(length if length is not None else Value(None), _SIZE),
        w_headquarters=Cast(headquarters if headquarters is not None else Value(False), BooleanField()),
        w_hands=Cast(hands if hands is not None else F("hands"), _HANDS),
    )
    return found.order_by().values_list(*_COLUMNS)
