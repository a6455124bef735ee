"""Projects: the 台账 with its sheets of statuses and yearly tasks, and shapes that belong to projects or make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geodata.exchange.datasets import Dataset
from geodata.exchange.datasets import projects_writing as writing
from geodata.exchange.datasets.projects_layouts import LEDGER, PLACES, SHAPES, STATUS_ROWS, TASKS
from geodata.exchange.datasets.projects_planning import LedgerPlanner
from geodata.exchange.datasets.projects_shapes import ShapePlanner
from geodata.exchange.datasets.projects_sheets import plan_statuses, plan_tasks
from geodata.exchange.plans import Context, Draft, Plan
from geodata.exchange.tables.reading import Table


class ProjectsDataset(Dataset):
    """Project rows first, then what refers to them by platform number."""

    key = "projects"
    title = "项目台账"
    layouts = (PLACES, LEDGER, STATUS_ROWS, TASKS, SHAPES)

    def plan(self, tables: Mapping[str, Sequence[Table]], context: Context) -> Plan:
        draft = Draft(self.key, tables, context)
        ledger = LedgerPlanner(draft, tables, context)
        ledger.plan()
        shapes = (*tables.get(SHAPES.key, ()), *tables.get(PLACES.key, ()))
        ShapePlanner(draft, shapes, context, ledger).plan()
        plan_statuses(draft, ledger)
        plan_tasks(draft, ledger)
        return draft.plan

    def write(self, plan: Plan, context: Context) -> None:
        ids = writing.write_projects(plan, context)
        writing.write_shapes(plan, ids, context)
        writing.write_statuses(plan, ids, context)
        writing.write_tasks(plan, ids, context)


DATASET = ProjectsDataset()
