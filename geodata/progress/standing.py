"""What the record knows of a project when its status is to change, and the requests of a project."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from django.db.models import Q

from geodata.distances import away_or_kept
from geodata.errors import NotFound
from geodata.progress.models import Attachment, Milestone, PeriodReport, Photo, PlanYear, StatusRequest
from geodata.progress.start_photos import NO_PHOTOS, Rules, Shot
from geodata.progress.status_moves import Known
from geodata.projects.choices import Status
from geodata.projects.models import Project, StatusChange
from geodata.projects.visibility import within
from geodata.stewards.scope import Scope
from geodata.thresholds.selectors import thresholds

MOST_PHOTOS: Final = 60


def known_of(project: Project, *, year: int, has_contract: bool, visited: Collection[date] = ()) -> Known:
    """Six questions at most, whatever the project; `visited` are the days of check-ins at it."""
    nodes = Milestone.objects.filter(project=project).filter(Q(actual_on__isnull=False) | Q(reported_on__isnull=False))
    days = nodes.values_list("code", "actual_on", "reported_on")
    reached = {code: day for code, actual, reported in days if (day := actual or reported)}
    newest = (
        PeriodReport.objects.filter(project=project, state=PeriodReport.State.APPROVED)
        .order_by("-period_end", "kind", "-version")
        .values_list("physical_pct", flat=True)
    )
    stops = StatusChange.objects.filter(project=project, status=Status.SUSPENDED).order_by("-effective_on", "-pk")
    photos = start_photos(project, visited=visited) if project.status == Status.NOT_STARTED else []
    return Known(
        stage=project.stage,
        in_plan_year=PlanYear.objects.filter(project=project, year=year).exists(),
        reached=reached,
        suspended_on=stops.values_list("effective_on", flat=True).first(),
        physical_pct=newest.first(),
        works_completed_on=project.works_completed_on or reached.get("M0820"),
        has_contract=has_contract,
        shots=[shot for _photo, shot in photos],
        photo_rules=photo_rules() if photos else NO_PHOTOS,
    )


def photo_rules() -> Rules:
    """When and how near a photo of the start must be taken. One query."""
    limits = thresholds()
    return Rules(days=int(limits["start_photo_days"]), near_m=limits["photo_distance_warn_m"])


def start_photos(project: Project, *, visited: Collection[date]) -> list[tuple[Photo, Shot]]:
    """The newest photos of a project that the caller may see, newest first, each with what speaks for it. One query."""
    rows = Photo.objects.filter(project=project, removed_at__isnull=True).select_related("uploaded_by")
    away_m = away_or_kept("position", "project__geom", "distance_m")
    placed = rows.annotate(away_m=away_m).order_by("-taken_on", "-pk")
    return [(photo, _shot(photo, visited)) for photo in placed[:MOST_PHOTOS]]


def _shot(photo: Photo, visited: Collection[date]) -> Shot:
    day = photo.camera_on or photo.taken_on
    return Shot(
        photo_id=photo.pk,
        day=day,
        by_camera=photo.camera_on is not None,
        has_place=photo.position is not None or photo.distance_m is not None,
        away_m=photo.away_m,  # type: ignore[attr-defined]
        visited=day in visited,
    )


def request_of(scope: Scope, request_id: int) -> StatusRequest:
    """One request with its project. Raises NotFound outside the scope."""
    rows = within(StatusRequest.objects.filter(project__is_deleted=False), scope, project="project")
    found = (
        rows.select_related("project__management_unit", "submitted_by", "reviewed_by", "change")
        .filter(pk=request_id)
        .first()
    )
    if found is None:
        raise NotFound("没有这份申请，或者它不在您的工作范围内")
    return found


def papers_of_request(request: StatusRequest) -> list[Attachment]:
    """The documents of a request that nobody removed. Whoever has the request may see them."""
    return list(Attachment.objects.filter(request=request, removed_at__isnull=True).order_by("pk"))
