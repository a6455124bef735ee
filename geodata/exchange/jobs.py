"""What the worker tidies away behind the importers."""

import time

from procrastinate.contrib.django import app

from geodata.sandbox.process import sweep


@app.periodic(cron="40 * * * *")
@app.task(queue="nightly", queueing_lock="sweep-sandbox")
def sweep_sandbox(timestamp: int) -> None:
    """Folders of readers whose parent was killed."""
    sweep(now=time.time())
