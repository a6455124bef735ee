"""Reads of the published tables. A request reads the snapshot number once and everything else as of it."""

from portal.public.selectors.money import PaidSums, contracts, paid_sums, payments
from portal.public.selectors.rows import (
    NEWEST,
    all_projects,
    area,
    area_names,
    areas,
    at,
    base_features,
    code_of_project_code,
    current_snapshot,
    found_places,
    label_names,
    names_of_areas,
    parts,
    project,
    projects,
    snapshot,
    withdrawn_parts,
)
from portal.public.selectors.whole import WholeProject, whole_project

__all__ = [
    "NEWEST",
    "PaidSums",
    "WholeProject",
    "all_projects",
    "area",
    "area_names",
    "areas",
    "at",
    "base_features",
    "code_of_project_code",
    "contracts",
    "current_snapshot",
    "found_places",
    "label_names",
    "names_of_areas",
    "paid_sums",
    "parts",
    "payments",
    "project",
    "projects",
    "snapshot",
    "whole_project",
    "withdrawn_parts",
]
