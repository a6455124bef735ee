"""What headquarters decides: which rules run, which warnings keep still for a while, which light is shown instead."""

from django.db import models
from django.db.models import F, Q

from geodata.audit import audited
from geodata.projects.choices import LightColour
from geodata.projects.models import Project
from geodata.record import Recorded
from geodata.stewards.models import User


@audited()
class RuleSetting(Recorded):
    """A rule that headquarters has switched; one without a row is on."""

    rule = models.CharField(max_length=4, unique=True)
    enabled = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.rule} {self.enabled}"


class ForAWhile(Recorded):
    """Abstract: what holds from a day until a day for a reason, unless somebody lifts it before."""

    reason = models.CharField(max_length=400)
    since = models.DateField()
    until = models.DateField()  # the last day on which it holds
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        ordering = ["-pk"]


@audited()
class Silence(ForAWhile):
    """静默: a rule says nothing about a project from a day until a day, for a reason. Its light stays as it is."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="alert_silences")
    rule = models.CharField(max_length=4)

    class Meta(ForAWhile.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="silence_in_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="silence_has_reason"),
            models.UniqueConstraint(
                fields=["project", "rule"], condition=Q(lifted_at__isnull=True), name="silence_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.rule} {self.until}"


@audited()
class LightOverride(ForAWhile):
    """人工定灯: the colour shown instead of the computed one, with reason and last day; never longer than 30 days."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="light_overrides")
    colour = models.CharField(max_length=6, choices=LightColour)

    class Meta(ForAWhile.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="override_in_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_reason"),
            models.UniqueConstraint(fields=["project"], condition=Q(lifted_at__isnull=True), name="override_once"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.colour} {self.until}"
