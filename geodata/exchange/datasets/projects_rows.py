"""One row of a 台账 or of a shape file to what the services are given. Pure apart from the register's look-ups."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from geodata.exchange.alike import AlikeRow
from geodata.exchange.datasets.projects_known import Known, Register
from geodata.exchange.datasets.projects_layouts import CARRYOVER
from geodata.exchange.tables.reading import Row
from geodata.projects.choices import PartyRole
from geodata.projects.codes import BadCode, doubts, normalise, normalise_name

Warn = Callable[[str], None]


class RowRefused(Exception):  # noqa: N818 - carries the sentence for one row, caught by the dataset
    """A row that cannot come in, with the sentence and the column that say why."""

    def __init__(
        self, message: str, *, column: str = "", question: bool = False, alike: AlikeRow | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.question = question
        self.alike = alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What the rows of one table are read with."""

    register: Register
    today: date
    captured_year: int | None  # of the header 2026年度/计划投资
    city_code: str


# column of the file → column of the project, where nothing but the value goes over
_TEXTS = {
    "scope": "scope_content",
    "location": "location_text",
    "physical": "physical_desc",
    "problems": "problems",
    "person": "person_in_charge",
    "sponsor": "sponsor_leader",
    "disclosure": "disclosure",
    "public_geometry": "public_geometry",
    "basis": "investment_basis",
}
_DAYS = {
    "actual_start": "actual_start_on",
    "completed_on": "works_completed_on",
    "accepted_on": "accepted_on",
    "data_as_of": "data_as_of",
}
_NUMBERS = {"households": "benefited_households", "population": "benefited_population"}
_PARTIES = {
    "responsible": PartyRole.RESPONSIBLE,
    "owner": PartyRole.OWNER,
    "contractor": PartyRole.CONTRACTOR,
    "supervisor": PartyRole.SUPERVISOR,
    "designer": PartyRole.DESIGNER,
}


def project_code(row: Row, reader: Reader, warn: Warn) -> str | None:
    """The 统一项目代码 in its normal form; odd ones warn."""
    try:
        code = normalise(row.text("code"))
    except BadCode as error:
        raise RowRefused(str(error), column="项目代码") from error
    for doubt in doubts(code, year=reader.today.year, city_code=reader.city_code) if code else ():
        warn(doubt)
    return code


def management_unit(row: Row, reader: Reader) -> int | None:
    """属地管理单位 of its own column, else of 建设地点, else of the first responsible body that names one."""
    units = reader.register.units
    text = row.text("unit")
    if text:
        found = units.unit(text)
        if found is None:
            raise RowRefused(_unknown_unit(text, reader), column="属地管理单位", question=True)
        return found
    location = row.text("location")
    bodies = (*row.names("responsible"), *row.names("owner"))
    return units.unit(location) or units.unit_in(location) or next(filter(None, map(units.unit_in, bodies)), None)


def _unknown_unit(text: str, reader: Reader) -> str:
    if reader.register.units.is_city(text):
        return f"“{text}”不是属地管理单位，请写明项目所在的县市区或功能区"
    return f"不认识属地“{text}”，请写明县市区或功能区的名称"


def plan_year(row: Row, reader: Reader, known: Known | None) -> int:
    """The year in whose plan the project stands: its column, the record, the header, the clock."""
    year = row.integer("plan_year") or (known.values["plan_year"] if known else None) or reader.captured_year
    year = year or reader.today.year
    if not 2000 <= year <= 2100:
        raise RowRefused(f"计划年度“{year}”超出范围", column="计划年度")
    return year


def category(row: Row, reader: Reader, known: Known | None, warn: Warn) -> str:
    """The code of the category: its column, the section's title, the record, a word of the name, 其他."""
    finder = reader.register.categories
    text = row.text("category")
    found = finder.find(text) if text else ""
    if text and not found:
        warn(f"不认识项目类别“{text}”")
    found = found or finder.find(row.section)
    if found or known is not None:
        return found
    guessed = finder.guess(row.text("name"))
    warn(f"没有写明项目类别，按名称记为“{finder.names[guessed]}”" if guessed else "没有写明项目类别，记为“其他”")
    return guessed or "99"


def values(row: Row, reader: Reader, known: Known | None, code: str | None) -> dict[str, Any]:
    """The columns of the project that the row says something about."""
    found: dict[str, Any] = {target: text for key, target in _TEXTS.items() if (text := row.text(key))}
    found.update({target: day for key, target in _DAYS.items() if (day := row.day(key))})
    found.update(_counts(row))
    if row.text("name"):
        found["name"] = row.text("name").strip("《》 ")
    if code:
        found["project_code"] = code
    if row.names("aliases"):
        found["aliases"] = list(row.names("aliases"))
    if row.text("nature") not in ("", CARRYOVER):
        found["nature"] = row.text("nature")
    if row.flag("livelihood") is not None:
        found["is_livelihood_task"] = row.flag("livelihood")
    _investment(row, found)
    _period(row, found, known)
    return found


def _counts(row: Row) -> dict[str, int]:
    counts = {target: row.integer(key) for key, target in _NUMBERS.items()}
    if any(number is not None and number < 0 for number in counts.values()):
        raise RowRefused("受益户数和受益人口不能是负数", column="受益户数")
    return {target: number for target, number in counts.items() if number is not None}


def _investment(row: Row, found: dict[str, Any]) -> None:
    total = row.amount("total")
    if total is None:
        return
    if total <= 0:
        raise RowRefused("总投资必须大于零", column="总投资")
    found["total_investment"] = total


def _period(row: Row, found: dict[str, Any], known: Known | None) -> None:
    """Planned start and end; 计划竣工时间 is more exact than the end of 起止年限."""
    period, end = row.period("period"), row.dated("planned_end")
    if period is not None:
        found["planned_start_on"], found["planned_start_precision"] = period[0].value, period[0].precision.value
        end = end or period[1]
    if end is not None:
        found["planned_end_on"], found["planned_end_precision"] = end.value, end.precision.value
    before = known.values if known else {}
    start = found.get("planned_start_on", before.get("planned_start_on"))
    last = found.get("planned_end_on", before.get("planned_end_on"))
    if start and last and last < start:
        raise RowRefused("计划竣工早于计划开工，请检查起止年限与计划竣工时间", column="计划竣工时间")


def parties(row: Row) -> dict[str, tuple[str, ...]]:
    """Bodies by role; without a column of its own the first responsible body leads."""
    found: dict[str, tuple[str, ...]] = {role: names for key, role in _PARTIES.items() if (names := row.names(key))}
    lead = row.names("lead") or row.names("responsible")[:1]
    if lead:
        found[PartyRole.LEAD] = lead[:1]
    return found


def name_key(row: Row) -> str:
    """The comparable form of the row's name."""
    return normalise_name(row.text("name"))


_PERCENT_ALONE = re.compile(r"^(?:累计)?(?:完成|已完成|形象进度)?(?:约)?(\d{1,3}(?:\.\d+)?)%$")


def physical_percent(text: str) -> str:
    """The figure of a 形象进度 that says nothing but a percentage (完成31.6%), "" for a description."""
    found = _PERCENT_ALONE.match(re.sub(r"\s+", "", text.replace("％", "%")))
    return found.group(1) if found and float(found.group(1)) <= 100 else ""
