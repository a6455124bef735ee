"""Thresholds that headquarters has set away from the default."""

from django.db import models

from geodata.audit import audited
from geodata.record import Recorded


@audited()
class ThresholdValue(Recorded):
    """The value in force of one key of the catalogue. Who set it, and what it was, stands in the audit trail."""

    key = models.CharField(max_length=40, unique=True)
    value = models.DecimalField(max_digits=12, decimal_places=3)

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"
