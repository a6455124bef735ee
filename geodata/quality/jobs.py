"""What the worker does for the quality report: everything every night, what changed every few minutes."""

from contextlib import suppress

from django.utils import timezone
from procrastinate.contrib.django import app

from geodata.errors import Busy
from geodata.quality.services import examine_all, examine_changed


@app.periodic(cron="10 3 * * *")
@app.task(queue="nightly", queueing_lock="quality-nightly", pass_context=False)
def examine_nightly(timestamp: int) -> None:
    """03:10 every night: boundaries and thresholds may have changed, too."""
    examine_all(today=timezone.localdate(), now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queue="nightly", queueing_lock="quality-changed", pass_context=False)
def examine_lately_changed(timestamp: int) -> None:
    """Every five minutes. While another run is under way its turn comes five minutes later."""
    with suppress(Busy):
        examine_changed(today=timezone.localdate(), now=timezone.now())
