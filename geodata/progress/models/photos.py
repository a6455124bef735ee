"""Photos of the works."""

from django.contrib.gis.db import models
from django.db.models import Q

from geodata.audit import audited
from geodata.projects.models import Project
from geodata.record import Recorded
from geodata.srid import STORAGE_SRID
from geodata.stewards.models import User


@audited(exclude=("position", "distance_m"))
class Photo(Recorded):
    """现场照片: the picture itself lies in two files named by `sha256` (geodata/progress/photo_files.py).

    Sizes in pixels and bytes are those of the large file. `upload_sha256` is of the file as it was sent, which is not
    kept: the same upload is recognised by it. A photo that was removed stays in the record with its reason, unseen.

    `position` is what the camera noted in the upload (WGS 84, taken as EPSG:4490). It tells where a member of staff
    was: it stands in this row alone, never in the picture, in a file or in anything published. `camera_on` is the day
    that the camera noted, empty where it noted none; `taken_on` may have been typed.

    After some time the place is forgotten (geodata/visits/forgetting.py); `distance_m` then says how far from the
    project's shape it was, and stays.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="photos")
    taken_on = models.DateField()
    camera_on = models.DateField(null=True, blank=True)
    distance_m = models.DecimalField(max_digits=9, decimal_places=1, null=True, blank=True)
    position = models.PointField(srid=STORAGE_SRID, null=True, blank=True, spatial_index=False)
    caption = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64)
    upload_sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    bytes = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["project", "-taken_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "upload_sha256"], condition=Q(removed_at__isnull=True), name="photo_upload_once"
            ),
            models.UniqueConstraint(
                fields=["project", "sha256"], condition=Q(removed_at__isnull=True), name="photo_picture_once"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removed_reason="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removed_reason="")),
                name="photo_removed_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.taken_on} {self.sha256[:8]}"
