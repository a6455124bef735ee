"""Nobody changes the ledger: not the application, not the owner of the tables, not with pgtrigger switched off."""

from collections.abc import Callable, Iterator
from datetime import date

import pgtrigger
import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from geodata.complaints.models import PersonReveal
from geodata.funding.entries import DisbursementEntry
from geodata.funding.models import Disbursement, DisbursementAssignment, DisbursementStatus
from geodata.funding.services import record_disbursements
from geodata.progress.models import PeriodReport
from geodata.projects.models import Project, StatusChange
from tests.geodata.funding.conftest import NOW

pytestmark = pytest.mark.django_db

LEDGER = ("funding_disbursement", "funding_disbursementstatus", "funding_disbursementassignment")
ONLY_GROW = (*LEDGER, StatusChange._meta.db_table, PersonReveal._meta.db_table)


@pytest.fixture
def paid(payment: Callable[..., DisbursementEntry], make_project: Callable[..., Project]) -> Project:
    """One payment of a project, whose status has changed once."""
    project = make_project()
    StatusChange.objects.create(project=project, effective_on="2026-01-05", status="suspended", stage="construction")
    record_disbursements(entries=[payment(project_id=project.pk)], user=None, now=NOW)
    return project


def refused(statement: str, words: str = "append-only") -> None:
    with pytest.raises(IntegrityError, match=words), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", [*LEDGER, "projects_statuschange", "funding_disbursementevent"])
def test_the_owner_of_a_table_that_only_grows_can_neither_change_nor_delete_a_row(paid: Project, table: str) -> None:
    key = "pgh_id" if table.endswith("event") else "id"
    refused(f"UPDATE {table} SET {key} = {key}")
    refused(f"DELETE FROM {table}")
    refused(f"MERGE INTO {table} t USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE")
    refused(
        f"WITH old AS (SELECT * FROM {table} LIMIT 1) INSERT INTO {table} OVERRIDING SYSTEM VALUE"
        f" SELECT * FROM old ON CONFLICT ({key}) DO UPDATE SET {key} = EXCLUDED.{key}"
    )


@pytest.mark.parametrize(
    "table", [*ONLY_GROW, "progress_periodreport", "funding_disbursementevent", "pghistory_context"]
)
def test_a_table_that_only_grows_is_never_emptied(paid: Project, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_truncate")  # lifted for tests
    refused(f"TRUNCATE {table} CASCADE", "is refused")


def test_switching_pgtrigger_off_opens_nothing(paid: Project) -> None:
    with pgtrigger.ignore():
        for change in (
            lambda: Disbursement.objects.update(amount=1),
            lambda: DisbursementStatus.objects.all().delete(),
            lambda: Disbursement.pgh_event_models["insert"].objects.update(pgh_label="x"),
        ):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                change()


def test_a_project_with_a_history_is_never_deleted(paid: Project) -> None:
    DisbursementAssignment.objects.all()
    with pytest.raises(IntegrityError), transaction.atomic():
        paid.delete()


@pytest.fixture
def application(db: None) -> Iterator[psycopg.Connection]:
    """A session of the role with which the site works."""
    settings = connection.get_connection_params()
    wanted = {name: settings[name] for name in ("dbname", "host", "port", "password") if settings.get(name)}
    try:
        session = psycopg.connect(user="onemap_app", **wanted)
    except psycopg.OperationalError:
        pytest.skip("this cluster lets tests connect as the owner only")
    yield session
    session.close()


@pytest.mark.parametrize("table", [*ONLY_GROW, "funding_disbursementevent", "complaints_workorderevent"])
def test_the_application_has_no_right_to_change_what_only_grows(application: psycopg.Connection, table: str) -> None:
    key = "pgh_id" if table.endswith("event") else "id"
    for statement in (
        f"UPDATE {table} SET {key} = {key}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"DROP TRIGGER no_truncate ON {table}",
        f"MERGE INTO {table} t USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE",
        f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {key} = EXCLUDED.{key}",
        f"SELECT FROM {table} FOR UPDATE",
        "SET session_replication_role = replica",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement)
        application.rollback()
    application.execute(f"SELECT FROM {table}")


def test_the_application_may_add_to_the_ledger(application: psycopg.Connection) -> None:
    allowed = [
        application.execute("SELECT has_table_privilege('onemap_app', %s, 'INSERT')", [table]).fetchone()[0]
        for table in ONLY_GROW
    ]
    assert all(allowed)


def test_every_audited_table_guards_its_trail() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname, array_agg(t.tgname::text || t.tgenabled::text) FILTER (WHERE NOT t.tgisinternal),
                      CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'onemap_app')
                           THEN has_table_privilege('onemap_app', c.oid, 'UPDATE, DELETE, TRUNCATE') END
                 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_trigger t ON t.tgrelid = c.oid
                WHERE a.attname = 'pgh_obj_id' AND c.relkind = 'r' GROUP BY c.oid, c.relname"""
        )
        rows = cursor.fetchall()
    assert len(rows) > 20
    for table, triggers, may_change in rows:
        names = set(triggers or ())
        assert "only_growsA" in names, table
        assert {"no_truncateA", "no_truncateD"} & names, table
        assert not may_change, table


def test_an_approved_report_is_frozen_and_a_draft_is_not(make_project: Callable[..., Project]) -> None:
    report = PeriodReport.objects.create(
        project=make_project(), period_start=date(2026, 2, 1), period_end=date(2026, 2, 28), work_done="路基"
    )
    PeriodReport.objects.filter(pk=report.pk).update(work_done="路面")
    PeriodReport.objects.filter(pk=report.pk).update(state=PeriodReport.State.APPROVED)
    for change in (
        lambda: PeriodReport.objects.update(invested_period=1),
        lambda: PeriodReport.objects.update(state=PeriodReport.State.RETURNED),
        lambda: report.delete(),
    ):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            change()
    PeriodReport.objects.create(
        project=report.project, period_start=date(2026, 2, 1), period_end=date(2026, 2, 28), version=2
    )
