"""What was published when and by whom, on the record's side."""

from django.db import models

from geodata.audit import audited
from geodata.stewards.models import User


@audited()
class PublicationRun(models.Model):
    """One run of `publish`; `number` is the snapshot's number."""

    class State(models.TextChoices):
        RUNNING = "running", "进行中"
        PUBLISHED = "published", "已发布"
        REFUSED = "refused", "未通过检查"

    number = models.PositiveIntegerField(unique=True)
    as_of = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"#{self.number}"
