"""What waits for a person, out of every table where something can wait. One statement a kind, whatever the number.

Rows to be worked on are those that the person may edit, rows to be decided those that they may approve
(`Scope.only`): seeing is not enough for either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat

from geodata.errors import NotFound
from geodata.notices.models import Notice
from geodata.progress.milestone_order import FOR_HEADQUARTERS
from geodata.progress.models import Milestone, PeriodReport, PlanYear, StatusRequest
from geodata.progress.waiting import asked_for
from geodata.projects.choices import OPEN_VERSIONS, PartyRole, Status, VersionState
from geodata.projects.models import GeometryVersion, Project, ProjectParty
from geodata.projects.selectors import NOT_FOUND
from geodata.projects.visibility import visible, within
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

MOST: Final = 300  # of one kind; who has more of a kind works on its own list
DUE_WITHIN: Final = timedelta(days=7)
# where works are to be reported, drawn and planned
ACTIVE: Final = (Status.NOT_STARTED, Status.UNDER_CONSTRUCTION, Status.SUSPENDED, Status.WORKS_COMPLETED)
# of a report its kind and last day: week:2026-11-22
PERIOD: Final = Concat("kind", Value(":"), Cast("period_end", TextField()), output_field=TextField())
WORKING: Final = (Status.UNDER_CONSTRUCTION, Status.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits. `subject`: geometry, report, status, milestone; `number`: the version or the row."""

    subject: str
    number: int
    code: str
    name: str
    unit: str
    at: datetime | None
    detail: str  # the period of a report, the status asked for, the name of a node
    note: str  # what the reviewer said


@dataclass(frozen=True, slots=True)
class Gap:
    """A project and what is missing of it, by the keys of texts.MISSING."""

    code: str
    name: str
    unit: str
    status: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A day that comes or has gone by: of a node of the works, or on which a stopped project was to go on."""

    subject: str  # milestone, status
    code: str
    name: str
    unit: str
    day: date
    detail: str
    is_key: bool


def returned(scope: Scope) -> list[Waiting]:
    """What another person sent back and nobody has corrected yet, the newest decision first."""
    reports = PeriodReport.objects.filter(state=PeriodReport.State.RETURNED)
    shapes = GeometryVersion.objects.filter(state=VersionState.RETURNED)
    later = StatusRequest.objects.filter(project=OuterRef("project"), pk__gt=OuterRef("pk"))
    requests = StatusRequest.objects.filter(~Exists(later), state=StatusRequest.State.RETURNED)
    nodes = Milestone.objects.filter(~Q(review_comment=""), reported_on__isnull=True, actual_on__isnull=True)
    return _waiting(
        scope,
        _columns(reports, "report", "pk", "reviewed_at", PERIOD, F("review_comment")),
        _columns(shapes, "geometry", "number", "reviewed_at", Value(""), F("review_comment")),
        _columns(requests, "status", "pk", "reviewed_at", asked_for(), F("review_comment")),
        _columns(nodes, "milestone", "pk", "updated_at", F("name"), F("review_comment")),
        newest_first=True,
    )


def to_decide(scope: Scope) -> list[Waiting]:
    """What waits for this person's decision, the longest wait first; nothing that they had a hand in themselves."""
    reports, shapes, requests, nodes = _decidable(scope)
    return _waiting(
        scope.only(Action.APPROVE),
        _columns(reports, "report", "pk", "submitted_at", PERIOD, _figures()),
        _columns(shapes, "geometry", "number", "submitted_at", Value(""), F("reason")),
        _columns(requests, "status", "pk", "submitted_at", asked_for(), F("reason")),
        _columns(nodes, "milestone", "pk", "reported_at", F("name"), Value("")),
        newest_first=False,
    )


def standing(scope: Scope, person_id: int) -> tuple[int, int]:
    """How many decisions wait for a person and how many notices are unread: for the navigation. One statement."""
    statement, values = _standing_statement(scope, person_id)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        waiting, unread = cursor.fetchone() or (0, 0)
    return waiting, unread


@lru_cache(maxsize=1024)
def _standing_statement(scope: Scope, person_id: int) -> tuple[str, tuple[Any, ...]]:
    """SQL and its values. Every staff page asks it, and to write it takes five times as long as to answer it."""
    notices = Notice.objects.filter(person=person_id, read_at__isnull=True)
    waiting: Any = Value(0)
    if scope.allows(Action.APPROVE):
        approving = scope.only(Action.APPROVE)
        tables = (within(rows, approving, project="project") for rows in _decidable(scope))
        waiting = sum((_number(rows) for rows in tables), Value(0))
    return User.objects.filter(pk=person_id).values_list(waiting, _number(notices)).query.sql_with_params()


def _number(rows: QuerySet[Any]) -> Any:
    """A count as a column."""
    counted_rows = rows.order_by().annotate(w_one=Value(1)).values("w_one").annotate(w_n=Count("pk")).values("w_n")
    return Coalesce(Subquery(counted_rows), Value(0))


def _decidable(scope: Scope) -> tuple[QuerySet[Any], QuerySet[Any], QuerySet[Any], QuerySet[Any]]:
    """Reports, shapes, requests and key nodes that wait, without those that the person may not decide: what they had a
    hand in under any of their accounts, and what is for headquarters alone."""
    person = scope.user_id or 0
    own = User.objects.filter(pk=person).exclude(staff_no="").values("staff_no")
    mine = User.objects.filter(Q(pk=person) | Q(staff_no__in=own)).values("pk")
    touched = Q(hands__overlap=ArraySubquery(mine))
    live = Q(project__is_deleted=False)
    reports = PeriodReport.objects.filter(~touched, live, state=PeriodReport.State.SUBMITTED)
    nodes = Milestone.objects.filter(~touched, live, reported_on__isnull=False)
    requests = StatusRequest.objects.filter(~touched, live, state=StatusRequest.State.SUBMITTED)
    shapes = GeometryVersion.objects.filter(~Exists(_drawn_by(mine)), live, state=VersionState.SUBMITTED)
    if not scope.headquarters:
        nodes = nodes.exclude(code__in=FOR_HEADQUARTERS)
        requests = requests.filter(needs_headquarters=False)
        shapes = shapes.filter(needs_headquarters=False)
    return reports, shapes, requests, nodes


def _drawn_by(people: QuerySet[Any]) -> QuerySet[GeometryVersion]:
    """Versions of the outer one's chain, back to the last approved one, that these people drew or sent in."""
    approved = GeometryVersion.objects.filter(
        project=OuterRef("project"), state=VersionState.APPROVED, number__gte=OuterRef("number")
    )
    chain = GeometryVersion.objects.filter(project=OuterRef("project"), number__lte=OuterRef("number"))
    return chain.filter(Q(author__in=people) | Q(submitted_by__in=people)).filter(~Exists(approved))


def _figures() -> Any:
    """What a report says, as work.py reads it: percent and the month's amount in 元, apart by a bar."""
    text = TextField()
    parts = (Coalesce(Cast(name, text), Value("", text)) for name in ("physical_pct", "invested_period"))
    return Concat(next(parts), Value("|", text), next(parts), output_field=text)


_COLUMNS: Final = ("w_subject", "w_number", "w_code", "w_name", "w_unit", "w_at", "w_detail", "w_note")


def _columns(rows: QuerySet[Any], subject: str, number: str, at: str, detail: Any, note: Any) -> QuerySet[Any]:
    """The columns of Waiting, under names that no table has: a union is sorted by them."""
    return rows.filter(project__is_deleted=False).annotate(
        w_subject=Value(subject, output_field=CharField()),
        w_number=Cast(number, BigIntegerField()),
        w_code=F("project__serial_no"),
        w_name=F("project__name"),
        w_unit=F("project__management_unit__name"),
        w_at=F(at),
        w_detail=Cast(detail, TextField()),
        w_note=Cast(note, TextField()),
    )


def _waiting(scope: Scope, *tables: QuerySet[Any], newest_first: bool) -> list[Waiting]:
    """The rows of all tables in the order of their times. One statement."""
    order = "-w_at" if newest_first else "w_at"
    first, *others = (within(rows, scope, project="project").order_by().values_list(*_COLUMNS) for rows in tables)
    return [Waiting(*row) for row in first.union(*others, all=True).order_by(order, "w_code")[:MOST]]


_GAPS: Final = ("geometry", "nodes", "planned_start", "planned_end", "investment", "plan", "owner", "location")


def gaps(scope: Scope, *, today: date) -> list[Gap]:
    """Projects of which something mandatory is missing, those under way first."""
    any_of = Q()
    for name in _GAPS:
        any_of |= Q(**{f"no_{name}": True})
    # under way and stopped before those that are done or not begun; the columns are worked out for those shown alone
    asked, order = _asked(scope, today), ("-status", "serial_no")
    first = asked.filter(any_of).order_by(*order).values("pk")[:MOST]
    return _gaps(asked.filter(pk__in=first).order_by(*order))


def gap_of(scope: Scope, code: str, *, today: date) -> Gap:
    """What is missing of one project, perhaps nothing. Raises NotFound outside the scope and for one not under way."""
    found = _gaps(_asked(scope, today).filter(serial_no=code)[:1])
    if not found:
        raise NotFound(NOT_FOUND)
    return found[0]


def _asked(scope: Scope, today: date) -> QuerySet[Project]:
    """Projects under way with a column for each thing that may be missing; of a bundle the parts are worked on,
    whose money stands on the bundle."""
    proposed = GeometryVersion.objects.filter(project=OuterRef("pk"), state__in=OPEN_VERSIONS)
    plans = PlanYear.objects.filter(project=OuterRef("pk"), year=today.year)
    bodies = ProjectParty.objects.filter(project=OuterRef("pk"), role=PartyRole.OWNER, valid_to__isnull=True)
    nodes = Milestone.objects.filter(project=OuterRef("pk"), code__startswith="M08")
    parts = Project.objects.filter(parent=OuterRef("pk"), is_deleted=False)
    return (
        visible(scope)
        .filter(~Exists(parts), status__in=ACTIVE)
        .annotate(
            no_geometry=_as_column(Q(geom__isnull=True) & ~Exists(proposed)),
            no_nodes=~Exists(nodes),
            no_planned_start=_as_column(Q(planned_start_on__isnull=True)),
            no_planned_end=_as_column(Q(planned_end_on__isnull=True)),
            no_investment=_as_column(Q(total_investment__isnull=True, parent__isnull=True)),
            no_plan=_as_column(Q(status__in=WORKING, parent__isnull=True) & ~Exists(plans)),
            no_owner=~Exists(bodies),
            no_location=_as_column(Q(location_text="")),
        )
    )


def _gaps(rows: QuerySet[Project]) -> list[Gap]:
    found = rows.values_list("serial_no", "name", "management_unit__name", "status", *(f"no_{name}" for name in _GAPS))
    return [
        Gap(code, name, unit, status, tuple(key for key, no in zip(_GAPS, missing, strict=True) if no))
        for code, name, unit, status, *missing in found
    ]


def _as_column(condition: Any) -> Any:
    return ExpressionWrapper(condition, output_field=BooleanField())


def counted(rows: Sequence[Any]) -> str:
    """How many there are, said honestly where only the first were read."""
    return f"{MOST}+" if len(rows) >= MOST else str(len(rows))
