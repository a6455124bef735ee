"""What every table of the record has: when a row came, when it last changed, and by which way."""

from dataclasses import dataclass

from django.db import models
from django.db.models.functions import Now


class Origin(models.TextChoices):
    """The way by which a row came in."""

    MANUAL = "manual", "录入"
    IMPORT = "import", "导入"
    API = "api", "接口"


class Recorded(models.Model):
    """Abstract parent of the tables. Who changed what stands in the audit trail (pghistory), not here.

    `batch` is the number of the import batch; a plain number, because `exchange` stands above all other nouns.
    The database fills the times, so that COPY and INSERT agree.
    """

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    origin = models.CharField(max_length=8, choices=Origin, db_default=Origin.MANUAL)
    batch = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a bulk service did; the same input again gives only `unchanged`."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.created + other.created, self.changed + other.changed, self.unchanged + other.unchanged)
