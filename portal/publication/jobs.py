"""What the worker does: what the publication page asks for, a snapshot every night, and a second chance for jobs whose
worker died."""

from django.utils import timezone
from procrastinate.contrib.django import app

from geodata.errors import Busy
from portal.publication.openfiles import make_files
from portal.publication.services import carry_out, publish, settle_files


@app.task(queue="publication")
def carry_out_run(run_id: int) -> None:
    """A look ahead or a snapshot that somebody asked for; its row says how it went."""
    carry_out(run_id=run_id, now=timezone.localtime())


@app.periodic(cron="30 2 * * *")
@app.task(queue="nightly", queueing_lock="publish-nightly", pass_context=False)
def publish_nightly(timestamp: int) -> None:
    """02:30 every night, as of that day."""
    now = timezone.localtime()
    publish(as_of=now.date(), now=now)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="publication", queueing_lock="open-files", pass_context=False)
def make_open_files(timestamp: int) -> None:
    """The files of open data, whenever a publication or a withdrawal has made a snapshot that has none yet."""
    try:
        make_files()
    except Busy:
        return  # nothing is published yet


@app.periodic(cron="* * * * *")
@app.task(queue="publication", queueing_lock="settle-files", pass_context=False)
def settle_public_files(timestamp: int) -> None:
    """Photos and documents that were taken back leave the public site within a minute, whatever is published when."""
    try:
        settle_files()
    except Busy:
        return  # a publication under way leaves them out by itself


@app.periodic(cron="*/10 * * * *")
@app.task(queue="nightly", queueing_lock="sweep-stalled", pass_context=False)
async def sweep_stalled(timestamp: int) -> None:
    """A job whose worker was killed stays "doing" for ever; it is put back into the queue."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=120):
        await manager.retry_job(job)
