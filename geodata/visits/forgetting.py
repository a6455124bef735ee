"""Forgetting where members of staff were: exact positions go after a term, what was judged by them stays.

A check-in keeps whether it was inside the shape and how far from it on its day; a photo gets its distance from the
present shape before its place goes. Both go on counting for the trust in the shape with that distance.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import DecimalField
from django.db.models.functions import Cast
from django.utils.timezone import make_aware

from geodata.distances import away
from geodata.progress.models import Photo
from geodata.thresholds.selectors import threshold
from geodata.visits.models import CheckIn

KEEP = "position_keep_days"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many positions went; `before` is the first day whose positions are kept."""

    check_ins: int
    photos: int
    before: date


@transaction.atomic
def forget_positions(*, today: date) -> Forgotten:
    """Empty the positions of check-ins and photos that are older than the term. A second run finds nothing."""
    before = today - timedelta(days=int(threshold(KEEP)))
    moment = make_aware(datetime.combine(before, time.min))
    visits = CheckIn.objects.filter(received_at__lt=moment, position__isnull=False).update(position=None)
    old = list(Photo.objects.filter(uploaded_at__lt=moment, position__isnull=False).select_for_update().values("pk"))
    photos = Photo.objects.filter(pk__in=[row["pk"] for row in old])
    distance = Cast(away("position", "project__geom"), DecimalField(max_digits=9, decimal_places=1))
    for photo in photos.annotate(away_m=distance):
        Photo.objects.filter(pk=photo.pk).update(distance_m=photo.away_m, position=None)
    return Forgotten(check_ins=visits, photos=len(old), before=before)
