"""What a person is told: one row an event and person, unread until opened or until somebody has settled the matter."""

from django.db import models
from django.db.models import Q

from geodata.audit import audited
from geodata.record import Recorded
from geodata.stewards.models import User


@audited()
class Notice(Recorded):
    """消息: one Chinese sentence about one event. `event_key` names the event; told again, nothing happens.

    `subject` and `subject_id` say what the event is about, so that the site finds the page that deals with it; the
    record knows no addresses. `settled_at`: what was to be approved has been decided, by whomsoever.
    """

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "被退回"
        APPROVED = "approved", "已通过"
        ALERT = "alert", "提醒"
        DEADLINE = "deadline", "到期"

    person = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    event_key = models.CharField(max_length=120)
    text = models.CharField(max_length=400)
    project_code = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=20, blank=True)  # geometry, report, status, milestone, checkin, …
    subject_id = models.BigIntegerField(null=True, blank=True)
    happened_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-happened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "event_key"], name="notice_once"),
            models.CheckConstraint(condition=~Q(event_key="") & ~Q(text=""), name="notice_says_something"),
        ]
        indexes = [
            models.Index(fields=["person", "-happened_at", "-id"], name="notice_inbox"),
            # what the navigation counts on every page
            models.Index(
                fields=["person"],
                condition=Q(kind="submitted", settled_at__isnull=True) | Q(read_at__isnull=True),
                name="notice_open",
            ),
            # settling looks for the beginning of the key, whatever the collation of the database
            models.Index(
                fields=["event_key"],
                opclasses=["varchar_pattern_ops"],
                condition=Q(kind="submitted", settled_at__isnull=True),
                name="notice_open_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.event_key}"
