"""What an intake answers, and what it refuses with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geodata.errors import FileRefused

MOST_ISSUES = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong. `row` counts lines (or features) from 1, `column` values in the line from 1; 0: none."""

    message: str
    row: int = 0
    column: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row or None, "column": self.column or None, "message": self.message}


class CoordinatesRefused(FileRefused):
    """Text or file with faults at places; the message is the first fault, with its place in words."""

    default_code = "bad-coordinates"

    def __init__(self, faults: Sequence[Fault], *, code: str | None = None) -> None:
        first = faults[0]
        super().__init__(first.message, code=code, row=first.row or None, column=first.column or None)
        self.faults = tuple(faults[:MOST_ISSUES])


def refuse(message: str, *, row: int = 0, column: int = 0, code: str | None = None) -> CoordinatesRefused:
    """A refusal with one fault, to be raised."""
    return CoordinatesRefused([Fault(message, row, column)], code=code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is kept beside the shape; the names are those of GeometryVersion."""

    declared_crs: str = ""
    detected_crs: str = ""
    crs_confidence: str = ""
    pipeline: str = ""
    original_wkt: str = ""
    original_sha256: str = ""
    accuracy_m: str = ""

    def as_json(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def original_of(wkts: Sequence[str]) -> str:
    """The coordinates as they stood, of one feature or of several together."""
    if len(wkts) <= 1:
        return wkts[0] if wkts else ""
    return f"GEOMETRYCOLLECTION ({', '.join(wkts)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A possible answer to a question: sent back as `crs`, it is taken as the person's declaration."""

    crs: str
    label: str
    geometry: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"crs": self.crs, "label": self.label, "geometry": self.geometry}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person has to decide, with a geometry for each answer."""

    message: str
    options: tuple[Option, ...]

    def as_json(self) -> dict[str, Any]:
        return {"message": self.message, "options": [option.as_json() for option in self.options]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Typed coordinates: a geometry, or a question."""

    geometry: Mapping[str, Any] | None
    evidence: Evidence
    note: str
    question: Question | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "geometry": self.geometry,
            "evidence": self.evidence.as_json(),
            "note": self.note,
            "question": self.question.as_json() if self.question else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeFeature:
    """One feature of a file. `number` is what `chosen` names; `suggested`: its columns name this very project."""

    number: int
    label: str
    geometry: Mapping[str, Any]
    kind: str
    original_wkt: str
    suggested: bool = False

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileIntake:
    """A file: its features to choose from, what was refused of it, and the union of what was chosen."""

    features: tuple[IntakeFeature, ...] = ()
    geometry: Mapping[str, Any] | None = None
    evidence: Evidence = field(default_factory=Evidence)
    note: str = ""
    question: Question | None = None
    faults: tuple[Fault, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "features": [feature.as_json() for feature in self.features],
            "geometry": self.geometry,
            "evidence": self.evidence.as_json(),
            "note": self.note,
            "question": self.question.as_json() if self.question else None,
            "issues": [fault.as_json() for fault in self.faults[:MOST_ISSUES]],
        }
