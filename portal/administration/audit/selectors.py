"""Reading the audit trail. Who may see it sees the whole of it; what stays covered, showing.py says."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Q, Value
from django.utils import timezone

from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.administration.audit import statements
from portal.administration.audit.filter import AuditFilter, cursor
from portal.administration.audit.tables import Table, tables

PAGE: Final = 50
_MOST_PEOPLE: Final = 200


@dataclass(frozen=True)
class Event:
    """One change of one row. `before` is empty for a new row, `after` for one that is gone."""

    table: Table
    number: int
    at: datetime
    action: str
    row_id: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    user_id: int | None
    reason: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    events: Sequence[Event]
    older: str = ""  # cursor of the next page; empty at the end


def page(scope: Scope, chosen: AuditFilter, *, size: int = PAGE) -> Page:
    """The newest events that fit, newest first. At most five queries whatever the number of events."""
    scope.only(Action.VIEW_AUDIT)
    choice = _choice(chosen)
    searched = _searched(chosen)
    if choice is None or not searched:
        return Page(())
    found = _rows(*statements.newest(searched, choice, size=size + 1))
    shown = found[:size]
    ends = dict(choice.ends)
    for place, number in shown:
        ends[place] = min(number, ends.get(place, number))
    return Page(_in_full(shown), cursor(ends) if len(found) > size else "")


def _searched(chosen: AuditFilter) -> list[Table]:
    found = [table for table in tables() if not chosen.table or table.key == chosen.table]
    return [table for table in found if table.project_sql] if chosen.project else found


def _choice(chosen: AuditFilter) -> statements.Choice | None:
    """None when the person or the project is unknown: then nothing fits."""
    users, project_id = _named(chosen)
    if users == [] or (chosen.project and project_id is None):
        return None
    since = _midnight(chosen.since) if chosen.since else None
    until = _midnight(chosen.until + timedelta(days=1)) if chosen.until else None
    return statements.Choice(
        users=users,
        project_id=project_id,
        action=chosen.action,
        since=since,
        until=until,
        numbers=_numbers(_searched(chosen), since, until),
        ends=chosen.ends(),
    )


def _named(chosen: AuditFilter) -> tuple[list[int] | None, int | None]:
    """The people and the project that are searched for; None where none are. One query."""
    words = chosen.person
    named = Q(username__iexact=words) | Q(display_name__icontains=words) | Q(staff_no__iexact=words)
    people = User.objects.filter(named) if words else User.objects.none()
    project = Project.objects.filter(serial_no=chosen.project) if chosen.project else Project.objects.none()
    found = (
        list(
            people.order_by()
            .values_list(Value("person"), "pk")[:_MOST_PEOPLE]
            .union(project.order_by().values_list(Value("project"), "pk"))
        )
        if words or chosen.project
        else []
    )
    project_id = next((number for kind, number in found if kind == "project"), None)
    return [number for kind, number in found if kind == "person"] if words else None, project_id


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _numbers(searched: Sequence[Table], since: datetime | None, until: datetime | None) -> dict[tuple[int, int], int]:
    if since is None and until is None:
        return {}
    early, late = _midnight(date(1990, 1, 1)), _midnight(date(2200, 1, 1))
    moments = [since - statements.SLACK if since else early, until + statements.SLACK if until else late]
    return {(place, index): number for place, index, number in _rows(*statements.first_numbers(searched, moments))}


def _in_full(shown: Sequence[tuple[int, int]]) -> list[Event]:
    if not shown:
        return []
    numbers: dict[int, list[int]] = {}
    for place, number in shown:
        numbers.setdefault(place, []).append(number)
    known = {(row[0], row[1]): _event(row) for row in _rows(*statements.in_full(tables(), numbers))}
    return [known[place, number] for place, number in shown]


def _event(row: tuple[Any, ...]) -> Event:
    place, number, at, action, row_id, present, earlier, metadata = row
    facts = _json(metadata)
    user = facts.pop("user", None)
    reason = str(facts.pop("reason", "") or "")
    now, past = _own(_json(present)), _own(_json(earlier))
    gone = action == "delete"
    return Event(
        table=tables()[place],
        number=number,
        at=at,
        action=action,
        row_id=row_id,
        before=now if gone else ({} if action == "insert" else past),
        after={} if gone else now,
        user_id=user if isinstance(user, int) else None,
        reason=reason,
        facts=facts,
    )


def _json(value: Any) -> dict[str, Any]:
    """jsonb of a plain cursor is a text; amounts stay exact."""
    return dict(json.loads(value, parse_float=Decimal) if isinstance(value, str) else value or {})


def _own(row: Mapping[str, Any]) -> dict[str, Any]:
    return {column: value for column, value in row.items() if not column.startswith("pgh_")}


def _rows(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor_:
        cursor_.execute(sql, parameters)
        return list(cursor_.fetchall())
