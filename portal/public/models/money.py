"""The published money of a project: sources, years, contracts with their changes, payments."""

from django.db import models

from portal.public.models.frame import OPEN, YUAN, Published


class PublishedFunding(Published):
    """Where a project's money is to come from: one row a source."""

    key = models.CharField(max_length=60)
    code = models.CharField(max_length=20)
    source = models.CharField(max_length=24)
    source_name = models.CharField(max_length=40)
    amount = models.DecimalField(**YUAN)

    class Meta:
        indexes = [models.Index(fields=["code"], name="public_funding_code")]
        constraints = [models.UniqueConstraint(fields=["key"], condition=OPEN, name="public_funding_open_once")]

    def __str__(self) -> str:
        return self.key


class PublishedContract(Published):
    """A contract: number, kind, supplier (a body, or 个人(不公开)), price with its approved changes."""

    key = models.CharField(max_length=60)
    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    supplier = models.CharField(max_length=200)
    price = models.DecimalField(**YUAN)
    changes = models.DecimalField(**YUAN)
    signed_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["code"], name="public_contract_code"),
            models.Index(fields=["supplier"], condition=OPEN, name="public_contract_supplier"),
        ]
        constraints = [models.UniqueConstraint(fields=["key"], condition=OPEN, name="public_contract_open_once")]

    def __str__(self) -> str:
        return self.key


class PublishedContractChange(Published):
    """An approved change of a contract. Reason and content stand here for 较大 and 重大 changes only."""

    key = models.CharField(max_length=130)
    contract_key = models.CharField(max_length=60)
    code = models.CharField(max_length=20)
    number = models.CharField(max_length=60)
    level = models.CharField(max_length=12)
    amount = models.DecimalField(**YUAN)
    approved_on = models.DateField()
    reason = models.TextField()
    content = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["code"], name="public_change_code")]
        constraints = [models.UniqueConstraint(fields=["key"], condition=OPEN, name="public_change_open_once")]

    def __str__(self) -> str:
        return self.key


class PublishedPlanYear(Published):
    """A year of a project: planned investment, as adjusted by a document, and the budget issued (下达) for the year."""

    key = models.CharField(max_length=30)
    code = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    planned = models.DecimalField(**YUAN)
    adjusted = models.DecimalField(**YUAN)
    adjusted_by = models.CharField(max_length=80, default="")  # number of the document that adjusted the plan
    allocated = models.DecimalField(**YUAN)

    class Meta:
        indexes = [models.Index(fields=["code"], name="public_year_code")]
        constraints = [models.UniqueConstraint(fields=["key"], condition=OPEN, name="public_year_open_once")]

    def __str__(self) -> str:
        return self.key


class PublishedPayment(Published):
    """One counted payment of a project: date, amount, payee, source, purpose. A reversal names what it reverses."""

    number = models.BigIntegerField()  # permanent number of the ledger row
    code = models.CharField(max_length=20)
    paid_on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    payee = models.CharField(max_length=200)
    # empty where the record knows of none, as in the record
    source = models.CharField(max_length=24, null=True)  # noqa: DJ001
    source_name = models.CharField(max_length=40, null=True)  # noqa: DJ001
    purpose = models.CharField(max_length=12)
    status = models.CharField(max_length=10)
    contract_key = models.CharField(max_length=60, null=True)  # noqa: DJ001
    reverses = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["code", "paid_on"], name="public_payment_code"),
            models.Index(fields=["payee", "paid_on"], condition=OPEN, name="public_payment_payee"),
        ]
        constraints = [models.UniqueConstraint(fields=["number"], condition=OPEN, name="public_payment_open_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.amount}"
