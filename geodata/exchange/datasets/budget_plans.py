"""资金筹措 against the record: the sheet holds the whole plan of each project that it names.

A source recorded before and not in the sheet is taken out: a 台账 without platform numbers names sources in broad
groups, and the detailed plan that follows would otherwise be added to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from geodata.exchange.finders import ProjectFinder, SourceFinder
from geodata.exchange.models import Batch
from geodata.exchange.plans import Action, Change, Draft, Planned, differences, wording
from geodata.exchange.tables.reading import Row
from geodata.funding.entries import FundingPlanEntry
from geodata.funding.models import FundingPlan
from geodata.projects.models import Project

LAYOUT = "plans"
ONE_YUAN = Decimal(1)
Named = Callable[[Row], tuple[int | None, int | None]]


class FinancingPlanner:
    """Plans the rows of the sheet; `named` gives project and source of a row and refuses it where one is unknown."""

    def __init__(self, draft: Draft, projects: ProjectFinder, sources: SourceFinder, named: Named) -> None:
        self._draft = draft
        self._projects = projects
        self._sources = sources
        self._named = named
        self._known: dict[int, dict[int, Decimal]] = defaultdict(dict)
        self._stated: dict[int, dict[int, Planned]] = defaultdict(dict)
        for project, source, amount in FundingPlan.objects.values_list("project_id", "source_id", "amount"):
            self._known[project][source] = amount

    def plan(self) -> None:
        """Every row, then what falls away, then whether the sources make the total investment."""
        for row in self._draft.rows(LAYOUT):
            project, source = self._named(row)
            amount = row.amount("amount")
            if project is not None and source is not None and amount is not None:
                self._one(row, project, source, amount)
        in_doubt = self._in_doubt()
        for project, stated in self._stated.items():
            if project not in in_doubt:
                self._take_out(project, list(stated.values())[-1])
        self._balance()

    def _one(self, row: Row, project: int, source: int, amount: Decimal) -> None:
        earlier = self._draft.repeated(LAYOUT, row, (project, source))
        if earlier is not None:
            self._draft.refuse(LAYOUT, row, f"同一项目同一资金来源与第 {earlier.number} 行重复")
        elif amount < 0:
            self._draft.refuse(LAYOUT, row, "筹措金额不能为负", column="金额", value=amount)
        else:
            old = self._known[project].get(source)
            changes = None if old is None else differences({"amount": old}, {"amount": amount}, {"amount": "金额"})
            entry = FundingPlanEntry(project_id=project, source_id=source, amount=amount, row_no=row.number)
            name = f"{self._projects.serial(project)} {self._sources.names[source]}"
            self._draft.decide(LAYOUT, row, name, entry, changes)
            self._known[project][source] = amount
            self._stated[project][source] = self._draft.plan.planned[-1]

    def _in_doubt(self) -> set[int]:
        """Projects with a refused row: their list may lack a source, so nothing of theirs is taken out."""
        refused = {
            self._projects.find(planned.row.text("project"))
            for planned in self._draft.plan.planned
            if planned.layout == LAYOUT and planned.action is Action.REFUSED
        }
        return {project for project in refused if project is not None}

    def _take_out(self, project: int, last: Planned) -> None:
        """The sources that the sheet does not name go with the project's last row, in sight of who looks at it."""
        known = self._known[project]
        gone = {source: known[source] for source in known.keys() - self._stated[project].keys()}
        if not gone:
            return
        entry = last.entry or FundingPlanEntry(
            project_id=project, source_id=self._source_of(last, project), amount=last.row.amount("amount") or Decimal(0)
        )
        last.entry = replace(entry, replaced=tuple(sorted(gone)))
        last.action = Action.CHANGED if last.action is Action.UNCHANGED else last.action
        names = {self._sources.names[source]: amount for source, amount in sorted(gone.items())}
        last.changes = (*last.changes, *(Change(name, wording(amount), "—") for name, amount in names.items()))
        told = "、".join(f"{name} {wording(amount)} 元" for name, amount in names.items())
        message = (
            f"本表是 {self._projects.serial(project)} 的全部资金来源：原登记的{told}不在表中，入库后不再列入筹措计划"
        )
        self._draft.warn(last.row, message, column="资金来源")
        for source in gone:
            del known[source]

    def _source_of(self, planned: Planned, project: int) -> int:
        return next(source for source, held in self._stated[project].items() if held is planned)

    def _balance(self) -> None:
        """Σ of the sources against the total investment, a yuan of rounding allowed for each source."""
        totals = dict(Project.objects.filter(id__in=self._stated).values_list("id", "total_investment"))
        for project, stated in self._stated.items():
            total, amounts = totals.get(project), self._known[project].values()
            if total is not None and abs(sum(amounts) - total) > ONE_YUAN * len(amounts):
                serial = self._projects.serial(project)
                message = f"资金来源不平衡：{serial} 各来源合计 {sum(amounts)} 元，总投资 {total} 元"
                self._draft.warn(list(stated.values())[-1].row, message, column="金额")


def financed_in_detail(project_ids: Iterable[int]) -> set[int]:
    """Projects whose plan came by a 资金筹措 sheet: the broad groups of a 台账 add nothing to it."""
    batches = Batch.objects.filter(dataset="budget").values("pk")
    plans = FundingPlan.objects.filter(project__in=list(project_ids), batch__in=batches)
    return set(plans.values_list("project_id", flat=True))
