"""What the worker does for visits: positions whose term is over are forgotten every night."""

from django.utils import timezone
from procrastinate.contrib.django import app

from geodata.audit import acting
from geodata.visits.forgetting import forget_positions


@app.periodic(cron="40 3 * * *")
@app.task(queue="nightly", queueing_lock="forget-positions", pass_context=False)
def forget_nightly(timestamp: int) -> None:
    """03:40 every night; a second run finds nothing."""
    with acting(user_id=None, reason="位置保存期限已到"):
        forget_positions(today=timezone.localdate())
