"""What the publication pages read: runs, the last look ahead, withdrawals, and what of a project is public now.

All of it is headquarters' alone: every function asks for the action first.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Window

from geodata.errors import NotFound
from geodata.projects.models import Project
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.public.models import (
    WITHDRAWN,
    PublishedContract,
    PublishedPayment,
    PublishedProject,
    PublishedWithdrawal,
    Snapshot,
)
from portal.publication.allowlist import PERSON, TABLES
from portal.publication.models import PublicationRun, Withdrawal
from portal.publication.staging import PUBLISHER

Kind, State = PublicationRun.Kind, PublicationRun.State
OWN_WORDS = {"code", "search_text"}
FOUND = 10  # projects that a search offers


@dataclass(frozen=True)
class Standing:
    """Where publishing stands: what is public, what is under way, what the last look ahead and attempt said."""

    snapshot: Snapshot | None
    active: PublicationRun | None
    review: PublicationRun | None
    failure: PublicationRun | None
    next_number: int
    told: int  # runs in the history


def standing(scope: Scope) -> Standing:
    """Three queries; of the runs' reports only that of the last look ahead is read."""
    scope.require(Action.PUBLISH)
    told = Window(Count("pk", filter=~Q(kind=Kind.REVIEW)))
    rows = PublicationRun.objects.select_related("user").defer("report").annotate(told=told)
    runs = list(rows.order_by("-pk")[:40])
    # a snapshot before a look ahead: the person who pressed the button waits for it
    active = sorted((run for run in runs if run.is_active), key=lambda run: run.kind != Kind.PUBLISH)
    ended = [run for run in runs if not run.is_active and run.kind != Kind.WITHDRAW]
    review = next((run for run in ended if run.kind == Kind.REVIEW and run.state == State.DONE), None)
    failed = ended[0] if ended and ended[0].state not in {State.DONE, State.PUBLISHED} else None
    newest = Snapshot.objects.using(PUBLISHER).order_by("-number").first()
    used = [run.number for run in runs if run.number] + [newest.number if newest else 0]
    return Standing(newest, active[0] if active else None, review, failed, max(used) + 1, runs[0].told if runs else 0)


def run(scope: Scope, run_id: int) -> PublicationRun:
    scope.require(Action.PUBLISH)
    found = PublicationRun.objects.filter(pk=run_id).first()
    if found is None:
        raise NotFound("没有这次发布")
    return found


def history(scope: Scope) -> "QuerySet[PublicationRun]":
    """Snapshots and attempts, newest first; looks ahead are not history."""
    scope.require(Action.PUBLISH)
    return PublicationRun.objects.exclude(kind=Kind.REVIEW).select_related("user").defer("report").order_by("-pk")


def withdrawals(scope: Scope) -> "QuerySet[Withdrawal]":
    scope.require(Action.PUBLISH)
    return Withdrawal.objects.select_related("user", "lifted_by").order_by("lifted_at", "-pk")


def find_projects(scope: Scope, words: str) -> list[Project]:
    """Projects by number or part of the name, public or not."""
    scope.require(Action.PUBLISH)
    text = words.strip()
    if len(text) < 2:
        return []
    match = Q(serial_no__iexact=text) | Q(name__contains=text) | Q(project_code=text)
    return list(Project.objects.filter(match, is_deleted=False).only("serial_no", "name").order_by("serial_no")[:FOUND])


@dataclass(frozen=True)
class Published:
    """What of one project is public now."""

    code: str
    name: str
    row: PublishedProject | None
    notice: PublishedWithdrawal | None
    payments: "QuerySet[PublishedPayment]"
    contracts: list[PublishedContract]


def published(scope: Scope, code: str) -> Published:
    """Raises NotFound for a number that no project has."""
    scope.require(Action.PUBLISH)
    known = Project.objects.filter(serial_no=code).only("name").first()
    if known is None:
        raise NotFound("没有这个项目")
    shown = {"code": code, "to_snapshot__isnull": True}
    return Published(
        code,
        known.name,
        PublishedProject.objects.using(PUBLISHER).filter(**shown).first(),
        PublishedWithdrawal.objects.using(PUBLISHER).filter(code=code, kind="project").first(),
        PublishedPayment.objects.using(PUBLISHER).filter(**shown).order_by("-paid_on", "-number"),
        list(PublishedContract.objects.using(PUBLISHER).filter(**shown).order_by("signed_on", "key")),
    )


def published_name(scope: Scope, code: str, kind: str, key: str) -> str:
    """The payee of a payment or the supplier of a contract, as it is public now. Raises NotFound for anything else."""
    shown = published(scope, code)
    if kind == "payment" and key.isascii() and key.isdigit() and len(key) < 19:
        found = shown.payments.filter(number=int(key)).values_list("payee", flat=True).first()
    else:
        found = next((row.supplier for row in shown.contracts if kind == "supplier" and row.key == key), None)
    if found is None:
        raise NotFound("请先选择要撤下的一项")
    return found


def nameable(name: str) -> bool:
    """Whether a public name is one that could be withdrawn."""
    return bool(name) and name not in {PERSON, WITHDRAWN}


def mentions(scope: Scope, words: str, *, limit: int = 20) -> list[tuple[str, str, str]]:
    """(project, table, column) of public texts that still contain these words, for people to look at."""
    scope.require(Action.PUBLISH)
    found: list[tuple[str, str, str]] = []
    for table in TABLES:
        if "code" not in table.columns:
            continue
        kinds = {f.column: f.get_internal_type() for f in table.model._meta.local_fields}
        texts = [
            c
            for c in table.columns
            if kinds[c] in {"CharField", "TextField"} and c not in {"code", "search_text", "sha256"}
        ]
        rows: Any = table.model._default_manager.using(PUBLISHER).filter(to_snapshot__isnull=True)
        for column in texts:
            codes = rows.filter(**{f"{column}__contains": words}).values_list("code", flat=True).distinct()
            found += [(code, table.name, column) for code in codes[:limit]]
    return found[:limit]
