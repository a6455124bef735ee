"""民生实事: yearly quantity targets to which projects contribute."""

from django.db import models

from geodata.audit import audited
from geodata.organisations.models import Organisation
from geodata.projects.choices import TaskLevel
from geodata.projects.models.project import Project
from geodata.record import Recorded


@audited()
class LivelihoodTask(Recorded):
    """A target of a year: 完成数 over 年任务 may pass 100 %; thresholds and yes/no targets are never summed."""

    class Kind(models.TextChoices):
        CUMULATIVE = "cumulative", "累计量"
        THRESHOLD = "threshold", "达标值"
        BINARY = "binary", "是否完成"

    year = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=12, choices=TaskLevel)
    seq_no = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    indicator_name = models.CharField(max_length=100)
    indicator_kind = models.CharField(max_length=12, choices=Kind, default=Kind.CUMULATIVE)
    quantity_unit = models.CharField(max_length=20, blank=True)
    target_quantity = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    target_text = models.CharField(max_length=100, blank=True)
    started_quantity = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    completed_quantity = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    lead_unit = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="tasks")
    data_as_of = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-year", "level", "seq_no"]
        constraints = [
            models.UniqueConstraint(fields=["year", "level", "seq_no", "indicator_name"], name="task_indicator_once")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.name}"


@audited()
class TaskContribution(Recorded):
    """How much a project adds to a task, in the task's unit."""

    task = models.ForeignKey(LivelihoodTask, models.CASCADE, related_name="contributions")
    project = models.ForeignKey(Project, models.CASCADE, related_name="contributions")
    quantity = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "project"], name="contribution_once")]

    def __str__(self) -> str:
        return f"{self.project_id} → {self.task_id}"
