"""Classes of a choropleth: quantiles of what people read, so that no value can look outside its printed range. Pure.

Values are rounded to the places shown and counted in steps of the last place (62.3 % is 623 steps of 0.1 point); the
classes are whole steps, so that the ranges cover every value without overlap or gap. What shows as zero has a class of
its own, and negative values (more returned than paid) have one below it.
"""

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from geodata.figures.wording import half_up

COLOURS: Final = 5
ZERO, FEW, NONE = "zero", "few", "none"


@dataclass(frozen=True, slots=True)
class Range:
    """A class from `low` to `high` steps, both included; `key` is its colour: "0" the lightest to "4" the darkest."""

    key: str
    low: int
    high: int


def steps_of(value: Decimal, places: int) -> int:
    """A value as people read it, in steps of its last place: 0.6235 with three places is 624."""
    return int(half_up(value, places).scaleb(places))


def classify(values: Iterable[int], *, most: int = COLOURS) -> tuple[Range, ...]:
    """At most five classes of about equally many values, in steps, lowest first; fewer where fewer values differ.

    Zeros are left out. With fewer classes the colours stay as far apart as they can.
    """
    found = sorted(value for value in values if value)
    if not found:
        return ()
    positive = [value for value in found if value > 0]
    ends = [-1] if positive and found[0] < 0 else []
    ends += _quantiles(positive or found, most - len(ends))
    lows = [found[0], *(end + 1 or 1 for end in ends[:-1])]
    return tuple(Range(_colour(place, len(ends)), *bounds) for place, bounds in enumerate(zip(lows, ends, strict=True)))


def _quantiles(values: list[int], most: int) -> list[int]:
    """Upper ends of the classes, the last the largest value; so many values as there may be classes have one each."""
    if len(set(values)) <= most:
        return sorted(set(values))
    import mapclassify  # takes seconds: see warm

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # equal quantiles are expected here, and leave classes out
        bins = mapclassify.Quantiles(values, k=most).bins
    # a whole number is at most a break exactly if it is at most the whole part of it
    ends: list[int] = []
    for end in [*(math.floor(each) for each in bins[:-1]), max(values)]:
        if any(value <= end and (not ends or value > ends[-1]) for value in values):
            ends.append(end)
    return ends


def _colour(place: int, classes: int) -> str:
    return "2" if classes == 1 else str(round(place * (COLOURS - 1) / (classes - 1)))


def warm() -> None:
    """Loads what classify needs, before the first person waits for it."""
    import mapclassify  # noqa: F401
