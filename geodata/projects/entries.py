"""What importers and the workbench hand to the services of projects: plain rows, references resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

# The columns of a project that an entry may set; the rest belongs to the services.
WRITABLE: Final = frozenset(
    {
        "project_code",
        "source_key",
        "name",
        "aliases",
        "is_livelihood_task",
        "task_level",
        "nature",
        "plan_year",
        "scope_content",
        "location_text",
        "planned_start_on",
        "planned_start_precision",
        "planned_end_on",
        "planned_end_precision",
        "actual_start_on",
        "works_completed_on",
        "accepted_on",
        "handed_over_on",
        "total_investment",
        "investment_basis",
        "physical_desc",
        "management_unit_id",
        "township_id",
        "person_in_charge",
        "office_phone",
        "sponsor_leader",
        "disclosure",
        "public_geometry",
        "benefited_households",
        "benefited_population",
        "problems",
        "data_as_of",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEntry:
    """Status and stage from a day on."""

    status: str
    stage: str
    effective_on: date
    from_status: str = ""
    reason: str = ""
    doc_no: str = ""
    suspension_kind: str = ""
    expected_resume_on: date | None = None
    reported_on: date | None = None

    @property
    def key(self) -> tuple[date, str, str]:
        """What makes two rows of one project the same change."""
        return (self.effective_on, self.status, self.stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectEntry:
    """A project as a file or a form says it. What `values` leaves out stays as recorded.

    `key` names the entry within its call, and is what other entries of the same file refer to. `history` is the whole
    history of a new project and what is to be added to a known one. `parties` replaces the bodies of each role named.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    project_id: int | None = None
    serial_no: str = ""
    category_code: str = ""
    parent_key: str = ""  # key of an entry of the same call, or serial number of a recorded bundle
    parties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    history: tuple[StatusEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GeometryEntry:
    """A shape for a project: WKB of a checked Multi* geometry in EPSG:4490, with its evidence."""

    project_id: int
    wkb: bytes
    source: str
    accuracy_m: Decimal | None = None
    declared_crs: str = ""
    detected_crs: str = ""
    crs_confidence: str = ""
    original_wkt: str = ""
    original_sha256: str = ""
    pipeline: str = ""
    area_m2: Decimal | None = None
    length_m: Decimal | None = None
    reason: str = ""


# what a version of a shape keeps of its entry
EVIDENCE: Final = (
    "source",
    "accuracy_m",
    "declared_crs",
    "detected_crs",
    "crs_confidence",
    "original_wkt",
    "original_sha256",
    "pipeline",
    "area_m2",
    "length_m",
    "reason",
)
evidence_of = attrgetter(*EVIDENCE)


@dataclass(frozen=True, slots=True)
class FirstShapes:
    """The shapes with which new projects begin, by the key of their entry; approved at that moment by their import."""

    entries: Mapping[str, GeometryEntry] = field(default_factory=dict)
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEntry:
    """A 民生实事 indicator of a year, with the projects that serve it."""

    year: int
    level: str
    seq_no: int
    name: str
    indicator_name: str
    indicator_kind: str = "cumulative"
    quantity_unit: str = ""
    target_quantity: Decimal | None = None
    target_text: str = ""
    started_quantity: Decimal | None = None
    completed_quantity: Decimal | None = None
    lead_unit: str = ""
    data_as_of: date | None = None
    project_ids: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[int, str, int, str]:
        return (self.year, self.level, self.seq_no, self.indicator_name)
