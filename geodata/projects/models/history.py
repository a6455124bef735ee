"""What became of a project: dated changes of status and stage, versions of its shape, approvals of its cost."""

from django.contrib.gis.db import models
from django.db.models import Q

from geodata.audit import audited
from geodata.projects.choices import (
    OPEN_VERSIONS,
    GeometrySource,
    InvestmentBasis,
    Stage,
    Status,
    SuspensionKind,
    VersionState,
)
from geodata.projects.models.project import Project
from geodata.record import Recorded
from geodata.srid import STORAGE_SRID
from geodata.stewards.models import User


@audited()
class StatusChange(Recorded):
    """Status and stage from a business date on. Append-only: a correction is a later row of the same date."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="status_changes", db_index=False)
    effective_on = models.DateField()
    from_status = models.CharField(max_length=20, choices=Status, blank=True)
    status = models.CharField(max_length=20, choices=Status)
    stage = models.CharField(max_length=24, choices=Stage)
    reason = models.TextField(blank=True)
    doc_no = models.CharField(max_length=80, blank=True)
    suspension_kind = models.CharField(max_length=10, choices=SuspensionKind, blank=True)
    expected_resume_on = models.DateField(null=True, blank=True)
    reported_on = models.DateField(null=True, blank=True)  # 停工报告 handed in (due within one month)
    is_backward = models.BooleanField(default=False)  # needed headquarters' leave; flagged in the audit
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["project", "effective_on", "id"]
        # with what project_state() reads, so that a past day's status of every project comes from the index alone
        indexes = [
            models.Index(fields=["project", "-effective_on", "-id"], include=["status", "stage"], name="status_as_of")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.effective_on} {self.status}"


@audited(exclude=("geom", "original_wkt"))
class GeometryVersion(Recorded):
    """One shape of a project with its evidence, in EPSG:4490. Only an approved one becomes Project.geom.

    A shape is never changed: every save is a row, and what it replaces is superseded. `parent` is the version that the
    author had before them; `findings` is what the checks said of the shape (geodata/projects/checking), each with the
    author's answer; null where none has looked at it, as at an imported one.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="geometry_versions", db_index=False)
    number = models.PositiveIntegerField()
    geom = models.GeometryField(srid=STORAGE_SRID, spatial_index=False)  # found by project alone
    state = models.CharField(max_length=10, choices=VersionState)
    source = models.CharField(max_length=10, choices=GeometrySource)
    accuracy_m = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    declared_crs = models.CharField(max_length=60, blank=True)
    detected_crs = models.CharField(max_length=60, blank=True)
    crs_confidence = models.CharField(max_length=20, blank=True)
    original_wkt = models.TextField(blank=True)  # coordinates as they stood in the file
    original_sha256 = models.CharField(max_length=64, blank=True)
    pipeline = models.TextField(blank=True)  # the transformation applied, as text
    area_m2 = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    length_m = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_comment = models.CharField(max_length=400, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    approved_at = models.DateTimeField(null=True, blank=True)
    needs_headquarters = models.BooleanField(default=False)  # lies outside the unit: its people cannot approve it
    findings = models.JSONField(null=True, blank=True)
    valid_from = models.DateField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    restored_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="geometry_number_once"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(state__in=OPEN_VERSIONS), name="one_open_geometry_proposal"
            ),
            models.CheckConstraint(condition=Q(geom__isvalid=True), name="geometry_version_valid"),
            models.CheckConstraint(
                condition=~Q(state=VersionState.RETURNED) | ~Q(review_comment=""), name="geometry_returned_with_comment"
            ),
        ]
        indexes = [
            models.Index(fields=["-submitted_at"], condition=Q(state=VersionState.SUBMITTED), name="geometry_waiting"),
            models.Index(
                fields=["-approved_at"], condition=Q(state=VersionState.APPROVED), name="geometry_last_approved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} v{self.number}"


@audited()
class InvestmentApproval(Recorded):
    """An approved cost in 元; append-only. The newest one is Project.total_investment."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="investment_approvals")
    basis = models.CharField(max_length=20, choices=InvestmentBasis)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    doc_no = models.CharField(max_length=80, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    approving_unit = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["project", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="approved_amount_positive")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.basis} {self.amount}"
