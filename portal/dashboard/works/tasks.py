"""The projects that serve a 民生实事 as a file: what each adds, and how that comes to the number done."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from dashboards.cockpit.tasks import Task
from geodata.exchange.writers import Column, Kind
from geodata.exchange.writers.sheets import Cell
from geodata.projects.choices import Status
from geodata.summary.models import ProjectRow

COLUMNS: Final = (
    Column("平台编号", width=17),
    Column("项目名称", width=40),
    Column("属地管理单位", width=18),
    Column("施工状态", width=12),
    Column("形象进度(%)", Kind.PLAIN, 12),
    Column("计入数量", Kind.PLAIN, 14),
    Column("数量单位", width=12),
)
Serving = Sequence[tuple[ProjectRow, Decimal | None]]


def notes(one: Task) -> tuple[str, ...]:
    """The task with its target and what is done, for the last row."""
    target, done = one.target_text or _quantity(one.target, one), _quantity(one.done, one)
    day = f"数量截至 {one.data_as_of}" if one.data_as_of else "数量截至日未填"
    return (f"民生实事第 {one.number} 件 {one.name}", f"年度目标 {target}", f"已完成 {done}", day)


def cells(found: Serving, one: Task) -> Iterator[list[Cell]]:
    """A row a project; the sum, what was reported without a project and what is done, where the task is a sum."""
    for row, quantity in found:
        status = str(Status(row.status).label)
        named: list[Cell] = [row.code, row.name, row.unit_name or "", status, row.physical_pct]
        yield [*named, quantity, one.quantity_unit]
    if sums(one):
        of_projects = sum((quantity for _row, quantity in found if quantity is not None), Decimal(0))
        done = one.done or Decimal(0)
        for label, amount in (("项目合计", of_projects), ("部门另报（差额）", done - of_projects), ("已完成", done)):
            yield ["", label, "", "", None, amount, one.quantity_unit]


def _quantity(amount: Decimal | None, one: Task) -> str:
    return "—" if amount is None else f"{amount.normalize():f}{one.quantity_unit}"


def sums(one: Task) -> bool:
    """Whether the quantities of the projects are set against what is done."""
    return one.done is not None and one.met is None
