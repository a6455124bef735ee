"""Publishing a numbered snapshot, or looking at what it would change: the same reading, the same checks."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import DatabaseError, transaction

from geodata.audit import acting
from geodata.errors import DomainError, Refused
from geodata.funding.models import Disbursement
from geodata.organisations.models import Organisation
from geodata.organisations.names import is_natural_person
from geodata.tiles.services import assign_tile_zooms
from portal.public.models import Snapshot
from portal.publication import changes, staging
from portal.publication.allowlist import TABLES
from portal.publication.checks import Check, check_everything, refusal
from portal.publication.models import PublicationRun
from portal.publication.services import media, runs
from portal.publication.services.chaining import close_snapshot, extend_chain
from portal.publication.services.leaving import last_loss
from portal.publication.services.withdrawals import apply_pending

log = logging.getLogger(__name__)
Kind, State = PublicationRun.Kind, PublicationRun.State
Say = Callable[[int, str], None]
UNEXPECTED = "系统出错，没有写入任何公开数据；已记入日志，请联系系统管理员"


def publish(*, as_of: date, now: datetime, user_id: int | None = None, say: Say | None = None) -> Snapshot:
    """Copies the allow-list into the public database as the next snapshot; all or nothing.

    Raises Refused when a blocking check finds something (its sentence names the places) and Conflict while another
    publication is under way.
    """
    with acting(user_id=user_id, reason="publish"):
        run = runs.open_run(kind=Kind.PUBLISH, as_of=as_of, now=now, user_id=user_id)
        return _carry_out_publication(run, now, say)


def review(*, as_of: date, now: datetime, user_id: int | None = None, say: Say | None = None) -> PublicationRun:
    """What `publish` would change and what its checks would say; nothing is written but the answer."""
    with acting(user_id=user_id, reason="review"):
        run = runs.open_run(kind=Kind.REVIEW, as_of=as_of, now=now, user_id=user_id)
        _carry_out_review(run, say)
    return PublicationRun.objects.get(pk=run.pk)


def carry_out(*, run_id: int, now: datetime) -> None:
    """What the worker does with a queued run. One that was given up or begun before is left alone: a job that comes a
    second time after its worker died must not publish what nobody asked for any more."""
    run = PublicationRun.objects.filter(pk=run_id, state=State.QUEUED).first()
    if run is None:
        return
    with acting(user_id=run.user_id, reason=run.kind):
        if run.kind == Kind.REVIEW:
            _carry_out_review(run, None)
        else:
            _carry_out_publication(run, now, None)


def _carry_out_publication(run: PublicationRun, now: datetime, say: Say | None) -> Snapshot:
    progress = runs.Progress(run, say)
    with _outcome(run):
        progress.at("read")
        apply_pending(now=now)
        assign_tile_zooms()
        with transaction.atomic(using=staging.PUBLISHER):
            runs.lock(Kind.PUBLISH)
            number = runs.next_number()
            runs.begin(run, number=number)
            checks = _stage(run.as_of, progress)
            PublicationRun.objects.filter(pk=run.pk).update(report={"checks": [check.as_json() for check in checks]})
            if any(check.blocks for check in checks):
                raise Refused(refusal(checks))
            counts = _merge(number, progress)
            media.copy_in()
            snapshot = close_snapshot(number, run.as_of, now, gone=last_loss(number, counts))
    runs.end(run, State.PUBLISHED, counts=counts)
    media.clear_soon()
    try:
        staging.tidy(counts)
    except DatabaseError:  # it is published all the same
        log.exception("the public tables were not tidied")
    return snapshot


def _carry_out_review(run: PublicationRun, say: Say | None) -> None:
    progress = runs.Progress(run, say)
    with _outcome(run):
        progress.at("read")
        assign_tile_zooms()  # else the zooms would count as changes that publishing does not make, or the other way
        with transaction.atomic(using=staging.PUBLISHER):
            runs.lock(Kind.REVIEW)
            runs.begin(run, number=None)
            checks = _stage(run.as_of, progress)
            report = changes.report(progress)
            transaction.set_rollback(True, using=staging.PUBLISHER)
    runs.end(run, State.DONE, report={**report, "checks": [check.as_json() for check in checks]})


@contextmanager
def _outcome(run: PublicationRun) -> Iterator[None]:
    """Writes down how a run failed, and lets the failure go on."""
    try:
        yield
    except DomainError as refused:
        runs.end(run, State.REFUSED, error=refused.message)
        raise
    except Exception:
        runs.end(run, State.FAILED, error=UNEXPECTED)
        raise


def _stage(as_of: date, progress: runs.Progress) -> list[Check]:
    """Reads the record, holds back what is withdrawn, checks the rest."""
    parameters = {"as_of": as_of, "persons": _person_names()}
    staging.fill_stages(parameters, on_table=lambda done: progress.at("read", done, len(TABLES)))
    staging.hold_back()
    lost = media.hold_back_lost()
    progress.at("check")
    return [*check_everything(as_of=as_of, on_check=lambda done, total: progress.at("check", done, total)), lost]


def _person_names() -> list[str]:
    """Payees and suppliers that are not marked as persons but do not bear a body's name either: published as a person.

    A name that the register of bodies knows is a body's, whatever it looks like.
    """
    bodies = set(Organisation.objects.filter(is_natural_person=False).values_list("name", flat=True))
    payees = Disbursement.objects.filter(payee_is_person=False).values_list("payee_name", flat=True).distinct()
    return [name for name in payees if name not in bodies and is_natural_person(name)]


def _merge(number: int, progress: runs.Progress) -> dict[str, int]:
    counts: dict[str, int] = {}
    for done, table in enumerate(TABLES):
        progress.at("merge", done, len(TABLES))
        counts[f"{table.name}_closed"], counts[f"{table.name}_opened"] = staging.merge(table, number)
    progress.at("chain")
    extend_chain(number)
    return counts
