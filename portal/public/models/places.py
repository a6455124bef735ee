"""Where things are: areas with their outlines, and the base layer; the names of codes."""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform

from geodata.srid import STORAGE_SRID, WEB_SRID
from portal.public.models.frame import OPEN, Published


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


class PublishedLabel(Published):
    """The name of a code: `kind` is category or source."""

    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=8)
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], condition=OPEN, name="public_label_open_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


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
