"""What was published when and by whom, and what was taken back, on the record's side."""

from django.db import models
from django.db.models import Q

from geodata.audit import audited
from geodata.stewards.models import User


@audited(exclude=("step", "percent", "report"))
class PublicationRun(models.Model):
    """One run over the public database: a look at what would change, a snapshot, or a withdrawal.

    `number` is the snapshot's number, taken when the run begins to write; a look ahead has none. `percent` and `step`
    are what the page shows while it runs, `report` what it found (texts and amounts as texts, personal data masked).
    """

    class Kind(models.TextChoices):
        REVIEW = "review", "核对变更"
        PUBLISH = "publish", "发布"
        WITHDRAW = "withdraw", "撤下"

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已核对"
        PUBLISHED = "published", "已发布"
        REFUSED = "refused", "未通过检查"
        INTERRUPTED = "interrupted", "已中断"
        FAILED = "failed", "出错"

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PUBLISH)
    number = models.PositiveIntegerField(unique=True, null=True)
    as_of = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    requested_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=40, blank=True, default="")
    percent = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    ACTIVE = (State.QUEUED, State.RUNNING)

    class Meta:
        ordering = ["-id"]
        constraints = [
            # two people at once: the second is told
            models.UniqueConstraint(
                fields=["kind"], condition=Q(state__in=["queued", "running"]), name="one_run_of_a_kind_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.number or '—'}"

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE


@audited()
class Withdrawal(models.Model):
    """What must not be public any more although the record says it: a project, a person's name, or one text.

    Holds for every later snapshot until it is lifted. `value` is the name taken back, wherever it stands as a payee or
    supplier; a project and a text need none. `applied_at` is empty until the public database has let go of it.
    """

    class Kind(models.TextChoices):
        PROJECT = "project", "整个项目"
        NAME = "name", "收款人或承包单位名称"
        TEXT = "text", "合同名称"

    kind = models.CharField(max_length=8, choices=Kind)
    code = models.CharField(max_length=20)  # platform number of the project where it was found
    key = models.CharField(max_length=60, blank=True)  # number of the payment or contract
    value = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField()
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lifted_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"],
                condition=Q(kind="project", lifted_at__isnull=True),
                name="a_project_is_withdrawn_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="withdrawn_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.key}"
