"""Events as people read them: names instead of numbers, what changed from what to what, and what stays covered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import DateTimeField, TextField, Value
from django.db.models.functions import Cast
from django.utils.timezone import localtime

from geodata.projects.models import Category, Project
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.administration.audit.filter import ACTIONS
from portal.administration.audit.selectors import Event
from portal.administration.audit.words import MACHINES, QUIET, column_label

LONGEST: Final = 160
CLOCK: Final = "%Y-%m-%d %H:%M:%S"  # in the city, as the time of the change beside it
_EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
_TITLES: Final = ("name", "display_name", "username", "title", "serial_no", "key", "code", "day", "caption")


@dataclass(frozen=True)
class Change:
    """`before` and `after` as texts; both empty where the values stay covered."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One row of the page. `what` names the row that changed, `project` is (code, name) or nothing."""

    at: datetime
    who: str
    table: str
    action: str
    kind: str
    what: str
    project: tuple[str, str] | None
    changes: Sequence[Change]
    covered: bool
    reason: str


class Names:
    """People, projects, areas and categories behind the numbers of some events. One query at most."""

    def __init__(self, events: Sequence[Event]) -> None:
        wanted: dict[type, set[int]] = {User: {event.user_id for event in events if event.user_id}}
        for event in events:
            for row in (event.before, event.after):
                for column, value in row.items():
                    model = _target(event, column)
                    if model in (User, Project, AreaUnit, Category) and isinstance(value, int):
                        wanted.setdefault(model, set()).add(value)
            if event.table.model is Project:
                wanted.setdefault(Project, set()).add(event.row_id)
        found = _found(wanted)
        self.people = {number: name or code for number, code, name in found[User]}
        self.projects = {number: (code, name) for number, code, name in found[Project]}
        self.areas = {number: name for number, _code, name in found[AreaUnit]}
        self.categories = {number: name for number, _code, name in found[Category]}

    def of(self, model: type | None, number: int) -> str:
        if model is Project and number in self.projects:
            return " ".join(self.projects[number])
        known: dict[type | None, dict[int, str]] = {User: self.people, AreaUnit: self.areas, Category: self.categories}
        return known.get(model, {}).get(number, f"#{number}")


# what a row is called: its code and its name
_NAMED: Final[dict[Any, tuple[str, str]]] = {
    User: ("username", "display_name"),
    Project: ("serial_no", "name"),
    AreaUnit: ("code", "name"),
    Category: ("code", "name"),
}


def _found(wanted: Mapping[type, set[int]]) -> dict[Any, list[tuple[int, str, str]]]:
    found: dict[Any, list[tuple[int, str, str]]] = {model: [] for model in _NAMED}
    parts = [
        model.objects.order_by()
        .filter(pk__in=wanted[model])
        .values_list(Value(place), "pk", *(Cast(column, TextField()) for column in columns))
        for place, (model, columns) in enumerate(_NAMED.items())
        if wanted.get(model)
    ]
    if parts:
        models = list(_NAMED)
        for place, number, code, name in parts[0].union(*parts[1:], all=True):
            found[models[place]].append((number, code, name))
    return found


def _target(event: Event, column: str) -> type | None:
    field = event.table.field(column)
    related = getattr(field, "related_model", None)
    return related if isinstance(related, type) else None


def lines(scope: Scope, events: Sequence[Event]) -> list[Line]:
    names = Names(events)
    business = scope.allows(Action.VIEW_PROJECTS)
    return [
        _line(event, names, covered=event.table.is_sealed or (event.table.is_business and not business))
        for event in events
    ]


def _line(event: Event, names: Names, *, covered: bool) -> Line:
    row = event.after or event.before
    project_id = event.row_id if event.table.model is Project else row.get("project_id")
    is_project = event.table.model is Project and project_id in names.projects  # then its name stands there already
    return Line(
        at=event.at,
        who=names.people.get(event.user_id or 0, "") or _machine(event),
        table=event.table.label,
        action=ACTIONS.get(event.action, event.action),
        kind=event.action,
        what="" if covered or is_project else _title(event, row),
        project=None if covered else names.projects.get(project_id or 0),
        changes=_changes(event, names, covered=covered),
        covered=covered,
        reason=event.reason,
    )


def _machine(event: Event) -> str:
    said = MACHINES.get(event.reason, event.reason)
    return f"系统（{said}）" if said else "系统"


def _title(event: Event, row: Mapping[str, Any]) -> str:
    found = next((str(row[column]) for column in _TITLES if row.get(column) not in _EMPTY), "")
    return _short(found) or f"#{event.row_id}"


def _changes(event: Event, names: Names, *, covered: bool) -> list[Change]:
    found = []
    for column in sorted({*event.before, *event.after} - QUIET, key=column_label):
        old, new = event.before.get(column), event.after.get(column)
        if old == new or (old in _EMPTY and new in _EMPTY):
            continue
        texts = ("", "") if covered else (_text(event, column, old, names), _text(event, column, new, names))
        found.append(Change(column_label(column), *texts))
    extra = [] if covered else [Change(name, "", str(value)) for name, value in event.facts.items() if value != ""]
    return [*found, *(extra if event.facts.get("boundary") else [])]


def _text(event: Event, column: str, value: Any, names: Names) -> str:
    if value in _EMPTY:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    field = event.table.field(column)
    if isinstance(value, int) and _target(event, column) is not None:
        return names.of(_target(event, column), value)
    choices = dict(getattr(field, "flatchoices", ()) or ())
    if isinstance(value, list):
        return _short("、".join(str(part) for part in value))
    if isinstance(value, dict):
        return _short(";".join(f"{name} {part}" for name, part in value.items() if part not in (*_EMPTY, 0)))
    if isinstance(field, DateTimeField):
        return localtime(datetime.fromisoformat(value)).strftime(CLOCK)
    return _short(str(choices.get(value, value)) if isinstance(value, str | int | float) else str(value))


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"
