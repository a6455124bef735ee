"""The life of a run: asked for, begun under a lock, moving on, ended, or recognised as interrupted.

Whoever writes the public database holds an advisory lock in it for as long as the transaction lives. The lock goes with
the session, so that a run that says "running" while nobody holds the lock has lost its worker: nothing of it was
published, unless its snapshot stands there already.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import DatabaseError, IntegrityError, connections, transaction
from django.db.models import Max
from django.db.models.functions import Now

from geodata.errors import Busy, Conflict
from portal.public.models import Snapshot
from portal.publication.models import PublicationRun
from portal.publication.staging import PUBLISHER

Kind, State = PublicationRun.Kind, PublicationRun.State
# any numbers of ours: one writer of the public database at a time, one look ahead at a time
LOCKS: Final = {Kind.PUBLISH: 7_306_430_600, Kind.WITHDRAW: 7_306_430_600, Kind.REVIEW: 7_306_430_601}
PATIENCE: Final = timedelta(minutes=10)  # a run that no worker has taken up by then will not be carried out
STEPS: Final = {"read": (0, 45), "check": (45, 60), "compare": (60, 95), "merge": (60, 85), "chain": (85, 95)}


def open_run(*, kind: PublicationRun.Kind, as_of: date, now: datetime, user_id: int | None) -> PublicationRun:
    """A new run, which waits for the lock. Raises Conflict while another of its kind is queued or running."""
    settle(now=now)
    try:
        with transaction.atomic():
            return PublicationRun.objects.create(kind=kind, as_of=as_of, requested_at=now, user_id=user_id)
    except IntegrityError as taken:
        who = PublicationRun.objects.filter(kind=kind, state__in=PublicationRun.ACTIVE).select_related("user").first()
        name = f"由{who.user}发起的" if who and who.user else ""
        raise Conflict(f"已有一次{name}“{Kind(kind).label}”正在排队或进行，请等它结束") from taken


def lock(kind: PublicationRun.Kind, *, seconds: int = 60) -> None:
    """Takes the lock until the transaction on `publisher` ends. Raises Busy when somebody holds it for so long."""
    with connections[PUBLISHER].cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds}s"])
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCKS[kind]])
        except DatabaseError as waited:
            raise Busy("公开库正在写入，请一分钟后再试") from waited
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")


def next_number() -> int:
    """The next snapshot's number; to be asked for under the lock. Numbers of failed runs are not used again."""
    published = Snapshot.objects.using(PUBLISHER).aggregate(last=Max("number"))["last"] or 0
    tried = PublicationRun.objects.aggregate(last=Max("number"))["last"] or 0
    return max(published, tried) + 1


def begin(run: PublicationRun, *, number: int | None) -> None:
    """The run has the lock now."""
    PublicationRun.objects.filter(pk=run.pk).update(state=State.RUNNING, number=number, started_at=Now())
    run.number = number


def end(run: PublicationRun, state: str, **fields: object) -> None:
    """The last word about a run."""
    PublicationRun.objects.filter(pk=run.pk).update(state=state, finished_at=Now(), step="", percent=100, **fields)


class Progress:
    """Where a run is, written for those who watch it and said to whoever started it."""

    def __init__(self, run: PublicationRun, say: Callable[[int, str], None] | None = None) -> None:
        self._run, self._say, self._shown = run, say, -1

    def at(self, step: str, done: int = 0, total: int = 1) -> None:
        """`done` of `total` parts of a step are done; the percent never falls."""
        low, high = STEPS[step]
        percent = low + (high - low) * done // max(total, 1)
        if percent <= self._shown:
            return
        self._shown = percent
        PublicationRun.objects.filter(pk=self._run.pk).update(step=step, percent=percent)
        if self._say:
            self._say(percent, step)


def settle(*, now: datetime) -> None:
    """Recognises runs that nobody carries out any more. One query while none is active."""
    for run in PublicationRun.objects.filter(state__in=PublicationRun.ACTIVE):
        if run.state == State.QUEUED:
            if run.requested_at and now - run.requested_at > PATIENCE:
                _close(run, State.INTERRUPTED, error="后台任务程序没有在十分钟内接手，可能没有运行")
        elif _nobody_holds(LOCKS[Kind(run.kind)]):
            _settle_abandoned(run)


def _settle_abandoned(run: PublicationRun) -> None:
    if run.number and Snapshot.objects.using(PUBLISHER).filter(number=run.number).exists():
        _close(run, State.PUBLISHED)  # the worker died after the snapshot, before it could say so
    else:
        _close(run, State.INTERRUPTED, error="后台任务中途停止，没有写入任何公开数据，可以重新开始")


def _close(run: PublicationRun, state: str, **fields: object) -> None:
    """Only if it still stands as we read it: its own process may just have ended it."""
    PublicationRun.objects.filter(pk=run.pk, state=run.state).update(state=state, finished_at=Now(), **fields)


def _nobody_holds(key: int) -> bool:
    """A shared try: it waits for nobody, and two who ask at once do not mistake each other for a writer."""
    with transaction.atomic(using=PUBLISHER), connections[PUBLISHER].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [key])
        row = cursor.fetchone()
    return bool(row and row[0])
