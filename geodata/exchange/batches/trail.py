"""What a batch did to the record, read from the audit trail: every row that it made, changed or took out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db.models import Max, Min, Model

from geodata.exchange.models import Batch

INSERT, UPDATE, DELETE = "insert", "update", "delete"
# a call that asks for this many rows at once stays a reasonable statement
MANY: Final = 5000


@dataclass(slots=True, kw_only=True)
class Done:
    """What became of the rows of one table: ids by deed, and the span of the trail's numbers of each id."""

    model: type[Model]
    events: Any  # pghistory's table of the trail, made at start-up: its columns are not known to a checker
    made: set[Any] = field(default_factory=set)
    changed: set[Any] = field(default_factory=set)
    removed: set[Any] = field(default_factory=set)
    first: dict[Any, int] = field(default_factory=dict)
    last: dict[Any, int] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return self.model._meta.label  # "projects.Project"

    def earlier(self, ids: Sequence[Any]) -> dict[Any, Any]:
        """The last entry of each row before the batch touched it."""
        found: dict[Any, Any] = {}
        for some in _slices(ids):
            lowest = max(self.first[pk] for pk in some)
            rows = self.events._default_manager.filter(pgh_obj_id__in=some, pgh_id__lt=lowest).order_by("pgh_id")
            for event in rows.iterator(chunk_size=2000):
                if event.pgh_id < self.first[event.pgh_obj_id]:
                    found[event.pgh_obj_id] = event
        return found

    def written(self, ids: Sequence[Any]) -> dict[Any, Any]:
        """The entry of each row as the batch left it."""
        found: dict[Any, Any] = {}
        for some in _slices(ids):
            numbers = [self.last[pk] for pk in some]
            found.update({e.pgh_obj_id: e for e in self.events._default_manager.filter(pgh_id__in=numbers)})
        return found

    def later(self, context_id: Any) -> list[Any]:
        """Entries of the same rows that came after the batch, by whomever."""
        found: list[Any] = []
        for some in _slices(list(self.last)):
            lowest = min(self.last[pk] for pk in some)
            rows = self.events._default_manager.filter(pgh_obj_id__in=some, pgh_id__gt=lowest)
            rows = rows.exclude(pgh_context_id=context_id).select_related("pgh_context").order_by("pgh_id")
            found.extend(event for event in rows[:MANY] if event.pgh_id > self.last[event.pgh_obj_id])
        return found

    @property
    def columns(self) -> list[str]:
        """The columns that the trail keeps of the table."""
        kept = {f.name for f in self.events._meta.concrete_fields if not f.name.startswith("pgh_")}
        return [f.attname for f in self.model._meta.concrete_fields if f.name in kept and not f.primary_key]


def _slices(ids: Sequence[Any]) -> Iterator[list[Any]]:
    ordered = list(ids)
    for start in range(0, len(ordered), MANY):
        yield ordered[start : start + MANY]


def tracked() -> dict[type[Model], Any]:
    """Each table of the trail by the table whose rows it follows."""
    found = ((getattr(model, "pgh_tracked_model", None), model) for model in apps.get_models())
    return {followed: model for followed, model in found if followed is not None}


def done_by(batch: Batch) -> list[Done]:
    """What the commit of a batch did, table by table."""
    if batch.context_id is None:
        return []
    return [done for model, events in tracked().items() if (done := _of(model, events, batch.context_id)) is not None]


def _of(model: type[Model], events: Any, context_id: Any) -> Done | None:
    done = Done(model=model, events=events)
    rows = events._default_manager.filter(pgh_context_id=context_id).values("pgh_obj_id", "pgh_label")
    deeds: dict[str, set[Any]] = {INSERT: done.made, UPDATE: done.changed, DELETE: done.removed}
    for row in rows.annotate(low=Min("pgh_id"), high=Max("pgh_id")).order_by():
        identity = row["pgh_obj_id"]
        deeds[row["pgh_label"].partition("_")[0]].add(identity)
        done.first[identity] = min(done.first.get(identity, row["low"]), row["low"])
        done.last[identity] = max(done.last.get(identity, 0), row["high"])
    done.changed -= done.made | done.removed
    done.removed -= done.made
    return done if done.first else None


def tally(batch: Batch) -> list[tuple[str, int, int, int]]:
    """(table, made, changed, removed) of the tables that a batch touched."""
    return [(done.label, len(done.made), len(done.changed), len(done.removed)) for done in done_by(batch)]
