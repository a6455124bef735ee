"""The project itself: the spatial feature on which everything else hangs."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import PointOnSurface, Transform
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q

from geodata.audit import audited
from geodata.organisations.models import Organisation
from geodata.projects.choices import (
    Disclosure,
    GeometrySource,
    InvestmentBasis,
    Nature,
    PartyRole,
    Precision,
    PublicGeometry,
    Stage,
    Status,
    TaskLevel,
)
from geodata.record import Recorded
from geodata.regions.models import AreaUnit
from geodata.srid import STORAGE_SRID, WEB_SRID
from geodata.stewards.models import User


@audited()
class Category(Recorded):
    """项目类别, two levels (01 and 0101); a table, so that the city changes it without a release."""

    code = models.CharField(max_length=4, unique=True)
    identifier = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    aliases = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    quantity_unit = models.CharField(max_length=30, blank=True)
    geometry_kinds = ArrayField(models.CharField(max_length=10), default=list, blank=True)  # point, line, polygon
    public_geometry = models.CharField(max_length=12, choices=PublicGeometry, default=PublicGeometry.SIMPLIFIED)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


@audited(exclude=("geom", "geom_3857", "anchor_3857", "search_text", "tile_zoom"))
class Project(Recorded):
    """建设项目, or one part of a bundle (打包) when `parent` is set. Money in 元, shares 0..100 in percent.

    `status`, `stage` and `geom` are the newest of StatusChange and of the approved GeometryVersion.
    """

    serial_no = models.CharField(max_length=20, unique=True)  # the permanent code in addresses: YYMS-2026-0001
    project_code = models.CharField(max_length=24, null=True, blank=True)  # 统一项目代码, missing for planned projects
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    source_key = models.CharField(max_length=120, blank=True)  # key in a foreign file, where it has no code of ours
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    aliases = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    search_text = models.TextField(blank=True)  # name, aliases, codes and place in lower case, for the search box
    # db_index=False: an index below begins with it, or no query looks for it; every import keeps each index
    category = models.ForeignKey(Category, models.PROTECT, related_name="projects", db_index=False)
    is_livelihood_task = models.BooleanField(default=False)
    task_level = models.CharField(max_length=12, choices=TaskLevel, blank=True)
    nature = models.CharField(max_length=12, choices=Nature, blank=True)
    plan_year = models.PositiveSmallIntegerField()  # the year in whose plan it first stood
    scope_content = models.TextField(blank=True)
    location_text = models.CharField(max_length=200, blank=True)
    planned_start_on = models.DateField(null=True, blank=True)
    planned_start_precision = models.CharField(max_length=8, choices=Precision, blank=True)
    planned_end_on = models.DateField(null=True, blank=True)
    planned_end_precision = models.CharField(max_length=8, choices=Precision, blank=True)
    actual_start_on = models.DateField(null=True, blank=True)
    works_completed_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    handed_over_on = models.DateField(null=True, blank=True)
    total_investment = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    investment_basis = models.CharField(max_length=20, choices=InvestmentBasis, blank=True)
    physical_desc = models.TextField(blank=True)
    management_unit = models.ForeignKey(AreaUnit, models.PROTECT, related_name="managed_projects", db_index=False)
    admin_area = models.ForeignKey(AreaUnit, models.PROTECT, null=True, blank=True, related_name="located_projects")
    township = models.ForeignKey(AreaUnit, models.PROTECT, null=True, blank=True, related_name="township_projects")
    person_in_charge = models.CharField(max_length=40, blank=True)
    office_phone = models.CharField(max_length=40, blank=True)
    sponsor_leader = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.PRELIMINARY)
    stage = models.CharField(max_length=24, choices=Stage, default=Stage.RESERVE)
    disclosure = models.CharField(max_length=20, choices=Disclosure, default=Disclosure.INTERNAL)
    public_geometry = models.CharField(max_length=12, choices=PublicGeometry, default=PublicGeometry.SIMPLIFIED)
    benefited_households = models.PositiveIntegerField(null=True, blank=True)
    benefited_population = models.PositiveIntegerField(null=True, blank=True)
    problems = models.TextField(blank=True)
    data_as_of = models.DateField(null=True, blank=True)
    # the approved shape, any Multi* type in EPSG:4490, with what tiles need
    geom = models.GeometryField(srid=STORAGE_SRID, null=True, blank=True)
    geom_source = models.CharField(max_length=10, choices=GeometrySource, blank=True)
    geom_3857 = models.GeneratedField(
        expression=Transform("geom", WEB_SRID), output_field=models.GeometryField(srid=WEB_SRID), db_persist=True
    )
    anchor_3857 = models.GeneratedField(
        expression=Transform(PointOnSurface("geom"), WEB_SRID),
        output_field=models.PointField(srid=WEB_SRID),
        db_persist=True,
    )
    tile_zoom = models.PositiveSmallIntegerField(default=0)  # lowest zoom at which tiles draw it
    version = models.PositiveIntegerField(default=1)  # optimistic lock
    is_deleted = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    has_bigrams: ClassVar[bool] = True  # search_text has its index (geodata/searching.py)

    class Meta:
        ordering = ["serial_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key", "plan_year", "management_unit"],
                condition=Q(parent__isnull=True, is_deleted=False),
                name="project_name_once_a_year_and_unit",
            ),
            models.UniqueConstraint(
                fields=["project_code"],
                condition=Q(parent__isnull=True, is_deleted=False, project_code__isnull=False),
                name="project_code_once",
            ),
            models.UniqueConstraint(fields=["source_key"], condition=~Q(source_key=""), name="project_source_key_once"),
            models.CheckConstraint(
                condition=Q(project_code__isnull=True) | Q(project_code__regex=r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$"),
                name="project_code_form",
            ),
            models.CheckConstraint(
                condition=Q(total_investment__isnull=True) | Q(total_investment__gt=0), name="investment_positive"
            ),
            models.CheckConstraint(
                condition=Q(planned_end_on__isnull=True)
                | Q(planned_start_on__isnull=True)
                | Q(planned_end_on__gte=F("planned_start_on")),
                name="planned_period_in_order",
            ),
            models.CheckConstraint(condition=Q(geom__isnull=True) | Q(geom__isvalid=True), name="project_geom_valid"),
            models.CheckConstraint(condition=~Q(disclosure=Disclosure.SECRET_NOT_ALLOWED), name="no_secret_project"),
        ]
        indexes = [
            GistIndex(fields=["anchor_3857"], name="project_anchor_gist"),
            models.Index(fields=["management_unit", "status"], name="project_unit_status"),
            # the order of the desk: it stops at the first few hundred of a kind
            models.Index(F("status").desc(), "serial_no", condition=Q(is_deleted=False), name="project_desk_order"),
            models.Index(fields=["category"], name="project_category"),
            models.Index(fields=["id"], condition=Q(is_deleted=True), name="project_deleted"),
        ]

    def __str__(self) -> str:
        return self.name


@audited()
class ProjectParty(Recorded):
    """A body in a role; one lead unit at a time, at least one responsible unit. Consortia have several rows."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="parties")
    role = models.CharField(max_length=28, choices=PartyRole)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="project_roles")
    lead_person = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "role", "organisation"],
                condition=Q(valid_to__isnull=True),
                name="party_once",
            ),
            models.UniqueConstraint(
                fields=["project"], condition=Q(role=PartyRole.LEAD, valid_to__isnull=True), name="one_lead_unit"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "project", "role"], condition=Q(valid_to__isnull=True), name="party_of_body"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.role} {self.organisation_id}"


@audited()
class ProjectAreaShare(Recorded):
    """Share of a project that lies in several counties, in percent; stated, never guessed. They add to 100."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="area_shares")
    area = models.ForeignKey(AreaUnit, models.PROTECT, related_name="project_shares")
    share_pct = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "area"], name="area_share_once"),
            models.CheckConstraint(condition=Q(share_pct__gt=0, share_pct__lte=100), name="area_share_range"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.area_id} {self.share_pct} %"


@audited()
class ProjectAssignment(Recorded):
    """A project handed to one person: evaluators see these and nothing else."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="assignments")
    user = models.ForeignKey(User, models.CASCADE, related_name="assignments")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="assignment_once")]

    def __str__(self) -> str:
        return f"{self.project_id} → {self.user_id}"
