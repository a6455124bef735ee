"""What must be public of a project, and by when: the eight groups of 国办发〔2017〕94号, by what is published. Pure.

A group is due 20 working days after what it is about came to be. Only what stands in the public tables counts: a fact
that nobody recorded is not public here. Of three groups this platform has no column at all (other bodies publish
them): they are named, and counted in no denominator.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from geodata.funding.choices import ChangeLevel, ContractKind
from geodata.projects.choices import NOT_BEGUN
from geodata.workdays.counting import added
from geodata.workdays.known import departures

TERM: Final = 20  # working days
LAW: Final = "国办发〔2017〕94号"
GRAVE: Final = (ChangeLevel.MAJOR, ChangeLevel.SIGNIFICANT)
BUILDERS: Final = (ContractKind.CONSTRUCTION, ContractKind.EPC)
DESIGNERS: Final = (ContractKind.DESIGN, ContractKind.EPC)


class State(StrEnum):
    PUBLISHED = "published"
    DUE = "due"
    OVERDUE = "overdue"
    NOT_APPLICABLE = "not_applicable"  # what it is about has not come to be
    NOT_HELD = "not_held"  # this platform has no such column


LABEL: Final[Mapping[State, str]] = {
    State.PUBLISHED: "已公开",
    State.DUE: "待公开",
    State.OVERDUE: "逾期未公开",
    State.NOT_APPLICABLE: "尚不适用",
    State.NOT_HELD: "本平台未收录",
}
COUNTED: Final = (State.PUBLISHED, State.DUE, State.OVERDUE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is published of one project. `reached`: milestone → day; contracts and changes as they are published."""

    row: Any
    reached: Mapping[str, date]
    contracts: Iterable[Any]
    changes: Iterable[Any]

    def first(self, *nodes: str, also: date | None = None) -> date | None:
        """The earliest day of these milestones."""
        return min((day for day in (*map(self.reached.get, nodes), also) if day), default=None)

    def supplier(self, *kinds: str) -> bool:
        return any(one.kind in kinds and one.supplier for one in self.contracts)


@dataclass(frozen=True, slots=True)
class Found:
    """`since`: the day from which the term runs, None where nobody recorded it; `elements`: name → whether public."""

    applies: bool
    since: date | None
    elements: Mapping[str, bool]


Look = Callable[[Facts], Found]


def _approval(facts: Facts) -> Found:
    row = facts.row
    since = facts.first("M0201", "M0203", "M0301", "M0402", also=row.actual_start_on)
    elements = {
        "项目统一代码": bool(row.project_code),
        "建设单位": bool(row.owner_unit),
        "建设规模和内容": bool(row.scope_content),
        "总投资": row.budget is not None,
    }
    return Found(since is not None or row.status not in NOT_BEGUN, since, elements)


def _tendering(facts: Facts) -> Found:
    signed = [one.signed_on for one in facts.contracts]
    since = facts.first("M0603", "M0604", also=min((day for day in signed if day), default=None))
    elements = {
        "承包单位": bool(signed) and all(one.supplier for one in facts.contracts),
        "合同价": bool(signed) and all(one.price is not None for one in facts.contracts),
        "签订日期": bool(signed) and all(signed),
    }
    return Found(since is not None or bool(signed), since, elements)


def _changes(facts: Facts) -> Found:
    grave = [one for one in facts.changes if one.level in GRAVE]
    untold = [one.approved_on for one in grave if not (one.reason and one.content)]
    elements = {"原因": all(one.reason for one in grave), "内容": all(one.content for one in grave)}
    days = untold or [one.approved_on for one in grave]
    return Found(bool(grave), min(days, default=None), elements)


def _works(facts: Facts) -> Found:
    since = facts.first("M0704", "M0801", also=facts.row.actual_start_on)
    elements = {
        "项目法人（建设单位）": bool(facts.row.owner_unit),
        "设计单位": facts.supplier(*DESIGNERS),
        "施工单位": facts.supplier(*BUILDERS),
        "监理单位": facts.supplier(ContractKind.SUPERVISION),
    }
    return Found(since is not None or facts.row.status not in NOT_BEGUN, since, elements)


def _completion(facts: Facts) -> Found:
    since = facts.first("M0903", also=facts.row.accepted_on)
    elements = {"竣工验收时间": facts.row.accepted_on is not None, "竣工验收备案时间": "M0904" in facts.reached}
    return Found(since is not None, since, elements)


@dataclass(frozen=True, slots=True)
class Group:
    """One of the eight. `look` is None where this platform holds nothing of it; `elsewhere` says who does."""

    key: str
    label: str
    look: Look | None = None
    elsewhere: str = ""


GROUPS: Final = (
    Group("services", "批准服务信息", elsewhere="办事指南和办理过程由政务服务网公开"),
    Group("approval", "批准结果信息", _approval),
    Group("tendering", "招标投标信息", _tendering),
    Group("land", "征收土地信息", elsewhere="征地公告和补偿安置由自然资源部门公开"),
    Group("changes", "重大设计变更信息", _changes),
    Group("works", "施工有关信息", _works),
    Group("supervision", "质量安全监督信息", elsewhere="监督机构和处罚结果由住建部门公开"),
    Group("completion", "竣工有关信息", _completion),
)
NODES: Final = ("M0201", "M0203", "M0301", "M0402", "M0603", "M0604", "M0704", "M0801", "M0903", "M0904")


@dataclass(frozen=True, slots=True)
class Item:
    """A group of one project: state, when it is due (None: unknown or nothing is), which elements are public."""

    group: Group
    state: State
    due_on: date | None
    elements: Mapping[str, bool]


def judged(facts: Facts, as_of: date) -> list[Item]:
    """All eight groups of a project on a day."""
    return [_item(group, facts, as_of) for group in GROUPS]


@lru_cache(maxsize=8192)  # a city has far fewer days than projects
def _due(since: date) -> date:
    return added(since, TERM, departures())


def _item(group: Group, facts: Facts, as_of: date) -> Item:
    if group.look is None:
        return Item(group, State.NOT_HELD, None, {})
    found = group.look(facts)
    if not found.applies:
        return Item(group, State.NOT_APPLICABLE, None, {})
    due_on = _due(found.since) if found.since else None
    if all(found.elements.values()):
        return Item(group, State.PUBLISHED, due_on, found.elements)
    late = due_on is not None and due_on < as_of
    return Item(group, State.OVERDUE if late else State.DUE, due_on, found.elements)


GroupCounts = dict[str, dict[str, int]]
Counts = dict[str, GroupCounts]
Late = tuple[int, list[str]]
MOST: Final = 100  # projects that a unit's page names


def kept(everything: Iterable[Facts], as_of: date) -> dict[str, Any]:
    """What is kept with a snapshot. `disclosure`: Counts. `late`: unit → how many projects have something overdue, and
    the codes of those that wait longest."""
    counts: Counts = {}
    late: dict[str, list[tuple[date, str]]] = {}
    for facts in everything:
        items = judged(facts, as_of)
        count(counts.setdefault(facts.row.unit, {}), items)
        since = overdue_since(items)
        if since:
            late.setdefault(facts.row.unit, []).append((since, facts.row.code))
    longest = {unit: (len(found), [code for _since, code in sorted(found)[:MOST]]) for unit, found in late.items()}
    return {"disclosure": counts, "late": longest}


def overdue_since(items: Iterable[Item]) -> date | None:
    """The day by which the first of what is overdue had to be public; None where nothing is."""
    return min((item.due_on for item in items if item.state == State.OVERDUE and item.due_on), default=None)


def count(groups: GroupCounts, items: Iterable[Item]) -> None:
    """Add the states of one project to the numbers of its unit."""
    for item in items:
        states = groups.setdefault(item.group.key, {})
        states[item.state.value] = states.get(item.state.value, 0) + 1
