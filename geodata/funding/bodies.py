"""Bodies and what they have to do with the projects of a scope: roles, contracts, money received."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Subquery, Sum, Value

from geodata import parameters
from geodata.errors import NotFound
from geodata.funding.choices import COUNTED, Level
from geodata.funding.models import Contract, PaymentStanding
from geodata.organisations.models import Organisation
from geodata.parameters import PAGE_SIZE, Chosen
from geodata.projects.choices import PartyRole
from geodata.projects.models import Project, ProjectParty
from geodata.projects.visibility import within
from geodata.searching import search_terms
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

SORTABLE: Final = ("name", "projects", "contracts", "contract_sum", "paid")
NOT_FOUND: Final = "没有这个单位，或者它与您工作范围内的项目无关"
NOTHING: Final = Decimal(0)


@dataclass(frozen=True)
class OrganisationFilter(Chosen):
    """Empty means no limit. `role`: has it now in a project of the scope. `q`: each word stands in a name, an alias or
    the credit code. `sort` empty is by number of projects, most first."""

    kind: tuple[str, ...] = ()
    role: str = ""
    q: str = ""
    sort: str = ""
    page: int = 1
    limit: int = PAGE_SIZE

    READERS: ClassVar = {
        "kind": parameters.choices(Organisation.Kind.values),
        "role": parameters.one_of(*PartyRole.values),
        "q": parameters.phrase,
        "sort": parameters.sorting(*SORTABLE),
        "page": parameters.page,
        "limit": parameters.limit,
    }

    def ordered(self, found: Iterable[Body]) -> list[Body]:
        """In the order asked for; equal ones by name."""
        column, falling = (self.sort or "-projects").removeprefix("-"), not self.sort or self.sort.startswith("-")
        by_name = sorted(found, key=lambda body: (body.name, body.pk))
        return sorted(by_name, key=lambda body: getattr(body, column), reverse=falling)


@dataclass(frozen=True, slots=True)
class Body:
    """A body with its current roles, and its figures over the projects of a scope. Amounts in 元.

    `contract_sum` adds the prices as signed; `paid` is what reached it: 支付收款人, cleared and returned.
    """

    pk: int
    name: str
    kind: str
    credit_code: str
    is_person: bool
    roles: tuple[str, ...] = ()
    projects: int = 0
    contracts: int = 0
    contract_sum: Decimal = NOTHING
    paid: Decimal = NOTHING


def bodies(scope: Scope, chosen: OrganisationFilter) -> list[Body]:
    """The bodies that have to do with a project of the scope and pass the filter. Five queries.

    Who sees the whole city sees every body. They are some thousands at most, while parties and payments are many: each
    is read once, grouped by body.
    """
    rows = Organisation.objects.all()
    if chosen.kind:
        rows = rows.filter(kind__in=chosen.kind)
    for term in search_terms(chosen.q):
        rows = rows.filter(_named(term, people=scope.allows(Action.NAME_PAYEES)))
    found = [_body(each, *figures) for each, *figures in _with_figures(scope, rows)]
    return [body for body in found if not chosen.role or chosen.role in body.roles]


def body(scope: Scope, number: int) -> Body:
    """One body by its number. Raises NotFound for one that has nothing to do with the scope, too. One query."""
    only = [number]
    parties, contracts, paid = _parties(scope, only), _contracts(scope, only), _payments(scope, only)
    rows = Organisation.objects.filter(pk=number).annotate(
        roles_held=ArraySubquery(parties.order_by("role").values("role").distinct()),
        n_projects=_figure(parties, Count("project", distinct=True)),
        n_contracts=_figure(contracts, Count("pk")),
        price=_figure(contracts, Sum("price")),
        received=_figure(paid, Sum("amount")),
    )
    found = rows.first()
    if found is None or not (scope.everything or found.n_projects or found.n_contracts or found.received is not None):
        raise NotFound(NOT_FOUND)
    return _body(
        {
            "pk": found.pk,
            "name": found.name,
            "kind": found.kind,
            "credit_code": found.credit_code,
            "is_natural_person": found.is_natural_person,
        },
        {"roles": found.roles_held, "n": found.n_projects},
        {"n": found.n_contracts, "amount": found.price or NOTHING},
        {"amount": found.received or NOTHING},
    )


def _figure(rows: QuerySet[Any], aggregate: Any) -> Subquery:
    """One figure over rows that are limited to one body already."""
    return Subquery(rows.order_by().annotate(all=Value(1)).values("all").annotate(figure=aggregate).values("figure"))


def _with_figures(scope: Scope, rows: QuerySet[Organisation]) -> Iterable[tuple[Any, Any, Any, Any]]:
    named = {each["pk"]: each for each in rows.values("pk", "name", "kind", "credit_code", "is_natural_person")}
    parties = _roles_and_projects(_parties(scope).order_by())
    contracts = _grouped(_contracts(scope), "contractor", n=Count("pk"), amount=Sum("price"))
    paid = _grouped(_payments(scope), "payee", amount=Sum("amount"))
    for pk, each in named.items():
        figures = (parties.get(pk), contracts.get(pk), paid.get(pk))
        if scope.everything or any(figures):
            yield each, *figures


def _roles_and_projects(parties: QuerySet[Any]) -> dict[int, dict[str, Any]]:
    """Of each body its roles and the number of its projects. Two queries.

    Each pair is found once by hashing or in the order of an index; DISTINCT inside an aggregate would sort all parties.
    """
    pairs, values = parties.values("organisation", "project").distinct().query.sql_with_params()
    with connection.cursor() as cursor:
        # what the ORM wrote is SQL with its own parameters; no text of a request is in it
        cursor.execute(f"SELECT organisation, count(*) FROM ({pairs}) pair GROUP BY 1", values)  # noqa: S608
        found: dict[int, dict[str, Any]] = {pk: {"n": n, "roles": set()} for pk, n in cursor.fetchall()}
    for pk, role in parties.values_list("organisation", "role").distinct():
        found[pk]["roles"].add(role)
    return found


def _body(row: dict[str, Any], parties: Any, contracts: Any, paid: Any) -> Body:
    return Body(
        pk=row["pk"],
        name=row["name"],
        kind=row["kind"],
        credit_code=row["credit_code"] or "",
        is_person=row["is_natural_person"],
        roles=tuple(role for role in PartyRole.values if role in (parties["roles"] if parties else ())),
        projects=parties["n"] if parties else 0,
        contracts=contracts["n"] if contracts else 0,
        contract_sum=contracts["amount"] if contracts else NOTHING,
        paid=paid["amount"] if paid else NOTHING,
    )


def _grouped(rows: QuerySet[Any], key: str, **figures: Any) -> dict[int, dict[str, Any]]:
    return {group[key]: group for group in rows.order_by().values(key).annotate(**figures)}


def _parties(scope: Scope, only: list[int] | None = None) -> QuerySet[Any]:
    deleted = Project.objects.filter(is_deleted=True)  # few, and found by an index of their own
    rows = ProjectParty.objects.filter(valid_to__isnull=True).exclude(project__in=deleted.values("pk"))
    return within(rows if only is None else rows.filter(organisation__in=only), scope, project="project")


def _contracts(scope: Scope, only: list[int] | None = None) -> QuerySet[Any]:
    rows = Contract.objects.all()
    return within(rows if only is None else rows.filter(contractor__in=only), scope, project="project")


def _payments(scope: Scope, only: list[int] | None = None) -> QuerySet[Any]:
    rows = PaymentStanding.objects.filter(level=Level.TO_PAYEE, status__in=COUNTED, payee__isnull=False)
    return within(rows if only is None else rows.filter(disbursement__payee__in=only), scope, project="project")


def _named(term: str, *, people: bool) -> Q:
    """Whether a body has a word. Who may not read the names of natural persons cannot find them by name either."""
    held = (
        Q(name__icontains=term)
        | Q(short_name__icontains=term)
        | Q(credit_code__icontains=term)
        | Q(pk__in=Organisation.objects.filter(aliases__name__icontains=term).values("pk"))
    )
    return held if people else held & Q(is_natural_person=False)


def contracts_of(scope: Scope, number: int) -> QuerySet[Any, dict[str, Any]]:
    """The contracts of a body about projects of the scope, the dearest first."""
    rows = _contracts(scope, [number]).order_by("-price", "number")
    return rows.values(
        "number", "name", "kind", "price", "signed_on", code=F("project__serial_no"), project_name=F("project__name")
    )


def project_roles(scope: Scope, number: int) -> QuerySet[Any, dict[str, Any]]:
    """The current roles of a body in projects of the scope, by role and then the largest project first."""
    rows = _parties(scope, [number]).order_by("role", F("project__total_investment").desc(nulls_last=True), "project")
    return rows.values(
        "role",
        code=F("project__serial_no"),
        project_name=F("project__name"),
        status=F("project__status"),
        unit_name=F("project__management_unit__name"),
        budget=F("project__total_investment"),
    )
