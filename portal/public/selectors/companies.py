"""What a company was contracted for and paid, over all public projects. Amounts in 元; a natural person has no page."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.db.models import Count, QuerySet, Sum

from geodata.errors import NotFound
from portal.public.models import WITHDRAWN, PublishedContract, PublishedPayment
from portal.public.selectors.rows import Edition, all_projects, at

PERSON: Final = "个人(不公开)"  # as portal/publication/allowlist.py writes it
NAMELESS: Final = frozenset({"", PERSON, WITHDRAWN})
# accounts that builders must keep for wages: payees of their own, whose money passes through the company's hands
WAGES: Final = ("农民工工资专用账户", "农民工工资专户")


@dataclass
class Company:
    """`contracts` in the order of signing; `paid`: project → (sum, number); `by_contract`: all that was paid on one,
    whoever received it; `projects`: code → name; `accounts`: payee, sum, number of the accounts for wages."""

    name: str
    contracts: list[PublishedContract] = field(default_factory=list)
    paid: dict[str, tuple[Decimal, int]] = field(default_factory=dict)
    by_contract: dict[str | None, Decimal] = field(default_factory=dict)
    projects: dict[str, str] = field(default_factory=dict)
    accounts: list[tuple[str, Decimal, int]] = field(default_factory=list)

    @property
    def paid_total(self) -> Decimal:
        return sum((amount for amount, _n in self.paid.values()), Decimal(0))

    @property
    def paid_count(self) -> int:
        return sum(n for _amount, n in self.paid.values())


def whole_price(row: PublishedContract) -> Decimal:
    """The price with its approved changes."""
    return (row.price or Decimal(0)) + (row.changes or Decimal(0))


def is_company(name: str) -> bool:
    """Whether a supplier or payee may have a page: a body, never a person, a gap or a withdrawn name."""
    return name not in NAMELESS


def payments_to(edition: Edition, name: str) -> QuerySet[PublishedPayment]:
    return at(PublishedPayment, edition).filter(payee=name).order_by("-paid_on", "-number")


def company(edition: Edition, name: str) -> Company:
    """Raises NotFound for a name that is in no public contract or payment, or that is no body's. Five questions."""
    found = Company(name)
    if is_company(name) and "\x00" not in name:
        found.contracts = list(at(PublishedContract, edition).filter(supplier=name).order_by("signed_on", "key"))
        groups = payments_to(edition, name).order_by().values_list("code")
        found.paid = {code: (amount, n) for code, amount, n in groups.annotate(sum=Sum("amount"), n=Count("row"))}
    if not (found.contracts or found.paid):
        raise NotFound("公开的合同和支付中没有这个单位")
    codes = {row.code for row in found.contracts} | set(found.paid)
    keys = [row.key for row in found.contracts]
    payments = at(PublishedPayment, edition).order_by()
    on_contracts = payments.filter(code__in=codes, contract_key__in=keys).values_list("contract_key")
    found.by_contract = dict(on_contracts.annotate(sum=Sum("amount")))
    found.projects = dict(all_projects(edition).filter(code__in=codes).values_list("code", "name"))
    accounts = payments.filter(payee__in=[name + kind for kind in WAGES]).values_list("payee")
    found.accounts = list(accounts.annotate(sum=Sum("amount"), n=Count("row")).order_by("payee"))
    return found
