"""Whether a shape may stand for a project: reading it, measuring it against the rules. Pure, no database."""

from geodata.projects.checking.findings import UNSTORABLE, Finding, Severity, recorded, refusal, unanswered
from geodata.projects.checking.reading import DrawnShape, read_shape
from geodata.projects.checking.rules import Before, Facts, Neighbour, Rules, judge

__all__ = [
    "UNSTORABLE",
    "Before",
    "DrawnShape",
    "Facts",
    "Finding",
    "Neighbour",
    "Rules",
    "Severity",
    "judge",
    "read_shape",
    "recorded",
    "refusal",
    "unanswered",
]
