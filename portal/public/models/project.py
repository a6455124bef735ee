"""A published project and its milestones."""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import PointOnSurface, Transform
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F

from geodata.srid import STORAGE_SRID, WEB_SRID
from portal.public.models.frame import OPEN, RATIO, YUAN, Published

# the other orders of a list (portal/public/lists.py) and the names of their indexes; a falling one is not a rising one
# read backwards, for what is unknown stands last in both
ORDERS = (
    (F("disbursed").desc(nulls_last=True), "public_project_paid"),
    (F("physical_pct").desc(nulls_last=True), "public_project_far"),
    (F("physical_pct").asc(nulls_last=True), "public_project_least_far"),
    (F("disbursement_rate").desc(nulls_last=True), "public_project_share"),
    (F("planned_end_on").asc(nulls_last=True), "public_project_end"),
    (F("updated").desc(nulls_last=True), "public_project_updated"),
)
# what the sums and the counts beside the filters are made of
COUNTED = (
    *("row", "code", "region", "township", "category", "category_name", "status", "stage", "years", "sources"),
    *("budget", "annual_plan", "completed", "annual_completed", "allocated", "arrived", "disbursed", "contract_total"),
    *("payment_count", "is_located", "in_rates", "tile_zoom"),
)


class PublishedProject(Published):
    """A project as the public sees it; the columns have the names of the record's ProjectRow."""

    has_bigrams = True  # the search index of migration 0002

    code = models.CharField(max_length=20)
    project_code = models.CharField(max_length=24, null=True)
    name = models.CharField(max_length=200)
    aliases = ArrayField(models.CharField(max_length=100), default=list)
    search_text = models.TextField()
    parent_code = models.CharField(max_length=20, null=True)
    category = models.CharField(max_length=4)
    category_name = models.CharField(max_length=40)
    region = models.CharField(max_length=20, null=True)
    unit = models.CharField(max_length=20)
    township = models.CharField(max_length=20, null=True)
    status = models.CharField(max_length=20)
    status_on = models.DateField(null=True)  # since when it has been so
    stage = models.CharField(max_length=24)
    nature = models.CharField(max_length=12)
    plan_year = models.PositiveSmallIntegerField()
    years = ArrayField(models.PositiveSmallIntegerField(), default=list)
    sources = ArrayField(models.CharField(max_length=24), default=list)
    is_livelihood = models.BooleanField()
    scope_content = models.TextField()
    location_text = models.CharField(max_length=200)
    lead_unit = models.CharField(max_length=200, null=True)
    owner_unit = models.CharField(max_length=200, null=True)
    responsible_unit = models.CharField(max_length=400, null=True)
    office_phone = models.CharField(max_length=40, null=True)  # a landline of an office; a mobile number never
    planned_start_on = models.DateField(null=True)
    planned_start_precision = models.CharField(max_length=8)
    planned_end_on = models.DateField(null=True)
    planned_end_precision = models.CharField(max_length=8)
    actual_start_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    budget = models.DecimalField(**YUAN)
    annual_plan = models.DecimalField(**YUAN)
    completed = models.DecimalField(**YUAN)
    annual_completed = models.DecimalField(**YUAN)
    physical_pct = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    allocated = models.DecimalField(**YUAN)
    arrived = models.DecimalField(**YUAN)
    disbursed = models.DecimalField(**YUAN)
    contract_total = models.DecimalField(**YUAN)
    payment_count = models.PositiveIntegerField()
    investment_rate = models.DecimalField(**RATIO)
    annual_rate = models.DecimalField(**RATIO)
    disbursement_rate = models.DecimalField(**RATIO)
    complaints_band = models.CharField(max_length=8)  # "0", "<5" or the number; never combined with filters
    last_report_on = models.DateField(null=True)
    updated = models.DateField(null=True)
    is_located = models.BooleanField()
    in_rates = models.BooleanField(default=True)  # false: its stop was reported, and headquarters leaves such out
    geom = models.GeometryField(srid=STORAGE_SRID, null=True)
    geom_3857 = models.GeneratedField(
        expression=Transform("geom", WEB_SRID), output_field=models.GeometryField(srid=WEB_SRID), db_persist=True
    )
    anchor_3857 = models.GeneratedField(
        expression=Transform(PointOnSurface("geom"), WEB_SRID),
        output_field=models.PointField(srid=WEB_SRID),
        db_persist=True,
    )
    tile_zoom = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["code", "from_snapshot"], name="public_project_code"),
            # the order of every list; with the key, so that a late page is found without touching the rows before it
            models.Index(F("budget").desc(nulls_last=True), "code", "row", condition=OPEN, name="public_project_large"),
            models.Index(
                "unit", F("budget").desc(nulls_last=True), "code", "row", condition=OPEN, name="public_unit_large"
            ),
            *(models.Index(order, "code", "row", condition=OPEN, name=name) for order, name in ORDERS),
            models.Index(fields=["region"], condition=OPEN, name="public_project_region"),
            models.Index(fields=["township"], condition=OPEN, name="public_project_township"),
            models.Index(fields=["parent_code"], condition=OPEN, name="public_project_parent"),
            models.Index(fields=["project_code"], condition=OPEN, name="public_project_statecode"),
            # all that sums and counts read, so that they never touch the wide rows with their shapes
            models.Index(fields=["unit"], include=COUNTED, condition=OPEN, name="public_project_sums"),
            GistIndex(fields=["anchor_3857"], name="public_project_anchor"),
        ]
        constraints = [models.UniqueConstraint(fields=["code"], condition=OPEN, name="public_project_open_once")]

    def __str__(self) -> str:
        return self.name


class PublishedMilestone(Published):
    """节点 of a project: planned, forecast and actual day. No person stands in it."""

    key = models.CharField(max_length=60)
    code = models.CharField(max_length=20)
    node = models.CharField(max_length=8)
    name = models.CharField(max_length=60)
    planned_on = models.DateField(null=True)
    planned_precision = models.CharField(max_length=8)
    forecast_on = models.DateField(null=True)
    actual_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["code"], name="public_milestone_code")]
        constraints = [models.UniqueConstraint(fields=["key"], condition=OPEN, name="public_milestone_open_once")]

    def __str__(self) -> str:
        return self.key
