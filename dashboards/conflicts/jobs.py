"""What the worker does: all works are compared every night."""

from contextlib import suppress

from django.utils import timezone
from procrastinate.contrib.django import app

from dashboards.conflicts.services import find_pairs
from geodata.errors import Busy


@app.periodic(cron="40 3 * * *")
@app.task(queue="nightly", queueing_lock="conflicts-nightly", pass_context=False)
def find_pairs_nightly(timestamp: int) -> None:
    """03:40 every night, after the shapes have been examined."""
    with suppress(Busy):
        find_pairs(today=timezone.localdate(), now=timezone.now())
