"""What of photos and documents people have decided to show to everybody."""

from django.db import models
from django.db.models import Q

from geodata.audit import audited
from geodata.progress.models.photos import Photo
from geodata.progress.models.requests import Attachment
from geodata.projects.models import Project
from geodata.record import Recorded
from geodata.stewards.models import User


@audited()
class Release(Recorded):
    """公开: a person looked at a photo or a document, found nobody recognisable on it, and let it out.

    One row a decision: it is ended once, with the reason, and never opened again; a new decision is a new row. What
    has no row that is open is not public.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="releases")
    photo = models.ForeignKey(Photo, models.CASCADE, null=True, blank=True, related_name="releases")
    attachment = models.ForeignKey(Attachment, models.CASCADE, null=True, blank=True, related_name="releases")
    released_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    released_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["project", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(photo__isnull=False, attachment__isnull=True)
                | Q(photo__isnull=True, attachment__isnull=False),
                name="release_of_one_thing",
            ),
            models.UniqueConstraint(fields=["photo"], condition=Q(ended_at__isnull=True), name="photo_released_once"),
            models.UniqueConstraint(
                fields=["attachment"], condition=Q(ended_at__isnull=True), name="attachment_released_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_reason="")),
                name="release_ended_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.released_at:%Y-%m-%d}"
