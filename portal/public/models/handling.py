"""How the work orders of a published project were handled, where there are enough of them to tell of nobody."""

from django.contrib.gis.db import models

from portal.public.models.frame import OPEN, Published


class PublishedHandling(Published):
    """Of at least 30 orders each, else empty: the middle of the days from receipt to the answer of the closed ones, and
    the satisfied among those asked. Of all orders to date, never of a part of them."""

    code = models.CharField(max_length=20)
    answered = models.PositiveIntegerField(null=True)
    answer_days = models.DecimalField(max_digits=7, decimal_places=1, null=True)
    asked = models.PositiveIntegerField(null=True)
    satisfied = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], condition=OPEN, name="public_handling_open_once")]

    def __str__(self) -> str:
        return self.code
