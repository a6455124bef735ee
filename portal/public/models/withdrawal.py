"""What was published once and is no more, with the reason; never what it said."""

from django.db import models

WITHDRAWN = "已撤下"  # stands where the text stood


class PublishedWithdrawal(models.Model):
    """A project that is withdrawn keeps its address and says so; a withdrawn text leaves a gap with a reason.

    A name that stood in several projects has a row for each of them.
    """

    class Kind(models.TextChoices):
        PROJECT = "project", "项目"
        NAME = "name", "名称"
        TEXT = "text", "合同名称"

    number = models.PositiveBigIntegerField()  # of the record's withdrawal
    kind = models.CharField(max_length=8, choices=Kind)
    code = models.CharField(max_length=20)
    key = models.CharField(max_length=60, blank=True)  # number of the payment or contract
    reason = models.CharField(max_length=200)
    withdrawn_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="public_withdrawal_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.key}"
