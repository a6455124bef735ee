"""The sets of projects that are kept with the newest snapshot."""

from threading import Lock
from typing import Final

from portal.public.masking import read, unpacked
from portal.public.masks import CHARACTER, Masks, Set
from portal.public.models import Mask, Snapshot

_LOCK: Final = Lock()
_READ: dict[tuple[int, str], Masks] = {}  # of the newest snapshot that this process has seen


def masks_of(snapshot: Snapshot) -> Masks | None:
    """Those of the newest snapshot, which a process reads once; None of a past edition, and of one without any."""
    if snapshot.edition is not None or not snapshot.whole:
        return None
    key = (snapshot.number, snapshot.chain_head)
    with _LOCK:
        found = _READ.get(key)
        if found is None:
            rows = Mask.objects.filter(snapshot=snapshot.number).exclude(kind=CHARACTER)
            kept = rows.values_list("kind", "value", "bits")
            found = read((kind, value, bytes(bits)) for kind, value, bits in kept)
            if found is not None:
                _READ.clear()
                _READ[key] = found
    return found


def characters(snapshot: Snapshot, wanted: set[str]) -> dict[str, Set]:
    """The projects that have a character in their texts; those are many sets, and few of them are ever asked for."""
    rows = Mask.objects.filter(snapshot=snapshot.number, kind=CHARACTER, value__in=wanted)
    found = {value: unpacked(bytes(bits)) for value, bits in rows.values_list("value", "bits")}
    return {character: found.get(character, 0) for character in wanted}
