"""Rows of the monthly table as the page and its script read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from geodata.figures.wording import percent
from geodata.progress.consistency import Limits
from geodata.progress.models import PeriodReport
from geodata.progress.periods import Period
from portal import wording
from portal.workbench.desk import addresses
from portal.workbench.monthly import cells
from portal.workbench.monthly.saving import Kept
from portal.workbench.monthly.selectors import MonthRow

State = PeriodReport.State
# a draft may be begun, one that was returned is corrected, one that is submitted is taken back by a change; an approved
# one is corrected in its own form, for a reason
_SHAPE: Final = {"": "hollow", State.DRAFT: "circle", State.RETURNED: "square", State.SUBMITTED: "diamond"}


def columns() -> list[dict[str, Any]]:
    return [
        {
            "field": column.field,
            "label": wording.label(column.label),
            "kind": column.kind,
            "required": column.required,
            "words": ",".join((column.label, wording.label(column.label), *column.words)),
        }
        for column in cells.COLUMNS
    ]


def row(found: MonthRow, period: Period, limits: Limits, heads: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A row with a cell for each of the heads; findings are those of what stands there now."""
    report, past = found.report, found.past
    typed = {name: getattr(report, name, None) for name in cells.FIGURES}
    written = report is not None and report.state != State.APPROVED
    findings = found.findings(period, typed, limits) if written else []
    shown = cells.texts(report)
    return {
        "code": found.code,
        "name": found.name,
        "unit": wording.label(found.unit),
        "url": addresses.report(found.code, period.key) or addresses.project(found.code),
        "state": found.state,
        "state_label": state_label(found.state),
        "shape": _SHAPE.get(found.state, "triangle"),
        "comment": report.review_comment if report and found.state == State.RETURNED else "",
        "revision": found.revision,
        "frozen": found.state == State.APPROVED,
        "past_text": _past(found),
        "past_year": cells.wan(_year_before(found, period)),
        "past_total": cells.wan(past.invested_cumulative if past else None),
        "cells": [
            {
                "column": column,
                "text": shown[column["field"]],
                "locked": column["field"] == "physical_pct" and found.by_nodes,
            }
            for column in heads
        ],
        "warnings": cells.warnings(findings),
    }


def counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many rows stand where: open (nothing, draft, returned), with the approvers, approved."""
    done = sum(row["frozen"] for row in rows)
    sent = sum(row["state"] == State.SUBMITTED for row in rows)
    return {"open": len(rows) - done - sent, "submitted": sent, "approved": done}


def words() -> dict[str, str]:
    """What the script says, in the language of the page; {n} and the like are filled in there."""
    return {
        "changed": _("{n} rows changed, not saved yet"),
        "clean": _("Everything is saved"),
        "restored": _("What you had typed in {n} rows was kept and is here again."),
        "saving": _("Saving {done} of {all} …"),
        "saved": _("{n} rows saved."),
        "submitted": _("{n} rows submitted."),
        "failed": _("{n} rows have errors: see the red cells."),
        "submit": _("Submit {n} rows"),
        "save": _("Save {n} as drafts"),
        "nothing": _("Submit all"),
        "drafts": _("Save as drafts"),
        "pasted": _("{n} cells pasted into {rows} rows."),
        "beyond": _("{n} rows of the block lie beyond the table and were left out."),
        "unknown": _("{n} rows name no project of this table and were left out: {names}"),
        "frozen": _("{n} rows are approved already and were left out."),
        "wide": _("Columns beyond the table were left out."),
        "offline": _("Not saved: the connection failed. What you typed is kept; save again later."),
        "login": _("Not saved: you are logged out. Reload the page and log in; what you typed comes back."),
        "stale": _("Somebody else changed this row meanwhile."),
        "take": _("Take theirs"),
        "keep": _("Keep mine"),
        "theirs": _("theirs: {text}"),
        "empty": _("empty"),
        "explain": _("Explain it in the last column before you submit."),
    }


def state_label(state: str) -> str:
    return wording.label(str(State(state).label)) if state else _("Not begun")


def _past(found: MonthRow) -> str:
    """What the newest approved report before this month said."""
    if found.past is None:
        return _("no report before")
    done = "—" if found.past.physical_pct is None else percent(found.past.physical_pct / 100)
    return _("%(month)s: %(done)s, %(total)s in all") % {
        "month": wording.day(found.past.period_end, "month"),
        "done": done,
        "total": wording.money(found.past.invested_cumulative),
    }


def _year_before(found: MonthRow, period: Period) -> Decimal | None:
    """The year's sum before this month; a new year begins with nothing, without a report nothing is known."""
    past = found.past
    if past is None:
        return None
    return past.invested_year if past.period_end.year == period.start.year else Decimal(0)


def answer(kept: Kept) -> dict[str, Any]:
    """What the script hears of a row."""
    body: dict[str, Any] = {"errors": kept.errors, "warnings": kept.warnings, "message": kept.message}
    if kept.saved is not None:
        report = kept.saved.report
        body |= {
            "state": report.state,
            "state_label": state_label(report.state),
            "revision": report.revision,
            "values": cells.texts(report),
        }
    elif kept.stale and kept.row is not None:
        body |= {"code": "stale-edit", "theirs": cells.texts(kept.row.report), "revision": kept.row.revision}
        body |= {"state": kept.row.state, "state_label": state_label(kept.row.state)}
    return body
