"""Mappings remembered per source: made once by a person, used by themselves whenever a file with those titles comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from geodata.audit import acting
from geodata.errors import NotFound, NotPermitted, Refused
from geodata.exchange.batches.permits import ACTIONS, colleagues, importable, require_import
from geodata.exchange.datasets import REGISTRY
from geodata.exchange.datasets import dataset as find_dataset
from geodata.exchange.mappings import MappingError, mapping_of
from geodata.exchange.models import SourceMapping
from geodata.exchange.plans import Recalled
from geodata.exchange.sources.documents import as_document
from geodata.exchange.sources.sketches import fingerprint, titles_of
from geodata.exchange.tables.grids import Grid
from geodata.exchange.tables.headers import normalise_title
from geodata.stewards.scope import Scope

LEAST_TITLES: Final = 4  # of a mapping whose file has other columns besides: fewer could be any file


Recall = Callable[[Sequence[Grid]], Recalled | None]


def mappings_of(scope: Scope) -> QuerySet[SourceMapping]:
    """The mappings that a person may see and that count for their files: their own, their colleagues', the city's."""
    wanted = Q(pk__in=())
    for name in importable(scope):
        part = scope.only(ACTIONS[name])
        seen = Q(shared=True) | Q(made_by=scope.user_id)
        wanted |= Q(dataset=name) if part.everything else Q(dataset=name) & (seen | Q(made_by__in=colleagues(part)))
    return SourceMapping.objects.filter(wanted).select_related("made_by", "changed_by")


def mapping_with(scope: Scope, number: int) -> SourceMapping:
    """One of them. Raises NotFound for any other."""
    found = mappings_of(scope).filter(pk=number).first()
    if found is None:
        raise NotFound("没有这个列对应，或它不在您的范围内")
    return found


def may_change(scope: Scope, mapping: SourceMapping) -> bool:
    """Whoever made it, and whoever imports such files for the whole city."""
    return mapping.made_by_id == scope.user_id or scope.only(ACTIONS[mapping.dataset]).everything


def remember(
    scope: Scope, *, dataset: str, name: str, titles: Sequence[str], document: Mapping[str, Any], now: datetime
) -> SourceMapping:
    """Keep a mapping for a layout; the person's own for the same titles is replaced. Raises Refused, NotPermitted."""
    if dataset not in REGISTRY:
        raise Refused("请选择文件是什么内容", code="bad-kind")
    require_import(scope, dataset)
    person = _person(scope)
    checked = checked_document(dataset, document)
    known = list(dict.fromkeys(title for title in titles if title.strip()))
    digest = fingerprint(dataset, known)
    with acting(user_id=scope.user_id, reason="source mapping"), transaction.atomic():
        own = SourceMapping.objects.select_for_update().filter(dataset=dataset, header_sha256=digest, made_by=person)
        held = own.first() or SourceMapping(dataset=dataset, header_sha256=digest, made_by_id=person, made_at=now)
        _fill(held, name, checked, scope, now)
        held.titles = known
        held.shared = scope.only(ACTIONS[dataset]).everything
        held.save()
    return held


def change(scope: Scope, number: int, *, name: str, document: Mapping[str, Any], now: datetime) -> SourceMapping:
    """Correct a remembered mapping. Raises NotFound, NotPermitted, Refused."""
    with acting(user_id=scope.user_id, reason="source mapping"), transaction.atomic():
        held = _own(scope, number)
        _fill(held, name, checked_document(held.dataset, document), scope, now)
        held.save()
    return held


def forget(scope: Scope, number: int) -> None:
    """Delete a remembered mapping; batches that were read with it keep a copy. Raises NotFound, NotPermitted."""
    with acting(user_id=scope.user_id, reason="source mapping"), transaction.atomic():
        _own(scope, number).delete()


def _own(scope: Scope, number: int) -> SourceMapping:
    found = mapping_with(scope, number)
    if not may_change(scope, found):
        raise NotPermitted("只有建立的人或负责全市这类数据的人可以修改")
    return SourceMapping.objects.select_for_update().get(pk=found.pk)


def _person(scope: Scope) -> int:
    if scope.user_id is None:
        raise NotPermitted("请先登录")
    return scope.user_id


def _fill(held: SourceMapping, name: str, document: dict[str, Any], scope: Scope, now: datetime) -> None:
    held.name = " ".join(name.split())[:80] or "未命名来源"
    held.document, held.changed_by_id, held.changed_at = document, _person(scope), now


def checked_document(dataset: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document in its normal form. Raises Refused with what is wrong."""
    try:
        return as_document(mapping_of(document, find_dataset(dataset).layouts))
    except MappingError as error:
        raise Refused(str(error), code="bad-mapping") from error


def recall_for(scope: Scope, dataset: str, now: datetime) -> Recall:
    """What finds the remembered mapping of a file by the titles of its sheets; the person's own goes first."""

    def recall(grids: Sequence[Grid]) -> Recalled | None:
        held = sorted(
            mappings_of(scope).filter(dataset=dataset), key=lambda one: (one.made_by_id != scope.user_id, -one.pk)
        )
        for grid in grids if held else ():
            found = _fitting(held, dataset, titles_of(grid))
            if found is not None:
                SourceMapping.objects.filter(pk=found.pk).update(used_at=now)
                mapping = mapping_of(found.document, find_dataset(dataset).layouts)
                return Recalled(pk=found.pk, name=found.name, mapping=mapping)
        return None

    return recall


def encodings_for(scope: Scope, dataset: str) -> tuple[str, ...]:
    """The encodings of remembered sources of this kind: in another one their titles are not those that are known."""
    held = mappings_of(scope).filter(dataset=dataset).values_list("document", flat=True)
    found = (str(document.get("options", {}).get("encoding", "")) for document in held)
    return tuple(sorted({encoding for encoding in found if encoding}))


def _fitting(held: Sequence[SourceMapping], dataset: str, titles: Sequence[str]) -> SourceMapping | None:
    """The same titles in any order; else all titles that a mapping speaks of, if there are enough of them."""
    digest = fingerprint(dataset, titles)
    exact = next((one for one in held if one.header_sha256 == digest), None)
    if exact is not None:
        return exact
    here = {normalise_title(title)[0] for title in titles}
    for one in held:
        spoken = {normalise_title(title)[0] for title in one.document.get("columns", {})}
        if len(spoken) >= LEAST_TITLES and spoken <= here:
            return one
    return None
