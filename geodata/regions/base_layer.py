"""Writing the base layer: lakes, rivers, roads, mountains and place names beneath every map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.db.models.functions import Now

from geodata.record import Origin, Outcome
from geodata.regions.entries import BaseEntry
from geodata.regions.models import BaseFeature
from geodata.srid import STORAGE_SRID

Key = tuple[str, str, int]


def numbered(pairs: Iterable[tuple[str, str]]) -> list[Key]:
    """Kind, name and running number: several roads may bear one name, and a place in the file tells them apart."""
    seen: Counter[tuple[str, str]] = Counter()
    keys = []
    for pair in pairs:
        seen[pair] += 1
        keys.append((*pair, seen[pair]))
    return keys


def recorded() -> dict[Key, BaseFeature]:
    """The recorded features by key."""
    features = list(BaseFeature.objects.order_by("id"))
    return dict(zip(numbered((f.kind, f.name) for f in features), features, strict=True))


def same(feature: BaseFeature, entry: BaseEntry) -> bool:
    """Whether the record says the same already."""
    shape = GEOSGeometry(memoryview(entry.geom), srid=STORAGE_SRID)
    alike = (feature.rank, feature.is_schematic) == (entry.rank, entry.is_schematic)
    return alike and feature.geom.geom_type == shape.geom_type and feature.geom.equals_exact(shape, 1e-9)


@transaction.atomic
def record_base_features(*, entries: Iterable[tuple[Key, BaseEntry]], batch: int | None = None) -> Outcome:
    """Create or change features by their key; features that the file does not name stay."""
    known = recorded()
    created: list[BaseFeature] = []
    changed: list[BaseFeature] = []
    unchanged = 0
    for key, entry in entries:
        feature = known.get(key)
        if feature is not None and same(feature, entry):
            unchanged += 1
            continue
        target = feature or BaseFeature(origin=Origin.IMPORT, batch=batch)
        target.kind, target.name, target.rank = entry.kind, entry.name, entry.rank
        target.geom = GEOSGeometry(memoryview(entry.geom), srid=STORAGE_SRID)
        target.is_schematic = entry.is_schematic
        if feature is not None:
            feature.updated_at = Now()
        (created if feature is None else changed).append(target)
    BaseFeature.objects.bulk_create(created)
    BaseFeature.objects.bulk_update(
        changed, ["kind", "name", "rank", "geom", "is_schematic", "updated_at"], batch_size=200
    )
    return Outcome(len(created), len(changed), unchanged)
