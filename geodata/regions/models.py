"""City › county or functional zone › township, their populations, and the base layer beneath every map.

Two territorial dimensions exist and are never added together: 行政区划 (the nine counties of GB/T 2260, which tile the
city) and 属地管理 (counties and functional zones, where each zone is cut out of its host counties).
"""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q

from geodata.audit import audited
from geodata.record import Recorded
from geodata.srid import STORAGE_SRID, WEB_SRID


@audited(exclude=("geom", "management_geom", "geom_3857", "management_3857"))
class AreaUnit(Recorded):
    """A city, county, functional zone or township, in EPSG:4490."""

    class Kind(models.TextChoices):
        CITY = "city", "市"
        COUNTY = "county", "县市区"
        ZONE = "zone", "功能区"
        TOWNSHIP = "township", "乡镇（街道）"

    class CodeSystem(models.TextChoices):
        GB2260 = "GB2260", "GB/T 2260"
        NBS = "NBS", "统计用区划代码"
        LOCAL = "LOCAL", "本地代码"

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    code_system = models.CharField(max_length=8, choices=CodeSystem, default=CodeSystem.GB2260)
    nbs_code = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=30, blank=True)
    aliases = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    hosts = models.ManyToManyField("self", symmetrical=False, related_name="zones", blank=True)
    official_order = models.PositiveSmallIntegerField(default=999)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    geom = models.MultiPolygonField(srid=STORAGE_SRID, null=True, blank=True)
    # what the unit answers for under 属地管理: a county less the zones cut out of it, a zone as it is
    management_geom = models.MultiPolygonField(srid=STORAGE_SRID, null=True, blank=True)
    geom_3857 = models.GeneratedField(
        expression=Transform("geom", WEB_SRID), output_field=models.MultiPolygonField(srid=WEB_SRID), db_persist=True
    )
    management_3857 = models.GeneratedField(
        expression=Transform("management_geom", WEB_SRID),
        output_field=models.MultiPolygonField(srid=WEB_SRID),
        db_persist=True,
    )
    is_schematic = models.BooleanField(default=False)
    boundary_source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["official_order", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(geom__isnull=True) | Q(geom__isvalid=True), name="area_geom_valid"),
            models.CheckConstraint(
                condition=Q(management_geom__isnull=True) | Q(management_geom__isvalid=True),
                name="area_management_geom_valid",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gt=models.F("valid_from")),
                name="area_valid_period",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@audited()
class AreaPopulation(Recorded):
    """Permanent residents (常住人口) of an area in a year, entered by hand from the statistics bulletin."""

    area = models.ForeignKey(AreaUnit, models.CASCADE, related_name="populations")
    year = models.PositiveSmallIntegerField()
    residents = models.PositiveIntegerField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "year"], name="population_once_a_year")]

    def __str__(self) -> str:
        return f"{self.area_id} {self.year}: {self.residents}"


class BaseFeature(Recorded):
    """Lake, river, main road, mountain tint or place name of the base layer, in EPSG:4490."""

    class Kind(models.TextChoices):
        LAKE = "lake", "湖泊"
        RIVER = "river", "河流"
        ROAD = "road", "道路"
        MOUNTAIN = "mountain", "山地"
        PLACE = "place", "地名"

    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=60, blank=True)
    rank = models.PositiveSmallIntegerField(default=3)  # 1 most important .. 5
    geom = models.GeometryField(srid=STORAGE_SRID)
    geom_3857 = models.GeneratedField(
        expression=Transform("geom", WEB_SRID), output_field=models.GeometryField(srid=WEB_SRID), db_persist=True
    )
    is_schematic = models.BooleanField(default=False)

    class Meta:
        ordering = ["kind", "rank", "id"]
        constraints = [models.CheckConstraint(condition=Q(geom__isvalid=True), name="base_geom_valid")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
