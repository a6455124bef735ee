"""Writing progress: plans, milestones and reports in bulk, photos one by one."""

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

__all__ = [
    "CORRECTED_BY_IMPORT",
    "LONGEST_CAPTION",
    "LONGEST_REASON",
    "PLAN_FIELDS",
    "add_photo",
    "keep_photo",
    "may_edit_photos",
    "record_milestones",
    "record_period_reports",
    "record_plan_years",
    "remove_photo",
    "said",
    "same_report",
]
