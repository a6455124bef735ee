"""Forecasts and their back-test, worked out by a job. All of it is derived and made anew at each run: no audit trail.

Amounts in 元. A forecast belongs to the end of a month, `origin`, and knows nothing after it, so that a page of a past
day shows what would have been said then (by business date: what was entered later for an earlier day counts).
"""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from geodata.progress.models import YUAN
from geodata.projects.models import Project


class Measure(models.TextChoices):
    COMPLETED = "completed", "完成投资"
    DISBURSED = "disbursed", "拨付"


class ForecastRun(models.Model):
    """One run over all projects: the newest month that it forecast from, and how much it made."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(db_default=Now(), editable=False)
    day = models.DateField()
    origin = models.DateField()
    projects = models.PositiveIntegerField()
    forecasts = models.PositiveIntegerField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.day} {self.forecasts}"


class CompletionForecast(models.Model):
    """When the works of a project will be finished, with the interval that holds it in four cases of five.

    `references`: finished projects of the class; `category` is empty where those of all categories had to serve.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="completion_forecasts")
    origin = models.DateField()
    data_on = models.DateField()
    low = models.DateField()
    point = models.DateField()
    high = models.DateField()
    references = models.PositiveIntegerField()
    category = models.CharField(max_length=2, blank=True)

    class Meta:
        ordering = ["project", "origin"]
        constraints = [
            models.UniqueConstraint(fields=["project", "origin"], name="completion_forecast_once"),
            models.CheckConstraint(
                condition=Q(low__lte=F("point"), point__lte=F("high")), name="completion_forecast_holds_point"
            ),
        ]
        indexes = [models.Index(fields=["origin"], name="completion_forecast_origin")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.origin} {self.point}"


def _yuan() -> "models.DecimalField[Any, Any]":
    return models.DecimalField(**YUAN)


class YearEndForecast(models.Model):
    """A running sum of a project at the next year's end. `now`: the sum at `origin`.

    `mean`, `own` and `common` are for sums over projects: the expected value, the project's own error (one standard
    deviation) and the part of the error that all projects share.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="year_end_forecasts")
    origin = models.DateField()
    measure = models.CharField(max_length=10, choices=Measure)
    now = _yuan()
    low = _yuan()
    point = _yuan()
    high = _yuan()
    mean = _yuan()
    own = _yuan()
    common = _yuan()
    references = models.PositiveIntegerField()
    category = models.CharField(max_length=2, blank=True)

    class Meta:
        ordering = ["project", "origin", "measure"]
        constraints = [
            models.UniqueConstraint(fields=["project", "origin", "measure"], name="year_end_forecast_once"),
            models.CheckConstraint(
                condition=Q(low__lte=F("point"), point__lte=F("high")), name="year_end_forecast_holds_point"
            ),
        ]
        indexes = [models.Index(fields=["origin", "measure"], name="year_end_forecast_origin")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.origin} {self.measure} {self.point}"


class BackTestLine(models.Model):
    """How forecasts of a kind would have held (dashboards/curves/backtest.py). `error`: median days, or a ratio to the
    sum that came. `bucket`: months ahead, "" for all."""

    run = models.ForeignKey(ForecastRun, models.CASCADE, related_name="lines")
    measure = models.CharField(max_length=16)
    bucket = models.CharField(max_length=8, blank=True)
    forecasts = models.PositiveIntegerField()
    projects = models.PositiveIntegerField()
    hits = models.PositiveIntegerField()
    error = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    unmade = models.PositiveIntegerField()
    pending = models.PositiveIntegerField()
    unfinished = models.PositiveIntegerField()

    class Meta:
        ordering = ["run", "measure", "bucket"]
        constraints = [
            models.UniqueConstraint(fields=["run", "measure", "bucket"], name="back_test_line_once"),
            models.CheckConstraint(condition=Q(hits__lte=F("forecasts")), name="back_test_hits_within"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.bucket} {self.hits}/{self.forecasts}"
