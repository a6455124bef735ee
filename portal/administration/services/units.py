"""Short names and aliases of units and townships, by which files name them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from geodata.errors import Conflict, NotFound, Refused
from geodata.regions.models import AreaUnit
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

_LONGEST_SHORT: Final = 30
_LONGEST_ALIAS: Final = 60
_MANAGED: Final = (AreaUnit.Kind.COUNTY, AreaUnit.Kind.ZONE)


@transaction.atomic
def save_unit_names(scope: Scope, *, code: str, short_name: str, aliases: Sequence[str], now: datetime) -> AreaUnit:
    """Raises NotPermitted without the role, NotFound, Refused for a name that is too long, Conflict for one that
    another area of the same rank (for a township: of the same county) has."""
    scope.only(Action.MANAGE_CODES)
    unit = AreaUnit.objects.defer("geom", "management_geom", "geom_3857", "management_3857").filter(code=code).first()
    if unit is None:
        raise NotFound("没有这个单位")
    short = " ".join(short_name.split())
    others = list(dict.fromkeys(text for alias in aliases if (text := " ".join(alias.split()))))
    if len(short) > _LONGEST_SHORT or any(len(text) > _LONGEST_ALIAS or "\x00" in text for text in (short, *others)):
        raise Refused(f"简称不能超过 {_LONGEST_SHORT} 字，别名不能超过 {_LONGEST_ALIAS} 字", code="long-name")
    _require_free(unit, [text for text in (short, *others) if text])
    AreaUnit.objects.filter(pk=unit.pk).update(short_name=short, aliases=others, updated_at=now)
    unit.short_name, unit.aliases = short, others
    return unit


def _require_free(unit: AreaUnit, names: Sequence[str]) -> None:
    same = {"kind__in": _MANAGED} if unit.kind in _MANAGED else {"kind": unit.kind, "parent": unit.parent_id}
    peers = AreaUnit.objects.filter(**same, valid_to__isnull=True).exclude(pk=unit.pk)
    named = Q(name__in=names) | Q(short_name__in=names) | Q(aliases__overlap=list(names))
    taken = peers.filter(named).values_list("name", flat=True).first()
    if taken is not None:
        raise Conflict(f"简称或别名与“{taken}”重复，导入文件时将无法区分", code="name-taken")
