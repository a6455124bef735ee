"""Taking back what is public: at once, in every snapshot, and for all that follow.

First the record learns of it, so that no snapshot can bring it back; then the public database lets go of rows, values
and salts in one transaction. Should that fail, the next publication begins by doing it. A withdrawal is a snapshot of
its own with the data as they were otherwise: tiles carry its number in their addresses, and no cache has them.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, connections, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.timezone import localdate
from psycopg import sql

from geodata.audit import acting
from geodata.complaints.masks import given_away
from geodata.errors import Busy, Conflict, NotFound, Refused
from geodata.projects.models import Project
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.public.models import (
    WITHDRAWN,
    ChainEntry,
    Published,
    PublishedContract,
    PublishedPayment,
    PublishedProject,
    PublishedWithdrawal,
    Snapshot,
)
from portal.publication import naming
from portal.publication.allowlist import PERSON, TABLES
from portal.publication.models import PublicationRun, Withdrawal
from portal.publication.naming import NAMED
from portal.publication.services import media, runs
from portal.publication.services.chaining import close_snapshot
from portal.publication.staging import PUBLISHER

SHORTEST_REASON = 4


def withdraw_project(scope: Scope, *, code: str, reason: str, now: datetime) -> Withdrawal:
    """The project is public no more; its address says since when and why."""
    if not Project.objects.filter(serial_no=code).exists():
        raise NotFound("没有这个项目")
    return _withdraw(scope, now, kind=Withdrawal.Kind.PROJECT, code=code, reason=reason)


def withdraw_name(scope: Scope, *, code: str, key: str, name: str, reason: str, now: datetime) -> Withdrawal:
    """A payee or supplier that must not be named: the name goes wherever it stands, alone or in a text (naming.py); the
    amounts stay."""
    value = name.strip()
    if not value or value in {PERSON, WITHDRAWN}:
        raise Refused("这里没有可以撤下的名称")
    return _withdraw(scope, now, kind=Withdrawal.Kind.NAME, code=code, key=key, value=value, reason=reason)


def withdraw_text(scope: Scope, *, code: str, key: str, reason: str, now: datetime) -> Withdrawal:
    """The name of one contract."""
    if not PublishedContract.objects.using(PUBLISHER).filter(code=code, key=key).exists():
        raise NotFound("没有公开过这份合同")
    return _withdraw(scope, now, kind=Withdrawal.Kind.TEXT, code=code, key=key, reason=reason)


def lift(scope: Scope, *, withdrawal_id: int, reason: str, now: datetime) -> None:
    """The next publication may say it again."""
    scope.require(Action.PUBLISH)
    _require_reason(reason)
    with acting(user_id=scope.user_id, reason="lift a withdrawal"), transaction.atomic():
        changed = Withdrawal.objects.filter(pk=withdrawal_id, lifted_at__isnull=True).update(
            lifted_at=now, lifted_by_id=scope.user_id, lifted_reason=reason.strip()
        )
    if not changed:
        raise NotFound("没有这条撤下记录，或者它已经恢复")


def apply_pending(*, now: datetime) -> None:
    """Carries out what an earlier failure has left undone, and takes down the notices of what was released."""
    for withdrawal in Withdrawal.objects.filter(applied_at__isnull=True, lifted_at__isnull=True).order_by("pk"):
        _apply(withdrawal, now)
    lifted = list(Withdrawal.objects.filter(lifted_at__isnull=False).values_list("pk", flat=True))
    PublishedWithdrawal.objects.using(PUBLISHER).filter(number__in=lifted).delete()


def _withdraw(scope: Scope, now: datetime, *, reason: str, **facts: str) -> Withdrawal:
    scope.require(Action.PUBLISH)
    _require_reason(reason, value=facts.get("value", ""))
    _require_silence(reason)
    with acting(user_id=scope.user_id, reason=f"withdraw {facts['kind']} {facts['code']}"):
        try:
            with transaction.atomic():
                withdrawal = Withdrawal.objects.create(
                    reason=reason.strip(), withdrawn_at=now, user_id=scope.user_id, **facts
                )
        except IntegrityError as twice:
            raise Conflict("这个项目已经撤下") from twice
        try:
            _apply(withdrawal, now)
        except Busy as busy:
            raise Busy("撤下已经记录，公开库此刻正在写入；请一分钟后在发布页的撤下记录中点“立即执行”") from busy
    return withdrawal


def carry_out_now(scope: Scope, *, withdrawal_id: int, now: datetime) -> None:
    """Takes out of the public database what so far only the record knows to be withdrawn."""
    scope.require(Action.PUBLISH)
    withdrawal = Withdrawal.objects.filter(pk=withdrawal_id, lifted_at__isnull=True, applied_at__isnull=True).first()
    if withdrawal is None:
        raise NotFound("没有等待执行的这条撤下记录")
    with acting(user_id=scope.user_id, reason="carry out a withdrawal"):
        _apply(withdrawal, now)


def _require_reason(reason: str, *, value: str = "") -> None:
    """The reason is public: it must say something and must not tell again what it takes back."""
    text = reason.strip()
    if len(text) < SHORTEST_REASON:
        raise Refused("请写明原因（至少四个字），它会向社会公开")
    if len(text) > 200:
        raise Refused("原因请不要超过 200 个字")
    if value and value in text:
        raise Refused("原因会向社会公开，其中不能再出现要撤下的名称")
    if given_away(text):
        raise Refused("原因会向社会公开，其中不能有电话、证件或账号")


def _require_silence(reason: str) -> None:
    """Nor may it tell a name that was taken back before."""
    names = Withdrawal.objects.filter(kind=Withdrawal.Kind.NAME, lifted_at__isnull=True).values_list("value", flat=True)
    if any(len(name) >= naming.SHORTEST and name in reason for name in names):
        raise Refused("原因会向社会公开，其中不能再出现要撤下的名称")


def _apply(withdrawal: Withdrawal, now: datetime) -> None:
    with transaction.atomic(using=PUBLISHER):
        runs.lock(PublicationRun.Kind.WITHDRAW, seconds=2)
        gone, codes = _LETTING_GO[Withdrawal.Kind(withdrawal.kind)](withdrawal)
        _notice(withdrawal, codes | {withdrawal.code})
        last = Snapshot.objects.using(PUBLISHER).order_by("-number").first()
        number = runs.next_number() if last and gone else None
        if last and number:
            close_snapshot(number, last.as_of, now, gone=number)
    if last and number:
        PublicationRun.objects.create(
            kind=PublicationRun.Kind.WITHDRAW,
            number=number,
            as_of=last.as_of,
            state=PublicationRun.State.PUBLISHED,
            requested_at=now,
            started_at=Now(),
            finished_at=Now(),
            percent=100,
            counts={"rows": gone},
            user_id=withdrawal.user_id,
        )
    Withdrawal.objects.filter(pk=withdrawal.pk).update(applied_at=now)
    media.clear_soon()


def _notice(withdrawal: Withdrawal, codes: set[str]) -> None:
    """Day and reason for the page of each project concerned; never what stood there."""
    rows = [
        PublishedWithdrawal(
            number=withdrawal.pk,
            kind=withdrawal.kind,
            code=code,
            key=withdrawal.key if code == withdrawal.code else "",
            reason=withdrawal.reason,
            withdrawn_on=localdate(withdrawal.withdrawn_at),
        )
        for code in sorted(codes)
    ]
    PublishedWithdrawal.objects.using(PUBLISHER).bulk_create(rows, ignore_conflicts=True)


def _let_project_go(withdrawal: Withdrawal) -> tuple[int, set[str]]:
    """All rows of a project in all snapshots, and what the chain says of them."""
    code = withdrawal.code
    payments = PublishedPayment.objects.using(PUBLISHER).filter(code=code)
    numbers = [str(number) for number in payments.values_list("number", flat=True).distinct()]
    said = _entries("payment", numbers).filter(values__code=code) | _entries("status", [code])
    said.update(values={}, salts={}, withdrawn_reason=withdrawal.reason)
    gone = 0
    for table in TABLES:
        if "code" in table.columns:
            gone += table.model._default_manager.using(PUBLISHER).filter(code=code).delete()[0]
    _rewrite(PublishedProject, "parent_code", {"parent_code": code}, None)
    return gone, {code}


def _let_name_go(withdrawal: Withdrawal) -> tuple[int, set[str]]:
    """The name in all snapshots, and in the chain's entries of the payments that bore it."""
    name = withdrawal.value
    payments = PublishedPayment.objects.using(PUBLISHER).filter(payee=name)
    numbers = [str(number) for number in payments.values_list("number", flat=True).distinct()]
    with connections[PUBLISHER].cursor() as cursor:
        cursor.execute(
            "UPDATE public_chainentry SET values = values - 'payee', salts = salts - 'payee', withdrawn_reason = %s"
            " WHERE kind = 'payment' AND key = ANY(%s) AND values ->> 'payee' = %s",
            [withdrawal.reason, numbers, name],
        )
    gone, codes = 0, set()
    for model, column in NAMED:
        rows: Any = model._default_manager.using(PUBLISHER)
        codes |= set(rows.filter(**{column: name}).values_list("code", flat=True))
        gone += _rewrite(model, column, {column: name}, WITHDRAWN)
    for place in naming.places_of(name):
        told = _take_out(place, name)
        gone, codes = gone + len(told), codes | told
    return gone, codes


def _take_out(place: naming.Place, name: str) -> set[str]:
    """The name out of a text in all snapshots; the projects whose text had it."""
    model, column = place
    statement = sql.SQL("UPDATE {} SET {} = {} WHERE {} RETURNING row, code").format(
        sql.Identifier(model._meta.db_table),
        sql.Identifier(column),
        naming.without(place, name),
        naming.holds(place, name),
    )
    with connections[PUBLISHER].cursor() as cursor:
        cursor.execute(statement)
        changed = cursor.fetchall()
    _sum_up(model, [row for row, _code in changed])
    return {code for _row, code in changed}


def _let_text_go(withdrawal: Withdrawal) -> tuple[int, set[str]]:
    return _rewrite(PublishedContract, "name", {"key": withdrawal.key}, WITHDRAWN), {withdrawal.code}


_LETTING_GO = {
    Withdrawal.Kind.PROJECT: _let_project_go,
    Withdrawal.Kind.NAME: _let_name_go,
    Withdrawal.Kind.TEXT: _let_text_go,
}


def _entries(kind: str, keys: list[str]) -> "QuerySet[ChainEntry]":
    return ChainEntry.objects.using(PUBLISHER).filter(kind=kind, key__in=keys)


def _rewrite(model: type[Published], column: str, where: dict[str, str], put: str | None) -> int:
    """Puts something else into a column in all snapshots; the rows' digests follow, so that the next publication sees
    no change in them."""
    rows = list(model._default_manager.using(PUBLISHER).filter(**where).values_list("pk", flat=True))
    model._default_manager.using(PUBLISHER).filter(pk__in=rows).update(**{column: put})
    _sum_up(model, rows)
    return len(rows)


def _sum_up(model: type[Published], rows: list[int]) -> None:
    """The digests of rows whose columns were rewritten."""
    columns = next(table.columns for table in TABLES if table.model is model)
    statement = sql.SQL(
        "UPDATE {table} t SET digest = (SELECT md5(x::text) FROM (SELECT {columns}) AS x) WHERE t.row = ANY(%s)"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        columns=sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(name)) for name in columns),
    )
    with connections[PUBLISHER].cursor() as cursor:
        cursor.execute(statement, [rows])
