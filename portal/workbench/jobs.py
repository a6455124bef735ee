"""What the worker does for the workbench."""

from django.utils import timezone
from procrastinate.contrib.django import app

from portal.workbench.desk.deadlines import tell_everybody


@app.periodic(cron="0 7 * * *")
@app.task(queue="nightly", queueing_lock="tell-deadlines", pass_context=False)
def tell_deadlines(timestamp: int) -> None:
    """07:00 every day, before offices open; a second run tells nothing twice."""
    now = timezone.localtime()
    tell_everybody(today=now.date(), now=now)
