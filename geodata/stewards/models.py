"""People who work with the record, and what each may see and do."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from geodata.audit import audited
from geodata.organisations.models import Organisation
from geodata.record import Recorded
from geodata.regions.models import AreaUnit
from geodata.stewards.roles import Role


@audited(exclude=("password", "last_login"))
class User(AbstractUser):
    """A member of staff. Rights come from RoleGrant rows alone, never from Django's groups or flags."""

    display_name = models.CharField(max_length=60, blank=True)
    # of the personnel register: two accounts with the same number are one person to the four-eyes rule
    staff_no = models.CharField(max_length=40, blank=True, db_default="", default="")
    password_temporary = models.BooleanField(db_default=False, default=False)  # to be changed at the next log-in
    office_phone = models.CharField(max_length=40, blank=True)
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.display_name or self.username


@audited()
class RoleGrant(Recorded):
    """One role of one person, over one unit or one organisation, or over all where the role allows it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=16, choices=Role)
    unit = models.ForeignKey(AreaUnit, models.PROTECT, null=True, blank=True, related_name="grants")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="grants")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit", "organisation"], nulls_distinct=False, name="grant_once"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.COUNTY_STAFF) | Q(unit__isnull=False), name="county_staff_have_a_unit"
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[Role.OWNER_UNIT, Role.LEAD_DEPT]) | Q(organisation__isnull=False),
                name="bodies_have_an_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"
