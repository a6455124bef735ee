"""The calendar of working days: which days differ from Monday to Friday."""

from django.db import models

from geodata.audit import audited
from geodata.record import Recorded


@audited()
class CalendarDay(Recorded):
    """A day on which the State Council's yearly notice departs from the week: a holiday, or a Saturday or Sunday worked
    in exchange (调休)."""

    day = models.DateField(unique=True)
    is_workday = models.BooleanField()
    note = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {'班' if self.is_workday else '休'}"
