"""Reading projects: one with what belongs to it, the versions of its shape, what waits for a decision."""

from geodata.projects.selectors.dossier import NOT_FOUND, Dossier, dossier
from geodata.projects.selectors.versions import (
    Heads,
    compare,
    hands_of,
    heads,
    measures_of,
    reached,
    reaches,
    shift_between,
    version,
    versions_of,
)
from geodata.projects.selectors.waiting import (
    WaitingShape,
    may_decide,
    own_among,
    pending_geometries,
    submitted_versions,
)

__all__ = [
    "NOT_FOUND",
    "Dossier",
    "Heads",
    "WaitingShape",
    "compare",
    "dossier",
    "hands_of",
    "heads",
    "may_decide",
    "measures_of",
    "own_among",
    "pending_geometries",
    "reached",
    "reaches",
    "shift_between",
    "submitted_versions",
    "version",
    "versions_of",
]
