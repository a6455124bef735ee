"""What the worker tidies away."""

from django.utils import timezone
from procrastinate.contrib.django import app

from portal.accounts.services import purge_failures


@app.periodic(cron="15 3 * * *")
@app.task(queue="nightly", queueing_lock="purge-login-failures")
def purge_login_failures(timestamp: int) -> None:
    """Attempts that no lock can need any more."""
    purge_failures(now=timezone.now())
