"""Status and stage out of a 台账: what a new project's past must have been, and what has changed since."""

from __future__ import annotations

from datetime import date
from typing import Any

from geodata.exchange.datasets.projects_known import Known
from geodata.exchange.datasets.projects_rows import RowRefused, Warn
from geodata.exchange.tables.reading import Row
from geodata.projects.choices import Stage, Status
from geodata.projects.entries import StatusEntry
from geodata.projects.stages import USUAL_STAGE
from geodata.projects.transitions import is_possible

# Statuses in the order in which a project passes them, with the column of the project that dates them.
_STEPS = (
    (Status.UNDER_CONSTRUCTION, "actual_start_on"),
    (Status.WORKS_COMPLETED, "works_completed_on"),
    (Status.ACCEPTED, "accepted_on"),
)
_DATED = dict(_STEPS)
_OF_STAGE = {
    Stage.PRE_CONSTRUCTION: Status.NOT_STARTED,
    Stage.CONSTRUCTION: Status.UNDER_CONSTRUCTION,
    Stage.ACCEPTANCE: Status.WORKS_COMPLETED,
    Stage.HANDOVER: Status.HANDED_OVER,
    Stage.SETTLEMENT: Status.HANDED_OVER,
    Stage.OPERATION_EVALUATION: Status.IN_OPERATION,
}


def stated(row: Row, warn: Warn) -> tuple[str, str]:
    """Status and stage as the row says them, each completed from the other; "" when neither is said.

    A file that reports completed investment and no status speaks of works under way: that is inferred, and said.
    """
    status, stage = row.text("status"), row.text("stage")
    if status and not stage:
        stage = USUAL_STAGE[Status(status)]
    elif stage and not status:
        status = _OF_STAGE.get(Stage(stage), Status.PRELIMINARY)
    elif not status and (row.amount("total_done") or 0) > 0:
        status, stage = Status.UNDER_CONSTRUCTION, Stage.CONSTRUCTION
        warn("表中没有施工状态，因累计完成投资大于零，记为“在建”")
    return status, stage


def history(
    row: Row, values: dict[str, Any], known: Known | None, *, as_of: date, plan_year: int, warn: Warn
) -> tuple[StatusEntry, ...]:
    """The rows to add: the whole past of a new project, or the change that a known one has gone through."""
    status, stage = stated(row, warn)
    if known is None:
        return tuple(_past(status or Status.PRELIMINARY, stage or Stage.RESERVE, row, values, as_of, plan_year))
    if (
        not status
        or (status, stage) == (known.status, known.stage)
        or (status == known.status and not row.text("stage"))
    ):
        return ()
    if not row.text("status") and not row.text("stage") and known.status != Status.PRELIMINARY:
        return ()  # merely inferred, and the record knows better
    if not is_possible(known.status, status):
        raise RowRefused(
            f"状态不能从“{Status(known.status).label}”变为“{Status(status).label}”", column="施工状态", question=True
        )
    return (_entry(status, stage, _day_of_change(_day(status, row, values), as_of, known), row),)


def _day_of_change(told: date | None, as_of: date, known: Known) -> date:
    """The day that the row tells, unless it lies before what is recorded: a resumption is not the first start."""
    newest = known.changed_on
    day = told if told is not None and (newest is None or told > newest) else as_of
    return day if newest is None else max(day, newest)


def _past(status: str, stage: str, row: Row, values: dict[str, Any], as_of: date, plan_year: int) -> list[StatusEntry]:
    """From the beginning of the plan year (or the start, if earlier) through the dated steps to the present status."""
    steps = [
        (values[column], step, USUAL_STAGE[step])
        for step, column in _STEPS
        if values.get(column) and values[column] <= as_of and _reached(step, status)
    ]
    present = _day(status, row, values)
    days = [day for day in (date(plan_year, 1, 1), values.get("planned_start_on"), *(s[0] for s in steps)) if day]
    beginning = min(*days, as_of)
    entries = []
    if not steps or steps[0][0] > beginning:
        first = Status.PRELIMINARY if status == Status.PRELIMINARY else Status.NOT_STARTED
        before = stage if status in {Status.PRELIMINARY, Status.NOT_STARTED} else USUAL_STAGE[first]
        entries.append(StatusEntry(status=first, stage=before, effective_on=beginning))
    entries += [StatusEntry(status=step, stage=usual, effective_on=day) for day, step, usual in steps]
    last = entries[-1]
    if (last.status, last.stage) != (status, stage):
        day = max(present or (last.effective_on if last.status == status else as_of), last.effective_on)
        if last.status == status:
            entries.pop()
        entries.append(_entry(status, stage, day, row))
    return entries


def _reached(step: Status, status: str) -> bool:
    order = [Status.PRELIMINARY, Status.NOT_STARTED, Status.UNDER_CONSTRUCTION, Status.SUSPENDED]
    order += [Status.WORKS_COMPLETED, Status.ACCEPTED, Status.HANDED_OVER, Status.IN_OPERATION, Status.CLOSED]
    if status == Status.CANCELLED:
        return True
    return order.index(step) <= order.index(Status(status))


def _day(status: str, row: Row, values: dict[str, Any]) -> date | None:
    """The day on which the row says that the status was reached."""
    if status == Status.SUSPENDED:
        return row.day("stopped_on")
    column = _DATED.get(Status(status))
    day = values.get(column) if column else None
    return day if isinstance(day, date) else None


def _entry(status: str, stage: str, day: date, row: Row) -> StatusEntry:
    suspended = status == Status.SUSPENDED
    reason = row.text("stop_reason") if suspended else ""
    return StatusEntry(status=status, stage=stage, effective_on=day, reason=reason)
