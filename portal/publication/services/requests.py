"""Asking the worker for a run: the row and the job come into being together."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from geodata.audit import acting
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.publication.models import PublicationRun
from portal.publication.services.runs import open_run

Defer = Callable[..., object]  # of a procrastinate task; takes run_id


def request_publication(scope: Scope, *, as_of: date, now: datetime, defer: Defer) -> PublicationRun:
    """Queues a snapshot. Raises Conflict when one is queued or running, by whomever."""
    return _request(scope, PublicationRun.Kind.PUBLISH, as_of, now, defer)


def request_review(scope: Scope, *, as_of: date, now: datetime, defer: Defer) -> PublicationRun:
    """Queues a look at what would change. Raises Conflict when one is under way."""
    return _request(scope, PublicationRun.Kind.REVIEW, as_of, now, defer)


def _request(scope: Scope, kind: PublicationRun.Kind, as_of: date, now: datetime, defer: Defer) -> PublicationRun:
    scope.require(Action.PUBLISH)
    with acting(user_id=scope.user_id, reason=f"request {kind.value}"), transaction.atomic():
        run = open_run(kind=kind, as_of=as_of, now=now, user_id=scope.user_id)
        defer(run_id=run.pk)
    return run
