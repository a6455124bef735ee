"""What a 台账 says of money: the plan of its year, the progress in money, the sources."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from geodata.exchange.datasets import projects_rows as rows
from geodata.exchange.datasets.projects_known import Details, Known
from geodata.exchange.datasets.projects_layouts import CARRYOVER, FUNDING_PREFIX, SOURCE_OF_GROUP
from geodata.exchange.datasets.projects_rows import RowRefused
from geodata.exchange.finders import SOURCE_WORDS, SourceFinder
from geodata.exchange.plans import Change, wording
from geodata.exchange.tables.reading import Row, Table
from geodata.progress.entries import PlanYearEntry, ReportEntry
from geodata.progress.models import PeriodReport
from geodata.progress.services import PLAN_FIELDS, said

# Half a percentage point: what rounding can make of a printed rate.
RATE_TOLERANCE = Decimal("0.005")
_FIGURES = ("physical_pct", "physical_desc", "invested_year", "invested_cumulative", "problems")


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """The money columns of a row; `funding` is in 元 by source code."""

    plan: PlanYearEntry | None = None
    report: ReportEntry | None = None
    funding: Mapping[str, Decimal] = field(default_factory=dict)


def period_end(table: Table | None) -> date | None:
    """The last day of the months that a header counts: 2026年度/1-3月完成投资 → 31 March 2026."""
    captured = table.captures.get("year_done", {}) if table else {}
    year = captured.get("year") or captured_year(table)
    if not captured.get("month") or not year:
        return None
    month = int(captured["month"])
    return date(int(year), month, calendar.monthrange(int(year), month)[1]) if 1 <= month <= 12 else None


def captured_year(table: Table | None) -> int | None:
    """The year of the header 2026年度/计划投资."""
    year = table.captures.get("annual_plan", {}).get("year") if table else None
    return int(year) if year else None


def read_money(row: Row, table: Table, *, plan_year: int, total: Decimal | None, warn: Callable[..., None]) -> Money:
    """The money of a row; RowRefused for what cannot be."""
    planned, content = row.amount("annual_plan"), row.text("plan_content")
    plan = None
    if planned is not None or content:
        carryover = True if row.text("nature") == CARRYOVER else None
        year = captured_year(table) or plan_year
        plan = PlanYearEntry(
            project_id=0, year=year, planned_amount=planned, planned_content=content, carryover=carryover
        )
    if planned is not None and planned < 0:
        raise RowRefused("年度计划投资不能是负数", column="年度计划投资")
    _compare_rate(row, planned, warn)
    if table.has("serial"):
        # A table of the platform's own projects: reports and financing come in files of their own.
        return Money(plan=plan)
    return Money(plan=plan, report=_report(row, table), funding=_funding(row, total, warn))


def _compare_rate(row: Row, planned: Decimal | None, warn: Callable[..., None]) -> None:
    rate, done = row.ratio("rate"), row.amount("year_done")
    if rate is not None and planned and done is not None and abs(done / planned - rate) > RATE_TOLERANCE:
        message = f"填写的完成率与金额不符，按金额应为 {done / planned:.2%}"
        warn(row, message, column="完成率", value=f"{rate:.2%}")


def _report(row: Row, table: Table) -> ReportEntry | None:
    end = period_end(table)
    done, total = row.amount("year_done"), row.amount("total_done")
    if end is None or (done is None and total is None):
        return None
    percent = rows.physical_percent(row.text("physical"))
    return ReportEntry(
        project_id=0,
        period_start=end.replace(day=1),
        period_end=end,
        physical_pct=Decimal(percent) if percent else None,
        physical_desc=row.text("physical"),
        invested_year=done,
        invested_cumulative=total,
        problems=row.text("problems"),
    )


def _funding(row: Row, total: Decimal | None, warn: Callable[..., None]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for key, amount in row.values.items():
        if key.startswith(FUNDING_PREFIX) and isinstance(amount, Decimal):
            word = key.removeprefix(FUNDING_PREFIX)
            word = SOURCE_OF_GROUP.get(word, word)
            code = SOURCE_WORDS.get(word, word)
            found[code] = found.get(code, Decimal(0)) + amount
    if any(amount < 0 for amount in found.values()):
        raise RowRefused("资金来源的金额不能是负数", column="资金来源")
    together = sum(found.values(), Decimal(0))
    # each source may be off by what rounding to 万元 with two places hides
    if found and total is not None and abs(together - total) > 100 * len(found):
        warn(row, f"资金来源合计 {wording(together)} 元，与总投资 {wording(total)} 元不平衡", column="资金来源")
    return {code: amount for code, amount in found.items() if amount}


def without_what_is_known_better(money: Money, known: Known, details: Details) -> Money:
    """The same without a report that the record holds already, perhaps in a fuller form, and without sources in broad
    groups where the project has a detailed plan."""
    report = money.report
    recorded = details.reports.get((known.id, report.kind, report.period_end)) if report else None
    if recorded is not None and report is not None and _same_figures(recorded, report):
        report = None
    return Money(plan=money.plan, report=report, funding={} if known.id in details.financed else money.funding)


def money_changes(known: Known, money: Money, details: Details, sources: SourceFinder) -> list[Change]:
    """What the money columns would change."""
    changes = []
    if money.plan is not None:
        row = details.plans.get((known.id, money.plan.year))
        for name, value in said(money.plan, PLAN_FIELDS).items():
            if row is None or getattr(row, name) != value:
                changes.append(Change(f"{money.plan.year}年度计划", wording(getattr(row, name, None)), wording(value)))
    if money.report is not None:
        recorded = details.reports.get((known.id, money.report.kind, money.report.period_end))
        old = "—" if recorded is None else wording(recorded.invested_cumulative)
        changes.append(Change(f"{money.report.period_end:%Y-%m}进展", old, wording(money.report.invested_cumulative)))
    for code, amount in money.funding.items():
        before = details.funding.get((known.id, sources.find(code) or 0))
        if before != amount:
            changes.append(Change("资金来源", wording(before), wording(amount)))
    return changes


def _same_figures(recorded: PeriodReport, report: ReportEntry) -> bool:
    return all(getattr(recorded, name) == getattr(report, name) for name in _FIGURES)
