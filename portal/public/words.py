"""The words that so many projects have in their texts that counting them takes long: what stands beside a search for
one of them is counted once, when a snapshot is published."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from django.db.models import QuerySet

from geodata.searching import COLUMN
from portal.public.models import PublishedProject

FREQUENT_FROM: Final = 10_000  # projects; fewer are counted in some 40 ms
_YEAR: Final = re.compile("20[0-9]{2}")
LONGEST: Final = 8  # characters; a longer word is one of fewer projects, or of those of its parts


def frequent(rows: QuerySet[PublishedProject]) -> list[list[str]]:
    """All words of up to LONGEST characters that FREQUENT_FROM rows have, those together that the same rows have."""
    texts = list(rows.order_by().values_list(COLUMN, flat=True))
    if len(texts) < FREQUENT_FROM:
        return []
    alike: list[tuple[int, list[str]]] = []
    for word, n in sorted(_counted(texts), key=lambda found: (len(found[0]), found[0])):
        # a longer word stands only where its parts stand: as many rows are the same rows
        same = next((others for many, others in alike if many == n and any(part in word for part in others)), None)
        if same is None:
            alike.append((n, [word]))
        else:
            same.append(word)
    return [others for _n, others in alike]


def _counted(texts: list[str]) -> Iterator[tuple[str, int]]:
    """Each frequent word with the number of texts that hold it. What is frequent begins with something frequent."""
    begins = {""}
    for length in range(1, LONGEST + 1):
        found = Counter(word for text in texts for word in _parts(text, length, begins))
        begins = {word for word, n in found.items() if n >= FREQUENT_FROM}
        yield from ((word, found[word]) for word in begins if _typed(word))


def _parts(text: str, length: int, begins: set[str]) -> set[str]:
    starts: Iterable[int] = range(len(text) - length + 1)
    return {text[at : at + length] for at in starts if text[at : at + length - 1] in begins}


def _typed(word: str) -> bool:
    """Whether somebody types it: Chinese characters, or a year; not a piece of a code."""
    return bool(_YEAR.fullmatch(word)) or (word.isalpha() and not word.isascii())
