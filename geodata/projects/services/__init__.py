"""Writing projects: typed, keyword-only, one transaction each, bulk; the same input again changes nothing."""

from geodata.projects.services.assignments import assign_projects
from geodata.projects.services.geometry import locate_projects, record_geometries
from geodata.projects.services.history import record_status_changes, record_stop_report
from geodata.projects.services.proposals import (
    Saved,
    check_shape,
    discard_proposal,
    restore_version,
    save_proposal,
    submit_proposal,
)
from geodata.projects.services.recording import RecordedProjects, record_projects
from geodata.projects.services.reviews import approve_proposal, return_proposal
from geodata.projects.services.tasks import record_livelihood_tasks

__all__ = [
    "RecordedProjects",
    "Saved",
    "approve_proposal",
    "assign_projects",
    "check_shape",
    "discard_proposal",
    "locate_projects",
    "record_geometries",
    "record_livelihood_tasks",
    "record_projects",
    "record_status_changes",
    "record_stop_report",
    "restore_version",
    "return_proposal",
    "save_proposal",
    "submit_proposal",
]
