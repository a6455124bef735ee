"""The density of complaints: the squares hold what a count by hand gives, and fewer than five are no number."""

import math
from collections import Counter
from datetime import UTC, datetime

import mapbox_vector_tile
import pytest

from geodata.complaints.choices import COMPLAINT_KINDS, MatchState
from geodata.complaints.density import CELL_M, FEWEST, density_tile
from geodata.complaints.models import OrderMatch
from tests.seeded import seed_city

SINCE, BEFORE = datetime(2025, 3, 30, 16, tzinfo=UTC), datetime(2026, 3, 30, 16, tzinfo=UTC)
RADIUS = 6378137.0


def by_hand() -> Counter[tuple[int, int]]:
    """Square → complaints, order by order."""
    seen: dict[int, tuple[int, tuple[float, float]]] = {}
    matches = OrderMatch.objects.filter(state=MatchState.CONFIRMED, project__is_deleted=False)
    for match in matches.select_related("order", "project").order_by("order_id", "project_id"):
        order = match.order
        if order.kind not in COMPLAINT_KINDS or not SINCE <= order.received_at < BEFORE:
            continue
        group = order.duplicate_of_id or order.pk
        if group in seen:
            continue
        if order.geom:
            lon, lat = order.geom.coords
            place = (math.radians(lon) * RADIUS, RADIUS * math.asinh(math.tan(math.radians(lat))))
        elif match.project.anchor_3857:
            place = match.project.anchor_3857.coords
        else:
            continue
        seen[group] = (group, place)
    return Counter((math.floor(x / CELL_M), math.floor(y / CELL_M)) for _group, (x, y) in seen.values())


@pytest.mark.django_db
def test_the_squares_hold_what_a_count_by_hand_gives() -> None:
    seed_city(150)
    tile = mapbox_vector_tile.decode(density_tile(6, 52, 26, since=SINCE, before=BEFORE))
    drawn = tile["complaint_density"]["features"]
    wanted = by_hand()
    assert sum(wanted.values()) > 30
    assert len(drawn) == len(wanted)
    told = sorted(f["properties"]["complaints"] for f in drawn if "complaints" in f["properties"])
    assert told == sorted(n for n in wanted.values() if n >= FEWEST)
    few = [f for f in drawn if f["properties"]["level"] == 0]
    assert len(few) == sum(n < FEWEST for n in wanted.values()) > 0
    assert all(set(f["properties"]) == {"level"} for f in few), "a small number leaves the database"
    for feature in drawn:
        n = feature["properties"].get("complaints")
        level = feature["properties"]["level"]
        assert n is None or level == sum(n >= first for first in (5, 10, 20, 50))


@pytest.mark.django_db
def test_a_tile_without_complaints_is_empty() -> None:
    assert density_tile(9, 0, 0, since=SINCE, before=BEFORE) == b""
