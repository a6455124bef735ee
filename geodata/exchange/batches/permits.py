"""Who may import what, and whose batches a person sees."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from geodata.errors import NotFound, NotPermitted
from geodata.exchange.datasets import REGISTRY
from geodata.exchange.models import Batch
from geodata.stewards.models import RoleGrant
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

ACTIONS: Final[dict[str, Action]] = {
    "regions": Action.MANAGE_CODES,
    "base": Action.MANAGE_CODES,
    "projects": Action.EDIT_PROJECTS,
    "progress": Action.EDIT_PROJECTS,
    "budget": Action.IMPORT_MONEY,
    "contracts": Action.IMPORT_MONEY,
    "disbursements": Action.IMPORT_MONEY,
    "complaints": Action.IMPORT_ORDERS,
}
# files with callers in them: for whoever sent them, and not for long
PERSONAL: Final = frozenset({"complaints"})
# these concern the whole city: a right over one unit or body is not enough
CITY_WIDE_ONLY: Final = frozenset(ACTIONS) - {"projects", "progress"}


def may_import(scope: Scope, dataset: str) -> bool:
    """Whether one of the person's roles brings in such files, for the whole city where they concern it."""
    action = ACTIONS.get(dataset)
    if action is None or not scope.allows(action):
        return False
    return dataset not in CITY_WIDE_ONLY or scope.only(action).everything


def importable(scope: Scope) -> list[str]:
    """The datasets that the person may import, in the order in which a city is loaded."""
    return [name for name in REGISTRY if may_import(scope, name)]


def require_import(scope: Scope, dataset: str) -> None:
    """Raises NotPermitted."""
    if not may_import(scope, dataset):
        raise NotPermitted("您的角色不能导入这类文件，请联系指挥部办公室")


def batches_of(scope: Scope) -> QuerySet[Batch]:
    """The batches that a person sees: their own; those of others over the rows that they may import themselves.

    Whoever imports over the whole city sees all batches of that kind, staff of a unit or a body those of colleagues.
    """
    wanted = Q(user=scope.user_id) if scope.user_id is not None else Q(pk__in=())
    for name in importable(scope):
        part = scope.only(ACTIONS[name])
        if part.everything:
            wanted |= Q(dataset=name)
        else:
            wanted |= Q(dataset=name, user__in=colleagues(part))
    return Batch.objects.filter(wanted).select_related("user", "run")


def colleagues(scope: Scope) -> QuerySet[RoleGrant, int]:
    """The people who work for one of the same units or bodies."""
    same = Q(unit__in=scope.unit_ids) | Q(organisation__in=scope.organisation_ids)
    return RoleGrant.objects.filter(same).values_list("user", flat=True)


def batch_of(scope: Scope, number: int) -> Batch:
    """One of them. Raises NotFound for any other."""
    found = batches_of(scope).filter(pk=number).first()
    if found is None:
        raise NotFound("没有这个导入批次，或它不在您的范围内")
    return found


def may_read_file(scope: Scope, batch: Batch) -> bool:
    """Whether the person may have the file that was sent: one with callers in it only whoever sent it."""
    return batch.user_id == scope.user_id or batch.dataset not in PERSONAL
