"""The plan of each year and the milestones of a project."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

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
    """节点: planned, forecast and actual day; weights of the construction nodes (M08xx) of a project add to 100.

    The day of a key node is `reported_on` until another person has confirmed it; then it is `actual_on`.
    """

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
    reported_on = models.DateField(null=True, blank=True)
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reported_at = models.DateTimeField(null=True, blank=True)
    override_reason = models.CharField(max_length=400, blank=True, default="", db_default="")  # out of order
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    review_comment = models.CharField(max_length=400, blank=True, default="", db_default="")
    hands = ArrayField(models.BigIntegerField(), default=list, db_default=[], blank=True)  # as of a report
    revision = models.PositiveIntegerField(default=1, db_default=1)  # optimistic lock

    class Meta:
        ordering = ["project", "code"]
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="milestone_once"),
            models.CheckConstraint(condition=Q(weight_pct__gte=0, weight_pct__lte=100), name="milestone_weight_range"),
        ]
        indexes = [
            models.Index(fields=["reported_at"], condition=Q(reported_on__isnull=False), name="milestone_waiting"),
            models.Index(
                Coalesce("forecast_on", "planned_on"),
                condition=Q(actual_on__isnull=True, reported_on__isnull=True, planned_precision=Precision.DAY),
                name="milestone_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.code}"
