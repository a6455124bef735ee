"""Where each payment stands now, kept beside the append-only ledger by triggers (migration 0007)."""

from typing import Any

from django.db import models

from geodata.funding.choices import Level, PaymentStatus, Purpose
from geodata.funding.models.budget import YUAN, FundingSource
from geodata.funding.models.contracts import Contract
from geodata.funding.models.ledger import Disbursement
from geodata.organisations.models import Organisation
from geodata.projects.models import Project


def _pointer(to: type[models.Model], *, index: bool = False) -> "models.ForeignKey[Any, Any]":
    """A key copied from a row of the ledger, which has the constraint already."""
    return models.ForeignKey(to, models.DO_NOTHING, null=True, db_constraint=False, db_index=index, related_name="+")


class PaymentStanding(models.Model):
    """A payment's newest status and assignment beside the facts that lists filter, sort and sum by: a narrow row, so
    that a million and a half of them are summed in half a second.

    Nobody writes here but the triggers on DisbursementStatus and DisbursementAssignment; the facts are copies of a row
    that cannot change. `status_row` and `assignment_row` are the rows of the ledger that won; `reconcile` compares.
    """

    disbursement = models.OneToOneField(
        Disbursement, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="standing"
    )
    paid_on = models.DateField()
    level = models.CharField(max_length=12, choices=Level)
    amount = models.DecimalField(**YUAN)
    purpose = models.CharField(max_length=12, choices=Purpose)
    source = _pointer(FundingSource)
    payee = _pointer(Organisation)
    status = models.CharField(max_length=10, choices=PaymentStatus, default="")
    status_row = models.BigIntegerField(null=True)
    project = _pointer(Project)
    contract = _pointer(Contract)
    assignment_row = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-paid_on", "-disbursement"]
        indexes = [
            models.Index(fields=["paid_on", "disbursement"], name="standing_day"),
            models.Index(fields=["amount", "disbursement"], name="standing_amount"),
            models.Index(fields=["project"], include=["level", "status", "amount", "paid_on"], name="standing_project"),
        ]

    def __str__(self) -> str:
        return f"{self.disbursement_id} {self.status} {self.project_id}"
