"""The published tables: an allow-list of columns, in a database of their own.

Every row stands for the snapshots [from_snapshot, to_snapshot); an open end means "still so". They are written by
portal/publication through `publisher` and read here through `public`. No personal column exists in any of them.
Money is Decimal 元, rates are ratios (0.62 = 62 %), geometry is EPSG:4490, already as coarse as the public may see it.
"""

from typing import Any

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import PointOnSurface, Transform
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q

from geodata.srid import STORAGE_SRID, WEB_SRID

YUAN: dict[str, Any] = {"max_digits": 20, "decimal_places": 2, "null": True}
RATIO: dict[str, Any] = {"max_digits": 14, "decimal_places": 6, "null": True}
OPEN = Q(to_snapshot__isnull=True)


class Snapshot(models.Model):
    """One publication: every figure of it comes from one instant of the record."""

    number = models.PositiveIntegerField(primary_key=True)
    as_of = models.DateField()
    published_at = models.DateTimeField()
    projects = models.PositiveIntegerField()
    payments = models.PositiveIntegerField()
    disbursed = models.DecimalField(max_digits=20, decimal_places=2)
    chain_length = models.PositiveBigIntegerField()
    chain_head = models.CharField(max_length=64)
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"#{self.number} ({self.as_of})"


class Published(models.Model):
    """Abstract: a row of the snapshots from `from_snapshot` up to, and without, `to_snapshot`."""

    row = models.BigAutoField(primary_key=True)
    from_snapshot = models.PositiveIntegerField()
    to_snapshot = models.PositiveIntegerField(null=True)
    digest = models.CharField(
        max_length=32
    )  # md5 of the columns, to see whether a row changed; not a proof of anything

    class Meta:
        abstract = True


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
            models.Index(fields=["unit", "status"], condition=OPEN, name="public_project_unit"),
            GistIndex(fields=["anchor_3857"], name="public_project_anchor"),
        ]
        constraints = [models.UniqueConstraint(fields=["code"], condition=OPEN, name="public_project_open_once")]

    def __str__(self) -> str:
        return self.name


class PublishedFunding(Published):
    """Where a project's money is to come from: one row a source."""

    key = models.CharField(max_length=60)
    code = models.CharField(max_length=20)
    source = models.CharField(max_length=24)
    source_name = models.CharField(max_length=40)
    amount = models.DecimalField(**YUAN)

    class Meta:
        indexes = [models.Index(fields=["code"], name="public_funding_code")]
        constraints = [models.UniqueConstraint(fields=["key"], condition=OPEN, name="public_funding_open_once")]

    def __str__(self) -> str:
        return self.key


class PublishedContract(Published):
    """A contract: number, kind, supplier (a body, or 个人(不公开)), price with its approved changes."""

    key = models.CharField(max_length=60)
    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    supplier = models.CharField(max_length=200)
    price = models.DecimalField(**YUAN)
    changes = models.DecimalField(**YUAN)
    signed_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["code"], name="public_contract_code")]
        constraints = [models.UniqueConstraint(fields=["key"], condition=OPEN, name="public_contract_open_once")]

    def __str__(self) -> str:
        return self.key


class PublishedPayment(Published):
    """One counted payment of a project: date, amount, payee, source, purpose. A reversal names what it reverses."""

    number = models.BigIntegerField()  # permanent number of the ledger row
    code = models.CharField(max_length=20)
    paid_on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    payee = models.CharField(max_length=200)
    source = models.CharField(max_length=24, null=True)
    source_name = models.CharField(max_length=40, null=True)
    purpose = models.CharField(max_length=12)
    status = models.CharField(max_length=10)
    contract_key = models.CharField(max_length=60, null=True)
    reverses = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["code", "paid_on"], name="public_payment_code")]
        constraints = [models.UniqueConstraint(fields=["number"], condition=OPEN, name="public_payment_open_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.amount}"


class PublishedArea(Published):
    """City, county, functional zone or township with its outline; `management_geom` is what it answers for."""

    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=30)
    parent_code = models.CharField(max_length=20, null=True)
    official_order = models.PositiveSmallIntegerField()
    is_schematic = models.BooleanField()
    geom = models.MultiPolygonField(srid=STORAGE_SRID, null=True)
    management_geom = models.MultiPolygonField(srid=STORAGE_SRID, null=True)
    geom_3857 = models.GeneratedField(
        expression=Transform("geom", WEB_SRID), output_field=models.MultiPolygonField(srid=WEB_SRID), db_persist=True
    )
    management_3857 = models.GeneratedField(
        expression=Transform("management_geom", WEB_SRID),
        output_field=models.MultiPolygonField(srid=WEB_SRID),
        db_persist=True,
    )

    class Meta:
        ordering = ["official_order", "code"]
        constraints = [models.UniqueConstraint(fields=["code"], condition=OPEN, name="public_area_open_once")]

    def __str__(self) -> str:
        return self.name


class PublishedBaseFeature(Published):
    """A feature of the base layer."""

    key = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField()
    geom = models.GeometryField(srid=STORAGE_SRID)
    geom_3857 = models.GeneratedField(
        expression=Transform("geom", WEB_SRID), output_field=models.GeometryField(srid=WEB_SRID), db_persist=True
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], condition=OPEN, name="public_base_open_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class ChainEntry(models.Model):
    """One link of the chain over public payments and project statuses.

    `digests` holds a salted SHA-256 of each field, `hash` is the SHA-256 of the previous hash and of this entry's
    digests. A field that must be withdrawn loses its value and salt; its digest and the reason stay, so that the chain
    still holds and the gap is visible. A silent edit breaks it.
    """

    class Kind(models.TextChoices):
        PAYMENT = "payment", "支付"
        STATUS = "status", "状态"

    sequence = models.PositiveBigIntegerField(primary_key=True)
    snapshot = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=60)
    values = models.JSONField()
    salts = models.JSONField()
    digests = models.JSONField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["kind", "key", "-sequence"], name="chain_latest")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.key}"
