"""Names that are nearly those of recorded projects: a question for the person, never the same project by itself.

A renamed project is asked about; siblings are not: names that differ only in their numbering (一期/二期, 3号楼/5号楼,
东路/西路) were given to tell two works apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

import numpy as np

# Names closer than this are shown to the person, never taken for the same project.
ALIKE: Final = 0.9
NEW: Final = "new"  # the answer "another project"
EVERY: Final = "*"  # the answer for every row without one of its own
# what stands in 平台编号 when the file itself says that the project is another one
NEW_WORDS: Final = frozenset(("新建", "新增", "新项目", "新"))
MOST_OFFERED: Final = 3
_WORDS: Final = 4  # of 64 bits, for the pairs of a name
_ALL: Final = (1 << 64) - 1
_BUCKETS: Final = 61  # for the characters of a name
_DUST: Final = 1e-9
_NUMBERING: Final = re.compile(r"\d+|[a-z]+|[一二三四五六七八九十百]+|[甲乙丙丁东西南北中上下左右]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recorded project whose name is nearly that of a row."""

    project_id: int
    serial: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeRow:
    """A row that waits for the answer, under the key by which the answer is found again."""

    sheet: str
    row: int
    key: str
    name: str
    candidates: tuple[Candidate, ...]
    may_be_new: bool = True  # a feature that says too little to become a project can only be one of them

    def message(self) -> str:
        """The question, with both ways to answer it in the file."""
        named = "、".join(f"{one.serial}“{one.name}”" for one in self.candidates)
        first = self.candidates[0].serial
        if not self.may_be_new:
            return (
                f"没有找到项目“{self.name}”，名称相近的有 {named}：是它吗？请在预览页选择，或在“平台编号”列写 {first}"
            )
        return (
            f"与已有项目 {named} 名称相近：是同一个项目，还是另一个？"
            f"请在预览页选择，或在“平台编号”列写 {first}（同一个）或“新建”（另一个）"
        )


class NearNames:
    """Names in which near ones are found quickly, whatever their number.

    Two names of a ratio of 0.9 differ in few characters, so that they share most of their pairs of neighbouring
    characters and nearly all of their characters. Both are counted for all names at once; only what passes both tests
    is compared in full.
    """

    def __init__(self, names: Iterable[tuple[str, Candidate]]) -> None:
        self._names = list(names)
        self._lengths = np.array([len(name) for name, _candidate in self._names], dtype=np.int64)
        self._marks = np.array([_mark(name) for name, _candidate in self._names], dtype=np.uint64).reshape(-1, _WORDS)
        self._signs = np.array([_signs(name) for name, _candidate in self._names], dtype=np.uint8).reshape(-1, _BUCKETS)

    def near(self, name: str) -> tuple[Candidate, ...]:
        """The nearest names, closest first."""
        if not self._names:
            return ()
        lacking = np.bitwise_count(np.array(_mark(name), dtype=np.uint64) & ~self._marks).sum(axis=1)
        allowed = np.array([_lost(len(name), length) for length in range(int(self._lengths.max()) + 1)])
        likely = np.flatnonzero(lacking <= allowed[self._lengths])
        shared = np.minimum(self._signs[likely], np.array(_signs(name), dtype=np.uint8)).sum(axis=1, dtype=np.int64)
        likely = likely[2 * shared >= ALIKE * (self._lengths[likely] + len(name)) - _DUST]
        found = sorted((-ratio, at) for at in likely if (ratio := closeness(name, self._names[at][0])) >= ALIKE)
        return tuple(self._names[at][1] for _ratio, at in found[:MOST_OFFERED])


def _mark(name: str) -> list[int]:
    """A bit a pair of neighbours; two pairs may share one, which lets a name through that is then compared in full."""
    mark = 0
    for one, other in pairwise(name):
        mark |= 1 << (ord(one) * 31 + ord(other)) % (64 * _WORDS)
    return [mark >> 64 * word & _ALL for word in range(_WORDS)]


def _signs(name: str) -> list[int]:
    """How often characters occur, several counted together; at least what two names share is counted as shared."""
    counts = [0] * _BUCKETS
    for sign in name:
        counts[ord(sign) % _BUCKETS] += 1
    return [min(count, 255) for count in counts]


def _lost(one: int, other: int) -> int:
    """How many pairs of a name of length `one` a near name of length `other` may lack at most.

    With m characters in common, 2(one - m) pairs are lost by characters of one's own and (other - m) by those between,
    and m is at least 0.45 (one + other).
    """
    return int(2 * one + other - 1.5 * ALIKE * (one + other)) + 1


def closeness(one: str, other: str) -> float:
    """0 to 1; 0 for names that are equal but for their numbering."""
    if abs(len(one) - len(other)) > max(len(one), len(other)) // 5 or numbered_apart(one, other):
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


def numbered_apart(one: str, other: str) -> bool:
    """Both names are numbered, and otherwise: two works side by side."""
    first, second = _NUMBERING.findall(one), _NUMBERING.findall(other)
    apart = bool(first) and bool(second) and first != second
    return apart and _NUMBERING.sub("", one) == _NUMBERING.sub("", other)


def answered(told: Mapping[str, str], key: str, offered: Sequence[Candidate]) -> str:
    """The serial that the person chose, NEW for another project, "" as long as nobody has said."""
    said = told.get(key) or told.get(EVERY, "")
    return said if said == NEW or said in {one.serial for one in offered} else ""
