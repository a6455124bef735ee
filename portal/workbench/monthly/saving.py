"""Saving one row of the monthly table, and judging rows without saving: what came of it, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from geodata.errors import BadParameter, NotFound, Refused, StaleEdit
from geodata.progress.consistency import Finding, Limits, limits_from
from geodata.progress.periods import Period
from geodata.progress.reporting import NOT_KNOWN
from geodata.progress.services import Saved, save_report
from geodata.projects.selectors import NOT_FOUND
from geodata.stewards.scope import Scope
from geodata.thresholds.selectors import thresholds
from portal.workbench.monthly import cells
from portal.workbench.monthly.selectors import MOST, MonthRow, rows_by_code


@dataclass(frozen=True, slots=True)
class Sent:
    """A row as the browser sends it."""

    code: str
    revision: int
    texts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a row: saved with its new state, or refused by cells. `stale`: somebody else was faster, and `row`
    is what stands there now."""

    row: MonthRow | None = None
    saved: Saved | None = None
    errors: dict[str, str] = field(default_factory=dict)
    warnings: list[dict[str, str]] = field(default_factory=list)
    message: str = ""
    stale: bool = False


def sent(data: object) -> Sent:
    """A row out of a request's body. Raises BadParameter for anything that our script does not send."""
    if not isinstance(data, dict):
        raise BadParameter("请求不是表格的一行，请刷新页面后重试")
    code, revision, texts = data.get("code"), data.get("revision", 0), data.get("values", {})
    if not isinstance(code, str) or len(code) > 40 or not isinstance(texts, dict):
        raise BadParameter("请求缺少项目编号或填报内容，请刷新页面后重试")
    if isinstance(revision, bool) or not isinstance(revision, int) or not 0 <= revision < 2**31:
        raise BadParameter("请求缺少版本号，请刷新页面后重试")
    return Sent(code, revision, texts)


def save_row(scope: Scope, row: Sent, *, period: Period, submit: bool, today: date, now: datetime) -> Kept:
    """Save a row as a draft or submit it; nothing of it is kept when a cell is wrong.

    Raises what concerns the row as a whole: NotPermitted, NotFound, Conflict.
    """
    typed = cells.read(row.texts)
    here = rows_by_code(scope, period, [row.code], today=today).get(row.code)
    is_part = here is not None and here.project.parent_id is not None
    errors = {**typed.errors, **(cells.missing(typed, is_part=is_part) if submit else {})}
    if errors:
        return Kept(errors=errors, message=_summary(errors))
    try:
        saved = save_report(
            scope,
            code=row.code,
            period=period,
            values=typed.values,
            submit=submit,
            expected_version=row.revision,
            elsewhere=here.elsewhere if here else NOT_KNOWN,
            today=today,
            now=now,
        )
    except StaleEdit as stale:
        return Kept(row=_now(scope, period, row.code, today), message=stale.message, stale=True)
    except Refused as refusal:
        return _refused(refusal)
    return Kept(saved=saved, warnings=cells.warnings(saved.findings))


def _now(scope: Scope, period: Period, code: str, today: date) -> MonthRow:
    row = rows_by_code(scope, period, [code], today=today).get(code)
    if row is None:
        raise NotFound(NOT_FOUND)
    return row


def _refused(refusal: Refused) -> Kept:
    """The refusal of a row by its cells: figures that contradict each other, a missing explanation, or a bad value."""
    findings: tuple[Finding, ...] = getattr(refusal, "findings", ())
    errors = {one.field: one.message for one in reversed(findings) if one.severity == "block"}
    if refusal.code == "unexplained":
        errors["explanation"] = "数据有矛盾，请在这里写明原因再提交"
    if refusal.code == "from-nodes":
        errors["physical_pct"] = refusal.message
    if not errors and (name := cells.field_of(refusal.message)):
        errors[name] = refusal.message
    return Kept(errors=errors, warnings=cells.warnings(findings), message=refusal.message)


def _summary(errors: Mapping[str, str]) -> str:
    return f"有 {len(errors)} 格需要修改" if len(errors) > 1 else next(iter(errors.values()))


def judge(scope: Scope, rows: list[Sent], *, period: Period, today: date) -> dict[str, Kept]:
    """What is wrong or doubtful in rows as typed, nothing kept; rows outside the scope have no answer. 3 queries."""
    if len(rows) > MOST:
        raise BadParameter(f"一次最多检查 {MOST} 行")
    known = rows_by_code(scope, period, [row.code for row in rows], today=today)
    limits = limits_from(thresholds())
    return {row.code: _judged(known[row.code], row, period, limits) for row in rows if row.code in known}


def _judged(row: MonthRow, sent_row: Sent, period: Period, limits: Limits) -> Kept:
    typed = cells.read(sent_row.texts)
    findings = row.findings(period, typed.figures, limits)
    return Kept(row=row, errors=typed.errors, warnings=cells.warnings(findings))
