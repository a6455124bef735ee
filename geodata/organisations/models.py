"""Bodies that order, build, supervise, finance or are paid. A unit in the territorial sense is an AreaUnit instead."""

from django.db import models
from django.db.models import Q

from geodata.audit import audited
from geodata.record import Recorded


@audited()
class Organisation(Recorded):
    """A body with its names and validity; `name_key` is the normalised name of organisations/names.py."""

    class Kind(models.TextChoices):
        GOVERNMENT = "gov_dept", "政府部门"
        COUNTY_GOVERNMENT = "county_gov", "县市区政府"
        ZONE_COMMITTEE = "zone_committee", "功能区管委会"
        STATE_COMPANY = "soe", "国有企业"
        CONTRACTOR = "contractor", "承包单位"
        INSTITUTION = "institution", "事业单位"
        OTHER = "other", "其他"

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, unique=True)
    short_name = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.OTHER)
    credit_code = models.CharField(max_length=18, null=True, blank=True, unique=True)  # GB 32100
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    is_natural_person = models.BooleanField(default=False)  # a sole trader or person: never published by name
    office_phone = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(credit_code__isnull=True) | ~Q(credit_code=""), name="credit_code_set")
        ]

    def __str__(self) -> str:
        return self.name


@audited()
class OrganisationAlias(Recorded):
    """Another name of a body: short, former, or as one department writes it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, unique=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
