"""Looking ahead says what publishing then does; runs come one at a time, are watched, and end with their worker."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections, transaction

from geodata.errors import Conflict, NotPermitted, Refused
from geodata.funding.services import record_disbursements
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import Scope, scope_of
from portal.public.models import ChainEntry, PublishedPayment, PublishedProject, Snapshot
from portal.publication import services, staging
from portal.publication.allowlist import TABLES
from portal.publication.models import PublicationRun
from portal.publication.services import publish, review, runs
from tests.portal.publication.conftest import NOW, TODAY, entry
from tests.portal.publication.test_publish import everything_public

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
Kind, State = PublicationRun.Kind, PublicationRun.State


@pytest.fixture
def hq(hq_admin: User) -> Scope:
    return scope_of(hq_admin, today=TODAY)


def moved_on(city: dict[str, Project]) -> None:
    """A payment more, a name and a disclosure changed, a project that is public no more."""
    record_disbursements(entries=[entry("ZF9", "1000.50", city["road"])], user=None, now=NOW)
    Project.objects.filter(pk=city["works"].pk).update(disclosure="internal")
    Project.objects.filter(pk=city["secret"].pk).update(disclosure="public")
    Project.objects.filter(pk=city["road"].pk).update(location_text="示例路一带")


def test_the_changes_are_exactly_what_publishing_then_does(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    moved_on(public_city)
    foreseen = review(as_of=TODAY, now=NOW).report
    publish(as_of=TODAY, now=NOW)
    done = PublicationRun.objects.filter(kind=Kind.PUBLISH).first()
    assert done is not None
    for table in TABLES:
        counts = foreseen["tables"][table.name]
        assert counts["new"] + counts["changed"] == done.counts[f"{table.name}_opened"], table.name
        assert counts["gone"] + counts["changed"] == done.counts[f"{table.name}_closed"], table.name
    newest = Snapshot.objects.latest("number")
    assert foreseen["totals"]["new"]["projects"] == newest.projects
    assert foreseen["totals"]["new"]["payments"] == newest.payments
    assert Decimal(foreseen["totals"]["new"]["disbursed"]) == newest.disbursed


def test_the_changes_are_named_field_by_field(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    moved_on(public_city)
    report = review(as_of=TODAY, now=NOW).report
    road, works, secret = (public_city[name].serial_no for name in ("road", "works", "secret"))
    assert [row["code"] for row in report["projects"]["new"]] == [secret]
    assert [row["code"] for row in report["projects"]["gone"]] == [works]
    (changed,) = report["projects"]["changed"]
    fields = {name: (old, new) for name, old, new in changed["fields"]}
    assert changed["code"] == road
    assert fields["disbursed"] == ("3266736.48", "3267736.98")
    assert fields["location_text"] == ("", "示例路一带")
    assert report["payments"]["new"] == {"number": 2, "old": "0", "new": "1077.50"}
    assert report["payments"]["gone"] == {"number": 1, "old": "99.00", "new": "0"}


def test_looking_ahead_writes_nothing_public(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    before = everything_public()
    moved_on(public_city)
    review(as_of=TODAY, now=NOW)
    assert everything_public() == before


def test_the_percent_never_falls_and_names_every_step(public_city: dict[str, Project]) -> None:
    said: list[tuple[int, str]] = []
    publish(as_of=TODAY, now=NOW, say=lambda percent, step: said.append((percent, step)))
    percents = [percent for percent, _step in said]
    assert percents == sorted(set(percents))
    assert {step for _percent, step in said} == {"read", "check", "merge", "chain"}
    run = PublicationRun.objects.get()
    assert (run.state, run.percent) == (State.PUBLISHED, 100)
    assert run.started_at is not None
    assert run.finished_at is not None
    assert run.finished_at > run.started_at


def test_progress_is_seen_by_others_while_it_runs(public_city: dict[str, Project]) -> None:
    other = connections["default"].copy()
    seen: list[tuple[Any, ...]] = []

    def look(_percent: int, _step: str) -> None:
        with other.cursor() as cursor:
            cursor.execute("SELECT state, percent FROM publication_publicationrun")
            seen.extend(cursor.fetchall())

    publish(as_of=TODAY, now=NOW, say=look)
    other.close()
    assert ("running", 60) in seen


class Died(BaseException):
    """Stands for a worker that is killed: nothing after it is carried out."""


def killed(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    def die(*_args: object) -> None:
        raise Died

    monkeypatch.setattr(f"portal.publication.services.publishing.{place}", die)
    with pytest.raises(Died):
        publish(as_of=TODAY, now=NOW)
    monkeypatch.undo()


def test_a_run_whose_worker_died_is_interrupted_and_nothing_is_half_published(
    public_city: dict[str, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(monkeypatch, "extend_chain")
    assert PublicationRun.objects.get().state == State.RUNNING
    assert PublishedProject.objects.count() == PublishedPayment.objects.count() == ChainEntry.objects.count() == 0
    services.settle(now=NOW)
    run = PublicationRun.objects.get()
    assert run.state == State.INTERRUPTED
    assert "没有写入任何公开数据" in run.error
    snapshot = publish(as_of=TODAY, now=NOW)
    assert (snapshot.projects, snapshot.payments) == (2, 5)


def test_a_worker_that_died_after_the_snapshot_has_published(
    public_city: dict[str, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "end", lambda *_args, **_fields: (_ for _ in ()).throw(Died()))
    with pytest.raises(Died):
        publish(as_of=TODAY, now=NOW)
    monkeypatch.undo()
    services.settle(now=NOW)
    assert PublicationRun.objects.get().state == State.PUBLISHED


def test_a_run_that_lives_is_left_alone(public_city: dict[str, Project], hq_admin: User) -> None:
    run = runs.open_run(kind=Kind.PUBLISH, as_of=TODAY, now=NOW, user_id=hq_admin.pk)
    other = connections[staging.PUBLISHER].copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [runs.LOCKS[Kind.PUBLISH]])
        runs.begin(run, number=1)
        services.settle(now=NOW)
        assert PublicationRun.objects.get().state == State.RUNNING
        with pytest.raises(Conflict, match="hq"):
            publish(as_of=TODAY, now=NOW)
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()


def test_the_second_of_two_people_is_told(public_city: dict[str, Project], hq: Scope) -> None:
    jobs: list[int] = []

    def defer(run_id: int) -> None:
        jobs.append(run_id)

    first = services.request_publication(hq, as_of=TODAY, now=NOW, defer=defer)
    with pytest.raises(Conflict, match="正在排队或进行"):
        services.request_publication(hq, as_of=TODAY, now=NOW, defer=defer)
    assert jobs == [first.pk]


def test_a_run_that_no_worker_takes_up_is_given_up_and_its_late_job_does_nothing(
    public_city: dict[str, Project], hq: Scope
) -> None:
    run = services.request_publication(hq, as_of=TODAY, now=NOW, defer=lambda run_id: None)
    services.settle(now=NOW + timedelta(minutes=9))
    assert PublicationRun.objects.get().state == State.QUEUED
    services.settle(now=NOW + timedelta(minutes=11))
    assert PublicationRun.objects.get().state == State.INTERRUPTED
    services.carry_out(run_id=run.pk, now=NOW)
    assert Snapshot.objects.count() == 0


def test_the_worker_carries_out_what_was_asked_for_once(public_city: dict[str, Project], hq: Scope) -> None:
    run = services.request_publication(hq, as_of=TODAY, now=NOW, defer=lambda run_id: None)
    services.carry_out(run_id=run.pk, now=NOW)
    services.carry_out(run_id=run.pk, now=NOW)
    assert Snapshot.objects.count() == 1
    assert PublicationRun.objects.get().user_id == hq.user_id


def test_a_job_that_cannot_be_queued_leaves_no_run(public_city: dict[str, Project], hq: Scope) -> None:
    def broken(run_id: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        services.request_review(hq, as_of=TODAY, now=NOW, defer=broken)
    assert PublicationRun.objects.count() == 0


def test_only_headquarters_publishes(public_city: dict[str, Project], steward: User) -> None:
    with pytest.raises(NotPermitted):
        services.request_publication(scope_of(steward, today=TODAY), as_of=TODAY, now=NOW, defer=lambda run_id: None)


def test_an_unexpected_failure_is_said_and_keeps_the_public_tables(
    public_city: dict[str, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("portal.publication.services.publishing.extend_chain", broken)
    with pytest.raises(RuntimeError):
        publish(as_of=TODAY, now=NOW)
    run = PublicationRun.objects.get()
    assert run.state == State.FAILED
    assert "boom" not in run.error
    assert PublishedProject.objects.count() == 0


def test_progress_is_no_news_for_the_audit_trail(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM publication_publicationrunevent")
        assert cursor.fetchone()[0] <= 4  # asked for, begun, ended


def test_a_missing_approval_number_blocks_where_the_data_are_real(
    public_city: dict[str, Project], settings: Any
) -> None:
    settings.DEMO, settings.MAP_APPROVAL_NO = False, ""
    with pytest.raises(Refused, match="审图号"):
        publish(as_of=TODAY, now=NOW)
    settings.MAP_APPROVAL_NO = "湘S(2026)001号"
    assert publish(as_of=TODAY, now=NOW).number == 2
