"""Works near each other at the same time: where one dig could serve two projects (同步开挖).

Found by comparing all shapes, which costs seconds over a city, so a job of the night does it and pages read the pairs.
All of this is derived and can be made anew, hence no audit trail.
"""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from geodata.projects.models import Project
from geodata.srid import STORAGE_SRID


class WorksPair(models.Model):
    """Two projects within the distance whose works overlap in time. `distance_m` is the shortest, in EPSG:4547.

    `first` has the smaller id. The days are those of both works together; from `until` on the pair is gone.
    """

    first = models.ForeignKey(Project, models.CASCADE, related_name="+")
    second = models.ForeignKey(Project, models.CASCADE, related_name="+")
    distance_m = models.DecimalField(max_digits=7, decimal_places=2)
    place = models.PointField(srid=STORAGE_SRID, spatial_index=False)  # half way between the two
    overlap_from = models.DateField()
    overlap_to = models.DateField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["overlap_from", "first", "second"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], condition=Q(until__isnull=True), name="works_pair_open_once"
            ),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="works_pair_ordered"),
            models.CheckConstraint(condition=Q(overlap_to__gte=F("overlap_from")), name="works_pair_overlaps"),
        ]
        indexes = [models.Index(fields=["second"], condition=Q(until__isnull=True), name="works_pair_second")]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class PairsRun(models.Model):
    """One comparison of all works: how many were compared, how many pairs are new, kept and gone.

    `near` counts all pairs within the distance; of each project the `nearest` others are kept.
    """

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(db_default=Now(), editable=False)
    day = models.DateField()
    distance_m = models.DecimalField(max_digits=7, decimal_places=2)
    projects = models.PositiveIntegerField()
    found = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    gone = models.PositiveIntegerField()
    near = models.PositiveIntegerField(null=True)  # unknown of runs from before it was kept
    nearest = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.day} {self.projects}"

    @property
    def is_limited(self) -> bool:
        """Whether more pairs are near each other than are kept."""
        return self.near is not None and self.near > self.found + self.kept
