"""Which node comes before which, as the usual course of a public work has it. A soft order: a reason overrides it.

Only nodes that a project has count; what it does not list is not asked for. Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

START: Final = "M0801"
COMPLETION: Final = "M0820"
ACCEPTANCE: Final = "M0903"
# a county's people cannot confirm 开工, 完工 and 竣工: headquarters does
FOR_HEADQUARTERS: Final = frozenset({START, COMPLETION, ACCEPTANCE})

_BEFORE: Final[dict[str, tuple[str, ...]]] = {
    "M0301": ("M0201",),
    "M0402": ("M0301",),
    "M0403": ("M0402",),
    "M0404": ("M0402",),
    "M0503": ("M0501",),
    "M0602": ("M0601", "M0404"),
    "M0603": ("M0602",),
    "M0604": ("M0603",),
    "M0704": ("M0503", "M0604", "M0701", "M0702", "M0703"),
    START: ("M0604", "M0704"),
    COMPLETION: (START,),
    "M0901": (COMPLETION,),
    "M0902": (COMPLETION,),
    ACCEPTANCE: (COMPLETION, "M0901", "M0902"),
    "M0904": (ACCEPTANCE,),
    "M1001": (ACCEPTANCE,),
    "M1002": ("M1001", ACCEPTANCE),
    "M1101": (ACCEPTANCE,),
    "M1102": ("M1101", ACCEPTANCE),
    "M1103": ("M1102",),
    "M1105": ("M1103",),
    "M1202": (ACCEPTANCE,),
    "M1203": ("M1202",),
    "M1205": ("M1204",),
}


def is_work(code: str) -> bool:
    """Whether a node is one of the works' weighted ones, M0802 to M0819."""
    return code[:3] == "M08" and START < code < COMPLETION


def missing_before(code: str, *, known: Collection[str], reached: Collection[str]) -> list[str]:
    """The nodes of the project that should be reached before this one and are not, in order."""
    wanted = set(_BEFORE.get(code, ()))
    if is_work(code):
        wanted.add(START)
    if code == COMPLETION:
        wanted.update(other for other in known if is_work(other))
    return sorted(wanted.intersection(known).difference(reached))
