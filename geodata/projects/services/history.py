"""Dated changes of status and stage. Project.status and stage always repeat the newest row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now

from geodata.copying import copy_alike
from geodata.errors import Refused
from geodata.projects.choices import Status
from geodata.projects.entries import StatusEntry
from geodata.projects.models import Project, StatusChange
from geodata.projects.transitions import TABLE, is_possible
from geodata.record import Origin, Outcome
from geodata.stewards.models import User

# The day on which a status was first reached is also a column of the project, unless the file gave another day.
_FIRST_DAYS = {
    "actual_start_on": Status.UNDER_CONSTRUCTION,
    "works_completed_on": Status.WORKS_COMPLETED,
    "accepted_on": Status.ACCEPTED,
    "handed_over_on": Status.HANDED_OVER,
}
_SAID = (
    "effective_on",
    "status",
    "stage",
    "reason",
    "doc_no",
    "suspension_kind",
    "expected_resume_on",
    "reported_on",
)
_COLUMNS = ("project_id", "from_status", "is_backward", *_SAID)
_said = attrgetter(*_SAID)


@transaction.atomic
def record_status_changes(
    *,
    entries: Iterable[tuple[int, StatusEntry]],
    user: User | None = None,
    submitter: User | None = None,
    batch: int | None = None,
    decided: bool = False,
) -> Outcome:
    """Add dated changes of known projects; rows that are recorded already are left alone.

    A row that was `decided` is new in any case: works may stop, go on and stop again on one day. `user` confirms them;
    `submitter` asked for them, the same person where nobody else is named. An imported history must be possible
    (never from 竣工 back to 在建); the guards of each move are for the workbench.
    """
    held = list(entries)
    changes: dict[int, list[StatusEntry]] = {}
    for project_id, entry in held:
        changes.setdefault(project_id, []).append(entry)
    before = StatusChange.objects.filter(project_id__in=changes).count()
    whole = {project_id: tuple(rows) for project_id, rows in changes.items()}
    add_history(changes=whole, user=user, submitter=submitter, batch=batch, decided=decided)
    added = StatusChange.objects.filter(project_id__in=changes).count() - before
    return Outcome(created=added, unchanged=len(held) - added)


def record_stop_report(
    *, stop: StatusChange, reported_on: date, doc_no: str, submitter_id: int, confirmer_id: int
) -> StatusChange:
    """A later row of the stop's own day that says when it was reported, as every correction is one; nothing moves."""
    return StatusChange.objects.create(
        project_id=stop.project_id,
        effective_on=stop.effective_on,
        from_status=stop.status,
        status=stop.status,
        stage=stop.stage,
        reason=stop.reason,
        doc_no=doc_no or stop.doc_no,
        suspension_kind=stop.suspension_kind,
        expected_resume_on=stop.expected_resume_on,
        reported_on=reported_on,
        submitted_by_id=submitter_id,
        confirmed_by_id=confirmer_id,
    )


def add_history(
    *,
    changes: Mapping[int, Sequence[StatusEntry]],
    user: User | None,
    batch: int | None,
    submitter: User | None = None,
    decided: bool = False,
) -> set[int]:
    """The rows to add, merged with the recorded ones in order of their days. Returns the projects that changed."""
    spoken = {project_id: rows for project_id, rows in changes.items() if rows}
    if not spoken:
        return set()
    known: dict[int, list[StatusEntry]] = {project_id: [] for project_id in spoken}
    for row in StatusChange.objects.filter(project_id__in=spoken).order_by("effective_on", "id"):
        known[row.project_id].append(
            StatusEntry(status=row.status, stage=row.stage, effective_on=row.effective_on, from_status=row.from_status)
        )
    rows = [
        _row(project_id, previous, entry)
        for project_id, entries in spoken.items()
        for previous, entry in _new_rows(known[project_id], entries, decided=decided)
    ]
    copy_history(rows, user=user, submitter=submitter or user, batch=batch)
    touched = {row[0] for row in rows}
    repeat_newest(project_ids=touched)
    return touched


def first_history(changes: Mapping[int, Sequence[StatusEntry]]) -> list[tuple[Any, ...]]:
    """The rows for `copy_history` of projects that begin with them and repeat them by `begun_with`. Refused where a
    history is impossible; asks the database nothing.
    """
    return [
        _row(project_id, before, entry)
        for project_id, entries in changes.items()
        for before, entry in _new_rows((), entries, decided=False)
    ]


def copy_history(
    rows: Sequence[tuple[Any, ...]], *, user: User | None, submitter: User | None, batch: int | None
) -> None:
    """Insert rows of `first_history`, confirmed by `user`."""
    origin = Origin.IMPORT if batch else Origin.MANUAL
    like = StatusChange(submitted_by=submitter, confirmed_by=user, origin=origin, batch=batch)
    copy_alike(like, _COLUMNS, rows)


def beginning(*, first_change: date | None, planned_start: date | None, plan_year: int) -> date:
    """The day from which a project exists: its first change of status, else its planned start or plan year."""
    return min(day for day in (first_change, planned_start, date(plan_year, 1, 1)) if day)


def begun_with(history: Sequence[StatusEntry]) -> dict[str, Any]:
    """The columns of a new project that repeat its history: one UPDATE less for each project of a large file."""
    if not history:
        return {}
    ordered = sorted(history, key=lambda entry: entry.effective_on)
    columns: dict[str, Any] = {"status": ordered[-1].status, "stage": ordered[-1].stage}
    for column, status in _FIRST_DAYS.items():
        day = next((entry.effective_on for entry in ordered if entry.status == status), None)
        if day is not None:
            columns[column] = day
    return columns


def _new_rows(
    known: Sequence[StatusEntry], entries: Sequence[StatusEntry], *, decided: bool
) -> list[tuple[str, StatusEntry]]:
    """(status before, entry) of the entries that are not recorded yet."""
    keys = set() if decided else {entry.key for entry in known}
    fresh = [(entry, True) for entry in entries if entry.key not in keys]
    ordered = sorted([*((entry, False) for entry in known), *fresh], key=lambda pair: pair[0].effective_on)
    found, before = [], ""
    for entry, is_fresh in ordered:
        if is_fresh:
            found.append((before or entry.from_status, entry))
        before = entry.status
    return found


def _row(project_id: int, before: str, entry: StatusEntry) -> tuple[Any, ...]:
    """The values of _COLUMNS. Refused where the history is impossible."""
    if before and not is_possible(before, entry.status):
        names = (Status(before).label, Status(entry.status).label)
        raise Refused(f"{entry.effective_on:%Y-%m-%d}：状态不能从{names[0]}变为{names[1]}")
    # Out of the table means back or over several steps: kept, and flagged for the audit.
    usual = not before or before == entry.status or (Status(before), Status(entry.status)) in TABLE
    return (project_id, before, not usual, *_said(entry))


def repeat_newest(*, project_ids: Iterable[int]) -> None:
    """Repeat the newest status and stage, and the first day of each reached status, in projects that have changes."""
    rows: QuerySet[StatusChange] = StatusChange.objects.filter(project=OuterRef("pk"))
    newest = rows.order_by("-effective_on", "-id")
    first_days = {
        column: Coalesce(
            F(column),
            Subquery(rows.filter(status=status).values("project").annotate(day=Min("effective_on")).values("day")[:1]),
        )
        for column, status in _FIRST_DAYS.items()
    }
    Project.objects.filter(pk__in=set(project_ids)).update(
        status=Subquery(newest.values("status")[:1]),
        stage=Subquery(newest.values("stage")[:1]),
        updated_at=Now(),
        **first_days,
    )
