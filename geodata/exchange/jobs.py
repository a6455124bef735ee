"""What the worker does for the importers: reads and writes uploads, and tidies away behind them."""

import time
from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from geodata.exchange.batches import working
from geodata.exchange.batches.tidying import tidy
from geodata.sandbox.process import sweep

KEPT_UNCOMMITTED = timedelta(days=30)
KEPT_PERSONAL = timedelta(days=7)


@app.task(queue="imports")
def work_on_batch(batch_id: int) -> None:
    """Reads an upload, writes a confirmed preview or rolls a batch back, whichever its row asks for.

    Begun again after a killed worker (sweep_stalled in portal/publication/jobs.py) it does what is left to do.
    """
    working.work(batch_id, now=timezone.localtime())


@app.periodic(cron="40 * * * *")
@app.task(queue="nightly", queueing_lock="sweep-sandbox")
def sweep_sandbox(timestamp: int) -> None:
    """Folders of readers whose parent was killed."""
    sweep(now=time.time())


@app.periodic(cron="20 3 * * *")
@app.task(queue="nightly", queueing_lock="tidy-imports")
def tidy_imports(timestamp: int) -> None:
    """Files of previews that nobody confirmed, and files with callers in them."""
    tidy(now=timezone.now(), uncommitted=KEPT_UNCOMMITTED, personal=KEPT_PERSONAL)
