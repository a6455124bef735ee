"""Batches: what came in by which file, what was found in it, what it changed."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from geodata.audit import audited
from geodata.stewards.models import User


class Batch(models.Model):
    """One file for one dataset: previewed, then committed or refused; later perhaps rolled back.

    A file uploaded in the workbench waits for the worker before its preview (queued, reading) and before it is written
    (committing, rolling_back); a command goes straight to "previewed".
    """

    class State(models.TextChoices):
        QUEUED = "queued", "等待读取"
        READING = "reading", "读取中"
        PREVIEWED = "previewed", "已预览"
        COMMITTING = "committing", "入库中"
        ROLLING_BACK = "undoing", "撤回中"
        FAILED = "failed", "处理中断"
        DISCARDED = "discarded", "已放弃"
        COMMITTED = "committed", "已入库"
        REFUSED = "refused", "已拒收"
        ROLLED_BACK = "rolled_back", "已撤回"

    dataset = models.CharField(max_length=24)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State, default=State.PREVIEWED)
    counts = models.JSONField(default=dict)  # new, changed, unchanged, refused, skipped, blank
    control_totals = models.JSONField(default=list)  # printed and computed sums, as text
    changes = models.JSONField(default=list)  # field by field old → new of the first changed rows, for the preview
    stored_path = models.CharField(max_length=500, blank=True)  # where the file lies until the batch is committed
    opened_at = models.DateTimeField(db_default=Now())
    committed_at = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="batches")
    content_sha256 = models.CharField(max_length=64, blank=True)  # of the cells and shapes, however they are wrapped
    uploaded = models.BooleanField(default=False)  # in the workbench: its file lies in a folder of ours
    skip_refused = models.BooleanField(default=False)  # the person chose to bring in the good rows alone
    blocked = models.BooleanField(default=False)  # a doubt about a whole sheet: not even the good rows may go in
    added = models.JSONField(default=list)  # {sheet, row, key} of the first new rows
    context_id = models.UUIDField(null=True, blank=True)  # of the audit trail's entries that the commit made
    rolled_back_at = models.DateTimeField(null=True, blank=True)
    rolled_back_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    rollback_reason = models.CharField(max_length=200, blank=True)

    # the worker has to do something with it
    WORKING = (State.QUEUED, State.READING, State.COMMITTING, State.ROLLING_BACK)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["dataset", "sha256"], name="batch_file"),
            models.Index(fields=["dataset", "content_sha256"], name="batch_content"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.file_name}"


class BatchRun(models.Model):
    """How far the worker is with a batch. A table of its own: written over a second connection while the row of the
    batch is locked by the transaction that commits it."""

    batch = models.OneToOneField(Batch, models.CASCADE, primary_key=True, related_name="run")
    percent = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.batch_id} {self.percent} %"


class BatchIssue(models.Model):
    """Something found in a file, with its place and what to do, in Chinese."""

    class Severity(models.TextChoices):
        ERROR = "error", "错误"
        QUESTION = "question", "待确认"
        WARNING = "warning", "提醒"
        NOTICE = "notice", "说明"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="issues")
    severity = models.CharField(max_length=8, choices=Severity)
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(null=True, blank=True)
    column = models.CharField(max_length=60, blank=True)
    message = models.TextField()
    value = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["batch", "row", "id"]
        constraints = [models.CheckConstraint(condition=~Q(message=""), name="issue_says_something")]

    def __str__(self) -> str:
        return self.message


@audited(exclude=("used_at",))
class SourceMapping(models.Model):
    """What the columns of a source's files mean here, made once by a person and used for every file with its titles."""

    dataset = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    header_sha256 = models.CharField(max_length=64)
    titles = models.JSONField(default=list)  # as the file writes them
    document = models.JSONField(default=dict)  # columns, constants, values, options: a mapping file's four tables
    shared = models.BooleanField(default=False)  # made by somebody who imports such files for the whole city
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["dataset", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "header_sha256", "made_by"], name="one_mapping_a_source")
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.name}"


class Export(models.Model):
    """A list that a person of the staff took away as a file: who, which list, by what filter, how many rows, when.

    Append-only: triggers refuse every change (migration 0005).
    """

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"
        HTML = "html", "HTML"

    user = models.ForeignKey(User, models.PROTECT, related_name="exports")
    sheet = models.CharField(max_length=24)  # projects, payments, orders, organisations, offline_map
    format = models.CharField(max_length=4, choices=Format)
    parameters = models.CharField(max_length=500, blank=True)  # the filter as it stands in the address
    rows = models.PositiveIntegerField()
    exported_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.sheet} {self.rows}"
