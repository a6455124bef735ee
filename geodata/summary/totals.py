"""Today's narrow row of each project, kept by triggers (sql/totals_v2.sql, figures_v3.sql). Read through ProjectRow."""

from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models.functions import Greatest

from geodata.projects.models import Project
from geodata.srid import WEB_SRID


def _yuan() -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=20, decimal_places=2, null=True)


class ProjectTotals(models.Model):
    """What project_sums(…, 'infinity') gives for a project that is not deleted, in the order of these columns: what it
    says of itself, and its sums over all facts, whatever their date. Empty = no such fact.

    `..._until` is the newest business date among the facts of a source, `latest_on` among all: a day before it must be
    computed from the history. What filters ask for stands first, because PostgreSQL reads a row from its beginning.
    """

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True, related_name="totals")
    tile_zoom = models.IntegerField()
    plan_year = models.IntegerField()
    is_located = models.BooleanField()
    is_livelihood = models.BooleanField()
    latest_on = models.GeneratedField(
        expression=Greatest(
            "budget_until",
            "status_until",
            "last_report_on",
            "allocated_until",
            "arrived_until",
            "paid_until",
            "contract_until",
            "certified_until",
            "orders_until",
        ),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    unit = models.TextField()
    category = models.TextField()
    status = models.TextField(null=True)  # empty = no change of status yet
    region = models.TextField(null=True)  # empty = not located
    stage = models.TextField(null=True)
    years = ArrayField(models.IntegerField(), null=True)
    sources = ArrayField(models.TextField(), null=True)
    code = models.TextField()
    approved_budget = _yuan()
    registered_budget = _yuan()  # Project.total_investment, for projects without an approval
    last_report_on = models.DateField(null=True)
    completed = _yuan()
    completed_in_year = _yuan()  # of the year of last_report_on
    allocated = _yuan()
    arrived = _yuan()
    disbursed = _yuan()
    certified = _yuan()
    contract_total = _yuan()
    planned_start_on = models.DateField(null=True)
    planned_end_on = models.DateField(null=True)
    payment_count = models.IntegerField(null=True)
    complaints_raw = models.IntegerField(null=True)
    complaints_merged = models.IntegerField(null=True)
    orders_all = models.IntegerField(null=True)
    orders_suggested = models.IntegerField(null=True)
    anchor_3857 = models.PointField(srid=WEB_SRID, null=True, spatial_index=False)  # indexes: tiles/migrations
    physical_pct = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    township = models.TextField(null=True)
    actual_start_on = models.DateField(null=True)
    disbursed_to_unit = _yuan()
    disbursed_allocation = _yuan()
    data_as_of = models.DateField(null=True)
    budget_until = models.DateField(null=True)
    status_until = models.DateField(null=True)
    allocated_until = models.DateField(null=True)
    arrived_until = models.DateField(null=True)
    paid_until = models.DateField(null=True)
    contract_until = models.DateField(null=True)
    certified_until = models.DateField(null=True)
    orders_until = models.DateField(null=True)
    search_text = models.TextField(null=True)

    class Meta:
        db_table = "project_totals"
        indexes = [models.Index(fields=["latest_on"], name="project_totals_latest")]

    def __str__(self) -> str:
        return f"{self.project_id}"
