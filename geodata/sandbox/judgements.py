"""What the child says of one shape against its surroundings, and how it is written on the way back.

Both sides of the door import this module. Metres are those of the ellipsoid of CGCS2000; shares lie between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from geodata.sandbox.codec import features
from geodata.sandbox.codec.scalars import Json, decode_scalar, encode_scalar, fields, items
from geodata.sandbox.documents import GeometryCheck


@dataclass(frozen=True, slots=True)
class ShapeShift:
    """How far a shape is from another: between the centroids, the largest gap of the outlines, and the part of the
    earlier one that the later one covers. ``hausdorff_m`` is None where the outlines have too many vertices for it."""

    moved_m: Decimal
    hausdorff_m: Decimal | None
    kept: Decimal


@dataclass(frozen=True, slots=True)
class ShapeJudgement:
    """The check of a shape; for a valid one also how much of it lies inside the boundary with its margin (None
    without a boundary), the overlap with each neighbour (of the smaller one of the two), the shift from the shape
    before. ``place`` is where an invalid one goes wrong, in longitude and latitude."""

    check: GeometryCheck
    place: tuple[Decimal, Decimal] | None
    inside: Decimal | None
    overlaps: Sequence[Decimal]
    shift: ShapeShift | None


def encode_shift(shift: ShapeShift | None) -> Json:
    if shift is None:
        return None
    return [encode_scalar(value) for value in (shift.moved_m, shift.hausdorff_m, shift.kept)]


def decode_shift(raw: Json) -> ShapeShift | None:
    """The shift again; anything but three numbers, the second of which may be missing, raises ``ValueError``."""
    if raw is None:
        return None
    moved, hausdorff, kept = (_number(value) for value in items(raw))
    if moved is None or kept is None:
        raise ValueError("number expected")
    return ShapeShift(moved, hausdorff, _share(kept))


def encode_judgement(judgement: ShapeJudgement) -> Json:
    return {
        "check": features.encode_checks([judgement.check])[0],
        "place": [encode_scalar(value) for value in judgement.place] if judgement.place else None,
        "inside": encode_scalar(judgement.inside),
        "overlaps": [encode_scalar(share) for share in judgement.overlaps],
        "shift": encode_shift(judgement.shift),
    }


def decode_judgement(raw: Json) -> ShapeJudgement:
    """The judgement again, every value checked."""
    check, place, inside, overlaps, shift = fields(raw, "check", "place", "inside", "overlaps", "shift")
    share = _number(inside)
    return ShapeJudgement(
        check=features.decode_checks([check])[0],
        place=None if place is None else _place(place),
        inside=None if share is None else _share(share),
        overlaps=[_share(_number(one)) for one in items(overlaps)],
        shift=decode_shift(shift),
    )


def _place(raw: Json) -> tuple[Decimal, Decimal]:
    lon, lat = (_number(value) for value in items(raw))
    if lon is None or lat is None:
        raise ValueError("number expected")
    return lon, lat


def _number(raw: Json) -> Decimal | None:
    value = decode_scalar(raw)
    if value is None or isinstance(value, Decimal):
        return value
    raise ValueError("number expected")


def _share(value: Decimal | None) -> Decimal:
    if value is None or not 0 <= value <= 1:
        raise ValueError("a share lies between 0 and 1")
    return value
