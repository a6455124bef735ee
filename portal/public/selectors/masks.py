"""The sets of projects that are kept with the newest snapshot."""

from threading import Lock
from typing import Final

from portal.public.masking import places, read, texts
from portal.public.masks import ORDER, TEXTS, Masks, Set
from portal.public.models import Mask, Snapshot

_LOCK: Final = Lock()
_READ: dict[tuple[int, str], Masks | None] = {}  # of the newest snapshot that this process has seen


def masks_of(snapshot: Snapshot) -> Masks | None:
    """Those of the newest snapshot, which a process reads once; None of a past edition, and of one without any."""
    if snapshot.edition is not None:
        return None
    key = (snapshot.number, snapshot.chain_head)
    with _LOCK:
        if key not in _READ:
            rows = Mask.objects.filter(snapshot=snapshot.number).exclude(kind__in=(ORDER, TEXTS))
            kept = rows.values_list("kind", "value", "bits")
            found = read((kind, value, bytes(bits)) for kind, value, bits in kept)
            _READ.clear()
            _READ[key] = found
        return _READ[key]


def holding(snapshot: Snapshot, masks: Masks, term: str) -> Set:
    """The projects whose text has the word. The texts are read when somebody looks for a word first."""
    if not masks.texts:
        kept = Mask.objects.filter(snapshot=snapshot.number, kind=TEXTS).values_list("bits", flat=True)
        masks.texts[:] = [line for bits in kept for line in texts(bytes(bits))]  # at once: two may ask at the same time
    return masks.holding(term)


def has_order(snapshot: Snapshot, masks: Masks, sort: str) -> bool:
    """Whether this order of the list is kept; it is read when somebody asks for it first."""
    if sort and sort not in masks.orders:
        kept = Mask.objects.filter(snapshot=snapshot.number, kind=ORDER, value=sort).values_list("bits", flat=True)
        for bits in kept:
            masks.orders[sort] = places(bytes(bits))
    return not sort or sort in masks.orders
