"""The append-only ledger of disbursements.

A row never changes: a correction is a reversing row. Status, and the assignment to project and contract, are
append-only rows of their own, of which the latest wins. Triggers in the migrations refuse UPDATE, DELETE and TRUNCATE
to everybody.
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from geodata.audit import audited_ledger
from geodata.funding.choices import FundNature, Level, PaymentStatus, PayMethod, Purpose
from geodata.funding.models.budget import FundingSource
from geodata.funding.models.contracts import Contract
from geodata.organisations.models import Organisation
from geodata.projects.models import Project
from geodata.stewards.models import User

YUAN: dict[str, Any] = {"max_digits": 18, "decimal_places": 2}


@audited_ledger()
class Disbursement(models.Model):
    """One line of a payment voucher, amount in 元; negative when money came back."""

    fiscal_year = models.PositiveSmallIntegerField()
    budget_unit_code = models.CharField(max_length=20, blank=True)
    budget_unit_name = models.CharField(max_length=100, blank=True)
    voucher_no = models.CharField(max_length=40)
    line_no = models.PositiveIntegerField(default=1)
    paid_on = models.DateField()
    level = models.CharField(max_length=12, choices=Level, default=Level.TO_PAYEE)
    pay_method = models.CharField(max_length=12, choices=PayMethod, blank=True)
    fund_nature = models.CharField(max_length=16, choices=FundNature, blank=True)
    source = models.ForeignKey(FundingSource, models.PROTECT, null=True, blank=True, related_name="disbursements")
    budget_doc_no = models.CharField(max_length=80, blank=True)
    budget_project_code = models.CharField(max_length=40, blank=True)
    functional_class = models.CharField(max_length=40, blank=True)
    dept_econ_class = models.CharField(max_length=40, blank=True)
    gov_econ_class = models.CharField(max_length=40, blank=True)
    payee_name = models.CharField(max_length=200)
    payee = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="disbursements")
    payee_is_person = models.BooleanField()  # True: never published by name
    payee_account_tail = models.CharField(max_length=4, blank=True)  # last four digits; the full number is not kept
    payee_bank = models.CharField(max_length=100, blank=True)
    amount = models.DecimalField(**YUAN)
    summary = models.CharField(max_length=400, blank=True)  # 摘要/用途 as written
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.OTHER)
    # no index of its own: `reversed_once` is one
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reversals", db_index=False
    )
    note = models.CharField(max_length=400, blank=True)
    batch = models.BigIntegerField(null=True, blank=True)
    row_no = models.PositiveIntegerField(null=True, blank=True)  # row of the file
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["paid_on", "id"]
        # for the search of the list: distinct payees are read by the first, vouchers by their beginning
        indexes = [
            models.Index(fields=["payee_name"], name="disbursement_payee_name"),
            models.Index(fields=["voucher_no"], opclasses=["varchar_pattern_ops"], name="disbursement_voucher"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "budget_unit_code", "voucher_no", "line_no"], name="voucher_line_once"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="disbursement_not_zero"),
            models.UniqueConstraint(fields=["reverses"], condition=Q(reverses__isnull=False), name="reversed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.voucher_no} {self.amount}"


@audited_ledger()
class DisbursementStatus(models.Model):
    """Status of a disbursement from a moment on; the row with the highest id wins."""

    disbursement = models.ForeignKey(Disbursement, models.PROTECT, related_name="statuses", db_index=False)
    status = models.CharField(max_length=10, choices=PaymentStatus)
    reason = models.CharField(max_length=400, blank=True)
    batch = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["disbursement", "-id"], name="disbursement_status_latest")]

    def __str__(self) -> str:
        return f"{self.disbursement_id} {self.status}"


@audited_ledger()
class DisbursementAssignment(models.Model):
    """To which project and contract a disbursement belongs; the row with the highest id wins, null = 未归集."""

    disbursement = models.ForeignKey(Disbursement, models.PROTECT, related_name="assignments", db_index=False)
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="disbursement_assignments")
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="disbursement_assignments"
    )
    reason = models.CharField(max_length=400, blank=True)
    batch = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["disbursement", "-id"], name="assignment_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(contract__isnull=True) | Q(project__isnull=False), name="contract_has_project"
            )
        ]

    def __str__(self) -> str:
        return f"{self.disbursement_id} → {self.project_id}"
