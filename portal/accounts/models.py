"""Failed log-ins, to throttle guessing."""

from django.db import models


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
