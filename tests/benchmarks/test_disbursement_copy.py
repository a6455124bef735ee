"""100,000 payments over 640 projects through `record_disbursements`, against bare COPYs of the same rows.

The floor is COPY into ordinary tables with the same columns, indexes, checks and foreign keys, without any trigger,
from rows that are ready in memory, in one transaction with its commit. Two floors: the payments alone, and all three
tables. The service besides checks every payment, keeps status and assignment, writes an audit row for every row, and
moves the totals of the projects. Medians of three.
"""

import random
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from time import perf_counter

import pytest
from django.db import connection, transaction
from django.utils import timezone

from geodata.audit import acting
from geodata.copying import Column
from geodata.funding.entries import DisbursementEntry
from geodata.funding.models import Disbursement, DisbursementAssignment, DisbursementStatus, FundingSource
from geodata.funding.services import ensure_sources, record_disbursements
from geodata.funding.services.ledger import _COLUMNS
from geodata.funding.services.standing import _ASSIGNMENT, _STATUS
from geodata.organisations.models import Organisation
from geodata.projects.models import Category, Project
from geodata.projects.reference import ensure_categories
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User

PAYMENTS, PROJECTS, TRIES = 100_000, 640, 3
LIMIT = 6.0
NOW = timezone.make_aware(datetime(2026, 3, 30, 9, 0))

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user() -> User:
    return User.objects.create(username="bench")


@pytest.fixture
def entries() -> list[DisbursementEntry]:
    ensure_sources()
    ensure_categories()
    unit = AreaUnit.objects.create(code="430602", kind="county", name="岳阳楼区")
    category = Category.objects.get(code="01")
    projects = Project.objects.bulk_create(
        Project(
            serial_no=f"YYMS-2026-{number:04d}",
            name=f"示例项目{number}",
            name_key=f"示例项目{number}",
            category=category,
            plan_year=2026,
            management_unit=unit,
        )
        for number in range(PROJECTS)
    )
    firms = Organisation.objects.bulk_create(
        Organisation(name=f"湖南示例建设{number}有限公司", name_key=f"湖南示例建设{number}有限公司")
        for number in range(200)
    )
    sources = list(FundingSource.objects.values_list("pk", flat=True))
    dice = random.Random(7)
    return [
        _payment(number, dice, dice.choice(projects).pk, dice.choice(firms), dice.choice(sources))
        for number in range(PAYMENTS)
    ]


def _payment(number: int, dice: random.Random, project: int, firm: Organisation, source: int) -> DisbursementEntry:
    day = date(2024, 1, 2) + timedelta(days=dice.randrange(800))
    return DisbursementEntry(
        fiscal_year=day.year,
        budget_unit_code="306001",
        budget_unit_name="市住房和城乡建设局",
        voucher_no=f"ZF{day:%Y%m%d}{number:06d}",
        paid_on=day,
        pay_method="direct",
        fund_nature="general_public",
        source_id=source,
        budget_doc_no=f"岳财建指〔{day.year}〕{dice.randrange(1, 90)}号",
        budget_project_code=f"4306002600000{dice.randrange(1000)}",
        functional_class="2210108",
        dept_econ_class="30905",
        gov_econ_class="50302",
        payee_name=firm.name,
        payee_id=firm.pk,
        payee_is_person=False,
        payee_account_tail="1234",
        payee_bank="示例银行岳阳分行",
        amount=Decimal(dice.randrange(100_00, 5_000_000_00)) / 100,
        summary=f"第{dice.randrange(1, 12)}期工程进度款",
        project_id=project,
        row_no=number,
    )


def test_a_load_through_the_service_stays_within_six_bare_copies(entries: list[DisbursementEntry], user: User) -> None:
    through = median(_timed(lambda: _serve(entries, user), _empty) for _ in range(TRIES))
    assert Disbursement.objects.count() == DisbursementStatus.objects.count() == PAYMENTS
    assert Disbursement.pgh_event_models["insert"].objects.count() == PAYMENTS
    tables = _rows_written()
    alone = median(_timed(lambda: _bare(tables[:1]), lambda: _make_bare(tables[:1])) for _ in range(TRIES))
    all_three = median(_timed(lambda: _bare(tables), lambda: _make_bare(tables)) for _ in range(TRIES))
    again = _timed(lambda: record_disbursements(entries=entries, user=user, now=NOW), lambda: None)
    _drop_bare(tables)
    sys.stdout.write(
        f"\n{PAYMENTS} payments through the service {through:.2f} s, the same again {again:.2f} s;"
        f" bare COPY of the payments {alone:.2f} s, ratio {through / alone:.2f}; of all three tables {all_three:.2f} s,"
        f" ratio {through / all_three:.2f}\n"
    )
    assert through / alone <= LIMIT


def _timed(work: Callable[[], object], prepare: Callable[[], None]) -> float:
    prepare()
    start = perf_counter()
    work()
    return perf_counter() - start


def _serve(entries: Sequence[DisbursementEntry], user: User) -> None:
    with transaction.atomic(), acting(user_id=user.pk, reason="import", batch=1):
        record_disbursements(entries=entries, user=user, now=NOW, batch=1)


def _empty() -> None:
    """Tests may empty the ledger: conftest has lifted its guards against TRUNCATE. Autovacuum looks away, as from the
    bare tables: an ANALYZE in the middle of a load sees no row and spoils the plans."""
    with connection.cursor() as cursor:
        for model in (Disbursement, DisbursementStatus, DisbursementAssignment):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} SET (autovacuum_enabled = false)")
        cursor.execute(
            "TRUNCATE project_totals, funding_disbursement, funding_disbursementstatus, funding_disbursementassignment,"
            " funding_disbursementevent, funding_disbursementstatusevent, funding_disbursementassignmentevent"
        )


Table = tuple[str, Sequence[Column], list[tuple]]


def _rows_written() -> list[Table]:
    """What the service has written, as rows in memory."""
    found: list[Table] = []
    for model, columns in (
        (Disbursement, _COLUMNS),
        (DisbursementStatus, (Column("id", "int8"), *_STATUS)),
        (DisbursementAssignment, (Column("id", "int8"), *_ASSIGNMENT)),
    ):
        rows = list(model.objects.order_by("pk").values_list(*(column.name for column in columns)))
        found.append((model._meta.db_table, columns, rows))
    return found


def _make_bare(tables: Sequence[Table]) -> None:
    """Empty tables like the real ones, their foreign keys included, which LIKE leaves out. No trigger but the keys'."""
    _drop_bare(tables)
    with connection.cursor() as cursor:
        for name, _, _ in tables:
            cursor.execute(f"CREATE TABLE bare_{name} (LIKE {name} INCLUDING ALL) WITH (autovacuum_enabled = false)")
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
                [name],
            )
            for (definition,) in cursor.fetchall():
                own = definition.replace("REFERENCES funding_disbursement(", "REFERENCES bare_funding_disbursement(")
                cursor.execute(f"ALTER TABLE bare_{name} ADD {own}")


def _bare(tables: Sequence[Table]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for name, columns, rows in tables:
            names = ", ".join(column.name for column in columns)
            with cursor.copy(f"COPY bare_{name} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types([column.type for column in columns])
                for row in rows:
                    copy.write_row(row)


def _drop_bare(tables: Sequence[Table]) -> None:
    with connection.cursor() as cursor:
        for name, _, _ in tables:
            cursor.execute(f"DROP TABLE IF EXISTS bare_{name} CASCADE")
