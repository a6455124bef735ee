"""Writing progress: plans, nodes and reports in bulk; reports, nodes, requests, documents and photos one by one."""

from geodata.progress.services.attachments import attachment_of, remove_attachment
from geodata.progress.services.cycles import may_set_cycle, report_monthly, report_weekly
from geodata.progress.services.discarding import discard_report, may_discard
from geodata.progress.services.milestones import (
    NodeDays,
    begin_milestones,
    confirm_milestone,
    needs_confirmation,
    return_milestone,
    save_milestone,
)
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
from geodata.progress.services.releasing import (
    may_release,
    release_document,
    release_photo,
    take_back_document,
    take_back_photo,
)
from geodata.progress.services.reporting import Saved, findings_of, save_report
from geodata.progress.services.reviewing import LONGEST_COMMENT, approve_report, return_report
from geodata.progress.services.status import (
    SitePhoto,
    approve_status,
    read_site_photo,
    request_status,
    return_status,
    withdraw_status,
)
from geodata.progress.services.status_asking import Wanted
from geodata.progress.services.stopping import LONGEST_DOC_NO, request_stop_report, stop_of

__all__ = [
    "CORRECTED_BY_IMPORT",
    "LONGEST_CAPTION",
    "LONGEST_COMMENT",
    "LONGEST_DOC_NO",
    "LONGEST_REASON",
    "PLAN_FIELDS",
    "NodeDays",
    "Saved",
    "SitePhoto",
    "Wanted",
    "add_photo",
    "approve_report",
    "approve_status",
    "attachment_of",
    "begin_milestones",
    "confirm_milestone",
    "discard_report",
    "findings_of",
    "keep_photo",
    "may_discard",
    "may_edit_photos",
    "may_release",
    "may_set_cycle",
    "needs_confirmation",
    "read_site_photo",
    "record_milestones",
    "record_period_reports",
    "record_plan_years",
    "release_document",
    "release_photo",
    "remove_attachment",
    "remove_photo",
    "report_monthly",
    "report_weekly",
    "request_status",
    "request_stop_report",
    "return_milestone",
    "return_report",
    "return_status",
    "said",
    "same_report",
    "save_milestone",
    "save_report",
    "stop_of",
    "take_back_document",
    "take_back_photo",
    "withdraw_status",
]
