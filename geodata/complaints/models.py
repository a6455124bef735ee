"""12345 work orders, with the caller's data apart and encrypted, and their matching to projects."""

from django.contrib.gis.db import models
from django.db.models import Q

from geodata.audit import audited
from geodata.complaints.choices import MatchMethod, MatchState, OrderKind, OrderState, Satisfaction
from geodata.projects.models import Project
from geodata.record import Recorded
from geodata.regions.models import AreaUnit
from geodata.srid import STORAGE_SRID
from geodata.stewards.models import User


@audited(exclude=("geom",))
class WorkOrder(Recorded):
    """工单 without anything that tells who called. Never public: only counts leave the record."""

    order_no = models.CharField(max_length=40, unique=True)
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=20, choices=OrderKind)
    category = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=200, blank=True)
    area = models.ForeignKey(AreaUnit, models.PROTECT, null=True, blank=True, related_name="work_orders")
    area_text = models.CharField(max_length=60, blank=True)
    geom = models.PointField(srid=STORAGE_SRID, null=True, blank=True)
    geocode_method = models.CharField(max_length=20, blank=True)
    is_urgent = models.BooleanField(default=False)
    host_unit = models.CharField(max_length=100, blank=True)  # 承办单位 as written
    state = models.CharField(max_length=20, choices=OrderState)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_supervised = models.BooleanField(default=False)
    return_count = models.PositiveSmallIntegerField(default=0)
    rework_count = models.PositiveSmallIntegerField(default=0)
    revisit_at = models.DateTimeField(null=True, blank=True)
    revisit_method = models.CharField(max_length=20, blank=True)
    satisfaction = models.CharField(max_length=14, choices=Satisfaction, blank=True)
    # 并单: the order that this one repeats, as the hotline linked it; chains are flattened on import
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")

    class Meta:
        ordering = ["-received_at", "order_no"]
        constraints = [
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=models.F("id")), name="order_not_its_own_twin"
            )
        ]
        indexes = [models.Index(fields=["received_at"], name="order_received")]

    def __str__(self) -> str:
        return self.order_no


class WorkOrderPerson(Recorded):
    """The caller and the free text, AES-256-GCM encrypted with a key outside the database; every reveal is logged.

    `phone_hash` is an HMAC-SHA256 with another key, for equality only.
    """

    order = models.OneToOneField(WorkOrder, models.CASCADE, primary_key=True, related_name="person")
    name_encrypted = models.BinaryField()
    phone_encrypted = models.BinaryField()
    content_encrypted = models.BinaryField()
    reply_encrypted = models.BinaryField(default=b"")
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.order_id}"


class PersonReveal(models.Model):
    """Who looked at a caller's data, when and why. Append-only."""

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="reveals")
    user = models.ForeignKey(User, models.PROTECT, related_name="reveals")
    reason = models.CharField(max_length=200)
    revealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.order_id}"


@audited()
class OrderMatch(Recorded):
    """A work order and a project it may be about: score = .5 spatial + .4 text + .1 category, each 0..1.

    At most one match of an order is confirmed. Dashboards count confirmed ones; suggested ones are a grey number aside.
    """

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="matches")
    project = models.ForeignKey(Project, models.CASCADE, related_name="order_matches")
    score = models.DecimalField(max_digits=4, decimal_places=3)
    spatial_score = models.DecimalField(max_digits=4, decimal_places=3, default=0)
    text_score = models.DecimalField(max_digits=4, decimal_places=3, default=0)
    category_score = models.DecimalField(max_digits=4, decimal_places=3, default=0)
    distance_m = models.DecimalField(max_digits=10, decimal_places=1, null=True, blank=True)
    state = models.CharField(max_length=10, choices=MatchState)
    method = models.CharField(max_length=8, choices=MatchMethod)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "project"], name="match_once"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state=MatchState.CONFIRMED), name="one_confirmed_match"
            ),
        ]
        indexes = [models.Index(fields=["project", "state"], name="match_project_state")]

    def __str__(self) -> str:
        return f"{self.order_id} ~ {self.project_id} {self.score}"
