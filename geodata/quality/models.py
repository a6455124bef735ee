"""What is doubtful about the shapes of projects, found by comparing each with its unit and with all others.

Such a comparison costs seconds to a minute over a city, so no page makes it: a job does, and pages count its findings.
A finding holds from the day on which it was found until the day on which it was gone, so that the report of any day can
be given again. All of this is derived and can be made anew, hence no audit trail.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from geodata.projects.models import Project
from geodata.quality.choices import Kind


class GeometryFinding(models.Model):
    """One doubt about one project's shape. `share_pct`: of the shape inside its unit, or of the smaller of two shapes
    covered by the other; `other` is the project that it shares most with, `others` how many there are."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="geometry_findings")
    kind = models.CharField(max_length=10, choices=Kind)
    other = models.ForeignKey(Project, models.CASCADE, null=True, blank=True, related_name="+")
    others = models.PositiveIntegerField(default=0)
    share_pct = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # the day from which it is gone

    class Meta:
        ordering = ["project", "kind", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"], condition=Q(until__isnull=True), name="geometry_finding_open_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="geometry_finding_period"
            ),
        ]
        indexes = [models.Index(fields=["kind", "since"], name="geometry_finding_kind")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind}"


class ExaminedProject(models.Model):
    """When a project's shape was last compared; a project changed after that waits for the next time."""

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True, related_name="+")
    examined_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.project_id} {self.examined_at}"


class QualityRun(models.Model):
    """One comparison: of all projects (`whole`), or of those changed since the last."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(db_default=Now(), editable=False)
    day = models.DateField()
    whole = models.BooleanField()
    projects = models.PositiveIntegerField()
    found = models.PositiveIntegerField()
    gone = models.PositiveIntegerField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.day} {self.projects}"
