"""I17 年任务占比: the 民生实事 targets of a year, each in its own unit, and how many of them are reached."""

from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet

from dashboards.indicators.parts import Part
from geodata.projects.choices import TaskLevel
from geodata.projects.models import LivelihoodTask


def tasks_counted(day: date) -> QuerySet[LivelihoodTask]:
    """The targets that can be reached: the year's quantities of the city with a number done by the day."""
    return LivelihoodTask.objects.filter(
        Q(data_as_of__isnull=True) | Q(data_as_of__lte=day),
        year=day.year,
        level=TaskLevel.MUNICIPAL,
        indicator_kind=LivelihoodTask.Kind.CUMULATIVE,
        target_quantity__gt=0,
        completed_quantity__isnull=False,
    )


def tasks_reached(day: date) -> Part:
    """Targets of the city reached, over those that can be. One query."""
    reached = Count("pk", filter=Q(completed_quantity__gte=F("target_quantity")))
    found = tasks_counted(day).aggregate(reached=reached, every=Count("pk"))
    return Part(Decimal(found["reached"]), Decimal(found["every"]), found["every"])
