"""Asking whether a row means a recorded project of nearly the same name: nothing is merged or doubled unasked."""

from __future__ import annotations

from geodata.exchange.alike import NEW, AlikeRow, Candidate, answered
from geodata.exchange.datasets import projects_rows as rows
from geodata.exchange.datasets.projects_known import Known
from geodata.exchange.datasets.projects_rows import Reader, RowRefused
from geodata.exchange.plans import Context
from geodata.exchange.tables.reading import Row


def project_alike(row: Row, reader: Reader, context: Context, *, anywhere: bool = False) -> Known | None:
    """The project that the person named for a row that no recorded project fits exactly; None for another project.

    Raises RowRefused with the question as long as nobody has answered. `anywhere` looks beyond year and unit where the
    row says no unit, as features often do.
    """
    name = rows.name_key(row)
    if not name or row.text("serial") or row.text("source_key"):
        return None  # what bears a number of its own says who it is; 新建 says that it is another
    unit = rows.management_unit(row, reader)
    if unit is None and not anywhere:
        return None
    year = rows.plan_year(row, reader, None)
    found = _without_other_codes(row, reader, reader.register.alike(name, year, unit))
    if not found:
        return None
    key = f"{name}|{year}|{unit or ''}"
    said = answered(context.options.alike, key, found)
    if said:
        return None if said == NEW else reader.register.by_serial[said]
    asked = AlikeRow(
        sheet=row.sheet,
        row=row.number,
        key=key,
        name=row.text("name"),
        candidates=found,
        may_be_new=not anywhere or bool(row.text("category") and row.text("unit")),
    )
    raise RowRefused(asked.message(), column="项目名称", question=True, alike=asked)


def _without_other_codes(row: Row, reader: Reader, found: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Two codes of the nation's register are two projects, however near their names."""
    code = rows.project_code(row, reader, lambda _text: None)
    if not code:
        return found
    held = {one: reader.register.by_serial[one.serial].values["project_code"] for one in found}
    return tuple(one for one in found if not held[one] or held[one] == code)
