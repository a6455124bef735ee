"""Changes of status that wait for a decision, and the documents that reports, nodes and requests rest on."""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from geodata.audit import audited
from geodata.progress.models.plans import Milestone
from geodata.progress.models.reports import PeriodReport
from geodata.projects.choices import Stage, Status
from geodata.projects.models import Project, StatusChange
from geodata.record import Recorded
from geodata.stewards.models import User


@audited()
class StatusRequest(Recorded):
    """状态变更申请: what is asked for, with the facts that the guards of the move want; approved, it becomes a
    StatusChange. One may wait for a project at a time."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "待审核"
        APPROVED = "approved", "已批准"
        RETURNED = "returned", "已退回"
        WITHDRAWN = "withdrawn", "已撤回"

    project = models.ForeignKey(Project, models.CASCADE, related_name="status_requests")
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    from_status = models.CharField(max_length=20, choices=Status)
    status = models.CharField(max_length=20, choices=Status)
    stage = models.CharField(max_length=24, choices=Stage)
    effective_on = models.DateField()
    reason = models.TextField(blank=True)
    doc_no = models.CharField(max_length=80, blank=True)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)  # what else the guards ask (transitions.Facts)
    needs_headquarters = models.BooleanField(default=False)
    is_exceptional = models.BooleanField(default=False)  # outside the table: back, or over several steps
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    hands = ArrayField(models.BigIntegerField(), default=list)  # everybody who asked for it since the last decision
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_comment = models.CharField(max_length=400, blank=True)
    change = models.OneToOneField(StatusChange, models.PROTECT, null=True, blank=True, related_name="request")

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(state="submitted"), name="one_status_request_waiting"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "returned"])
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="status_request_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", change__isnull=False) | (~Q(state="approved") & Q(change__isnull=True)),
                name="status_request_approved_has_change",
            ),
        ]
        indexes = [models.Index(fields=["project", "-submitted_at"], name="status_request_of_project")]

    @property
    def is_stop_report(self) -> bool:
        """Whether it asks for no move, but says when the stop that lasts was reported (services/stopping.py)."""
        return self.from_status == self.status == Status.SUSPENDED and bool(self.facts.get("reported_on"))

    def __str__(self) -> str:
        return f"{self.project_id} {self.from_status} → {self.status}"


@audited()
class Attachment(Recorded):
    """附件: a PDF as it was sent, or a picture drawn anew; the file is named by `sha256` (geodata/progress/papers.py).

    It belongs to exactly one report, node or request. `upload_sha256` is of the file as it was sent. One that was
    removed stays in the record with its reason, unseen.
    """

    class Media(models.TextChoices):
        PDF = "application/pdf", "PDF"
        JPEG = "image/jpeg", "JPEG"

    project = models.ForeignKey(Project, models.CASCADE, related_name="attachments")
    report = models.ForeignKey(PeriodReport, models.CASCADE, null=True, blank=True, related_name="attachments")
    milestone = models.ForeignKey(Milestone, models.CASCADE, null=True, blank=True, related_name="attachments")
    request = models.ForeignKey(StatusRequest, models.CASCADE, null=True, blank=True, related_name="attachments")
    title = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    upload_sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=20, choices=Media)
    bytes = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["project", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(report__isnull=False, milestone__isnull=True, request__isnull=True)
                | Q(report__isnull=True, milestone__isnull=False, request__isnull=True)
                | Q(report__isnull=True, milestone__isnull=True, request__isnull=False),
                name="attachment_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removed_reason="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removed_reason="")),
                name="attachment_removed_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.title}"
