"""The project that a shape is for: whether the person may edit it, and where it should lie."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import NotFound
from geodata.projects.selectors import NOT_FOUND
from geodata.projects.visibility import visible
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What an intake has to know of a project. `area` is its 属地's boundary; `kinds` those of its category."""

    serial_no: str
    project_code: str
    name: str
    unit: str
    area: BaseGeometry | None
    kinds: tuple[str, ...]


def target(scope: Scope, code: str) -> Target:
    """The project, for somebody who may edit it. Raises NotPermitted without a role, NotFound outside the scope."""
    found = (
        visible(scope.only(Action.EDIT_PROJECTS))
        .filter(serial_no=code)
        .values_list(
            "serial_no",
            "project_code",
            "name",
            "management_unit__name",
            "management_unit__management_geom",
            "management_unit__geom",
            "category__geometry_kinds",
        )
        .first()
    )
    if found is None:
        raise NotFound(NOT_FOUND)
    serial, project_code, name, unit, managed, outline, kinds = found
    boundary = managed or outline
    return Target(
        serial_no=serial,
        project_code=project_code or "",
        name=name,
        unit=unit,
        area=shapely.from_wkb(bytes(boundary.wkb)) if boundary else None,
        kinds=tuple(kinds or ()),
    )
