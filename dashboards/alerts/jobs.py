"""What the worker does for warnings: all projects every night, what changed every few minutes, and back-tests."""

from contextlib import suppress
from typing import Final

from django.utils import timezone
from procrastinate.contrib.django import app

from dashboards.alerts.changes import changed_since
from dashboards.alerts.models import ScanRun
from dashboards.alerts.recalculating import fill
from dashboards.alerts.scanning import scan
from dashboards.alerts.trying import carry_out
from geodata.audit import acting
from geodata.errors import Busy, Conflict

MOST_AT_ONCE: Final = 1000  # beyond that judging all projects is no dearer
MONTHS_AT_ONCE: Final = 4


@app.periodic(cron="0 2 * * *")
@app.task(queue="nightly", queueing_lock="alerts-nightly", pass_context=False)
def scan_nightly(timestamp: int) -> None:
    """02:00 every night, as of that day: deadlines pass although nothing is recorded."""
    now = timezone.localtime()
    with acting(user_id=None, reason="scan_alerts"):
        scan(day=now.date(), today=now.date(), now=now)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="nightly", queueing_lock="alerts-changed", pass_context=False)
def scan_lately_changed(timestamp: int) -> None:
    """Every five minutes, so that many approvals make one scan. While another is under way its turn comes later."""
    with suppress(Busy):
        scan_changed()


@app.periodic(cron="7-57/10 * * * *")
@app.task(queue="nightly", queueing_lock="alerts-past", pass_context=False)
def judge_past_months(timestamp: int) -> None:
    """Every ten minutes a few month ends, until all are judged by the rules in force."""
    now = timezone.localtime()
    fill(today=now.date(), now=now, most=MONTHS_AT_ONCE)


@app.task(queue="nightly")
def run_backtest(run_id: int) -> None:
    """A back-test that somebody asked for; its row says how far it is."""
    now = timezone.localtime()
    carry_out(run_id=run_id, today=now.date(), now=now)


def scan_changed() -> ScanRun | None:
    """Judges the projects with something new since the last scan; None where there is nothing, or no scan yet."""
    now = timezone.localtime()
    last = ScanRun.objects.order_by("-pk").first()
    if last is None:
        return None
    changed = changed_since(last.started_at, most=MOST_AT_ONCE + 1)
    if not changed:
        return None
    ids = changed if len(changed) <= MOST_AT_ONCE else None
    with suppress(Conflict), acting(user_id=None, reason="scan_alerts"):
        return scan(day=now.date(), today=now.date(), now=now, ids=ids)
    return None
