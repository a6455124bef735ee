"""How runs and withdrawals read on the page: plain dictionaries for the templates and for those who poll a run."""

from typing import Any, Final

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal import wording
from portal.publication.models import PublicationRun, Withdrawal

STEP: Final = {
    "": gettext_noop("Waiting for the worker"),
    "read": gettext_noop("Reading the record"),
    "check": gettext_noop("Checking what would be public"),
    "compare": gettext_noop("Comparing with what is public"),
    "merge": gettext_noop("Writing the public tables"),
    "chain": gettext_noop("Extending the chain and closing the snapshot"),
}


def _title(run: PublicationRun) -> str:
    if not run.is_active:
        return wording.label(run.get_kind_display())
    return _("Publishing") if run.kind == PublicationRun.Kind.PUBLISH else _("Computing the changes")


def run_texts(run: PublicationRun) -> dict[str, Any]:
    """A run as it moves on, for the page and for those who poll it."""
    return {
        "id": run.pk,
        "kind": run.kind,
        "title": _title(run),
        "state": run.state,
        "active": run.is_active,
        "percent": run.percent,
        "step": _(STEP.get(run.step, run.step)) if run.is_active else wording.label(run.get_state_display()),
        "error": run.error,
        "who": str(run.user) if run.user else "",
        "since": localtime(run.requested_at).strftime("%H:%M:%S") if run.requested_at else "",
    }


def history_row(run: PublicationRun) -> dict[str, Any]:
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else None
    opened = sum(n for name, n in run.counts.items() if name.endswith("_opened"))
    closed = sum(n for name, n in run.counts.items() if name.endswith("_closed"))
    return {
        "number": run.number,
        "kind": wording.label(run.get_kind_display()),
        "state": wording.label(run.get_state_display()),
        "good": run.state == PublicationRun.State.PUBLISHED,
        "active": run.is_active,
        "as_of": wording.day(run.as_of),
        "when": localtime(run.started_at or run.requested_at) if run.started_at or run.requested_at else None,
        "who": str(run.user) if run.user else _("automatic"),
        "opened": f"{opened or run.counts.get('rows', 0):,}",
        "closed": f"{closed:,}" if closed else "",
        "seconds": _("%(n)s s") % {"n": f"{seconds:.1f}"} if seconds else "—",
        "error": run.error,
    }


def withdrawal_row(withdrawal: Withdrawal) -> dict[str, Any]:
    return {
        "id": withdrawal.pk,
        "code": withdrawal.code,
        "url": reverse("publication:project", args=[withdrawal.code]),
        "kind": wording.label(withdrawal.get_kind_display()),
        "what": withdrawal.value or withdrawal.key,
        "reason": withdrawal.reason,
        "when": localtime(withdrawal.withdrawn_at),
        "who": str(withdrawal.user) if withdrawal.user else "",
        "pending": withdrawal.applied_at is None and withdrawal.lifted_at is None,
        "lifted": localtime(withdrawal.lifted_at) if withdrawal.lifted_at else None,
        "lifted_reason": withdrawal.lifted_reason,
    }
