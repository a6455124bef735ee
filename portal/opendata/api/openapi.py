"""/api/v1/ as an OpenAPI 3.1 document, made of the same tables, columns and parameters that answer.

Schemas are JSON Schema: a test checks every answer against them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from geodata.funding.choices import ContractKind
from geodata.summary.parameters import SORTABLE
from portal.opendata.api import aggregates, changes, lists
from portal.opendata.limits import WINDOW
from portal.opendata.ogc.collections import PROJECTS, Collection
from portal.opendata.ogc.openapi import MEANINGS as SHARED
from portal.opendata.ogc.openapi import SCHEMAS as SHARED_SCHEMAS
from portal.opendata.ogc.openapi import TEXT, parameter
from portal.public.disclosure import GROUPS, State
from portal.public.models import Snapshot
from portal.wording import label

COUNT: Final = {"type": "integer", "minimum": 0}
_AMOUNT: Final = {"type": "number"}
_DAY: Final = {"type": "string", "format": "date"}
_TYPES: Final[Mapping[str, dict[str, Any]]] = {
    "ArrayField": {"type": "array"},
    "BooleanField": {"type": "boolean"},
    "DateField": _DAY,
    "DecimalField": _AMOUNT,
    "BigIntegerField": {"type": "integer"},
    "PositiveIntegerField": COUNT,
    "PositiveSmallIntegerField": COUNT,
}
_SCHEMAS: Final[Mapping[str, dict[str, Any]]] = {
    **SHARED_SCHEMAS,
    "page": {"type": "integer", "minimum": 1, "default": 1},
    "limit": {"type": "integer", "minimum": 1, "maximum": lists.MOST, "default": lists.SIZE},
    "bbox": {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "number"}},
    "sort": {"type": "string", "enum": [name for column in SORTABLE for name in (column, f"-{column}")]},
    "by": {"type": "array", "items": {"type": "string", "enum": list(aggregates.BY)}},
    "since": {"type": "integer", "minimum": 0, "default": 0},
    "collection": {"type": "string", "enum": list(lists.LISTS), "default": "projects"},
}
MEANINGS: Final = {
    **SHARED,
    "page": "第几页",
    "limit": "每页条数",
    "bbox": "范围：最小经度、最小纬度、最大经度、最大纬度，用逗号分开",
    "sort": "排序列，前面加减号为降序",
    "by": "按哪些维度汇总，可多个",
    "since": "只要这一期快照之后的变化",
    "after": "上一页 next 中的位置",
    "collection": "数据集",
    "supplier": "承包单位全称",
}
EXAMPLES: Final = {
    "region": "430602",
    "unit": "430602",
    "category": "01",
    "year": 2026,
    "project": "YYMS-2026-0001",
    "bbox": [113.0, 29.3, 113.2, 29.5],
    "sort": "-disbursed",
    "by": ["unit", "year"],
    "kind": ContractKind.CONSTRUCTION.value,
    "parent": "430602",
}


def document(address: str, snapshot: Snapshot) -> dict[str, Any]:
    """`address`: where the interface begins, without a slash at its end."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{label(settings.SITE_TITLE)} · JSON API",
            "version": f"1.0.{snapshot.number}",
            "description": f"{_described_whole(snapshot)} {_described_limit()}",
            "contact": {"name": settings.SPONSOR},
            "license": {"name": settings.DATA_LICENCE_NAME, "url": settings.DATA_LICENCE},
        },
        "servers": [{"url": address}],
        "paths": _paths(),
        "components": {"schemas": schemas()},
    }


def _described_whole(snapshot: Snapshot) -> str:
    said = {"number": snapshot.number, "day": snapshot.as_of}
    return _("Read-only. Figures are of snapshot no. %(number)s, as of %(day)s.") % said


def _described_limit() -> str:
    said = {"limit": settings.API_PER_MINUTE, "seconds": WINDOW}
    return _("At most %(limit)s answers in %(seconds)s seconds for one address; a 304 costs nothing.") % said


def _paths() -> dict[str, Any]:
    found: dict[str, Any] = {"/": _operation("root", _("Where everything is"), "Root")}
    for collection in lists.LISTS.values():
        title, name = label(collection.title), collection.id
        found[f"/{name}"] = _operation(f"list_{name}", title, f"{name}_page", lists.readers(collection))
        single = _operation(f"one_{name}", title, f"{name}_one")
        single["get"]["parameters"] = [parameter("id", TEXT, collection.columns[collection.identifier], "path")]
        found[f"/{name}/{{id}}"] = single
    found |= {
        "/aggregates": _operation("aggregates", _("Sums by unit, category, year"), "Aggregates", aggregates.READERS),
        "/changes": _operation("changes", _("What changed, in the order of time"), "Changes", changes.READERS),
        "/withdrawals": _operation("withdrawals", _("What was taken back, and why"), "Withdrawals"),
        "/snapshots": _operation("snapshots", _("All snapshots with their sums"), "Snapshots"),
    }
    return found


def _operation(name: str, summary: str, schema: str, parameters: Iterable[str] = ()) -> dict[str, Any]:
    answer = {"description": summary, "content": {"application/json": {"schema": _ref(schema)}}}
    refusals = {str(status): _problem() for status in (400, 404, 410, 429, 503)}
    operation = {
        "operationId": name,
        "summary": summary,
        "parameters": [_described(each) for each in parameters],
        "responses": {"200": answer, "304": {"description": _("You have it already")}, **refusals},
    }
    return {"get": operation}


def _described(name: str) -> dict[str, Any]:
    found = parameter(name, _SCHEMAS.get(name, TEXT), MEANINGS[name])
    return found | ({"example": EXAMPLES[name]} if name in EXAMPLES else {})


def _problem() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": _ref("Problem")}}
    return {"description": _("The request was refused; `detail` says why"), "content": content}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": dict(properties)}


def _stamped(**properties: Any) -> dict[str, Any]:
    return _object({"snapshot": COUNT, "as_of": _DAY, **properties})


def _many(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _columns(collection: Collection) -> dict[str, Any]:
    """Each column with its type, whether it may be unknown, and its meaning."""
    model = collection.rows({}).model
    return _object({name: _column(model, name, meaning) for name, meaning in collection.columns.items()})


def _column(model: Any, name: str, meaning: str) -> dict[str, Any]:
    field = model._meta.get_field(name)
    schema = dict(_TYPES.get(field.get_internal_type() or type(field).__name__, TEXT))
    if field.null:
        schema["type"] = [schema["type"], "null"]
    return {**schema, "description": label(meaning)}


def _sums() -> dict[str, Any]:
    """Of one group: its keys, and the figures of years or those of whole projects."""
    keys = {"unit": TEXT, "category": TEXT, "year": COUNT}
    figures = {**aggregates.STANDING, **aggregates.YEARLY}
    described = {name: {**_AMOUNT, "description": label(meaning)} for name, meaning in figures.items()}
    return {"type": "object", "required": ["projects", "payments"], "properties": {**keys, **described}}


def _project() -> dict[str, Any]:
    whole = _columns(PROJECTS)
    things = _many({"type": "object"})
    states = {"type": "string", "enum": [state.value for state in State]}
    judged = {"group": {"type": "string", "enum": [group.key for group in GROUPS]}, "state": states}
    more = dict.fromkeys(("funding", "years", "contract_changes", "milestones"), things)
    more |= {"contracts": _many(_ref("contracts")), "disclosure": _many(_object(judged))}
    more["geometry"] = {"type": ["object", "null"], "description": "GeoJSON (RFC 7946)"}
    return {**whole, "properties": {**whole["properties"], **more}, "required": [*whole["required"], *more]}


def schemas() -> dict[str, Any]:
    change = _object(
        {
            "snapshot": COUNT,
            "published_at": {"type": "string", "format": "date-time"},
            "action": {"type": "string", "enum": [changes.PUT, changes.REMOVE]},
            "key": {"type": ["string", "integer"]},
        }
    )
    address = {"type": "string", "format": "uri"}
    maybe = {"type": ["string", "null"]}
    found = {
        "Problem": _object({"status": COUNT, "title": TEXT, "detail": TEXT}),
        "Root": _stamped(links={"type": "object", "additionalProperties": address}),
        "Aggregates": _stamped(by=_many(TEXT), items=_many(_sums())),
        "Changes": _stamped(
            collection=TEXT, next=address, is_last={"type": "boolean"}, withdrawals=address, items=_many(change)
        ),
        "Withdrawals": _stamped(items=_many(_object({"code": TEXT, "reason": TEXT, "withdrawn_on": _DAY}))),
        "Snapshots": _stamped(items=_many(_object({"number": COUNT, "as_of": _DAY, "chain_head": TEXT}))),
        "projects_one": _stamped(item=_project(), links={"type": "object"}),
    }
    for name, collection in lists.LISTS.items():
        found[name] = _columns(collection)
        found.setdefault(f"{name}_one", _stamped(item=_ref(name)))
        paging = {"count": COUNT, "page": COUNT, "limit": COUNT, "next": maybe, "previous": maybe}
        found[f"{name}_page"] = _stamped(**paging, items=_many(_ref(name)))
    return found


def operations(described: dict[str, Any]) -> list[dict[str, Any]]:
    """Path, summary, parameters, an example and the columns of each operation, for the page."""
    server = described["servers"][0]["url"]
    found = []
    for path, methods in described["paths"].items():
        name = path.strip("/").split("/")[0]
        is_list = name in lists.LISTS and "{" not in path
        found.append(
            {
                "path": path,
                "summary": methods["get"]["summary"],
                "parameters": methods["get"]["parameters"],
                "example": f"{server}{_EXAMPLE[path]}" if path in _EXAMPLE else "",
                "columns": list(described["components"]["schemas"][name]["properties"].items()) if is_list else [],
            }
        )
    return found


_EXAMPLE: Final = {
    "/": "/",
    "/projects": "/projects?unit=430602&status=under_construction&limit=10",
    "/payments": "/payments?year=2026&source=county&limit=100",
    "/contracts": "/contracts?kind=construction",
    "/regions": "/regions?kind=county",
    "/aggregates": "/aggregates?by=unit,year",
    "/changes": "/changes?collection=payments&since=0&limit=1000",
    "/withdrawals": "/withdrawals",
    "/snapshots": "/snapshots",
}
