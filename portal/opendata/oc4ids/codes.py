"""Codes of the record as codes of OC4IDS 0.9. What has no counterpart in a closed list is left out, never bent."""

from typing import Final

from geodata.funding.choices import ContractKind
from geodata.projects.choices import Nature, Stage, Status

_EARLY: Final = (Stage.RESERVE, Stage.INITIATION)
_STATUS: Final = {
    Status.PRELIMINARY: "preparation",
    Status.NOT_STARTED: "preparation",
    Status.UNDER_CONSTRUCTION: "implementation",
    Status.SUSPENDED: "implementation",
    Status.WORKS_COMPLETED: "completion",
    Status.ACCEPTED: "completion",
    Status.HANDED_OVER: "completion",
    Status.IN_OPERATION: "maintenance",
    Status.CLOSED: "completion",
    Status.CANCELLED: "cancelled",
}
TYPE: Final = {
    Nature.NEW: "construction",
    Nature.EXPANSION: "expansion",
    Nature.RENOVATION: "rehabilitation",
    Nature.TECHNICAL: "rehabilitation",
    Nature.RELOCATION: "replacement",
}
NATURE: Final = {
    ContractKind.CONSTRUCTION: ["construction"],
    ContractKind.EPC: ["design", "construction"],
    ContractKind.SUPERVISION: ["supervision"],
    ContractKind.DESIGN: ["design"],
}
# contracts of such projects have ended
ENDED: Final = (Status.HANDED_OVER, Status.IN_OPERATION, Status.CLOSED, Status.CANCELLED)
# by the first two digits of the category; an open list, a category without a sector of its own has none
_SECTOR: Final = {
    "02": "waterAndWaste",
    "03": "waterAndWaste",
    "04": "transport.urban",
    "05": "transport.road",
    "06": "education",
    "07": "health",
    "10": "socialHousing",
    "11": "energy",
    "13": "naturalResources.floodProtection",
    "15": "cultureSportsAndRecreation",
}
GEOMETRIES: Final = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


def status(status: str, stage: str) -> str | None:
    """A project that is still being thought of is identified, not yet prepared."""
    if status == Status.PRELIMINARY and stage in _EARLY:
        return "identification"
    return _STATUS.get(Status(status)) if status in Status.values else None


def sector(category: str) -> str | None:
    return _SECTOR.get(category[:2])
