"""A snapshot, and what every published row has: the snapshots in which it stands."""

from typing import Any

from django.contrib.gis.db import models
from django.db.models import Q

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
    # what a page without a filter shows of all projects, counted once: portal/public/whole_city.py
    whole = models.JSONField(default=dict)
    # the edition whose rows are read with it: its number where the address names it, else None, the newest
    edition: int | None = None

    def __str__(self) -> str:
        return f"#{self.number} ({self.as_of})"


class Mask(models.Model):
    """A set of the projects of the newest snapshot as compressed bits: of those that a value of a filter finds, of a
    digit of an amount (portal/public/masks.py). Written once, by portal/public/masking.py: nothing in it that the rows
    do not say.
    """

    snapshot = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    value = models.CharField(max_length=50)
    bits = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "kind", "value"], name="public_mask_once")]


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
