"""Names of projects in what people say: 示例路片区老旧小区改造 means 示例路片区老旧小区改造项目.

All names stand in one index by their first characters, so that a text is read once, whatever the number of projects.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final

_NOT_WORDS: Final = re.compile(r"[\W_]+")
_YEAR: Final = re.compile(r"^(19|20)\d\d年?(度)?")
_OUTER: Final = re.compile(r"(建设项目|改造项目|工程项目|项目|工程)$")
_INNER: Final = re.compile(
    r"(第?[一二三四五六七八九十\d]+期|第?[一二三四五六七八九十\d]+标段|改扩建|新建|扩建|改建|改造|提质|提标|升级|更新|整治|治理|建设|项目|工程)$"
)
# A name that could be any project's says nothing; so does what is left of it when it is this short.
_SHORTEST: Final = 4
_SHORTEST_ALIAS: Final = 3

FULL: Final = 1.0  # the name, but for 项目 or 工程
CORE: Final = 0.9  # what is left without 改造, 建设, 一期
CONTRACTOR: Final = 0.5  # its contractor: firms build in many places


def plain(text: str) -> str:
    """Half-width, lower case, without blanks and punctuation."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def wordings(name: str, aliases: Iterable[str], generic: Collection[str]) -> dict[str, float]:
    """How people may write a project's name, each with its weight. ``generic`` are words that name no one project."""
    found: dict[str, float] = {}
    for alias in (name, *aliases):
        whole = _YEAR.sub("", plain(alias))
        full = _stripped(whole, _OUTER, once=True)
        shortest = _SHORTEST if alias == name else _SHORTEST_ALIAS
        for words, weight, least in ((whole, FULL, shortest), (full, FULL, shortest), (_core(full), CORE, _SHORTEST)):
            if len(words) >= least and words not in generic and _core(words) not in generic:
                found[words] = max(weight, found.get(words, 0))
    return found


def _core(text: str) -> str:
    return _stripped(text, _INNER, once=False)


def _stripped(text: str, ending: re.Pattern[str], *, once: bool) -> str:
    while True:
        shorter = ending.sub("", text)
        if once or shorter == text:
            return shorter
        text = shorter


class NameIndex:
    """Wordings of many owners, found in a text in one pass."""

    def __init__(self) -> None:
        self._by_start: dict[str, dict[str, dict[int, float]]] = defaultdict(dict)

    def add(self, words: str, owner: int, weight: float) -> None:
        """One wording of one owner; several owners may share it."""
        owners = self._by_start[words[:_SHORTEST_ALIAS]].setdefault(words, {})
        owners[owner] = max(weight, owners.get(owner, 0))

    def find(self, *texts: str) -> dict[int, float]:
        """The owners named in the texts with the weight of their best wording."""
        best: dict[int, float] = {}
        for text in texts:
            for owner, weight in self._hits(plain(text)):
                best[owner] = max(weight, best.get(owner, 0))
        return best

    def _hits(self, text: str) -> Iterator[tuple[int, float]]:
        for start in range(len(text) - _SHORTEST_ALIAS + 1):
            for words, owners in self._by_start.get(text[start : start + _SHORTEST_ALIAS], {}).items():
                if text.startswith(words, start):
                    yield from owners.items()
