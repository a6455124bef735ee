"""民生实事 tasks of a year and the projects that serve them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models.functions import Now

from geodata.organisations.services import NamedBody, ensure_organisations
from geodata.projects.entries import TaskEntry
from geodata.projects.models import LivelihoodTask, Project, TaskContribution
from geodata.projects.services.parties import kind_of
from geodata.record import Origin, Outcome

_FIELDS = (
    "name",
    "indicator_kind",
    "quantity_unit",
    "target_quantity",
    "target_text",
    "started_quantity",
    "completed_quantity",
    "data_as_of",
)


@transaction.atomic
def record_livelihood_tasks(*, entries: Iterable[TaskEntry], batch: int | None = None) -> Outcome:
    """Create or change tasks by year, level, number and indicator, and link the named projects to them."""
    held = list(entries)
    units = ensure_organisations(
        bodies=[NamedBody(entry.lead_unit, kind=kind_of(entry.lead_unit)) for entry in held if entry.lead_unit],
        batch=batch,
    )
    known = {
        (task.year, task.level, task.seq_no, task.indicator_name): task
        for task in LivelihoodTask.objects.select_for_update().filter(year__in={entry.year for entry in held})
    }
    created: list[LivelihoodTask] = []
    changed: list[LivelihoodTask] = []
    for entry in held:
        task = known.get(entry.key)
        fresh = task is None
        if task is None:
            year, level, seq_no, indicator = entry.key
            task = LivelihoodTask(year=year, level=level, seq_no=seq_no, indicator_name=indicator)
            task.origin, task.batch = Origin.IMPORT if batch else Origin.MANUAL, batch
            known[entry.key] = task
        if _apply(task, entry, units):
            (created if fresh else changed).append(task)
    LivelihoodTask.objects.bulk_create(created)
    LivelihoodTask.objects.bulk_update(changed, [*_FIELDS, "lead_unit", "updated_at"])
    linked = _link(held, known, batch)
    touched = {task.pk for task in changed} | (linked - {task.pk for task in created})
    return Outcome(len(created), len(touched), len(held) - len(created) - len(touched))


def _apply(task: LivelihoodTask, entry: TaskEntry, units: Mapping[str, int]) -> bool:
    values = {name: getattr(entry, name) for name in _FIELDS if getattr(entry, name) not in (None, "")}
    if entry.lead_unit:
        values["lead_unit_id"] = units[entry.lead_unit]
    differing = [name for name, value in values.items() if getattr(task, name) != value]
    for name in differing:
        setattr(task, name, values[name])
    if task.pk and differing:
        task.updated_at = Now()
    return bool(differing)


def _link(
    held: Sequence[TaskEntry], known: Mapping[tuple[int, str, int, str], LivelihoodTask], batch: int | None
) -> set[int]:
    wanted = {(known[entry.key].pk, project_id) for entry in held for project_id in entry.project_ids}
    tasks = {pk for pk, _project_id in wanted}
    present = set(TaskContribution.objects.filter(task_id__in=tasks).values_list("task_id", "project_id"))
    new = sorted(wanted - present)
    TaskContribution.objects.bulk_create(
        [TaskContribution(task_id=task, project_id=project, origin=Origin.IMPORT, batch=batch) for task, project in new]
    )
    for level in {entry.level for entry in held}:
        serving = [pk for entry in held if entry.level == level for pk in entry.project_ids]
        Project.objects.filter(pk__in=serving, is_livelihood_task=False).update(
            is_livelihood_task=True, task_level=level, updated_at=Now()
        )
    return {task for task, _project in new}
