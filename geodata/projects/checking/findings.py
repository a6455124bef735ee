"""What a check says of a shape, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

SHORTEST_ANSWER: Final = 2
LONGEST_ANSWER: Final = 200


class Severity(StrEnum):
    """Gravest first: cannot be submitted; must be explained; must be approved by headquarters; worth knowing."""

    BLOCK = "block"
    ASK = "ask"
    HEADQUARTERS = "headquarters"
    WARN = "warn"


# what cannot even be kept as a draft: no shape that the database would take
UNSTORABLE: Final = frozenset(
    {"unreadable", "mixed", "empty", "too-many-vertices", "swapped", "outside-city", "invalid"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `place` in longitude and latitude where it can be pointed at; `related` the code of a neighbour."""

    code: str
    severity: Severity
    message: str
    place: tuple[float, float] | None = None
    related: str = ""

    @property
    def key(self) -> str:
        """What an answer names: a neighbour asked about twice is two questions."""
        return f"{self.code}:{self.related}" if self.related else self.code

    def record(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Plain values for the row and for programs, with the answer where one is due."""
        return {
            "key": self.key,
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "lon": self.place[0] if self.place else None,
            "lat": self.place[1] if self.place else None,
            "related": self.related,
            "answer": answer_to(self, answers) if self.severity is Severity.ASK else "",
        }


def answer_to(finding: Finding, answers: Mapping[str, str]) -> str:
    """The answer to this very question, else the one to its kind."""
    said = answers.get(finding.key) or answers.get(finding.code) or ""
    return " ".join(str(said).split())[:LONGEST_ANSWER]


def unanswered(findings: Sequence[Finding], answers: Mapping[str, str]) -> list[Finding]:
    """Questions without an answer of at least two characters."""
    return [
        finding
        for finding in findings
        if finding.severity is Severity.ASK and len(answer_to(finding, answers)) < SHORTEST_ANSWER
    ]


def recorded(findings: Sequence[Finding], answers: Mapping[str, str]) -> list[dict[str, Any]]:
    """The findings as they are kept with the version, gravest first."""
    order = list(Severity)
    return [one.record(answers) for one in sorted(findings, key=lambda one: order.index(one.severity))]


def refusal(findings: Sequence[Finding], answers: Mapping[str, str], *, submit: bool) -> str:
    """Why the shape is not taken, as one sentence; empty when it may be kept, or with `submit` be submitted."""
    blocking = [one for one in findings if one.severity is Severity.BLOCK and (submit or one.code in UNSTORABLE)]
    if blocking:
        more = f"（另有 {len(blocking) - 1} 处问题）" if len(blocking) > 1 else ""
        return f"{blocking[0].message}{more}"
    asked = unanswered(findings, answers) if submit else []
    return f"提交前请先回答：{asked[0].message}" if asked else ""
