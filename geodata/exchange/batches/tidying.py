"""Files that are kept no longer: previews that nobody confirmed, and whatever holds callers."""

from __future__ import annotations

from datetime import datetime, timedelta

from geodata.exchange.batches import folders
from geodata.exchange.batches.permits import PERSONAL
from geodata.exchange.models import Batch

State = Batch.State


def tidy(*, now: datetime, uncommitted: timedelta, personal: timedelta) -> int:
    """Take the files away; a preview is marked as given up. Returns how many batches it was."""
    open_states = (State.PREVIEWED, State.REFUSED, State.FAILED)
    uploads = Batch.objects.filter(uploaded=True)
    stale = uploads.filter(state__in=open_states, opened_at__lt=now - uncommitted)
    callers = uploads.filter(dataset__in=PERSONAL, opened_at__lt=now - personal).exclude(state__in=Batch.WORKING)
    gone = set(stale.values_list("pk", flat=True)) | set(callers.values_list("pk", flat=True))
    for number in gone:
        folders.forget(number)
    Batch.objects.filter(pk__in=gone, state__in=open_states).update(state=State.DISCARDED)
    return len(gone)
