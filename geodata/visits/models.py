"""People at the sites of the works: who was where and when, as far as the phone can tell."""

from django.contrib.gis.db import models
from django.db.models import Q

from geodata.audit import audited_ledger
from geodata.progress.models import Photo
from geodata.projects.models import Project
from geodata.record import Recorded
from geodata.srid import STORAGE_SRID
from geodata.stewards.models import User


@audited_ledger()
class CheckIn(Recorded):
    """现场签到. Append-only: triggers refuse every change, so that a visit cannot be moved afterwards.

    `position` is the phone's (WGS 84, taken as EPSG:4490), `accuracy_m` the radius within which the phone believes
    itself, `fixed_at` its clock when it found out, `received_at` ours. `distance_m` is by geography to the shape of
    that day, 0 inside it and empty where the project had none; `allowed_m` is what was allowed then. `key` is made by
    the page: the same check-in sent twice over a bad line is one row.

    Where a member of staff was is personal: no column of this table is exported or published, and `position` is emptied
    after `position_keep_days` (geodata/visits/forgetting.py), the one change that the trigger lets pass.
    """

    key = models.UUIDField(unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="check_ins")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    fixed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    position = models.PointField(srid=STORAGE_SRID, spatial_index=False, null=True, blank=True)
    accuracy_m = models.DecimalField(max_digits=6, decimal_places=1)
    distance_m = models.DecimalField(max_digits=9, decimal_places=1, null=True, blank=True)
    allowed_m = models.DecimalField(max_digits=6, decimal_places=1)
    inside = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    photo = models.OneToOneField(Photo, models.PROTECT, null=True, blank=True, related_name="check_in")

    class Meta:
        ordering = ["project", "-received_at", "-pk"]
        indexes = [models.Index(fields=["project", "-received_at"], name="check_in_of_project")]
        constraints = [
            models.CheckConstraint(condition=Q(accuracy_m__gt=0, accuracy_m__lte=100), name="check_in_accuracy"),
            models.CheckConstraint(
                condition=Q(distance_m__isnull=True, inside__isnull=True)
                | Q(distance_m=0, inside=True)
                | Q(distance_m__gt=0, inside=False),
                name="check_in_inside_means_no_distance",
            ),
            models.CheckConstraint(
                condition=Q(distance_m__isnull=True) | Q(distance_m__lte=models.F("allowed_m")),
                name="check_in_near_enough",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.received_at:%Y-%m-%d %H:%M} {self.person_id}"
