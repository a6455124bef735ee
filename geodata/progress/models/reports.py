"""Reports of a period with the nodes of the works that they rest on, and the nodes that a category usually has."""

from django.db import models
from django.db.models import F, Q

from geodata.audit import audited
from geodata.progress.models.plans import YUAN
from geodata.projects.models import Project
from geodata.record import Recorded
from geodata.stewards.models import User


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
