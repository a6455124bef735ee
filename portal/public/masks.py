"""The projects of a snapshot as bits of whole numbers: what any filter finds is counted and added up by a few thousand
operations on numbers of as many bits as there are projects, without a question to the database.

A project is the bit of its place in the list (the largest first). A set of projects is a number: those of a unit, those
whose budget has a one in its ninth binary digit. AND is both limits, OR either, the count of ones the number of
projects, and a sum is that of the digits' counts, each times its power of two: exact, for amounts are whole fen.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import repeat
from operator import contains
from typing import Any, Final

import numpy as np

from geodata.parameters import Chosen
from geodata.summary.facets import BESIDES, FACETS
from geodata.summary.sums import RATES, Totals
from geodata.tiles.render import left_out

Set = int
ORDER, TEXTS = "order", "texts"
TOWNSHIP, LOCATED, COUNTING, ZOOM = "township", "located", "counting", "zoom"
LIMITS: Final = (*FACETS, *BESIDES)
_FEN: Final = Decimal("0.01")
_DIGITS: Final = bytes.maketrans(b"\0\1", b"01")


def set_of(places: Iterable[int], size: int) -> Set:
    found = bytearray(size // 8 + 1)
    for place in places:
        found[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(found, "little")


def _flagged(flags: bytes) -> Set:
    """Of a byte for each place, 1 or 0."""
    return int(b"0" + flags.translate(_DIGITS)[::-1], 2)


@dataclass(frozen=True, slots=True)
class Amount:
    """The sets of projects that have a one in each binary digit of an amount; of amounts below zero, apart."""

    digits: Sequence[Set]
    below: Sequence[Set] = ()

    @property
    def some(self) -> Set:
        """The projects where it is known and not zero."""
        found = 0
        for digit in (*self.digits, *self.below):
            found |= digit
        return found

    def total(self, those: Set) -> int:
        above = sum((digit & those).bit_count() << place for place, digit in enumerate(self.digits))
        return above - sum((digit & those).bit_count() << place for place, digit in enumerate(self.below))


Frame = tuple[float, float, float, float]  # west, south, east, north in degrees


@dataclass(frozen=True)
class Masks:
    """`keys`: those of the rows by their places; `sets`: (limit, value) → projects; `amounts` by column, `money` says
    which of them are fen. `frames`: the four sides of the frame around each shape, a little wider than it is; of a
    project without a shape no numbers."""

    keys: "array[int]"
    sets: Mapping[tuple[str, str], Set]
    amounts: Mapping[str, Amount]
    money: frozenset[str]
    frames: "Sequence[array[float]]"
    orders: "dict[str, array[int]]" = field(default_factory=dict, compare=False)  # places by another order of the list
    texts: list[str] = field(default_factory=list, compare=False)  # one of each project, once they were asked for
    _values: dict[str, list[tuple[str, Set]]] = field(default_factory=dict, init=False, compare=False)

    def __post_init__(self) -> None:
        for name, value in sorted(self.sets):
            self._values.setdefault(name, []).append((value, self.sets[name, value]))

    @cached_property
    def all(self) -> Set:
        return (1 << len(self.keys)) - 1

    @cached_property
    def _places(self) -> dict[int, int]:
        return {key: place for place, key in enumerate(self.keys)}

    def of_keys(self, keys: Iterable[int]) -> Set:
        """The set of the rows with these keys; others are no project of the snapshot."""
        return set_of((place for place in map(self._places.get, keys) if place is not None), len(self.keys))

    def places_of(self, keys: Iterable[int]) -> "array[int]":
        return array("I", (self._places[key] for key in keys))

    def framed(self, box: Frame) -> tuple[Set, list[int]]:
        """The projects whose frame lies in the box, and the keys of those whose shape must be looked at."""
        west, south, east, north = map(np.float64, box)
        w, s, e, n = (np.frombuffer(side, dtype=np.float32) for side in self.frames)
        beside = (w <= east) & (e >= west) & (s <= north) & (n >= south)
        inside = beside & (w >= west) & (e <= east) & (s >= south) & (n <= north)
        return _flagged(inside.tobytes()), [self.keys[place] for place in np.flatnonzero(beside & ~inside)]

    def holding(self, term: str) -> Set:
        """The projects whose text has the word, once the texts are read. To go through all of them takes a hundredth
        of a second, and no index finds a single character or a piece of a code."""
        return _flagged(bytes(map(contains, self.texts, repeat(term))))

    def keys_of(self, those: Set, start: int = 0, stop: int | None = None, *, order: str = "") -> list[int]:
        """Keys from the `start`th one up to `stop`, in the order of the list or another of `orders`."""
        size = len(self.keys)
        packed = np.frombuffer(those.to_bytes((size + 7) // 8, "little"), dtype=np.uint8)
        chosen = np.unpackbits(packed, count=size, bitorder="little").view(bool)
        if order:
            ordered = np.frombuffer(self.orders[order], dtype=np.uint32)
            places = ordered[chosen[ordered]]
        else:
            places = np.flatnonzero(chosen)
        keys: list[int] = np.frombuffer(self.keys, dtype=np.int64)[places[start:stop]].tolist()
        return keys

    def limited(self, chosen: Chosen, *, inside: Set | None = None, without: str = "") -> Set:
        """What passes the filter's limits by facet, but one, out of those `inside`."""
        found = self.all if inside is None else inside
        for name in LIMITS:
            value = getattr(chosen, name)
            if value and name != without:
                found &= self._limit(name, value)
        return found

    def _limit(self, name: str, value: Any) -> Set:
        values = value if isinstance(value, tuple) else (str(value),)
        found = 0
        for each in values:
            found |= self.sets.get((name, each), 0)
            if name == "region":
                found |= self.sets.get((TOWNSHIP, each), 0)
        return found

    def facets(self, chosen: Chosen, inside: Set | None) -> dict[str, dict[str, int]]:
        """Facet → value → number of projects that pass all limits but the facet's own; values of none left out."""
        limited = self.limited(chosen, inside=inside)
        return {name: dict(self._facet(name, chosen, inside, limited)) for name in FACETS}

    def _facet(self, name: str, chosen: Chosen, inside: Set | None, limited: Set) -> Iterator[tuple[str, int]]:
        beside = self.limited(chosen, inside=inside, without=name) if getattr(chosen, name) else limited
        for value, those in self._values.get(name, ()):
            if n := (those & beside).bit_count():
                yield value, n

    def undrawn(self, those: Set) -> dict[int, int]:
        """Zoom → number of located projects that its tiles leave out."""
        located = those & self.sets.get((LOCATED, "yes"), 0)
        return left_out({int(zoom): (located & of).bit_count() for zoom, of in self._values.get(ZOOM, ())})

    def totals(self, those: Set) -> Totals:
        """The sums and rates of geodata/summary/sums.py."""
        counting = self.sets.get((COUNTING, "yes"), 0)
        found: dict[str, Any] = {
            "projects": those.bit_count(),
            "unlocated": (those & self.sets.get((LOCATED, "no"), 0)).bit_count(),
            "left_out": (those & ~counting).bit_count(),
        }
        found |= {f"sum_{name}": self._sum(name, those) for name in self.amounts}
        for name, (above, below) in RATES.items():
            counted = those & counting & self.amounts[below].some
            found[f"{name}_above"], found[f"{name}_below"] = self._sum(above, counted), self._sum(below, counted)
            found[f"{name}_n"] = counted.bit_count()
        return Totals.from_aggregate(found)

    def _sum(self, name: str, those: Set) -> Decimal | int:
        total = self.amounts[name].total(those)
        return total * _FEN if name in self.money else total
