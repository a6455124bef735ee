"""The code table of categories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from geodata.errors import Conflict, NotFound, Refused
from geodata.projects.choices import PublicGeometry
from geodata.projects.models import Category
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

KINDS: Final = {"point": "点", "line": "线", "polygon": "面"}
_CODE: Final = re.compile(r"[0-9]{2}([0-9]{2})?")
_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_LONGEST: Final = {"name": 40, "name_en": 60, "quantity_unit": 30}
_LABELS: Final = {"name": "名称", "name_en": "英文名称", "quantity_unit": "数量单位"}


@transaction.atomic
def save_category(
    scope: Scope,
    *,
    code: str,
    identifier: str,
    name: str,
    name_en: str,
    quantity_unit: str,
    aliases: Sequence[str],
    geometry_kinds: Sequence[str],
    public_geometry: str,
    new: bool,
    now: datetime,
) -> Category:
    """A new category, or new words for one; code and identifier never change. `0101` lies below `01`.

    Raises NotPermitted without the role, NotFound, Refused for a field that does not fit, Conflict for a code, a name
    or an alias that another category has: files name categories by them.
    """
    scope.only(Action.MANAGE_CODES)
    words, others = _texts(name=name, name_en=name_en, quantity_unit=quantity_unit), _aliases(aliases)
    fields: dict[str, object] = {
        **words,
        "aliases": others,
        "geometry_kinds": _kinds(geometry_kinds),
        "public_geometry": _public(public_geometry),
    }
    Category.objects.select_for_update().filter(code=code).first()
    _require_free(code, [words["name"], *others])
    if new:
        return _make(code.strip(), identifier.strip(), fields)
    if not Category.objects.filter(code=code).update(**fields, updated_at=now):
        raise NotFound("没有这个类别")
    return Category.objects.get(code=code)


def _make(code: str, identifier: str, fields: dict[str, object]) -> Category:
    if not _CODE.fullmatch(code):
        raise Refused("类别代码为 2 位数字（大类）或 4 位数字（小类）", code="bad-code")
    if not _IDENTIFIER.fullmatch(identifier):
        raise Refused("英文标识为小写字母、数字和下划线，以字母开头", code="bad-identifier")
    if Category.objects.filter(Q(code=code) | Q(identifier=identifier)).exists():
        raise Conflict("已有这个代码或英文标识的类别", code="code-taken")
    parent = Category.objects.filter(code=code[:2]).first() if len(code) > 2 else None
    if len(code) > 2 and parent is None:
        raise Refused(f"没有代码为 {code[:2]} 的大类，请先新增大类", code="missing-parent")
    return Category.objects.create(code=code, identifier=identifier, parent=parent, **fields)


def _texts(**given: str) -> dict[str, str]:
    fields = {field: " ".join(text.split()) for field, text in given.items()}
    if not fields["name"] or not fields["name_en"]:
        raise Refused("请填写名称和英文名称", code="missing-name")
    for field, text in fields.items():
        if len(text) > _LONGEST[field] or "\x00" in text:
            raise Refused(f"{_LABELS[field]}不能超过 {_LONGEST[field]} 字", code="long-field")
    return fields


def _aliases(given: Sequence[str]) -> list[str]:
    aliases = list(dict.fromkeys(alias for text in given if (alias := " ".join(text.split()))))
    if any(len(alias) > 40 or "\x00" in alias for alias in aliases):
        raise Refused("每个别名不能超过 40 字", code="long-alias")
    return aliases


def _kinds(given: Sequence[str]) -> list[str]:
    if not set(given) <= KINDS.keys():
        raise Refused("图形类型只有点、线、面", code="bad-kind")
    return [kind for kind in KINDS if kind in given]


def _public(given: str) -> str:
    if given not in PublicGeometry.values:
        raise Refused("请选择公开精度", code="bad-public-geometry")
    return given


def _require_free(code: str, names: Sequence[str]) -> None:
    taken = Category.objects.exclude(code=code).filter(Q(name__in=names) | Q(aliases__overlap=list(names))).first()
    if taken is not None:
        raise Conflict(f"名称或别名与“{taken.code} {taken.name}”重复，导入文件时将无法区分", code="name-taken")
