"""Writing progress: plans, milestones and reports in bulk; reports, requests and photos one by one."""

from geodata.progress.services.photos import (
    LONGEST_CAPTION,
    LONGEST_REASON,
    add_photo,
    keep_photo,
    may_edit_photos,
    remove_photo,
)
from geodata.progress.services.recording import (
    CORRECTED_BY_IMPORT,
    PLAN_FIELDS,
    record_milestones,
    record_period_reports,
    record_plan_years,
    said,
    same_report,
)
from geodata.progress.services.reporting import Saved, findings_of, save_report
from geodata.progress.services.reviewing import approve_report, return_report

__all__ = [
    "CORRECTED_BY_IMPORT",
    "LONGEST_CAPTION",
    "LONGEST_REASON",
    "PLAN_FIELDS",
    "Saved",
    "add_photo",
    "approve_report",
    "findings_of",
    "keep_photo",
    "may_edit_photos",
    "record_milestones",
    "record_period_reports",
    "record_plan_years",
    "remove_photo",
    "return_report",
    "said",
    "same_report",
    "save_report",
]
