"""The list of payments: what its address may ask for, its rows within a scope, and their sums by level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final
from unicodedata import normalize

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from geodata import parameters
from geodata.funding.choices import COUNTED, Level, PaymentStatus, Purpose
from geodata.funding.models import Disbursement, PaymentStanding
from geodata.parameters import PAGE_SIZE, Chosen
from geodata.projects.models import Project
from geodata.projects.visibility import within
from geodata.searching import holding, search_terms
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

SORTABLE: Final = ("paid_on", "amount")


@dataclass(frozen=True)
class PaymentFilter(Chosen):
    """Empty means no limit; the days are those of payment, both included. `project` is the platform's number.

    `payee` is the number of a known body. `unattributed`: payments that belong to no project (未归集),
    `attributed`: those that belong to one. `q`: each word
    stands in the payee's name or the project's search text, or begins the voucher's number. `sort` empty is newest
    first.
    """

    since: date | None = None
    until: date | None = None
    unit: str = ""
    project: str = ""
    payee: int | None = None
    source: str = ""
    purpose: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    unattributed: bool = False
    attributed: bool = False
    q: str = ""
    sort: str = ""
    page: int = 1
    limit: int = PAGE_SIZE

    READERS: ClassVar = {
        "since": parameters.day,
        "until": parameters.day,
        "unit": parameters.code,
        "project": parameters.code,
        "payee": parameters.whole(1, 999_999_999),
        "source": parameters.code,
        "purpose": parameters.choices(Purpose.values),
        "level": parameters.choices(Level.values),
        "status": parameters.choices(PaymentStatus.values),
        "unattributed": parameters.flag,
        "attributed": parameters.flag,
        "q": parameters.phrase,
        "sort": parameters.sorting(*SORTABLE),
        "page": parameters.page,
        "limit": parameters.limit,
    }

    def ordered(self, rows: QuerySet[PaymentStanding]) -> QuerySet[PaymentStanding]:
        """The rows in the order asked for; equal ones in the order of the ledger."""
        column = self.sort.removeprefix("-") or "paid_on"
        falling = not self.sort or self.sort.startswith("-")
        return rows.order_by(f"-{column}", "-disbursement_id") if falling else rows.order_by(column, "disbursement_id")


_LIMITS: Final[dict[str, Callable[[Any], Q]]] = {
    "since": lambda day: Q(paid_on__gte=day),
    "until": lambda day: Q(paid_on__lte=day),
    "unit": lambda code: Q(project__in=Project.objects.filter(management_unit__code=code).values("pk")),
    "project": lambda code: Q(project__in=Project.objects.filter(serial_no=code).values("pk")),
    "payee": lambda number: Q(disbursement__payee=number),  # the ledger has the index
    "source": lambda code: Q(source__code=code),
    "purpose": lambda known: Q(purpose__in=known),
    "level": lambda known: Q(level__in=known),
    "status": lambda known: Q(status__in=known),
    "unattributed": lambda _yes: Q(project__isnull=True),
    "attributed": lambda _yes: Q(project__isnull=False),
}


def payments(scope: Scope, chosen: PaymentFilter) -> QuerySet[PaymentStanding]:
    """The payments that the person may see and that pass the filter, pending and void ones too, without an order.

    A payment of no project (未归集) lies in no unit: only scopes over the whole city have it.
    """
    rows = within(PaymentStanding.objects.order_by(), scope, project="project")
    for name, limit in _LIMITS.items():
        if value := getattr(chosen, name):
            rows = rows.filter(limit(value))
    terms = search_terms(chosen.q)
    names = _payees(terms) if terms else []
    for term in terms:
        rows = rows.filter(pk__in=_with_word(term, names, people=scope.allows(Action.NAME_PAYEES)))
    return rows


def _with_word(term: str, names: Sequence[str], *, people: bool) -> QuerySet[Any, Any]:
    """The numbers of payments that have a word. Who may not read the names of natural persons cannot find them by name
    either. A union, because the planner answers an OR over three tables by reading all of the largest."""
    lines = Disbursement.objects.order_by()
    paid = lines.filter(payee_name__in=[name for name in names if term in normalize("NFKC", name).lower()])
    vouchers = lines.filter(voucher_no__startswith=term.upper())
    of_projects = PaymentStanding.objects.order_by().filter(
        project__in=holding(Project.objects.all(), term).values("pk")
    )
    return (
        (paid if people else paid.filter(payee_is_person=False))
        .values("pk")
        .union(vouchers.values("pk"), of_projects.values("pk"), all=True)
    )


# Every payee's name once, from one place of the index to the next: some thousands of steps instead of a million rows.
_PAYEES: Final = """
WITH RECURSIVE named AS (
    (SELECT payee_name FROM funding_disbursement ORDER BY payee_name LIMIT 1)
    UNION ALL
    SELECT (SELECT d.payee_name FROM funding_disbursement d WHERE d.payee_name > named.payee_name
            ORDER BY d.payee_name LIMIT 1)
    FROM named WHERE named.payee_name IS NOT NULL
)
SELECT payee_name FROM named WHERE lower(normalize(payee_name, NFKC)) LIKE ANY (%s)"""


def _payees(terms: Sequence[str]) -> list[str]:
    """The names of payees, as written, that have any of the words."""
    escaped = [term.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") for term in terms]
    with connection.cursor() as cursor:
        cursor.execute(_PAYEES, [[f"%{term}%" for term in escaped]])
        return [name for (name,) in cursor.fetchall()]


_COLUMNS: Final = {
    "voucher_no": "disbursement__voucher_no",
    "payee_name": "disbursement__payee_name",
    "payee_is_person": "disbursement__payee_is_person",
    "account_tail": "disbursement__payee_account_tail",
    "summary": "disbursement__summary",
    "reverses_no": "disbursement__reverses__voucher_no",
    "source_name": "source__name",
    "project_code": "project__serial_no",
    "project_name": "project__name",
    "unit_name": "project__management_unit__name",
    "contract_number": "contract__number",
}


def shown(numbers: Sequence[int]) -> list[dict[str, Any]]:
    """The payments of these numbers, in this order, with all that a list or a file shows of them. One query.

    A list finds the numbers of its page first: joined with everything, the planner would sort the whole ledger.
    """
    later = Disbursement.objects.filter(reverses=OuterRef("disbursement"))
    columns = {name: F(path) for name, path in _COLUMNS.items()}
    facts = ("pk", "paid_on", "amount", "level", "purpose", "status")
    rows = PaymentStanding.objects.filter(pk__in=numbers).order_by()
    found = {row["pk"]: row for row in rows.values(*facts, is_reversed=Exists(later), **columns)}
    return [found[number] for number in numbers if number in found]


@dataclass(frozen=True, slots=True)
class LevelSum:
    """The payments of one level: never added to those of another. Amounts in 元."""

    level: Level
    count: int
    amount: Decimal
    counted: int
    counted_amount: Decimal


def sums_by_level(rows: QuerySet[PaymentStanding]) -> list[LevelSum]:
    """Number and sum of the rows by level, and of those that count (已清算, 已退回). One query."""
    counts = Q(status__in=COUNTED)
    groups = (
        rows.order_by()
        .values("level")
        .annotate(
            n=Count("pk"),
            total=Sum("amount"),
            n_counted=Count("pk", filter=counts),
            total_counted=Sum("amount", filter=counts, default=Decimal(0)),
        )
    )
    found = {
        g["level"]: LevelSum(Level(g["level"]), g["n"], g["total"], g["n_counted"], g["total_counted"]) for g in groups
    }
    return [found[level] for level in reversed(Level) if level in found]
