"""What the 属地 and the record say of features whose system nobody declared.

Numbers alone never tell GCJ-02 from degrees. But where every feature of a file (of a long one two to four thousand,
spread over it), read in one system and in no other, is vertex for vertex what the record has of its project, then the
question has been answered before: who sends the same file again is asked nothing a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.crs.detection import SAMPLE, Confidence, Decision, Extent, fitting, read_as, weigh_places
from geodata.crs.systems import BD09, GCJ02, Source, name_of
from geodata.crs.transforms import Coordinates
from geodata.srid import STORAGE_SRID

# A millimetre in degrees: rounding stays within it, the systems lie much farther apart.
SAME: Final = 1.5e-8
_DEGREES: Final[tuple[Source, ...]] = (STORAGE_SRID, GCJ02, BD09)
_GREATEST: Final = 180.0


class Feature(NamedTuple):
    """A feature as the file has it, the 属地 of its project, and the shapes that the record has of it."""

    vertices: Coordinates
    area: BaseGeometry | None
    shapes: Sequence[BaseGeometry]


def weighed(decision: Decision, points: Coordinates, extent: Extent, features: Sequence[Feature]) -> Decision:
    """A finding from numbers alone, held against the 属地 of features that are new there; what is still open then is
    closed by the record, where all features are in it."""
    places = ((one.vertices[:1], one.area) for one in features if one.area is not None and not _settled(decision, one))
    decision = weigh_places(
        decision, points, extent=extent, places=[pair for pair in islice(places, SAMPLE) if len(pair[0])]
    )
    if decision.question is None or decision.confidence is Confidence.REFUSED:
        return decision
    return _recalled(decision, points, extent, features)


def _settled(decision: Decision, feature: Feature) -> bool:
    """Whether the system found gives the feature the very shape that the record has."""
    return decision.system is not None and _same(feature, decision.system, decision.swapped)


def _recalled(decision: Decision, points: Coordinates, extent: Extent, features: Sequence[Feature]) -> Decision:
    if not features or not all(one.shapes for one in features):
        return decision
    looked_at = features[:: max(1, len(features) // SAMPLE)]
    found = [way for way in _ways(points, extent) if all(_same(one, *way) for one in looked_at)]
    if len(found) != 1:
        return decision
    system, swapped = found[0]
    evidence = (f"各图形按{name_of(system)}换算，与项目已有的图形相同",)
    return Decision(system, Confidence.CERTAIN, swapped, evidence=evidence)


def _ways(points: Coordinates, extent: Extent) -> Iterator[tuple[Source, bool]]:
    if float(np.abs(points).max()) <= _GREATEST:
        yield from ((system, swapped) for system in _DEGREES for swapped in (False, True))
    else:
        yield from ((way.system, way.swapped) for way in fitting(points, extent=extent))


def _same(feature: Feature, system: Source, swapped: bool) -> bool:
    if not feature.shapes:
        return False
    read = read_as(feature.vertices, system, swapped)
    return any(
        recorded.shape == read.shape and float(np.abs(recorded - read).max(initial=0)) <= SAME
        for recorded in map(shapely.get_coordinates, feature.shapes)
    )
