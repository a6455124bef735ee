"""Events as people read them: names instead of numbers, what changed from what to what, and what stays covered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from geodata.projects.models import Category, Project
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.administration.audit.filter import ACTIONS
from portal.administration.audit.selectors import Event
from portal.administration.audit.words import QUIET, column_label

LONGEST: Final = 160
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
    """People, projects, areas and categories behind the numbers of some events. Four queries at most."""

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
        self.people = {user.pk: str(user) for user in _found(User, wanted)}
        self.projects = {project.pk: (project.serial_no, project.name) for project in _found(Project, wanted)}
        self.areas = {area.pk: area.name for area in _found(AreaUnit, wanted)}
        self.categories = {category.pk: category.name for category in _found(Category, wanted)}

    def of(self, model: type | None, number: int) -> str:
        if model is Project and number in self.projects:
            return " ".join(self.projects[number])
        known: dict[type | None, dict[int, str]] = {User: self.people, AreaUnit: self.areas, Category: self.categories}
        return known.get(model, {}).get(number, f"#{number}")


def _found(model: Any, wanted: Mapping[type, set[int]]) -> Iterable[Any]:
    numbers = wanted.get(model, set())
    if not numbers:
        return []
    columns = {User: ("username", "display_name"), Project: ("serial_no", "name")}.get(model, ("name",))
    return model.objects.filter(pk__in=numbers).only(*columns)


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
    return Line(
        at=event.at,
        who=names.people.get(event.user_id or 0, "") or _machine(event),
        table=event.table.label,
        action=ACTIONS.get(event.action, event.action),
        kind=event.action,
        what="" if covered else _title(event, row),
        project=None if covered else names.projects.get(project_id or 0),
        changes=_changes(event, names, covered=covered),
        covered=covered,
        reason=event.reason,
    )


def _machine(event: Event) -> str:
    return f"系统({event.reason})" if event.reason else "系统"


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
    return _short(str(choices.get(value, value)) if isinstance(value, str | int | float) else str(value))


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"
