"""Supplying what a project lacks: planned days, investment, the plan of the year, owner, location. One transaction.

Only what is missing can be supplied here. What stands in the record is corrected by an import or by headquarters, so
that nobody overwrites an approved figure from a form that was meant to fill a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from geodata.errors import Conflict, NotFound, Refused
from geodata.figures.numbers import Unreadable, parse_amount
from geodata.progress.entries import PlanYearEntry
from geodata.progress.services import record_plan_years
from geodata.projects.choices import InvestmentBasis, PartyRole
from geodata.projects.entries import ProjectEntry
from geodata.projects.selectors import NOT_FOUND
from geodata.projects.services import record_projects
from geodata.projects.visibility import visible
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.workbench.desk.selectors import Gap, gap_of

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
LONGEST: Final = {"owner": 100, "location": 200}
# what of the gaps is supplied here, by the fields of the form; shapes and nodes have pages of their own
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "planned_start": ("planned_start_on",),
    "planned_end": ("planned_end_on",),
    "investment": ("total_investment", "investment_basis"),
    "plan": ("plan_amount",),
    "owner": ("owner",),
    "location": ("location",),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was typed: what could be read, and what is wrong by its field."""

    values: Mapping[str, Any]
    errors: Mapping[str, str]


def read(texts: Mapping[str, str], missing: tuple[str, ...]) -> Typed:
    """The fields of what is missing; the others are not looked at. An empty group is left for another time."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for gap in missing:
        said = {name: texts.get(name, "").strip() for name in FIELDS.get(gap, ())}
        if not any(text for name, text in said.items() if name != "investment_basis"):
            continue
        for name, text in said.items():
            try:
                values[name] = _READERS[name](text)
            except Unreadable as error:
                errors[name] = str(error)
    return Typed(values, errors)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable("请选择日期") from error
    if not EARLIEST <= found <= LATEST:
        raise Unreadable("日期应在 2000 年到 2100 年之间")
    return found


def _amount(text: str) -> Decimal:
    found = parse_amount(text, "万元")
    if found is None or found.yuan <= 0:
        raise Unreadable("请填大于 0 的金额，单位万元")
    if found.approximate:
        raise Unreadable("请填确定的数，不要写“约”“左右”")
    return found.yuan


def _basis(text: str) -> str:
    if text not in InvestmentBasis.values:
        raise Unreadable("请选择总投资的依据")
    return text


def _words(name: str) -> Callable[[str], str]:
    def words(text: str) -> str:
        said = " ".join(text.replace("\x00", "").split())
        if not 2 <= len(said) <= LONGEST[name]:
            raise Unreadable(f"请填 2 到 {LONGEST[name]} 个字")
        return said

    return words


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "planned_start_on": _day,
    "planned_end_on": _day,
    "total_investment": _amount,
    "investment_basis": _basis,
    "plan_amount": _amount,
    "owner": _words("owner"),
    "location": _words("location"),
}


@transaction.atomic
def complete(scope: Scope, *, code: str, typed: Typed, today: date) -> Gap:
    """Record what was supplied; what is still missing afterwards.

    Raises NotPermitted, NotFound outside the scope, Refused for nothing or something wrong, and Conflict when somebody
    else supplied it meanwhile.
    """
    editing = scope.only(Action.EDIT_PROJECTS)
    rows = visible(editing).select_for_update(no_key=True, of=("self",)).filter(serial_no=code)
    project = rows.only("pk", "planned_start_on", "planned_end_on").first()
    if project is None or scope.user_id is None:
        raise NotFound(NOT_FOUND)
    missing = gap_of(editing, code, today=today).missing
    open_fields = {name for gap in missing for name in FIELDS.get(gap, ())}
    if typed.errors or not typed.values:
        raise Refused("请至少填写一项，并改正标红的内容", code="incomplete")
    if not typed.values.keys() <= open_fields:
        raise Conflict("其中有内容已由他人补齐，请刷新页面核对")
    start = typed.values.get("planned_start_on", project.planned_start_on)
    end = typed.values.get("planned_end_on", project.planned_end_on)
    if start and end and end < start:
        raise Refused(f"计划完工 {end} 早于计划开工 {start}，请改正", code="bad-day")
    _record(project.pk, code, typed.values, person=scope.user_id, today=today)
    return gap_of(editing, code, today=today)


def _record(project_id: int, code: str, said: Mapping[str, Any], *, person: int, today: date) -> None:
    columns = ("planned_start_on", "planned_end_on", "total_investment", "investment_basis")
    values = {name: said[name] for name in columns if name in said}
    for side in ("planned_start", "planned_end"):
        if f"{side}_on" in values:
            values[f"{side}_precision"] = "day"
    if "location" in said:
        values["location_text"] = said["location"]
    parties = {PartyRole.OWNER.value: (said["owner"],)} if "owner" in said else {}
    entry = ProjectEntry(key=code, project_id=project_id, values=values, parties=parties)
    record_projects(entries=[entry], today=today, user=User.objects.get(pk=person))
    if "plan_amount" in said:
        plan = PlanYearEntry(project_id=project_id, year=today.year, planned_amount=said["plan_amount"])
        record_plan_years(entries=[plan])
