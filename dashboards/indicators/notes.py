"""Remarks that stand beside values: a sentence with its figures kept apart, so that any language can say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final


class Note(str):
    """The remark in Chinese; `sentence` with %(name)s for each of its `figures` is what is translated."""

    sentence: str
    figures: Mapping[str, Any]

    def __new__(cls, sentence: str = "", **figures: Any) -> Note:
        made = super().__new__(cls, sentence % figures if figures else sentence)
        made.sentence, made.figures = sentence, figures
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """How it is kept in a cache: made anew from its parts."""
        return _made, (self.sentence, dict(self.figures))


def _made(sentence: str, figures: dict[str, Any]) -> Note:
    return Note(sentence, **figures)


NO_NOTE: Final = Note()
