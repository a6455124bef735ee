"""A worker of the imports as a program of its own, so that a test can kill it: it stops where it is told to.

Arguments: where to stop (read, write, never), the file that it makes when it is there, the folder of the uploads.
tests/geodata/exchange/test_killed_workers.py starts it, with the address of the test's database.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.conf import settings


def stopping(real: Callable[..., Any], there: Path) -> Callable[..., Any]:
    """Does its work, then says so and waits to be killed."""

    def stop(*given: Any, **named: Any) -> None:
        real(*given, **named)
        there.touch()
        time.sleep(600)

    return stop


def main() -> None:
    where, there, media = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    settings.MEDIA_ROOT = media
    django.setup()
    from procrastinate.contrib.django import app

    from geodata.exchange.batches import working
    from geodata.exchange.datasets import projects

    if where == "read":
        working._keep_files = stopping(working._keep_files, there)
    if where == "write":
        type(projects.DATASET).write = stopping(type(projects.DATASET).write, there)  # type: ignore[method-assign]
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(queues=["imports", "nightly"], wait=False, listen_notify=False)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    main()
