"""What the form of a report shows: fields with last month beside them, findings, photos, documents, versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.progress.consistency import Finding, judged, limits_from, suggestions
from geodata.progress.duty import REPORTING
from geodata.progress.models import PeriodReport
from geodata.progress.periods import WEEK, Period, owed, period_of, reportable
from geodata.progress.report_values import AMOUNTS, LONGEST_NOTE, LONGEST_TEXT
from geodata.progress.reporting import Elsewhere
from geodata.progress.sheets import Sheet
from geodata.projects.choices import Status
from geodata.thresholds.selectors import thresholds
from portal import wording
from portal.workbench.project_page.photos import photo_texts
from portal.workbench.reporting import fields
from portal.workbench.reporting.papers import paper_texts
from portal.workbench.reporting.period_words import period_text, report_title, weeks
from portal.workbench.reporting.versions import version_texts

State = PeriodReport.State
SHAPE: Final = {"": "hollow", "draft": "hollow", "submitted": "circle", "approved": "triangle", "returned": "square"}
SEVERITY_SHAPE: Final = {"block": "cross", "red": "circle", "yellow": "square"}
_OVER: Final = frozenset({Status.CLOSED, Status.CANCELLED})


def head(sheet: Sheet) -> dict[str, Any]:
    """Which project this is."""
    project = sheet.project
    return {
        "code": project.serial_no,
        "name": project.name,
        "unit_name": wording.label(project.management_unit.name),
        "category_label": wording.label(project.category.name),
        "status_label": wording.label(Status(project.status).label),
        "shape": wording.SHAPE[project.status],
        "url": reverse("workbench:project", args=[project.serial_no]),
        "budget_text": wording.money(project.total_investment),
        "plan_text": wording.money(sheet.annual_plan),
    }


def finding_texts(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Contradictions with the word and the mark of their gravity; their sentences are Chinese, as the record's are."""
    names = {"block": _("cannot be submitted"), "red": _("explain it"), "yellow": _("look at it")}
    return [
        {
            "code": one.code,
            "severity": one.severity,
            "label": names[one.severity],
            "shape": SEVERITY_SHAPE[one.severity],
            "message": one.message,
            "field": one.field,
        }
        for one in findings
    ]


def findings_of(sheet: Sheet, typed: fields.Typed, known: Elsewhere) -> list[Finding]:
    """What contradicts itself in what is typed. One query, for the thresholds."""
    figures = sheet.figures(
        physical_pct=progress(sheet, typed),
        invested_period=typed.figure("invested_period"),
        invested_year=typed.figure("invested_year"),
        invested_cumulative=typed.figure("invested_cumulative"),
        elsewhere=known,
    )
    return judged(figures, limits_from(thresholds()), delay_reason=typed.values.get("delay_reason", ""))


def progress(sheet: Sheet, typed: fields.Typed) -> Decimal | None:
    """The physical progress that the form states."""
    return fields.progress(typed, sheet.nodes, stated_whole(sheet))


def stated_whole(sheet: Sheet) -> Decimal | None:
    """The share that the newest version states without nodes, as the monthly table does."""
    newest = sheet.newest
    return None if newest is None or sheet.shares(newest) else newest.physical_pct


def suggested(sheet: Sheet, typed: fields.Typed) -> dict[str, str]:
    """The running sums that follow from last month, as one types them; empty where they do not follow."""
    followed = suggestions(
        sheet.figures(
            physical_pct=None,
            invested_period=typed.figure("invested_period"),
            invested_year=None,
            invested_cumulative=None,
        )
    )
    return {name: fields.wan(value) for name, value in followed.items()}


def form_context(
    sheet: Sheet,
    *,
    may_edit: bool,
    today: date,
    due: date,
    is_weekly: bool = False,
    may_set_cycle: bool = False,
    may_discard: bool = False,
    typed: fields.Typed | None = None,
    findings: Sequence[Finding] = (),
    errors: Mapping[str, str] | None = None,
    theirs: bool = False,
    reason: str = "",
) -> dict[str, Any]:
    """Everything that templates/workbench/reporting/report.html reads. `theirs`: somebody else was faster, and what
    stands there now is shown beside what was typed."""
    newest, period = sheet.newest, sheet.period
    held = fields.texts_of(newest, _first_shares(sheet), sheet.nodes)
    state = newest.state if newest is not None else ""
    wrong = dict(errors or {})
    reports = sheet.project.status in REPORTING  # what is handed over or not begun owes none
    return {
        "head": head(sheet),
        "period": period,
        "period_text": period_text(period),
        "title": report_title(period),
        "by_week": period.kind == WEEK,
        "is_weekly": is_weekly,
        "is_part": sheet.project.parent_id is not None,
        "may_discard": may_discard,
        "may_set_cycle": may_set_cycle and sheet.project.status not in _OVER,
        "weeks": weeks(period, today) if period.kind == WEEK else [],
        "before": period.before.key,
        "after": period.after.key if reportable(period.after, today) else "",
        "is_owed": period == owed(today, period.kind),
        "due_text": wording.day(due) if reports else "",
        "days_late": max(0, (today - due).days) if reports and state in {"", State.DRAFT, State.RETURNED} else 0,
        "state": state,
        "state_label": wording.label(str(State(state).label)) if state else _("not begun"),
        "state_shape": SHAPE[state],
        "revision": newest.revision if newest is not None else 0,
        "newest": version_texts(newest) if newest is not None else None,
        "versions": [version_texts(one) for one in sheet.versions],
        "is_correction": state == State.APPROVED or (newest is not None and newest.version > 1),
        "needs_reason": state == State.APPROVED,
        "reason": reason,
        "may_edit": may_edit and sheet.project.status not in _OVER,
        "is_over": sheet.project.status in _OVER,
        "amounts": _amounts(sheet, typed.texts if typed else held, held, wrong, theirs=theirs),
        "nodes": _nodes(sheet, typed.texts if typed else held, wrong),
        "has_past_nodes": bool(sheet.shares(sheet.past)),
        "progress": _progress_field(sheet, typed, held, wrong),
        "texts": typed.texts if typed else held,
        "theirs": held if theirs else None,
        "errors": wrong,
        "findings": finding_texts(findings),
        "past_text": past_text(sheet.past, period),
        "delays": wording.options(PeriodReport.Delay),
        "photos": [photo_texts(photo, sheet.project.name) for photo in sheet.photos],
        "papers": [paper_texts(paper) for paper in sheet.papers],
        "longest_text": LONGEST_TEXT,
        "longest_note": LONGEST_NOTE,
        "today": today,
        "last_day": min(period.end, today),
    }


def _first_shares(sheet: Sheet) -> dict[str, Decimal]:
    """The nodes of the newest version; a first report starts with those of the month before."""
    return sheet.shares(sheet.newest if sheet.newest is not None else sheet.past)


def past_text(past: Any | None, period: Period) -> str:
    """Of which month or day the report before is; beside a week its last day, because it may be either's."""
    if past is None:
        return ""
    if period.kind == WEEK:
        return _("until %(day)s") % {"day": wording.day(past.period_end)}
    return period_text(period_of("month", past.period_end))


def amount_labels(period: Period) -> dict[str, tuple[str, str]]:
    """Name and hint of each amount."""
    year = (_("Done this year"), _("from January to the end of this month"))
    if period.kind == WEEK:
        first = (_("Done this week"), _("investment of the works of this week"))
        year = (_("Done this year"), _("from January to the end of this week"))
    else:
        first = (_("Done this month"), _("investment of the works of this month"))
    names = (first, year, (_("Done in all"), _("since the works began")))
    return dict(zip(AMOUNTS, names, strict=True))


def _amounts(
    sheet: Sheet, texts: Mapping[str, str], held: Mapping[str, str], wrong: Mapping[str, str], *, theirs: bool
) -> list[dict[str, Any]]:
    labels = amount_labels(sheet.period)
    return [
        {
            "name": name,
            "label": labels[name][0],
            "hint": labels[name][1],
            "value": texts.get(name, ""),
            "past": fields.wan(getattr(sheet.past, name)) if sheet.past is not None else "",
            "theirs": held.get(name, "") if theirs else "",
            "error": wrong.get(name, ""),
            "follows": name != "invested_period",
        }
        for name in AMOUNTS
    ]


def _nodes(sheet: Sheet, texts: Mapping[str, str], wrong: Mapping[str, str]) -> list[dict[str, Any]]:
    before = sheet.shares(sheet.past)
    return [
        {
            "code": node.code,
            "name": node.name,
            "weight": fields.bare(node.weight),
            "field": fields.NODE + node.code,
            "value": texts.get(fields.NODE + node.code, ""),
            "past": fields.bare(before[node.code]) if node.code in before else "",
            "error": wrong.get(fields.NODE + node.code, ""),
        }
        for node in sheet.nodes
    ]


def _progress_field(
    sheet: Sheet, typed: fields.Typed | None, held: Mapping[str, str], wrong: Mapping[str, str]
) -> dict[str, Any]:
    now = held["physical_pct"] if typed is None else typed.texts.get("physical_pct", "")
    if sheet.nodes and typed is not None:
        found = progress(sheet, typed)
        now = "" if found is None else fields.bare(found)
    past = sheet.past.physical_pct if sheet.past is not None else None
    return {
        "value": now,
        "stated": "" if (whole := stated_whole(sheet)) is None else fields.bare(whole),
        "past": "" if past is None else fields.bare(past),
        "error": wrong.get("physical_pct", ""),
    }
