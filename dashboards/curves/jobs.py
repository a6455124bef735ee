"""What the worker does for the forecasts: every night, and during the day where newly approved reports change them."""

from contextlib import suppress

from django.utils import timezone
from procrastinate.contrib.django import app

from dashboards.curves.services import forecast_all, forecast_if_due
from geodata.errors import Busy


@app.periodic(cron="40 2 * * *")
@app.task(queue="nightly", queueing_lock="forecast-nightly", pass_context=False)
def forecast_nightly(timestamp: int) -> None:
    """02:40 every night: plans, payments and statuses may have changed, too."""
    forecast_all(today=timezone.localdate(), now=timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(queue="nightly", queueing_lock="forecast-due", pass_context=False)
def forecast_when_due(timestamp: int) -> None:
    """Every quarter of an hour. While another run is under way its turn comes later."""
    with suppress(Busy):
        forecast_if_due(today=timezone.localdate(), now=timezone.now())
