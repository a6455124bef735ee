"""How completeness of disclosure reads: the table of a project, the lines of the units and of the eight groups."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.urls import reverse

from geodata.figures.wording import percent
from geodata.summary.rates import ratio
from portal import wording
from portal.public import disclosure
from portal.public.disclosure import COUNTED, GROUPS, LABEL, Counts, Facts, GroupCounts, Item, Late, State
from portal.public.models import PublishedProject

# a shape beside the word, so that no state is told by colour alone
_SHAPE: Final = {
    State.PUBLISHED: "circle",
    State.DUE: "hollow",
    State.OVERDUE: "cross",
    State.NOT_APPLICABLE: "",
    State.NOT_HELD: "",
}


def project_context(facts: Facts, as_of: date) -> dict[str, Any]:
    """The table on a project's page: `disclosed` of `disclosable` groups."""
    items = disclosure.judged(facts, as_of)
    counted = [item for item in items if item.state in COUNTED]
    return {
        "disclosure": [_line(item) for item in items],
        "disclosed": sum(item.state == State.PUBLISHED for item in counted),
        "disclosable": len(counted),
        "disclosure_law": wording.label(disclosure.LAW),
    }


def _line(item: Item) -> dict[str, Any]:
    return {
        "group": wording.label(item.group.label),
        "elements": [{"name": wording.label(name), "there": there} for name, there in item.elements.items()],
        "elsewhere": wording.label(item.group.elsewhere),
        "due_text": wording.day(item.due_on) if item.due_on else "—",
        "state": item.state.value,
        "state_label": wording.label(LABEL[item.state]),
        "shape": _SHAPE[item.state],
    }


def _sums(states: dict[str, int]) -> dict[str, Any]:
    n = sum(states.get(state, 0) for state in COUNTED)
    published = states.get(State.PUBLISHED, 0)
    return {
        "n": n,
        "published": published,
        "due": states.get(State.DUE, 0),
        "overdue": states.get(State.OVERDUE, 0),
        "not_applicable": states.get(State.NOT_APPLICABLE, 0),
        "rate": percent(ratio(published, n), 1),
    }


def _added(parts: list[dict[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in parts:
        for state, n in part.items():
            found[state] = found.get(state, 0) + n
    return found


def _of_held(groups: GroupCounts) -> dict[str, int]:
    """The states of all groups together."""
    return _added(list(groups.values()))


def law_context() -> dict[str, Any]:
    """What the pages name: the rule, and its term in working days."""
    return {"law": wording.label(disclosure.LAW), "term": disclosure.TERM}


def city_context(counts: Counts, units: dict[str, str]) -> dict[str, Any]:
    """A line a unit, a line a group, and the city, which is the sum of either."""
    known = {code: wording.label(name) for code, name in units.items() if code in counts}
    others = [_of_held(groups) for code, groups in counts.items() if code not in units]
    lines = [
        {"name": name, "url": reverse("public:unit_disclosure", args=[code]), **_sums(_of_held(counts[code]))}
        for code, name in known.items()
    ]
    return {
        "lines": lines,
        "rest": _sums(_added(others)) if others else None,
        "city": _sums(_added([_of_held(groups) for groups in counts.values()])),
        "groups": group_lines(_by_group(list(counts.values()))),
    }


def _by_group(units: list[GroupCounts]) -> GroupCounts:
    return {group.key: _added([unit.get(group.key, {}) for unit in units]) for group in GROUPS}


def group_lines(counts: GroupCounts) -> list[dict[str, Any]]:
    return [
        {
            "name": wording.label(group.label),
            "elsewhere": wording.label(group.elsewhere),
            **_sums(counts.get(group.key, {})),
        }
        for group in GROUPS
    ]


def unit_context(groups: GroupCounts, late: Late, longest: Iterable[Facts], as_of: date) -> dict[str, Any]:
    """A unit's figures by group, and its projects of which something is overdue: the longest overdue first."""
    number, codes = late
    place = {code: position for position, code in enumerate(codes)}
    ordered = sorted(longest, key=lambda facts: place[facts.row.code])
    return {
        "groups": group_lines(groups),
        "unit_sums": _sums(_of_held(groups)),
        "late": [_late(facts.row, disclosure.judged(facts, as_of)) for facts in ordered],
        "late_count": number,
    }


def _late(row: PublishedProject, items: list[Item]) -> dict[str, Any]:
    since = disclosure.overdue_since(items)
    return {
        "name": row.name,
        "url": reverse("public:project", args=[row.code]) + "#h-disclosure",
        "due_text": wording.day(since) if since else "",
        "missing": [
            {
                "group": wording.label(item.group.label),
                "elements": [wording.label(name) for name, there in item.elements.items() if not there],
            }
            for item in items
            if item.state == State.OVERDUE
        ],
    }
