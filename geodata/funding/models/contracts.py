"""Contracts, their changes and the certified output (计量). Amounts in 元, shares in percent."""

from typing import Any

from django.db import models
from django.db.models import Q

from geodata.audit import audited
from geodata.funding.choices import ChangeLevel, ContractKind
from geodata.organisations.models import Organisation
from geodata.projects.models import Project
from geodata.record import Recorded

YUAN: dict[str, Any] = {"max_digits": 18, "decimal_places": 2}
PERCENT: dict[str, Any] = {"max_digits": 5, "decimal_places": 2, "null": True, "blank": True}


@audited()
class Contract(Recorded):
    """合同. Retention above 3 % of the price is unlawful (建质〔2017〕138号) and refused by the table itself."""

    number = models.CharField(max_length=60, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="contracts")
    kind = models.CharField(max_length=16, choices=ContractKind, default=ContractKind.CONSTRUCTION)
    name = models.CharField(max_length=200)
    contractor = models.ForeignKey(Organisation, models.PROTECT, related_name="contracts")
    price = models.DecimalField(**YUAN)
    signed_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    advance_pct = models.DecimalField(**PERCENT)
    progress_pct = models.DecimalField(**PERCENT)
    retention_pct = models.DecimalField(**PERCENT)
    labour_pct = models.DecimalField(**PERCENT)

    class Meta:
        ordering = ["project", "signed_on", "number"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0), name="contract_price_positive"),
            models.CheckConstraint(
                condition=Q(retention_pct__isnull=True) | Q(retention_pct__gte=0, retention_pct__lte=3),
                name="retention_at_most_3_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


@audited()
class ContractChange(Recorded):
    """设计/工程变更 with its effect on the price."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="changes")
    number = models.CharField(max_length=60)
    level = models.CharField(max_length=12, choices=ChangeLevel, default=ChangeLevel.MINOR)
    reason = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    content = models.TextField(blank=True)
    amount_delta = models.DecimalField(**YUAN)
    approved_by = models.CharField(max_length=100, blank=True)
    approved_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["contract", "approved_on", "number"]
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="change_once")]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.number}"


@audited()
class Measurement(Recorded):
    """计量: output confirmed by the supervisor for a period (经确认产值); the cumulative sum never falls."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="measurements")
    period_no = models.PositiveIntegerField()
    measured_to = models.DateField()
    certified_amount = models.DecimalField(**YUAN)
    cumulative_amount = models.DecimalField(**YUAN)
    supervisor = models.CharField(max_length=100, blank=True)
    auditor = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["contract", "period_no"]
        constraints = [models.UniqueConstraint(fields=["contract", "period_no"], name="measurement_once")]

    def __str__(self) -> str:
        return f"{self.contract_id} #{self.period_no}"
