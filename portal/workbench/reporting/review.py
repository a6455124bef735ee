"""What deciding on a report shows: its figures beside the last approved ones, its texts, what contradicts itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from geodata.errors import NotPermitted
from geodata.figures.wording import points, wan
from geodata.progress.consistency import judged, limits_from
from geodata.progress.models import PeriodReport
from geodata.progress.periods import WEEK
from geodata.progress.reporting import Elsewhere
from geodata.progress.services import LONGEST_COMMENT
from geodata.progress.sheets import Sheet
from geodata.projects.selectors import reaches
from geodata.stewards.four_eyes import require_other_person
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.selectors import thresholds
from portal import wording
from portal.workbench.project_page.photos import photo_texts
from portal.workbench.reporting import fields
from portal.workbench.reporting.page import SHAPE, amount_labels, finding_texts, head, past_text
from portal.workbench.reporting.papers import paper_texts
from portal.workbench.reporting.period_words import period_text, report_title
from portal.workbench.reporting.versions import version_texts

State = PeriodReport.State


def review_context(scope: Scope, sheet: Sheet, report: Any, known: Elsewhere) -> dict[str, Any]:
    """Everything that templates/workbench/reporting/review.html reads."""
    base = _base(sheet, report)
    figures = sheet.figures(
        physical_pct=report.physical_pct,
        invested_period=report.invested_period,
        invested_year=report.invested_year,
        invested_cumulative=report.invested_cumulative,
        elsewhere=known,
    )
    found = judged(figures, limits_from(thresholds()), delay_reason=report.delay_reason)
    return {
        "head": head(sheet),
        "period": sheet.period,
        "period_text": period_text(sheet.period),
        "title": report_title(sheet.period),
        "by_week": sheet.period.kind == WEEK,
        "report": version_texts(report),
        "state_shape": SHAPE[report.state],
        "is_correction": report.version > 1,
        "newer": next((version_texts(one) for one in sheet.versions[:1] if one.version > report.version), None),
        "base_text": _base_text(sheet, base),
        "figures": _figures(sheet, report, base),
        "nodes": _nodes(sheet, report, base),
        "said": _said(report),
        "findings": finding_texts(found),
        "explanation": report.explanation,
        "papers": [paper_texts(paper) for paper in sheet.papers if paper.report_id == report.pk],
        "photos": [photo_texts(photo, sheet.project.name) for photo in sheet.photos],
        "versions": [version_texts(one) for one in sheet.versions],
        "decision": decision(scope, sheet.project.pk, report.hands, waits=report.state == State.SUBMITTED),
        "longest_comment": LONGEST_COMMENT,
    }


def decision(
    scope: Scope, project_id: int, hands: list[int], *, waits: bool, needs_headquarters: bool = False
) -> dict[str, bool]:
    """Whether something waits, and if this person cannot decide, why. At most two queries."""
    if not waits:
        return {"waits": False}
    if not reaches(scope, project_id, Action.APPROVE):
        return {"waits": True, "own": False, "headquarters": False, "may": False}
    headquarters = needs_headquarters and not scope.headquarters
    own = _own(scope, hands)
    return {"waits": True, "own": own, "headquarters": headquarters, "may": not (own or headquarters)}


def _own(scope: Scope, hands: list[int]) -> bool:
    try:
        require_other_person(reviewer_id=scope.user_id or 0, hands=hands)
    except NotPermitted:
        return True
    return False


def _base(sheet: Sheet, report: Any) -> Any | None:
    """What a report is set against: the approved version that it corrects, else the month before."""
    earlier = [one for one in sheet.versions if one.state == State.APPROVED and one.version < report.version]
    return earlier[0] if earlier else sheet.past


def _base_text(sheet: Sheet, base: Any | None) -> str:
    if base is None:
        return ""
    if base.period_end == sheet.period.end:
        return _("%(month)s, version %(n)s") % {"month": period_text(sheet.period), "n": base.version}
    return past_text(base, sheet.period)


def _figures(sheet: Sheet, report: Any, base: Any | None) -> list[dict[str, Any]]:
    labels = {name: label for name, (label, _hint) in amount_labels(sheet.period).items()}
    rows = [
        {
            "name": label,
            "unit": _("10,000 yuan"),
            "before": wan(getattr(base, name, None)),
            "after": wan(getattr(report, name)),
            "change": _change(getattr(report, name), getattr(base, name, None), wan),
        }
        for name, label in labels.items()
    ]
    physical = {
        "name": _("Physical progress"),
        "unit": "%",
        "before": _pct(getattr(base, "physical_pct", None)),
        "after": _pct(report.physical_pct),
        "change": _change(report.physical_pct, getattr(base, "physical_pct", None), points),
    }
    return [physical, *rows]


def _change(after: Decimal | None, before: Decimal | None, text: Any) -> str:
    if after is None or before is None:
        return "—"
    said: str = text(after - before)
    return said if said.startswith(("+", "-")) or after == before else f"+{said}"


def _pct(value: Decimal | None) -> str:
    return "—" if value is None else fields.bare(value)


def _nodes(sheet: Sheet, report: Any, base: Any | None) -> list[dict[str, str]]:
    before = sheet.shares(base)
    return [
        {
            "name": node.name,
            "code": node.code,
            "weight": fields.bare(node.weight_pct),
            "before": _pct(before.get(node.code)),
            "after": _pct(node.done_pct),
            "value": str(node.done_pct),
        }
        for node in sheet.stated.get(report.pk, [])
    ]


def _said(report: Any) -> list[tuple[str, str]]:
    delay = wording.label(str(PeriodReport.Delay(report.delay_reason).label)) if report.delay_reason else ""
    rows = [
        (_("Description of the progress"), report.physical_desc),
        (_("Done in the period"), report.work_done),
        (_("Problems"), report.problems),
        (_("Next steps"), report.next_plan),
        (_("Why it is late"), " · ".join(text for text in (delay, report.delay_note) if text)),
        (_("Reason of the correction"), report.correction_reason),
    ]
    return [(name, text) for name, text in rows if text]
