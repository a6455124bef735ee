"""How the sets of portal/public/masks.py are made of the published rows, once a snapshot, and how they are written."""

import sys
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final, TypeVar

from django.db.models import F, FloatField, Func, QuerySet

from geodata.searching import COLUMN
from geodata.summary.facets import texts_of
from geodata.summary.filters import LARGEST_FIRST, ProjectFilter
from geodata.summary.sums import COUNTS, MONEY, columns_of
from portal.public.masks import COUNTING, LIMITS, ORDER, TEXTS, TOWNSHIP, ZOOM, Amount, Masks, Set, set_of
from portal.public.models import PublishedProject

_COLUMN: Final = {"year": "years", "source": "sources", "located": "is_located"}
_KEYS, _AMOUNT, _DIGIT, _BELOW, _FRAME = "keys", "amount", "digit", "below", "frame"
# as people may ask for them (portal/public/lists.py); the interfaces list by code
ORDERS: Final = (
    "-disbursed", "-physical_pct", "physical_pct", "-disbursement_rate", "planned_end_on", "-updated", "code",
)  # fmt: skip
_SIDES: Final = {"west": ("ST_XMin", -1), "south": ("ST_YMin", -1), "east": ("ST_XMax", 1), "north": ("ST_YMax", 1)}
_WIDER: Final = 1e-5  # degrees; more than a number of 32 bits is off
_NOWHERE: Final = float("nan")  # no box has it inside or beside
_PIECE: Final = 2000
_BITS: Final = [bytes(48 + (byte >> bit & 1) for byte in range(256)) for bit in range(8)]
_WIDE: Final = 8  # bytes of a key or an amount


Numbers = TypeVar("Numbers", "array[int]", "array[float]")


def made_of(rows: QuerySet[PublishedProject]) -> Masks:
    """The sets of all rows. Two statements, and one for each order."""
    names = [*LIMITS, TOWNSHIP]
    columns = columns_of(rows)
    amounts = [name for name in (*MONEY, *COUNTS) if name in columns]
    read = ("pk", "in_rates", "tile_zoom", *(_COLUMN.get(name, name) for name in names), *amounts)
    keys, found = array("q"), defaultdict[tuple[str, str], list[int]](list)
    values = {name: array("q") for name in amounts}
    sides = {side: Func(F("geom"), function=name, output_field=FloatField()) for side, (name, _) in _SIDES.items()}
    frames = [array("f") for _ in _SIDES]
    ordered = rows.order_by(*LARGEST_FIRST).annotate(**sides).values_list(*sides, *read).iterator(chunk_size=_PIECE)
    for place, (west, south, east, north, key, counting, zoom, *cells) in enumerate(ordered):
        for into, side, (_, sign) in zip(frames, (west, south, east, north), _SIDES.values(), strict=True):
            into.append(_NOWHERE if side is None else side + sign * _WIDER)
        keys.append(key)
        found[COUNTING, "yes" if counting else "no"].append(place)
        found[ZOOM, str(zoom)].append(place)
        for name, cell in zip(names, cells, strict=False):
            for text in texts_of(name, cell):
                found[name, text].append(place)
        for name, cell in zip(amounts, cells[len(names) :], strict=True):
            values[name].append(_whole(cell))
    sets = {pair: set_of(places, len(keys)) for pair, places in found.items()}
    money = frozenset(MONEY).intersection(amounts)
    masks = Masks(keys, sets, {name: _amount(each) for name, each in values.items()}, money, frames)
    texts = rows.order_by(*LARGEST_FIRST).values_list(COLUMN, flat=True).iterator(chunk_size=_PIECE)
    masks.texts.extend(map(_line, texts))
    for sort in ORDERS:
        masks.orders[sort] = masks.places_of(ProjectFilter(sort=sort).ordered(rows).values_list("pk", flat=True))
    return masks


def _line(text: str) -> str:
    """Without ends of lines, which no word has in it."""
    return text.replace("\n", " ")


def _whole(cell: Decimal | int | None) -> int:
    """In fen."""
    return int(cell.scaleb(2)) if isinstance(cell, Decimal) else cell or 0


def _amount(values: "array[int]") -> Amount:
    below = array("q", (max(-value, 0) for value in values)) if any(value < 0 for value in values) else array("q")
    return Amount(_digits(array("q", (max(value, 0) for value in values))), _digits(below))


def _digits(values: "array[int]") -> list[Set]:
    """A set for each binary digit, the lowest first: the numbers' bytes side by side, each turned into its digits."""
    raw = _bytes(values)
    highest = max(values, default=0).bit_length()
    return [int(b"0" + raw[digit >> 3 :: _WIDE].translate(_BITS[digit & 7])[::-1], 2) for digit in range(highest)]


def _bytes(values: "array[int]") -> bytes:
    """The lowest first, whatever the machine does."""
    return _turned(values).tobytes()


def _turned(values: Numbers) -> Numbers:
    found = values[:]
    if sys.byteorder == "big":
        found.byteswap()
    return found


def written(masks: Masks) -> Iterator[tuple[str, str, bytes]]:
    """(kind, value, compressed bytes) to keep."""
    yield _KEYS, "", zlib.compress(_bytes(masks.keys), 1)
    if masks.texts:
        yield TEXTS, "", zlib.compress("\n".join(masks.texts).encode())
    for sort, places in masks.orders.items():
        yield ORDER, sort, zlib.compress(_turned(places).tobytes(), 1)
    for side, degrees in zip(_SIDES, masks.frames, strict=True):
        yield _FRAME, side, zlib.compress(_turned(degrees).tobytes(), 1)
    for (name, value), those in masks.sets.items():
        yield name, value, _packed(those)
    for name, amount in masks.amounts.items():
        yield _AMOUNT, name, _packed(0)
        yield from ((_DIGIT, f"{name} {place}", _packed(digit)) for place, digit in enumerate(amount.digits))
        yield from ((_BELOW, f"{name} {place}", _packed(digit)) for place, digit in enumerate(amount.below))


def _packed(those: Set) -> bytes:
    return zlib.compress(those.to_bytes((those.bit_length() + 7) // 8, "little"), 1)


def places(packed: bytes) -> "array[int]":
    """Of an order, as `written` gave it."""
    return _turned(array("I", zlib.decompress(packed)))


def texts(packed: bytes) -> list[str]:
    return zlib.decompress(packed).decode().split("\n")


def unpacked(packed: bytes) -> Set:
    return int.from_bytes(zlib.decompress(packed), "little")


def read(kept: Iterable[tuple[str, str, bytes]]) -> Masks | None:
    """Of what `written` gave; None of nothing."""
    keys: array[int] | None = None
    sets: dict[tuple[str, str], Set] = {}
    frames: dict[str, array[float]] = {}
    for kind, value, packed in kept:
        if kind == _KEYS:
            keys = _turned(array("q", zlib.decompress(packed)))
        elif kind == _FRAME:
            frames[value] = _turned(array("f", zlib.decompress(packed)))
        else:
            sets[kind, value] = unpacked(packed)
    if keys is None:
        return None
    names = [name for kind, name in sets if kind == _AMOUNT]
    amounts = {name: Amount(_in_order(sets, _DIGIT, name), _in_order(sets, _BELOW, name)) for name in names}
    plain_sets = {pair: those for pair, those in sets.items() if pair[0] not in (_AMOUNT, _DIGIT, _BELOW)}
    sides = [frames[side] for side in _SIDES]
    return Masks(keys, plain_sets, amounts, frozenset(MONEY).intersection(names), sides)


def _in_order(sets: Mapping[tuple[str, str], Set], kind: str, name: str) -> list[Set]:
    found: list[Set] = []
    while (digit := sets.get((kind, f"{name} {len(found)}"))) is not None:
        found.append(digit)
    return found
