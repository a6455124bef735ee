"""Reports of a period with the nodes of the works that they rest on, and the nodes that a category usually has."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from geodata.audit import audited
from geodata.progress.models.plans import YUAN
from geodata.projects.models import Category, Project
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

    class Delay(models.TextChoices):
        """滞后原因: why the works are behind their plan."""

        LAND = "land", "征地拆迁未完成"
        PROCEDURE = "procedure", "前期手续未办结"
        DESIGN = "design", "设计变更或图纸未定"
        FUNDS = "funds", "资金未到位"
        CONTRACTOR = "contractor", "施工单位组织不力"
        MATERIALS = "materials", "材料设备供应不足"
        WEATHER = "weather", "天气或汛期影响"
        RESIDENTS = "residents", "群众意见未统一"
        OTHER = "other", "其他原因"

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
    delay_reason = models.CharField(max_length=12, choices=Delay, blank=True, default="", db_default="")
    delay_note = models.CharField(max_length=400, blank=True, default="", db_default="")
    explanation = models.CharField(max_length=400, blank=True, default="", db_default="")  # of what contradicts itself
    correction_reason = models.CharField(max_length=400, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    review_comment = models.CharField(max_length=400, blank=True, default="", db_default="")
    # everybody who wrote in it since the last approved version: none of them may approve it
    hands = ArrayField(models.BigIntegerField(), default=list, db_default=[], blank=True)
    revision = models.PositiveIntegerField(default=1, db_default=1)  # optimistic lock, growing over the versions, too

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
            ),
            models.Index(fields=["state", "submitted_at"], condition=Q(state="submitted"), name="report_waiting"),
            models.Index(fields=["reviewed_at"], condition=Q(state="returned"), name="report_returned"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.period_end} v{self.version}"


@audited()
class WeeklyReporting(Recorded):
    """按周填报: from the week that holds `since` on the project reports every week and not every month. Headquarters
    sets it for works that need a close watch and takes the row away again; the audit keeps both."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="weekly_reporting")
    since = models.DateField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["project"]

    def __str__(self) -> str:
        return f"{self.project_id} {self.since}"


@audited()
class ReportNode(Recorded):
    """One node of the works as a report states it: the weights are kept with it, whatever the template becomes."""

    report = models.ForeignKey(PeriodReport, models.CASCADE, related_name="nodes")
    code = models.CharField(max_length=8)
    name = models.CharField(max_length=60)
    weight_pct = models.DecimalField(max_digits=5, decimal_places=2)
    done_pct = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["report", "code"]
        constraints = [
            models.UniqueConstraint(fields=["report", "code"], name="report_node_once"),
            models.CheckConstraint(
                condition=Q(weight_pct__gt=0, weight_pct__lte=100, done_pct__gte=0, done_pct__lte=100),
                name="report_node_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.code} {self.done_pct} %"


@audited()
class NodeTemplate(Recorded):
    """形象进度模板: the weighted nodes of the works that projects of a category usually have; they add to 100."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="node_templates")
    code = models.CharField(max_length=8)  # M0802 … M0819
    name = models.CharField(max_length=60)
    weight_pct = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["category", "code"]
        constraints = [
            models.UniqueConstraint(fields=["category", "code"], name="template_node_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^M08(0[2-9]|1[0-9])$"), name="template_node_code"),
            models.CheckConstraint(condition=Q(weight_pct__gt=0, weight_pct__lte=100), name="template_node_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} {self.code} {self.weight_pct} %"
