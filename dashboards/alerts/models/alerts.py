"""A warning about a project, and what became of it step by step."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from dashboards.alerts.choices import OPEN_STATES, EventKind, Level, State
from dashboards.alerts.rules import BY_ID
from geodata.audit import audited
from geodata.projects.models import Project
from geodata.record import Recorded
from geodata.stewards.models import User


@audited(exclude=("sentence", "inputs", "thresholds", "fact", "last_seen_on", "clear_scans", "clear_on", "updated_at"))
class Alert(Recorded):
    """预警: one rule about one project, from the day on which it was found until it was closed.

    `period_key` is the month in which it was opened (2026-11). `sentence`, `inputs` and `thresholds` are those of the
    last scan that found it; those of each step of its history stand in AlertStep, so that the columns that grow by
    themselves from day to day are left out of the audit trail. `clear_scans`: on how many days in a row the condition
    did not hold any more, `clear_on` the last of them; of a closed one the day on which it was gone first.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="alerts")
    rule = models.CharField(max_length=4)
    rule_version = models.PositiveSmallIntegerField()
    period_key = models.CharField(max_length=7)
    level = models.CharField(max_length=6, choices=Level)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    fact = models.CharField(max_length=200)
    sentence = models.CharField(max_length=400)
    inputs = models.JSONField(default=dict)
    thresholds = models.JSONField(default=dict)
    opened_on = models.DateField()
    level_since = models.DateField()
    last_seen_on = models.DateField()
    clear_scans = models.PositiveSmallIntegerField(default=0)
    clear_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    handled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-level_since", "level", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "rule", "period_key"], name="alert_once_a_period"),
            models.UniqueConstraint(
                fields=["project", "rule"], condition=Q(state__in=OPEN_STATES), name="alert_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, closed_on__isnull=True)
                | (~Q(state__in=OPEN_STATES) & Q(closed_on__isnull=False)),
                name="alert_closed_has_day",
            ),
            models.CheckConstraint(condition=Q(last_seen_on__gte=F("opened_on")), name="alert_days_in_order"),
        ]
        indexes = [
            models.Index(fields=["state", "-level_since", "level", "-id"], name="alert_feed"),
            models.Index(fields=["rule", "state"], name="alert_rule"),
            models.Index(fields=["closed_on"], condition=Q(closed_on__isnull=False), name="alert_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.rule} {self.period_key}"

    @property
    def rule_name(self) -> str:
        """The rule's name; its number alone where the rule is no more."""
        known = BY_ID.get(self.rule)
        return known.name if known else self.rule

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def days_open(self, today: date) -> int:
        """Days since it was opened, up to its closing."""
        return ((self.closed_on or today) - self.opened_on).days


class AlertStep(models.Model):
    """One step of a warning's history with the evidence of that moment. Append-only: triggers refuse every change."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=EventKind)
    day = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")  # null = a scan
    note = models.CharField(max_length=400, blank=True)
    level = models.CharField(max_length=6, choices=Level)
    rule_version = models.PositiveSmallIntegerField()
    sentence = models.CharField(max_length=400)
    inputs = models.JSONField(default=dict)
    thresholds = models.JSONField(default=dict)

    class Meta:
        ordering = ["alert", "pk"]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.day} {self.kind}"
