"""Failed log-ins, and the second factor: what one-time codes are checked against."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from geodata.audit import audited
from geodata.record import Recorded


class LoginFailure(models.Model):
    """A failed attempt. `name_hash` is an HMAC of the name tried, since people type passwords into the name field."""

    name_hash = models.CharField(max_length=64)
    address = models.CharField(max_length=45)
    failed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["name_hash", "address", "failed_at"], name="failure_name_address"),
            models.Index(fields=["address", "failed_at"], name="failure_address"),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.failed_at}"


@audited(exclude=("secret_sealed", "last_step", "failures", "failed_at"))
class SecondFactor(Recorded):
    """What a person's authenticator computes codes from. In force once `confirmed_at` is set.

    `last_step` is the newest time step whose code was accepted: no code of it or of an earlier one is taken again.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor")
    secret_sealed = models.BinaryField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=-1)
    failures = models.PositiveIntegerField(default=0)  # in a row
    failed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.confirmed_at or '-'}"


@audited(exclude=("code_hash",))
class RecoveryCode(Recorded):
    """One of the codes for the day on which the phone is lost; good for one log-in."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.factor_id}: {self.used_at or '-'}"


@audited()
class FactorReset(Recorded):
    """A request to take a person's second factor away, because phone and recovery codes are lost. One administrator
    asks, another decides, and neither is the person."""

    class State(models.TextChoices):
        OPEN = "open", "待确认"
        DONE = "done", "已重置"
        REFUSED = "refused", "已拒绝"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="factor_resets")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=200)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], condition=Q(state="open"), name="one_open_reset")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.state}"
