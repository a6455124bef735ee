"""How far a project is: milestones, the plan of each year, the reports of each period, photos of the works."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from geodata.audit import audited
from geodata.projects.choices import Precision
from geodata.projects.models import Project
from geodata.record import Recorded
from geodata.stewards.models import User

YUAN: dict[str, Any] = {"max_digits": 18, "decimal_places": 2}


@audited()
class PlanYear(Recorded):
    """年度计划: planned investment of a year in 元; `adjusted_amount` replaces it once a document says so."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="plan_years")
    year = models.PositiveSmallIntegerField()
    planned_amount = models.DecimalField(**YUAN, null=True, blank=True)
    adjusted_amount = models.DecimalField(**YUAN, null=True, blank=True)
    adjust_doc_no = models.CharField(max_length=80, blank=True)
    planned_content = models.TextField(blank=True)
    target_progress_pct = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    carryover = models.BooleanField(default=False)  # 续建: started before 1 January of this year

    class Meta:
        ordering = ["project", "year"]
        constraints = [
            models.UniqueConstraint(fields=["project", "year"], name="plan_once_a_year"),
            models.CheckConstraint(
                condition=(Q(planned_amount__isnull=True) | Q(planned_amount__gte=0))
                & (Q(adjusted_amount__isnull=True) | Q(adjusted_amount__gte=0)),
                name="plan_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.year}"


@audited()
class Milestone(Recorded):
    """节点: planned, forecast and actual day; weights of the construction nodes (M08xx) of a project add to 100."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    code = models.CharField(max_length=8)
    name = models.CharField(max_length=60)
    planned_on = models.DateField(null=True, blank=True)
    planned_precision = models.CharField(max_length=8, choices=Precision, default=Precision.DAY)
    forecast_on = models.DateField(null=True, blank=True)
    actual_on = models.DateField(null=True, blank=True)
    weight_pct = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    progress_pct = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    is_key = models.BooleanField(default=False)
    evidence = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["project", "code"]
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="milestone_once"),
            models.CheckConstraint(condition=Q(weight_pct__gte=0, weight_pct__lte=100), name="milestone_weight_range"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.code}"


@audited()
class PeriodReport(Recorded):
    """周报/月报. Frozen once approved (a trigger refuses changes); a correction is a new version of the same period.

    Amounts in 元, reported by the unit: completed investment is physical progress in money, not cash.
    """

    class Kind(models.TextChoices):
        WEEK = "week", "周"
        MONTH = "month", "月"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "已提交"
        RETURNED = "returned", "已退回"
        APPROVED = "approved", "已审核"

    project = models.ForeignKey(Project, models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.MONTH)
    period_start = models.DateField()
    period_end = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    physical_pct = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    physical_desc = models.TextField(blank=True)
    invested_period = models.DecimalField(**YUAN, null=True, blank=True)
    invested_year = models.DecimalField(**YUAN, null=True, blank=True)
    invested_cumulative = models.DecimalField(**YUAN, null=True, blank=True)
    work_done = models.TextField(blank=True)
    next_plan = models.TextField(blank=True)
    problems = models.TextField(blank=True)
    correction_reason = models.CharField(max_length=400, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["project", "period_end", "version"]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind", "period_end", "version"], name="report_version_once"),
            models.CheckConstraint(condition=Q(period_end__gte=F("period_start")), name="report_period_in_order"),
            models.CheckConstraint(
                condition=Q(physical_pct__isnull=True) | Q(physical_pct__gte=0, physical_pct__lte=100),
                name="physical_pct_range",
            ),
        ]
        indexes = [
            models.Index(
                fields=["project", "-period_end", "-version"], condition=Q(state="approved"), name="report_latest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.period_end} v{self.version}"


@audited()
class Photo(Recorded):
    """现场照片: the picture itself lies in two files named by `sha256` (geodata/progress/photo_files.py).

    Sizes in pixels and bytes are those of the large file. `upload_sha256` is of the file as it was sent, which is not
    kept: the same upload is recognised by it. A photo that was removed stays in the record with its reason, unseen.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="photos")
    taken_on = models.DateField()
    caption = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64)
    upload_sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    bytes = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["project", "-taken_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "upload_sha256"], condition=Q(removed_at__isnull=True), name="photo_upload_once"
            ),
            models.UniqueConstraint(
                fields=["project", "sha256"], condition=Q(removed_at__isnull=True), name="photo_picture_once"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removed_reason="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removed_reason="")),
                name="photo_removed_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.taken_on} {self.sha256[:8]}"
