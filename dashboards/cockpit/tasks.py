"""民生实事: the tasks of a year with target and done, and the projects that serve one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count

from geodata.errors import NotFound
from geodata.projects.choices import TaskLevel
from geodata.projects.models import LivelihoodTask, TaskContribution
from geodata.projects.visibility import within
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.models import ProjectRow
from geodata.summary.rates import ratio


@dataclass(frozen=True, slots=True)
class Task:
    """I17 年任务占比 is done over target, and may pass 100 %. `met` is for thresholds and yes-or-no targets."""

    id: int
    year: int
    number: int
    name: str
    indicator: str
    kind: str
    quantity_unit: str
    target: Decimal | None
    target_text: str
    done: Decimal | None
    data_as_of: date | None
    projects: int

    @property
    def share(self) -> Decimal | None:
        """Done over target; None for targets that are no sum, and without a target."""
        return ratio(self.done, self.target) if self.kind == LivelihoodTask.Kind.CUMULATIVE else None

    @property
    def met(self) -> bool | None:
        """Whether a threshold or a yes-or-no target is reached; None where that is not known."""
        if self.kind == LivelihoodTask.Kind.CUMULATIVE or self.done is None:
            return None
        return self.done >= (self.target if self.target is not None else 1)


def tasks_of(scope: Scope, *, year: int) -> list[Task]:
    """The city's own tasks of a year in their order. One query. Raises NotPermitted."""
    scope.require(Action.VIEW_CITY_FIGURES)
    rows = LivelihoodTask.objects.filter(year=year, level=TaskLevel.MUNICIPAL)
    return [of_row(row) for row in rows.annotate(projects=Count("contributions")).order_by("seq_no", "pk")]


def task(scope: Scope, number: int) -> Task:
    """One task. Raises NotFound, NotPermitted. One query."""
    scope.require(Action.VIEW_CITY_FIGURES)
    row = LivelihoodTask.objects.filter(pk=number).annotate(projects=Count("contributions")).first()
    if row is None:
        raise NotFound("没有这件民生实事")
    return of_row(row)


def serving(scope: Scope, number: int, *, today: date) -> list[tuple[ProjectRow, Decimal | None]]:
    """The projects that serve a task and what each adds to it in the task's unit, most first. Two queries.

    Only those that the person may see.
    """
    rows = within(TaskContribution.objects.filter(task=number), scope, project="project")
    parts = dict(rows.values_list("project_id", "quantity"))
    found = within(ProjectRow.objects.of(list(parts), today, today=today), scope) if parts else []
    pairs = [(row, parts[row.pk]) for row in found]
    return sorted(pairs, key=lambda pair: (-(pair[1] or 0), pair[0].code or ""))


def of_row(row: Any) -> Task:
    """A task as its row says it; `projects` is 0 where they were not counted."""
    return Task(
        id=row.pk,
        year=row.year,
        number=row.seq_no,
        name=row.name,
        indicator=row.indicator_name,
        kind=row.indicator_kind,
        quantity_unit=row.quantity_unit,
        target=row.target_quantity,
        target_text=row.target_text,
        done=row.completed_quantity,
        data_as_of=row.data_as_of,
        projects=getattr(row, "projects", 0),
    )
