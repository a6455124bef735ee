"""Bodies as rows of the staff's list and of its files."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.complaints.masks import mask_name
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.funding.bodies import Body
from geodata.organisations.models import Organisation
from geodata.projects.choices import PartyRole
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench.lists.frame import Head

DEFAULT_SORT: Final = "-projects"
PARAMETERS: Final = {"kind": "单位性质", "role": "参建角色", "q": "检索"}
CODED: Final = {"kind": Organisation.Kind.choices, "role": PartyRole.choices}
FILE_COLUMNS: Final = (
    Column("单位名称", width=36),
    Column("统一社会信用代码", width=22),
    Column("单位性质", width=14),
    Column("参建角色", width=30),
    Column("项目数(个)", Kind.NUMBER, 12),
    Column("合同数(份)", Kind.NUMBER, 12),
    Column("合同金额合计(元)", Kind.MONEY, 20),
    Column("已收款(元)", Kind.MONEY, 20),
)


def name(scope: Scope, body: Body) -> str:
    return mask_name(body.name) if body.is_person and not scope.allows(Action.NAME_PAYEES) else body.name


def _code(scope: Scope, body: Body) -> str:
    return "" if body.is_person and not scope.allows(Action.NAME_PAYEES) else body.credit_code


def cells(scope: Scope, found: Iterable[Body]) -> Iterator[list[Cell]]:
    for body in found:
        yield [
            name(scope, body),
            _code(scope, body),
            str(Organisation.Kind(body.kind).label),
            "、".join(str(PartyRole(role).label) for role in body.roles),
            body.projects,
            body.contracts,
            body.contract_sum,
            body.paid,
        ]


def heads() -> list[Head]:
    return [
        Head(_("Organisation"), "name", falls=False),
        Head(_("Kind")),
        Head(_("Roles")),
        Head(_("Projects"), "projects", num=True),
        Head(_("Contracts"), "contracts", num=True),
        Head(_("Sum of contracts"), "contract_sum", num=True),
        Head(_("Money received"), "paid", num=True),
    ]


def texts(scope: Scope, body: Body) -> dict[str, Any]:
    """One row of the page."""
    return {
        "name": wording.label(name(scope, body)),
        "credit_code": _code(scope, body),
        "url": reverse("workbench:organisation", args=[body.pk]),
        "kind_label": wording.label(str(Organisation.Kind(body.kind).label)),
        "roles": [wording.label(str(PartyRole(role).label)) for role in body.roles],
        "projects": body.projects,
        "contracts": body.contracts,
        "contract_text": wording.money(body.contract_sum) if body.contracts else "—",
        "paid_text": wording.money(body.paid) if body.paid else "—",
        "payments_url": f"{reverse('workbench:payments')}?payee={body.pk}",
    }
