"""What an import would do, row by row, before anything is written.

A dataset drafts a plan from typed rows and the record; people look at the plan; the commit carries out exactly it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.db.models.enums import Choices

from geodata.exchange.alike import AlikeRow
from geodata.exchange.issues import Issue, Severity, shown
from geodata.exchange.mappings import ColumnMapping, Options
from geodata.exchange.tables.grids import Grid
from geodata.exchange.tables.reading import ControlTotal, Row, Table
from geodata.sandbox.documents import DEFAULT, Limits
from geodata.stewards.scope import Scope


class Action(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    SKIPPED = "skipped"


_PRECISIONS: Final = {"year": "到年", "quarter": "到季度", "month": "到月", "tenday": "到旬", "day": "到日"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a changed row, both values as people read them."""

    field: str
    old: str
    new: str


@dataclass(slots=True, kw_only=True)
class Planned:
    """A row, the name by which the record knows it, and what the service will be given."""

    layout: str
    row: Row
    key: str
    action: Action
    entry: Any = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Rows by what becomes of them."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    skipped: int = 0

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.unchanged + self.refused + self.skipped

    @property
    def written(self) -> int:
        return self.new + self.changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A remembered mapping as it was when a file was read with it."""

    pk: int
    name: str
    mapping: ColumnMapping


@dataclass(slots=True, kw_only=True)
class Context:
    """Who imports when and how; given to every dataset."""

    now: datetime
    user: Any = None
    options: Options = field(default_factory=Options)
    mapping: ColumnMapping = field(default_factory=ColumnMapping)
    file_name: str = ""
    sha256: str = ""  # of the file's bytes, kept with each shape that comes out of it
    batch_id: int | None = None
    progress: Callable[[int, int, str], None] | None = None
    limits: Limits = DEFAULT
    scope: Scope | None = None  # whose rows may be touched; None for an administrator's command
    recall: Callable[[Sequence[Grid]], Recalled | None] | None = None  # finds the remembered mapping of a file
    recall_encodings: tuple[str, ...] = ()  # of remembered mappings: their files may be read by these alone
    recalled: Recalled | None = None  # the one that was found and used

    def use(self, recalled: Recalled) -> None:
        """Read the file with a remembered mapping; what the person answered of this file goes before it."""
        self.recalled, self.mapping = recalled, recalled.mapping
        usual = Options()
        given = {f.name: getattr(self.options, f.name) for f in fields(Options)}
        said = {name: value for name, value in given.items() if value != getattr(usual, name)}
        self.options = replace(recalled.mapping.options, **said)

    def tell(self, done: int, total: int, what: str) -> None:
        """Report progress if anybody listens."""
        if self.progress is not None:
            self.progress(done, total, what)


@dataclass(slots=True, kw_only=True)
class Plan:
    """The planned rows in file order with every remark and every control total."""

    dataset: str
    planned: list[Planned] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    totals: list[ControlTotal] = field(default_factory=list)
    blank_rows: int = 0
    alike: list[AlikeRow] = field(default_factory=list)  # rows of the questions which project they mean

    @property
    def counts(self) -> Counts:
        tally = dict.fromkeys(Action, 0)
        for planned in self.planned:
            tally[planned.action] += 1
        return Counts(**{str(action): number for action, number in tally.items()})

    @property
    def blocked(self) -> bool:
        """A sheet or the file as a whole is in doubt: not even its good rows may go in."""
        doubted = {(issue.sheet, issue.row) for issue in self.issues if issue.severity.refuses}
        if doubted:
            doubted.difference_update((planned.row.sheet, planned.row.number) for planned in self.planned)
        return bool(doubted)

    def writable(self, layout: str = "") -> Iterator[Planned]:
        """The rows to write, all or those of one layout."""
        for planned in self.planned:
            if planned.action in (Action.NEW, Action.CHANGED) and layout in ("", planned.layout):
                yield planned

    def entries(self, layout: str = "") -> Iterator[Any]:
        """What the services get for the rows to write."""
        return (planned.entry for planned in self.writable(layout))


class Draft:
    """A plan in the making. Rows that the reader could not read are refused before the dataset sees them."""

    def __init__(self, dataset: str, tables: Mapping[str, Sequence[Table]], context: Context) -> None:
        self._context = context
        self._seen: dict[tuple[str, Any], Row] = {}
        self._tables = tables
        self.plan = Plan(dataset=dataset)
        for table in (table for group in tables.values() for table in group):
            self.plan.issues.extend(table.issues)
            self.plan.totals.extend(table.totals)
            self.plan.blank_rows += table.blank_rows

    def rows(self, layout: str) -> Iterator[Row]:
        """The readable rows of a layout; unreadable ones enter the plan as refused."""
        tables = self._tables.get(layout, ())
        total = sum(len(table.rows) for table in tables)
        for done, row in enumerate(row for table in tables for row in table.rows):
            if done % 5000 == 0:
                self._context.tell(done, total, "核对")
            if row.ok:
                yield row
            else:
                self._add(layout, row, Action.REFUSED)

    def _add(self, layout: str, row: Row, action: Action, key: str = "", entry: Any = None) -> Planned:
        planned = Planned(layout=layout, row=row, key=key, action=action, entry=entry)
        self.plan.planned.append(planned)
        return planned

    def new(self, layout: str, row: Row, key: str, entry: Any) -> None:
        """The row adds something to the record."""
        self._add(layout, row, Action.NEW, key, entry)

    def unchanged(self, layout: str, row: Row, key: str) -> None:
        """The record says the same already."""
        self._add(layout, row, Action.UNCHANGED, key)

    def changed(self, layout: str, row: Row, key: str, entry: Any, changes: Iterable[Change]) -> None:
        """The row changes fields of something recorded."""
        self._add(layout, row, Action.CHANGED, key, entry).changes = tuple(changes)

    def decide(self, layout: str, row: Row, key: str, entry: Any, changes: Sequence[Change] | None) -> None:
        """New when nothing is recorded (None), unchanged when nothing differs, else changed."""
        if changes is None:
            self.new(layout, row, key, entry)
        elif changes:
            self.changed(layout, row, key, entry, changes)
        else:
            self.unchanged(layout, row, key)

    def refuse(self, layout: str, row: Row, message: str, *, column: str = "", value: object = "") -> None:
        """Keep the row out and say why."""
        self.remark(row, message, Severity.ERROR, column=column, value=value)
        self._add(layout, row, Action.REFUSED)

    def withdraw(self, planned: Planned, message: str, *, column: str = "", value: object = "") -> None:
        """Refuse a row that was planned already."""
        planned.action, planned.entry, planned.changes = Action.REFUSED, None, ()
        self.remark(planned.row, message, Severity.ERROR, column=column, value=value)

    def ask(self, layout: str, row: Row, message: str, *, column: str = "", value: object = "") -> None:
        """Keep the row out until a person answers."""
        self.remark(row, message, Severity.QUESTION, column=column, value=value)
        self._add(layout, row, Action.REFUSED)

    def skip(self, layout: str, row: Row, message: str, *, column: str = "", value: object = "") -> None:
        """Leave the row out with a warning; it is neither wrong nor anything to record."""
        self.remark(row, message, Severity.WARNING, column=column, value=value)
        self._add(layout, row, Action.SKIPPED)

    def remark(self, row: Row, message: str, severity: Severity, *, column: str = "", value: object = "") -> None:
        """Say something about a row."""
        self.plan.issues.append(
            Issue(
                severity=severity,
                message=message,
                sheet=row.sheet,
                row=row.number,
                column=column,
                value=shown(value),
            )
        )

    def warn(self, row: Row, message: str, *, column: str = "", value: object = "") -> None:
        """A doubt that does not keep the row out."""
        self.remark(row, message, Severity.WARNING, column=column, value=value)

    def repeated(self, layout: str, row: Row, key: Any) -> Row | None:
        """The earlier row of this file with the same key, if any; remembers this one otherwise."""
        earlier = self._seen.setdefault((layout, key), row)
        return None if earlier is row else earlier


def differences(old: Mapping[str, Any], new: Mapping[str, Any], labels: Mapping[str, str]) -> list[Change]:
    """The fields of ``labels`` whose values differ; absent from ``new`` means not in the file, so unchanged."""
    return [
        Change(label, *_precisions(old.get(name), new[name]))
        if name.endswith("_precision")
        else Change(label, _worded_like(old.get(name), new[name]), wording(new[name]))
        for name, label in labels.items()
        if name in new and old.get(name) != new[name]
    ]


def _precisions(old: Any, new: Any) -> tuple[str, str]:
    """How exactly a day is known, in words: 到月 → 到日."""
    return _PRECISIONS.get(str(old), wording(old)), _PRECISIONS.get(str(new), wording(new))


def _worded_like(old: Any, new: Any) -> str:
    """A stored code as its label where the new value is a choice."""
    if isinstance(new, Choices) and old not in (None, ""):
        return wording(type(new)(old))
    return wording(old)


def wording(value: Any) -> str:
    """A value as a preview shows it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Choices):
        return str(value.label)
    if isinstance(value, Decimal):
        return format(value, ",f")
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "、".join(wording(item) for item in value) or "—"
    return shown(value)
