"""Reads of the published tables. A request reads the snapshot number once and everything else as of it."""

from portal.public.selectors.money import PaidSums, contracts, paid_sums, payments
from portal.public.selectors.near import near, places_called
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
    snapshots,
    withdrawal_numbers,
    withdrawn_parts,
)
from portal.public.selectors.sums import sums
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
    "near",
    "paid_sums",
    "parts",
    "payments",
    "places_called",
    "project",
    "projects",
    "snapshot",
    "snapshots",
    "sums",
    "whole_project",
    "withdrawal_numbers",
    "withdrawn_parts",
]
