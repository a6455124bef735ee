"""Planning the sheets that refer to projects by number: 状态变更 and 民生实事."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from geodata.exchange.datasets.projects_known import recorded_changes
from geodata.exchange.datasets.projects_layouts import STATUS_ROWS, TASKS
from geodata.exchange.datasets.projects_planning import LedgerPlanner
from geodata.exchange.plans import Change, Draft, differences
from geodata.exchange.tables.reading import Row
from geodata.projects.choices import Status
from geodata.projects.entries import StatusEntry, TaskEntry
from geodata.projects.models import LivelihoodTask
from geodata.projects.stages import USUAL_STAGE
from geodata.projects.transitions import is_possible

_LABELS = {
    "name": "实事名称",
    "quantity_unit": "单位",
    "target_quantity": "年任务",
    "target_text": "年任务",
    "completed_quantity": "完成数",
    "lead_unit": "牵头单位",
    "projects": "关联项目",
}


def plan_statuses(draft: Draft, ledger: LedgerPlanner) -> None:
    """Each row is a dated change of a project of the record or of this file."""
    known = recorded_changes()
    for row in draft.rows(STATUS_ROWS.key):
        serial = ledger.register.serial(row.text("serial"))
        day, status, before = row.day("effective_on"), row.text("status"), row.text("before")
        if not _is_known(serial, ledger):
            draft.refuse(STATUS_ROWS.key, row, f"项目 {serial} 不存在", column="平台编号", value=serial)
            continue
        if day is None or not status:
            draft.refuse(STATUS_ROWS.key, row, "须写明新状态和生效日期", column="新状态")
            continue
        if before and not is_possible(before, status):
            message = f"状态不能从“{Status(before).label}”变为“{Status(status).label}”"
            draft.refuse(STATUS_ROWS.key, row, message, column="新状态")
            continue
        if status == Status.SUSPENDED and not row.text("reason"):
            draft.warn(row, "停工没有写明原因", column="原因")
        entry = _status(row, serial)
        label = f"{serial} {day:%Y-%m-%d} {Status(status).label}"
        if draft.repeated(STATUS_ROWS.key, row, (serial, *entry[1].key)):
            draft.skip(STATUS_ROWS.key, row, "与前面的行重复")
        elif (serial, *entry[1].key) in known:
            draft.unchanged(STATUS_ROWS.key, row, label)
        else:
            draft.new(STATUS_ROWS.key, row, label, entry)


def _is_known(serial: str, ledger: LedgerPlanner) -> bool:
    return serial in ledger.register.by_serial or (bool(serial) and serial in ledger.planned)


def _status(row: Row, serial: str) -> tuple[str, StatusEntry]:
    status = row.text("status")
    day = row.day("effective_on")
    if day is None:
        raise ValueError("checked by the caller")
    return serial, StatusEntry(
        status=status,
        stage=row.text("stage") or USUAL_STAGE[Status(status)],
        effective_on=day,
        from_status=row.text("before"),
        reason=row.text("reason"),
        doc_no=row.text("doc_no"),
        suspension_kind=row.text("stop_kind"),
        expected_resume_on=row.day("resume_on"),
    )


def plan_tasks(draft: Draft, ledger: LedgerPlanner) -> None:
    """Each row is an indicator of a yearly task, with the projects that serve it."""
    recorded = {
        (task.year, task.level, task.seq_no, task.indicator_name): task
        for task in LivelihoodTask.objects.select_related("lead_unit").prefetch_related("contributions__project")
    }
    for row in draft.rows(TASKS.key):
        serials = tuple(ledger.register.serial(text) for text in row.names("projects"))
        unknown = [serial for serial in serials if not _is_known(serial, ledger)]
        if unknown:
            draft.refuse(TASKS.key, row, f"关联项目 {'、'.join(unknown)} 不存在", column="关联项目")
            continue
        entry = _task(row)
        if draft.repeated(TASKS.key, row, entry.key):
            draft.refuse(TASKS.key, row, "年度、层级、序号和指标与前面的行相同", column="序号")
            continue
        changes = _task_changes(entry, serials, recorded.get(entry.key))
        draft.decide(TASKS.key, row, f"{entry.year} {entry.seq_no} {entry.name}", (serials, entry), changes)


def _task(row: Row) -> TaskEntry:
    text = row.text("target")
    quantity = _quantity(text)
    number = _quantity(row.text("seq"))
    return TaskEntry(
        year=row.integer("year") or 0,
        level=row.text("level"),
        seq_no=int(number) if number is not None else 0,
        name=row.text("name"),
        indicator_name=row.text("indicator") or row.text("name"),
        quantity_unit=row.text("quantity_unit"),
        indicator_kind="cumulative" if quantity is not None or not text else "threshold",
        target_quantity=quantity,
        target_text="" if quantity is not None else text[:100],
        completed_quantity=row.decimal("done"),
        lead_unit=next(iter(row.names("lead")), ""),
    )


def _quantity(text: str) -> Decimal | None:
    """A plain number; 不低于60元 is a threshold, kept as text and never added up."""
    try:
        return Decimal(text.replace(",", "")) if text else None
    except InvalidOperation:
        return None


def _task_changes(entry: TaskEntry, serials: tuple[str, ...], task: LivelihoodTask | None) -> list[Change] | None:
    if task is None:
        return None
    present = {contribution.project.serial_no for contribution in task.contributions.all()}
    old = {
        "name": task.name,
        "quantity_unit": task.quantity_unit,
        "target_quantity": task.target_quantity,
        "target_text": task.target_text,
        "completed_quantity": task.completed_quantity,
        "lead_unit": task.lead_unit.name if task.lead_unit else "",
        "projects": tuple(sorted(present)),
    }
    new = {
        name: getattr(entry, name) for name in _LABELS if name != "projects" and getattr(entry, name) not in (None, "")
    }
    if not set(serials) <= present:
        new["projects"] = tuple(sorted({*serials, *present}))
    return differences(old, new, _LABELS)
