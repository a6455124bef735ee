"""Which scans were made, and which rules were tried on the past. Derived, hence no audit trail."""

from django.db import models
from django.db.models.functions import Now

from dashboards.alerts.choices import RunState
from geodata.stewards.models import User


class ScanRun(models.Model):
    """One scan: of all projects (`whole`), or of those about which something new was recorded."""

    day = models.DateField()
    whole = models.BooleanField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(db_default=Now(), editable=False)
    rules = models.CharField(max_length=200)  # W01.1 W02.1 …: those that were on
    projects = models.PositiveIntegerField()
    opened = models.PositiveIntegerField()
    escalated = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    red = models.PositiveIntegerField()
    yellow = models.PositiveIntegerField()
    grey = models.PositiveIntegerField()
    green = models.PositiveIntegerField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["-day", "-id"], name="scan_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.projects}"


class BacktestRun(models.Model):
    """回测: one rule, as it stood when somebody asked, tried on the months gone by."""

    rule = models.CharField(max_length=4)
    rule_version = models.PositiveSmallIntegerField()
    thresholds = models.JSONField(default=dict)
    months = models.PositiveSmallIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=8, choices=RunState, default=RunState.QUEUED)
    done = models.PositiveSmallIntegerField(default=0)  # scan days computed
    of = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    message = models.CharField(max_length=400, blank=True)
    result = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.rule} {self.first_day}–{self.last_day} {self.state}"


class JudgedDay(models.Model):
    """The lights of a past day without a scan, by the rules of `key` (rules/: `key_of`): {project: [colour, sentence]}.

    Judging a city of ten thousand takes seconds, a page has a fraction of one; the worker keeps the ends of the months.
    `version` is the record's (geodata/summary/version.py) before they were judged.
    """

    day = models.DateField(primary_key=True)
    key = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    version = models.TextField(db_default="", blank=True)
    lights = models.JSONField()

    def __str__(self) -> str:
        return f"{self.day}"
