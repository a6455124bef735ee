"""How far a project is: nodes, the plan of each year, approved reports, photos, documents. One query for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable

from geodata.distances import away_or_kept, coordinate
from geodata.errors import NotFound
from geodata.gathering import gathered, opened
from geodata.progress.duty import Duty, report_duty
from geodata.progress.models import Attachment, Milestone, PeriodReport, Photo, PlanYear, Release
from geodata.progress.waiting import pending_milestones, pending_reports, pending_status
from geodata.projects.visibility import visible, within
from geodata.stewards.scope import Scope

__all__ = [
    "Course",
    "Duty",
    "course",
    "pending_milestones",
    "pending_reports",
    "pending_status",
    "photo_of",
    "report_duty",
]

_MILESTONE: Final = (
    "code",
    "name",
    "planned_on",
    "planned_precision",
    "forecast_on",
    "actual_on",
    "weight_pct",
    "progress_pct",
    "is_key",
    "evidence",
)
_YEAR: Final = ("year", "planned_amount", "adjusted_amount", "adjust_doc_no", "planned_content", "target_progress_pct")
_FIGURES: Final = (
    "kind",
    "period_start",
    "period_end",
    "version",
    "physical_pct",
    "invested_period",
    "invested_year",
    "invested_cumulative",
)
_PHOTO: Final = ("id", "taken_on", "caption", "width", "height", "uploaded_by_id", "released_at", "released_by")
_DOCUMENT: Final = ("id", "title", "media_type", "bytes", "uploaded_at", "uploaded_by_id", "released_at", "released_by")
_SENDER: Final = {"display_name": "uploaded_by__display_name", "username": "uploaded_by__username"}
_SUBJECT: Final = {
    "period_end": "report__period_end",
    "report_state": "report__state",
    "node": "milestone__name",
    "reached_on": "milestone__actual_on",
    "wanted": "request__status",
    "request_state": "request__state",
}
_PLACE: Final = ("lon", "lat", "away_m")
_TEXTS: Final = ("physical_desc", "work_done", "next_plan", "problems")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The course of the works. `reports` holds the counting report of each day on which a period ended, oldest first;
    only `newest` bears its texts. `photos`, newest first, bear `display_name` and `username` of who sent them, and
    where the camera noted its place `lon`, `lat` and `away_m`, its distance in metres from the present shape.

    `documents`, newest first, bear who sent them and what they belong to: `period_end` and `report_state`, `node` and
    `reached_on`, or `wanted` and `request_state`. Photos and documents bear `released_at` and `released_by`, the name
    of who let them out, while they are public."""

    milestones: Sequence[Milestone] = ()
    years: Sequence[PlanYear] = ()
    reports: Sequence[PeriodReport] = ()
    newest: PeriodReport | None = None
    photos: Sequence[Photo] = ()
    documents: Sequence[Attachment] = ()


def course(scope: Scope, project_id: int, *, upto: date) -> Course:
    """What was known of the works by a day; empty outside the scope. One query."""
    found = visible(scope).filter(pk=project_id).values_list(*course_columns(upto=upto)).first()
    return Course() if found is None else course_of(found, upto=upto)


def course_columns(*, upto: date) -> list[Combinable]:
    """What `course_of` reads, as columns of a statement over projects: a page of one project has no query to spare."""
    reports = PeriodReport.objects.filter(
        project=OuterRef("pk"), state=PeriodReport.State.APPROVED, period_end__lte=upto
    )
    photos = _placed(Photo.objects.filter(project=OuterRef("pk"), taken_on__lte=upto))
    papers = Attachment.objects.filter(project=OuterRef("pk"), removed_at__isnull=True, uploaded_at__date__lte=upto)
    return [
        gathered(Milestone.objects.filter(project=OuterRef("pk")).order_by("code"), *_MILESTONE),
        gathered(PlanYear.objects.filter(project=OuterRef("pk")).order_by("year"), *_YEAR),
        # of the reports of one day a month counts before a week, then the highest version: as in the summary
        gathered(reports.order_by("period_end", "-kind", "version", "pk"), *_FIGURES),
        gathered(reports.order_by("-period_end", "kind", "-version", "-pk")[:1], *_FIGURES, *_TEXTS),
        gathered(_let_out(photos, "photo").order_by("-taken_on", "-pk"), *_PHOTO, *_PLACE, **_SENDER),
        gathered(_let_out(papers, "attachment").order_by("-uploaded_at", "-pk"), *_DOCUMENT, **_SENDER, **_SUBJECT),
    ]


def course_of(columns: Sequence[Any], *, upto: date) -> Course:
    """The columns read. A node reached later is not reached yet."""
    milestones, years, periods, newest, photos, documents = columns
    nodes = opened(Milestone, milestones)
    for node in nodes:
        if node.actual_on is not None and node.actual_on > upto:
            node.actual_on = None
    counting = {report.period_end: report for report in opened(PeriodReport, periods)}
    return Course(
        milestones=nodes,
        years=opened(PlanYear, years),
        reports=list(counting.values()),
        newest=next(iter(opened(PeriodReport, newest)), None),
        photos=opened(Photo, photos),
        documents=opened(Attachment, documents),
    )


def photo_of(scope: Scope, photo_id: int) -> Photo:
    """A photo that nobody removed, of a project of the scope. Raises NotFound."""
    seen = _seen(Photo.objects.filter(project__is_deleted=False))
    photo = within(seen, scope, project="project").filter(pk=photo_id).first()
    if photo is None:
        raise NotFound("没有这张照片，或者它不在您的工作范围内")
    return photo


def _placed(photos: QuerySet[Photo]) -> QuerySet[Photo]:
    """Those that nobody removed, with their place and how far it lies from the shape of the project."""
    return _seen(photos).annotate(
        lon=coordinate("position", "X"),
        lat=coordinate("position", "Y"),
        away_m=away_or_kept("position", "project__geom", "distance_m"),
    )


def _let_out(rows: QuerySet[Any], link: str) -> QuerySet[Any]:
    """With when and by whom each was let out, empty for what is not public."""
    standing = Release.objects.filter(ended_at__isnull=True, **{link: OuterRef("pk")})
    return rows.annotate(
        released_at=Subquery(standing.values("released_at")[:1]),
        released_by=Subquery(standing.values("released_by__display_name")[:1]),
    )


def _seen(photos: QuerySet[Photo]) -> QuerySet[Photo]:
    return photos.filter(removed_at__isnull=True)
