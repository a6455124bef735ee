"""A project with all that hangs on it but its contracts and payments, in one statement."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery

from geodata.gathering import gathered, opened
from portal.public.models import (
    OPEN,
    PublishedContractChange,
    PublishedDocument,
    PublishedFunding,
    PublishedHandling,
    PublishedMilestone,
    PublishedPhoto,
    PublishedPlanYear,
    PublishedProject,
    Snapshot,
)
from portal.public.selectors.rows import Edition, at, missing

HERE = OuterRef("code")


@dataclass(frozen=True)
class WholeProject:
    """`bundle`: name of the project that it is a part of. Photos and documents are newest first, and in a past edition
    only those that are still public: what was taken back is shown nowhere."""

    row: PublishedProject
    bundle: str
    funding: list[PublishedFunding]
    years: list[PublishedPlanYear]
    changes: list[PublishedContractChange]
    milestones: list[PublishedMilestone]
    handling: PublishedHandling | None
    photos: list[PublishedPhoto]
    documents: list[PublishedDocument]


def whole_project(edition: Edition, code: str) -> WholeProject:
    """Raises NotFound when no such project is public."""
    bundle = at(PublishedProject, edition).filter(code=OuterRef("parent_code"))
    sources = at(PublishedFunding, edition).filter(code=HERE).order_by("-amount", "key")
    years = at(PublishedPlanYear, edition).filter(code=HERE).order_by("year")
    changes = at(PublishedContractChange, edition).filter(code=HERE).order_by("approved_on", "key")
    nodes = at(PublishedMilestone, edition).filter(code=HERE).order_by("node", "key")
    handled = at(PublishedHandling, edition).filter(code=HERE)
    photos = at(PublishedPhoto, edition).filter(OPEN, code=HERE).order_by("-taken_on", "-key")
    documents = at(PublishedDocument, edition).filter(OPEN, code=HERE).order_by("-dated_on", "key")
    rows = at(PublishedProject, edition).annotate(
        in_bundle=Subquery(bundle.values("name")[:1]),
        all_funding=gathered(sources, "source", "source_name", "amount"),
        all_years=gathered(years, "year", "planned", "adjusted", "adjusted_by", "allocated"),
        all_changes=gathered(changes, "contract_key", "number", "level", "amount", "approved_on", "reason", "content"),
        all_milestones=gathered(nodes, "node", "name", "planned_on", "planned_precision", "forecast_on", "actual_on"),
        all_handling=gathered(handled, "answered", "answer_days", "asked", "satisfied"),
        all_photos=gathered(photos, "taken_on", "caption", "sha256", "width", "height"),
        all_documents=gathered(documents, "title", "dated_on", "media_type", "sha256", "bytes"),
    )
    found: Any = rows.filter(code=code).first()
    if found is None:
        raise missing(code)
    return WholeProject(
        row=found,
        bundle=found.in_bundle or "",
        funding=opened(PublishedFunding, found.all_funding),
        years=opened(PublishedPlanYear, found.all_years),
        changes=opened(PublishedContractChange, found.all_changes),
        milestones=opened(PublishedMilestone, found.all_milestones),
        handling=next(iter(opened(PublishedHandling, found.all_handling)), None),
        photos=opened(PublishedPhoto, found.all_photos),
        documents=opened(PublishedDocument, found.all_documents),
    )


@dataclass(frozen=True)
class Version:
    """A project as it stood from snapshot `number` on, which shows the record of `as_of`; the planned days with their
    precisions."""

    number: int
    as_of: date
    planned_start: tuple[date | None, str]
    planned_end: tuple[date | None, str]
    budget: Decimal | None
    status: str
    status_on: date | None


def versions(edition: Edition, code: str) -> list[Version]:
    """All published states of a project up to an edition, the oldest first. One query."""
    rows = PublishedProject.objects.filter(code=code).order_by("from_snapshot")
    if edition is not None:
        rows = rows.filter(from_snapshot__lte=edition)
    published = Snapshot.objects.filter(number=OuterRef("from_snapshot"))
    return [
        Version(number, as_of, (start, start_precision), (end, end_precision), budget, status, since)
        for number, as_of, start, start_precision, end, end_precision, budget, status, since in rows.values_list(
            "from_snapshot",
            Subquery(published.values("as_of")[:1]),
            "planned_start_on",
            "planned_start_precision",
            "planned_end_on",
            "planned_end_precision",
            "budget",
            "status",
            "status_on",
        )
    ]
