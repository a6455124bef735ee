"""The words that so many projects have in their texts that looking them up takes long: which projects those are is
kept with the snapshot."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

FREQUENT_FROM: Final = 10_000  # projects; the index of words gives fewer in some 40 ms
_YEAR: Final = re.compile("(?=(20[0-9]{2}))")
LONGEST: Final = 8  # characters; a longer word is one of fewer projects, or of those of its parts


def frequent(texts: list[str]) -> list[list[str]]:
    """All words of up to LONGEST characters that FREQUENT_FROM texts hold, those together that the same ones hold."""
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


def years(texts: list[str]) -> list[list[str]]:
    """Each year that stands in a text: digits, which all codes have, are found by no index."""
    found = {year for text in texts for year in _YEAR.findall(text)}
    return [[year] for year in sorted(found)]


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
    """Whether somebody types it: Chinese characters, not a piece of a code."""
    return word.isalpha() and not word.isascii()
