"""The code table of the sources of money."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.db import transaction

from geodata.errors import Conflict, NotFound, Refused
from geodata.funding.models import FundingSource
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,23}")


@transaction.atomic
def save_source(
    scope: Scope, *, code: str, name: str, name_en: str, group: str, order: str, new: bool, now: datetime
) -> FundingSource:
    """A new source, or new words for one; its code never changes. Raises NotPermitted without the role, NotFound,
    Refused for a field that does not fit, Conflict for a code or name that another source has."""
    scope.only(Action.MANAGE_CODES)
    fields = _fields(name, name_en, group, order)
    if FundingSource.objects.exclude(code=code).filter(name=fields["name"]).exists():
        raise Conflict(f"已有名为“{fields['name']}”的资金来源", code="name-taken")
    if new:
        return _make(code.strip(), fields)
    if not FundingSource.objects.filter(code=code).update(**fields, updated_at=now):
        raise NotFound("没有这个资金来源")
    return FundingSource.objects.get(code=code)


def _make(code: str, fields: dict[str, object]) -> FundingSource:
    if not _CODE.fullmatch(code):
        raise Refused("代码为 2 到 24 个小写字母、数字和下划线，以字母开头", code="bad-code")
    if FundingSource.objects.filter(code=code).exists():
        raise Conflict(f"已有代码为 {code} 的资金来源", code="code-taken")
    return FundingSource.objects.create(code=code, **fields)


def _fields(name: str, name_en: str, group: str, order: str) -> dict[str, object]:
    name, name_en = " ".join(name.split()), " ".join(name_en.split())
    if not name or not name_en or "\x00" in name + name_en:
        raise Refused("请填写名称和英文名称", code="missing-name")
    if len(name) > 40 or len(name_en) > 60:
        raise Refused("名称不能超过 40 字，英文名称不能超过 60 字", code="long-name")
    if group not in FundingSource.Group.values:
        raise Refused("请选择资金类别", code="bad-group")
    if not (order.isascii() and order.isdigit() and int(order) <= 999):
        raise Refused("排序为 0 到 999 的整数", code="bad-order")
    return {"name": name, "name_en": name_en, "group": group, "order": int(order)}
