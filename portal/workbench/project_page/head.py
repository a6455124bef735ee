"""The head of the page: which project this is, how it stands, its key figures and its facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from geodata.figures.wording import percent, points
from geodata.projects.choices import Disclosure, InvestmentBasis, Nature, Stage, Status, SuspensionKind, TaskLevel
from geodata.projects.models import InvestmentApproval, Project, StatusChange
from geodata.projects.selectors import Dossier
from geodata.summary.models import ProjectRow
from portal import wording

Pairs = list[tuple[str, str]]


def head_texts(row: ProjectRow, dossier: Dossier, *, day: date) -> dict[str, Any]:
    """Name, status, unit, codes, how fresh the data are."""
    return {
        "code": row.code,
        "project_code": row.project_code or "",
        "name": row.name,
        "parent_code": row.parent_code or "",
        "status_label": wording.label(Status(row.status).label),
        "stage_label": wording.label(Stage(row.stage).label),
        "shape": wording.SHAPE[row.status],
        "unit_name": wording.label(row.unit_name),
        "township_name": wording.label(row.township_name or ""),
        "category_label": wording.label(row.category_name),
        "is_public": row.disclosure in {Disclosure.PUBLIC, Disclosure.PARTIAL},
        "disclosure_label": wording.label(Disclosure(row.disclosure).label),
        "freshness": _freshness(row),
        "is_stale": row.is_stale,  # type: ignore[attr-defined]  # beside the columns: summary/silence.py
        "updated_text": wording.day(row.updated),
        "notice": _notice(dossier.newest_change, day),
    }


def _freshness(row: ProjectRow) -> str:
    """How old the newest approved report is."""
    if row.last_report_on is None:
        return _("no approved report yet")
    days = row.freshness_days or 0
    return _("newest report up to %(date)s, %(days)s days ago") % {
        "date": wording.day(row.last_report_on),
        "days": days,
    }


def _notice(change: StatusChange | None, day: date) -> dict[str, Any] | None:
    """Why a project stands still or was given up; None while it goes on."""
    if change is None or change.status not in {Status.SUSPENDED, Status.CANCELLED}:
        return None
    title = wording.label(Status(change.status).label)
    if change.suspension_kind:
        title = wording.label(SuspensionKind(change.suspension_kind).label)
    facts: Pairs = [(_("Since"), wording.day(change.effective_on))]
    if change.status == Status.SUSPENDED:
        facts.append((_("Standing still for"), _("%(days)s days") % {"days": (day - change.effective_on).days}))
        facts.append((_("Expected to resume"), wording.day(change.expected_resume_on)))
        reported = wording.day(change.reported_on) if change.reported_on else _("not handed in")
        facts.append((_("Report of the stop"), reported))
    facts += [(_("Reason"), change.reason or "—"), (_("Document"), change.doc_no or "—")]
    return {"title": title, "facts": facts}


def key_figures(row: ProjectRow, approvals: Sequence[InvestmentApproval]) -> list[dict[str, str]]:
    """The figures of the day, each with what it is compared with and where its rows stand."""
    basis = InvestmentBasis(approvals[0].basis).label if approvals else ""
    return [
        _figure(_("Total investment"), wording.money(row.budget), wording.label(basis), "#funding"),
        _figure(
            _("Done so far"),
            wording.money(row.completed),
            _share(row.investment_rate, _("of total investment")),
            "#course",
        ),
        _figure(_("Done this year"), wording.money(row.annual_completed), _annual(row), "#course"),
        _figure(
            _("Money arrived"),
            wording.money(row.arrived),
            _("%(amount)s allocated") % {"amount": wording.money(row.allocated)},
            "#papers",
        ),
        _figure(_("Disbursed"), wording.money(row.disbursed), _paid(row), "#payments"),
        _figure(
            _("Contracts"),
            wording.money(row.contract_total),
            _("%(amount)s certified") % {"amount": wording.money(row.certified)},
            "#contracts",
        ),
        _figure(
            _("Work orders"),
            str(row.orders_all),
            _("%(merged)s complaints after merging, %(waiting)s to decide")
            % {"merged": row.complaints_merged, "waiting": row.orders_suggested},
            "#orders",
        ),
    ]


def _figure(label: str, value: str, note: str, anchor: str) -> dict[str, str]:
    return {"label": label, "value": value, "note": note, "anchor": anchor}


def _share(rate: Any, basis: str) -> str:
    return "" if rate is None else f"{percent(rate, 1)} {basis}"


def _annual(row: ProjectRow) -> str:
    """I04 with its denominator, and how many points that is ahead of or behind the months gone by (I07)."""
    if row.annual_rate is None:
        return _("no plan of this year") if row.annual_plan is None else _("no report of this year")
    plan = {"rate": percent(row.annual_rate, 1), "plan": wording.money(row.annual_plan)}
    text = _("%(rate)s of this year's plan of %(plan)s") % plan
    if row.deviation is None:
        return text
    return text + _(", %(points)s points against the calendar") % {"points": points(row.deviation)}


def _paid(row: ProjectRow) -> str:
    count = _("%(count)s payments") % {"count": row.payment_count}
    share = _share(row.disbursement_rate, _("of money arrived"))
    return f"{count} · {share}" if share else count


def bars(row: ProjectRow) -> list[dict[str, str | None]]:
    """Works, time and money beside each other, each with its denominator."""
    physical = None if row.physical_pct is None else row.physical_pct / 100
    return [
        _bar(_("Physical progress"), _("of all works"), physical, ""),
        _bar(_("Time gone by"), _("of the planned period"), row.time_progress, "time"),
        _bar(_("Paid out"), _("of money arrived"), row.disbursement_rate, "money"),
    ]


def _bar(label: str, basis: str, ratio: Any, kind: str) -> dict[str, str | None]:
    return {
        "label": label,
        "basis": basis,
        "kind": kind,
        "pct": wording.percent_number(ratio),
        "text": percent(ratio, 1),
    }


def facts(row: ProjectRow, project: Project) -> Pairs:
    """What is recorded of the project itself; what is not known is left out."""
    period = ""
    if row.planned_start_on or row.planned_end_on:
        period = " — ".join(
            (
                wording.day(row.planned_start_on, row.planned_start_precision or "day"),
                wording.day(row.planned_end_on, row.planned_end_precision or "day"),
            )
        )
    held: Pairs = [
        (_("Works"), row.scope_content or ""),
        (_("Place"), row.location_text or ""),
        (_("Stage"), wording.label(Stage(row.stage).label)),
        (_("Planned period"), period),
        (_("Actual start"), _known(row.actual_start_on)),
        (_("Works completed"), _known(row.works_completed_on)),
        (_("Accepted"), _known(row.accepted_on)),
        (_("Handed over"), _known(project.handed_over_on)),
        (_("Kind of works"), wording.label(Nature(row.nature).label) if row.nature else ""),
        (_("Years in the plan"), "、".join(str(year) for year in row.years)),
        (_("Livelihood task"), _task(project)),
        (_("Benefits"), _benefits(project)),
        (_("Also called"), "、".join(project.aliases)),
        (_("Disclosure"), wording.label(Disclosure(row.disclosure).label)),
        (_("Open problems"), project.problems),
    ]
    return [(name, text) for name, text in held if text]


def _known(value: date | None) -> str:
    return wording.day(value) if value else ""


def _task(project: Project) -> str:
    if not project.is_livelihood_task:
        return ""
    return wording.label(TaskLevel(project.task_level).label) if project.task_level else _("yes")


def _benefits(project: Project) -> str:
    parts = []
    if project.benefited_households:
        parts.append(_("%(n)s households") % {"n": f"{project.benefited_households:,}"})
    if project.benefited_population:
        parts.append(_("%(n)s people") % {"n": f"{project.benefited_population:,}"})
    return " · ".join(parts)
