"""A strict look at OC4IDS projects, beyond what the official schema can say. Pure.

`faults` are ours to mend: a document that has one is not given away. `remarks` are facts of the data that a reader
should know: they are counted on the page of open data.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from portal.opendata.oc4ids.codes import GEOMETRIES
from portal.opendata.oc4ids.values import Document

Box = tuple[float, float, float, float]  # west, south, east, north in degrees
_DEPTH: Final = dict(zip(GEOMETRIES, (0, 1, 1, 2, 2, 3), strict=True))  # lists around a position
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+08:00")
_DATES: Final = {"updated", "date", "startDate", "endDate", "dueDate", "dateMet", "approvalDate", "publishedDate"}
_REFERENCES: Final = {
    "publicAuthority": "publicAuthority",
    "payee": "payee",
    "suppliers": "supplier",
}


def faults(project: Document, city: Box) -> list[str]:
    """What is wrong with the document itself, each with the number of its project."""
    named = _named(project)
    found = [*_places(project, city), *_dates(named), *_parties(project, named), *_twice(project)]
    return [f"{project['id']}:{text}" for text in found]


def remarks(project: Document) -> list[str]:
    """Contracts that were paid beyond their price and approved changes."""
    found = []
    for one in project.get("contractingProcesses", []):
        summary = one["summary"]
        paid = sum((each["value"]["amount"] for each in summary.get("transactions", [])), Decimal(0))
        whole = _whole(summary)
        if whole is not None and paid > whole:
            found.append(f"{project['id']}：合同 {one['id']} 已付 {paid} 元，超过合同价与变更之和 {whole} 元")
    return found


def _whole(summary: Document) -> Decimal | None:
    changed = summary.get("modifications", [])
    last = changed[-1].get("newContractValue") if changed else None
    found = last or summary.get("contractValue")
    return found["amount"] if found else None


def _places(project: Document, city: Box) -> Iterator[str]:
    for one in project.get("locations", []):
        shape = one.get("geometry")
        if shape is None:
            continue
        if shape["type"] not in _DEPTH:
            yield f"位置 {one['id']} 的图形类型 {shape['type']} 不在标准之内"
        else:
            yield from (f"位置 {one['id']}{text}" for text in _shape(shape, city))


def _shape(shape: Document, city: Box) -> Iterator[str]:
    positions = list(_positions(shape["coordinates"], _DEPTH[shape["type"]]))
    west, south, east, north = city
    if not positions or not all(_is_position(one) for one in positions):
        yield f"的坐标层次与 {shape['type']} 不符"
    elif any(south <= lon <= north and west <= lat <= east for lon, lat in positions):
        yield "的经纬度次序颠倒"
    elif not all(west <= lon <= east and south <= lat <= north for lon, lat in positions):
        yield "在本市范围之外"
    if shape["type"].endswith("Polygon"):
        rings = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        if any(len(ring) < 4 or ring[0] != ring[-1] for polygon in rings for ring in polygon):
            yield "有不闭合的环"


def _positions(coordinates: Any, depth: int) -> Iterator[Any]:
    if depth == 0:
        yield coordinates
    elif not isinstance(coordinates, list) or not coordinates:
        yield None
    else:
        for one in coordinates:
            yield from _positions(one, depth - 1)


def _is_position(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(isinstance(number, int | float) for number in one)


def _named(project: Document) -> list[tuple[str, Any]]:
    """Every date and every reference to a party, wherever it stands; the members of a list bear the list's name."""
    found: list[tuple[str, Any]] = []
    rest: list[tuple[str, Any]] = [("", project)]
    while rest:
        name, value = rest.pop()
        if isinstance(value, list):
            if name != "coordinates":  # most of a document, and nothing but numbers
                rest.extend((name, inner) for inner in value)
            continue
        if name in _DATES or name in _REFERENCES:
            found.append((name, value))
        if isinstance(value, dict):
            rest.extend(value.items())
    return found


def _dates(named: Iterable[tuple[str, Any]]) -> Iterator[str]:
    for name, value in named:
        if name in _DATES and not _DAY.fullmatch(str(value)):
            yield f"日期 {name} 没有 +08:00:{value}"


def _parties(project: Document, named: Iterable[tuple[str, Any]]) -> Iterator[str]:
    roles = {one["id"]: one["roles"] for one in project.get("parties", [])}
    used = set()
    for name, value in named:
        if name in _REFERENCES and isinstance(value, dict):
            used.add(value["id"])
            if _REFERENCES[name] not in roles.get(value["id"], []):
                yield f"{name} 指向的 {value['id']} 没有这一角色的参与方"
    for number, given in roles.items():
        if number not in used and not {"procuringEntity", "administrativeEntity"} & set(given):
            yield f"参与方 {number} 没有被引用"


def _twice(project: Document) -> Iterator[str]:
    """Numbers that stand twice in a list whose members must differ."""
    paid = [
        each["id"] for one in project.get("contractingProcesses", []) for each in one["summary"].get("transactions", [])
    ]
    lists = {
        "payments": paid + [one["id"] for one in project.get("transactions", [])],
        **{name: [one["id"] for one in project.get(name, [])] for name in ("parties", "milestones", "locations")},
    }
    for name, numbers in lists.items():
        if len(numbers) != len(set(numbers)):
            yield f"{name} 中有重复的编号"
