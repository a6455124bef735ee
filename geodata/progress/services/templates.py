"""The table of node templates: the weighted works of a category, which add to 100."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from django.db import transaction

from geodata.errors import NotFound, Refused
from geodata.progress.models import NodeTemplate
from geodata.projects.models import Category
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

CODES: Final = tuple(f"M08{number:02d}" for number in range(2, 20))
_LONGEST_NAME: Final = 60


class TypedNode(NamedTuple):
    """Name and weight in percent as a person typed them; a row with neither is no node."""

    name: str
    weight: str


@transaction.atomic
def save_template(
    scope: Scope, *, category_code: str, nodes: Mapping[str, TypedNode], now: datetime
) -> list[NodeTemplate]:
    """The template becomes exactly these nodes; none at all takes it away. Reports made before keep their own nodes.

    Raises NotPermitted without the role, NotFound, Refused naming the node in the way, or the sum unless it is 100.
    """
    scope.only(Action.MANAGE_CODES)
    category = Category.objects.select_for_update().filter(code=category_code).first()
    if category is None:
        raise NotFound("没有这个类别")
    if not nodes.keys() <= set(CODES):
        raise Refused(f"节点编码应在 {CODES[0]} 到 {CODES[-1]} 之间", code="bad-node")
    wanted = {code: _read(code, typed) for code, typed in nodes.items() if typed.name.strip() or typed.weight.strip()}
    total = sum((weight for _name, weight in wanted.values()), Decimal(0))
    if wanted and total != 100:
        raise Refused(f"各节点权重合计应为 100%，现为 {total.normalize():f}%", code="not-a-hundred")
    present = {node.code: node for node in NodeTemplate.objects.filter(category=category)}
    NodeTemplate.objects.filter(pk__in=[node.pk for code, node in present.items() if code not in wanted]).delete()
    for code, (name, weight) in sorted(wanted.items()):
        node = present.get(code)
        if node is None:
            NodeTemplate.objects.create(category=category, code=code, name=name, weight_pct=weight)
        elif (node.name, node.weight_pct) != (name, weight):
            NodeTemplate.objects.filter(pk=node.pk).update(name=name, weight_pct=weight, updated_at=now)
    return list(NodeTemplate.objects.filter(category=category).order_by("code"))


def _read(code: str, typed: TypedNode) -> tuple[str, Decimal]:
    name = " ".join(typed.name.split())
    if not name or len(name) > _LONGEST_NAME or "\x00" in name:
        raise Refused(f"节点 {code} 须有名称，不超过 {_LONGEST_NAME} 字", code="bad-name")
    try:
        weight = Decimal(typed.weight.strip().removesuffix("%") or "0")
    except InvalidOperation as error:
        raise Refused(f"节点 {code} 的权重不是数字", code="bad-weight") from error
    if not weight.is_finite() or not 0 < weight <= 100 or weight != round(weight, 2):
        raise Refused(f"节点 {code} 的权重应大于 0、不超过 100，最多两位小数", code="bad-weight")
    return name, weight
