"""A version of a report as texts: its state, who did what and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from geodata.progress.models import PeriodReport
from portal import wording


def moment(at: datetime | None) -> str:
    """A day with its time in the city; empty for none."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{wording.day(local.date())} {date_format(local, 'H:i')}"


def version_texts(report: Any) -> dict[str, Any]:
    """One version; it bears `submitter` and `reviewer` with their account names."""
    return {
        "id": report.pk,
        "url": reverse("workbench:report_review", args=[report.pk]),
        "version": report.version,
        "revision": report.revision,
        "state": report.state,
        "state_label": wording.label(str(PeriodReport.State(report.state).label)),
        "submitter": getattr(report, "submitter", "") or getattr(report, "submitter_account", "") or "",
        "submitted": moment(report.submitted_at),
        "reviewer": getattr(report, "reviewer", "") or getattr(report, "reviewer_account", "") or "",
        "reviewed": moment(report.reviewed_at),
        "comment": report.review_comment,
        "reason": report.correction_reason,
        "updated": moment(report.updated_at),
    }
