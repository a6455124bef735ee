"""The report on the shapes of the projects of a scope, by unit, and the rows behind each of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from geodata.projects.choices import Status
from geodata.projects.models import Project
from geodata.projects.visibility import visible, within
from geodata.quality.filters import FINDINGS, LOCATED, UNVERIFIED, QualityFilter, condition, findings_on
from geodata.quality.models import ExaminedProject, GeometryFinding, QualityRun
from geodata.stewards.scope import Scope
from geodata.summary.filters import LARGEST_FIRST
from geodata.summary.models import ProjectRow, ProjectRows

LEFT_OUT: Final = (Status.CANCELLED,)


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's numbers: projects by finding; money in 元. `unit` is its code, empty for the sum of all."""

    unit: str
    projects: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    budget: Decimal = Decimal(0)
    budget_on_map: Decimal = Decimal(0)

    @property
    def located(self) -> int:
        return self.counts.get(LOCATED, 0)

    @property
    def located_share(self) -> Decimal | None:
        return Decimal(self.located) / self.projects if self.projects else None

    @property
    def money_share(self) -> Decimal | None:
        """投资上图率: the investment of located projects over that of all; None where no investment is known."""
        return self.budget_on_map / self.budget if self.budget else None

    def __add__(self, other: Line) -> Line:
        return Line(
            "",
            self.projects + other.projects,
            {name: self.counts.get(name, 0) + other.counts.get(name, 0) for name in {**self.counts, **other.counts}},
            self.budget + other.budget,
            self.budget_on_map + other.budget_on_map,
        )


@dataclass(frozen=True, slots=True)
class Doubt:
    """A finding, and the project that it names where the person may see that one."""

    row: GeometryFinding
    other: Project | None


@dataclass(frozen=True, slots=True)
class Freshness:
    """How new the findings are: the first day with any, the last comparison, and how many shapes wait for the next."""

    since: date | None
    last: QualityRun | None
    last_whole: QualityRun | None
    waiting: int


def quality_report(scope: Scope, *, as_of: date, today: date) -> list[Line]:
    """One line a unit with projects, by code. One query. Cancelled projects need no place and are left out."""
    rows = _rows(scope, as_of, today=today)
    counted: dict[str, Any] = {
        f"n_{name}": Count("pk", filter=condition(name, as_of)) for name in (LOCATED, *map(str, FINDINGS))
    }
    found: Any = (  # the names of the numbers are made above
        rows.order_by("unit")
        .values("unit")
        .annotate(
            projects=Count("pk"),
            money=Sum("budget", default=Decimal(0)),
            money_on_map=Sum("budget", filter=Q(is_located=True), default=Decimal(0)),
            **counted,
        )
    )
    return [
        Line(
            unit=row["unit"] or "",
            projects=row["projects"],
            counts={name.removeprefix("n_"): row[name] for name in counted},
            budget=row["money"],
            budget_on_map=row["money_on_map"],
        )
        for row in found
    ]


def quality_rows(scope: Scope, chosen: QualityFilter, *, today: date) -> ProjectRows:
    """The projects behind a number of the report, most money first; each bears `unverified`."""
    day = chosen.as_of or today
    rows = _rows(scope, day, today=today).filter(condition(chosen.finding, day))
    if chosen.unit:
        rows = rows.filter(unit=chosen.unit)
    return rows.annotate(unverified=_is(UNVERIFIED, day)).order_by(*LARGEST_FIRST)


def quality_page(scope: Scope, chosen: QualityFilter, *, today: date, start: int, stop: int) -> list[ProjectRow]:
    """Rows `start` to `stop` of quality_rows without shapes. Two queries: the order needs two columns of all rows, and
    only then the others are read, of a few."""
    keys = list(quality_rows(scope, chosen, today=today).values_list("pk", flat=True)[start:stop])
    if not keys:
        return []
    day = chosen.as_of or today
    rows = ProjectRow.objects.of(keys, day, today=today).annotate(unverified=_is(UNVERIFIED, day))
    place = {pk: number for number, pk in enumerate(keys)}
    return sorted(rows.defer("geom", "geom_3857", "anchor_3857", "search_text"), key=lambda row: place[row.pk])


def _is(finding: str, day: date) -> ExpressionWrapper:
    return ExpressionWrapper(condition(finding, day), output_field=BooleanField())


def findings_of(scope: Scope, ids: Sequence[int], *, as_of: date) -> dict[int, list[Doubt]]:
    """What was found about each of the projects; the other one is named only to who may see it. Two queries."""
    rows = list(findings_on(as_of).filter(project__in=ids).order_by("project", "kind"))
    seen = visible(scope).filter(pk__in={row.other_id for row in rows if row.other_id}).only("serial_no", "name")
    known = {project.pk: project for project in seen}
    found: dict[int, list[Doubt]] = {}
    for row in rows:
        found.setdefault(row.project_id, []).append(Doubt(row, known.get(row.other_id or 0)))
    return found


def waiting(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Those of the projects whose shape changed after it was last compared, or never was."""
    known = Q(pk__in=ExaminedProject.objects.values("project"))
    stale = ExaminedProject.objects.filter(examined_at__lt=F("project__updated_at")).values("project")
    return rows.filter(~known | Q(pk__in=stale), geom__isnull=False)


def freshness(scope: Scope) -> Freshness:
    """One query; a second only before the first run."""
    newest = QualityRun.objects.order_by("-pk").values("pk")
    earliest = QualityRun.objects.order_by("pk").values("day")[:1]
    telling = Q(pk=Subquery(newest[:1])) | Q(pk=Subquery(newest.filter(whole=True)[:1]))
    stale = waiting(visible(scope)).order_by()
    counted = stale.values(every=Value(1)).annotate(n=Count("pk")).values("n")
    found = QualityRun.objects.filter(telling).annotate(
        earliest=Subquery(earliest), stale=Coalesce(Subquery(counted), Value(0))
    )
    runs: list[Any] = list(found.order_by("-pk"))
    return Freshness(
        since=runs[0].earliest if runs else None,
        last=runs[0] if runs else None,
        last_whole=next((run for run in runs if run.whole), None),
        waiting=runs[0].stale if runs else stale.count(),
    )


def _rows(scope: Scope, as_of: date, *, today: date) -> ProjectRows:
    return within(ProjectRow.objects.at(as_of, today=today), scope).exclude(status__in=LEFT_OUT)
