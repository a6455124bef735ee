"""The light of each project by day, as the warning rules (dashboards/alerts) gave it. Read through ProjectRow.light.

The rules stand above the record, so they hand their judgement down through `services.keep_lights`. A row holds from the
scan day on which it was first so until the day on which it changed: the lights of any scanned day can be given again.
"""

from datetime import date
from typing import Final

from django.db import models
from django.db.models import F, Q

from geodata.projects.choices import LightColour
from geodata.projects.models import Project

LASTING: Final = date(9999, 12, 31)  # of a light that still holds; no null, or the planner could not tell it is one


class ProjectLight(models.Model):
    """`light` is what people see, `computed` what the rules say: they differ while headquarters has set another
    (`overridden_until`). `light_since`: the scan day on which it took this colour. Derived, hence no audit trail."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="lights")
    light = models.CharField(max_length=6, choices=LightColour)
    computed = models.CharField(max_length=6, choices=LightColour)
    sentence = models.CharField(max_length=400)
    overridden_until = models.DateField(null=True)
    light_since = models.DateField()
    since = models.DateField()
    until = models.DateField(default=LASTING)  # the day from which another row holds

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "until"], name="light_until_once"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="light_period"),
        ]
        indexes = [models.Index(fields=["project", "since"], name="light_by_day")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.since} {self.light}"
