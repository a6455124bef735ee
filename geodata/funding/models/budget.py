"""Where money comes from: sources, the financing plan, budget lines (下达) and arrivals (到位). Amounts in 元."""

from typing import Any

from django.db import models
from django.db.models import Q

from geodata.audit import audited
from geodata.funding.choices import FundNature
from geodata.projects.models import Project
from geodata.record import Recorded

YUAN: dict[str, Any] = {"max_digits": 18, "decimal_places": 2}


@audited()
class FundingSource(Recorded):
    """资金来源, a table: codes change without a release. `group` tells fiscal money from the rest."""

    class Group(models.TextChoices):
        FISCAL = "fiscal", "财政资金"
        BOND = "bond", "政府债券"
        MARKET = "market", "市场融资"
        OWN = "own", "自筹及其他"

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    group = models.CharField(max_length=8, choices=Group)
    order = models.PositiveSmallIntegerField(default=99)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


@audited()
class FundingPlan(Recorded):
    """资金筹措计划: what each source is to give; the rows of a project should add to its total investment."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="funding_plans")
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="plans")
    amount = models.DecimalField(**YUAN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "source"], name="funding_plan_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="funding_plan_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.source_id} {self.amount}"


@audited()
class BudgetLine(Recorded):
    """预算指标 issued (下达); negative when money is taken back. Without a project it is listed as 未归集."""

    doc_no = models.CharField(max_length=80)
    line_no = models.PositiveIntegerField(default=1)
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="budget_lines")
    year = models.PositiveSmallIntegerField()
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="budget_lines")
    amount = models.DecimalField(**YUAN)
    issued_on = models.DateField()
    functional_class = models.CharField(max_length=40, blank=True)
    budget_project_code = models.CharField(max_length=40, blank=True)  # not the 统一项目代码
    budget_project_name = models.CharField(max_length=200, blank=True)
    fund_nature = models.CharField(max_length=16, choices=FundNature, blank=True)

    class Meta:
        ordering = ["issued_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["doc_no", "project", "source", "year", "line_no"], nulls_distinct=False, name="budget_line_once"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="budget_line_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.doc_no} {self.amount}"


@audited()
class FundArrival(Recorded):
    """资金到位: quota or money at the disposal of the unit."""

    budget_line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="arrivals")
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="arrivals")
    arrived_on = models.DateField()
    line_no = models.PositiveIntegerField(default=1)
    amount = models.DecimalField(**YUAN)
    account_tail = models.CharField(max_length=4, blank=True)  # last four digits only

    class Meta:
        ordering = ["arrived_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["budget_line", "arrived_on", "line_no"], name="arrival_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="arrival_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.budget_line_id} {self.arrived_on} {self.amount}"


@audited()
class BudgetProjectMap(Recorded):
    """预算项目编码 of the treasury → project of the platform."""

    budget_project_code = models.CharField(max_length=40, unique=True)
    project = models.ForeignKey(Project, models.CASCADE, related_name="budget_codes")

    def __str__(self) -> str:
        return f"{self.budget_project_code} → {self.project_id}"
