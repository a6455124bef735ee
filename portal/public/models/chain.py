"""The hash chain over what has been published."""

from django.db import models


class ChainEntry(models.Model):
    """One link of the chain over public payments and project statuses.

    `digests` holds a salted SHA-256 of each field, `hash` is the SHA-256 of the previous hash and of this entry's
    digests. A field that must be withdrawn loses its value and salt; its digest and the reason stay, so that the chain
    still holds and the gap is visible. A silent edit breaks it.
    """

    class Kind(models.TextChoices):
        PAYMENT = "payment", "支付"
        STATUS = "status", "状态"

    sequence = models.PositiveBigIntegerField(primary_key=True)
    snapshot = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=60)
    values = models.JSONField()
    salts = models.JSONField()
    digests = models.JSONField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["kind", "key", "-sequence"], name="chain_latest")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.key}"
