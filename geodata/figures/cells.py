"""Texts in the cells of files that people open in a spreadsheet: none may start a formula. Pure."""

import re
import unicodedata
from typing import Final

_STARTS: Final = frozenset("=+-@−")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_BLANK: Final = " \t\r\n\u00a0\u200b\u2060\u3000\ufeff"


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before one that could begin a formula.

    Full-width and small forms (＝, ﹢) count, leading blanks do not hide them, and a leading tab or line end is reason
    enough. Control characters, which no workbook may hold, are dropped.
    """
    plain = _CONTROL.sub("", text)
    if plain[:1] in ("\t", "\r", "\n") and plain:
        return f"'{plain}"
    first = plain.lstrip(_BLANK)[:1]
    return f"'{plain}" if first and unicodedata.normalize("NFKC", first)[:1] in _STARTS else plain
