"""The interface as an OpenAPI 3.0 document, made of the same collections and parameters that answer."""

from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from geodata.projects.choices import Stage, Status
from portal.opendata.ogc.asked import FORMATS, MOST, PAGE
from portal.opendata.ogc.collections import COLLECTIONS, Collection
from portal.opendata.ogc.documents import GEOJSON, HTML, JSON, OPENAPI
from portal.opendata.ogc.systems import CRS84, SYSTEMS
from portal.public.models import Snapshot
from portal.wording import label

TEXT: Final = {"type": "string"}
SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "status": {"type": "array", "items": {"type": "string", "enum": list(Status.values)}},
    "stage": {"type": "array", "items": {"type": "string", "enum": list(Stage.values)}},
    "year": {"type": "integer", "minimum": 1990, "maximum": 2100},
    "located": {"type": "string", "enum": ["yes", "no"]},
    "kind": {"type": "string", "enum": ["city", "county", "zone", "township"]},
    "q": {"type": "string", "maxLength": 60},
}
MEANINGS: Final = {
    "region": "行政区划或乡镇街道代码",
    "unit": "属地管理单位代码",
    "category": "项目类别代码，两位包含其下四位",
    "status": "施工状态，可多个",
    "stage": "建设阶段，可多个",
    "year": "年度",
    "source": "资金来源代码",
    "q": "名称、别名、编号、地点中的文字",
    "located": "有无公开图形",
    "project": "项目的平台编号",
    "purpose": "用途代码",
    "kind": "区划类型",
    "parent": "上级区划代码",
}


def parameter(name: str, schema: dict[str, Any], description: str, place: str = "query") -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "in": place, "required": place == "path", "schema": schema}
    found |= {"description": label(description)} if description else {}
    return found | ({"style": "form", "explode": False} if schema.get("type") == "array" else {})


def _common() -> dict[str, dict[str, Any]]:
    numbers = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    systems = {"type": "string", "format": "uri", "default": CRS84, "enum": list(SYSTEMS)}
    return {
        "limit": parameter(
            "limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE}, "每页要素数，超过上限按上限"
        ),
        "offset": parameter("offset", {"type": "integer", "minimum": 0, "default": 0}, "从第几个要素起"),
        "bbox": parameter("bbox", numbers, "范围：最小经度、最小纬度、最大经度、最大纬度，用逗号分开"),
        "bbox-crs": parameter("bbox-crs", systems, "bbox 的坐标系"),
        "crs": parameter("crs", systems, "返回图形的坐标系"),
        "datetime": parameter("datetime", TEXT, "日期、时刻或起止区间（RFC 3339）"),
        "f": parameter("f", {"type": "string", "enum": list(FORMATS)}, "返回格式"),
    }


def _answer(media: str, description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Features"} if media == GEOJSON else {"type": "object"}
    return {"description": description, "content": {media: {"schema": schema}, HTML: {"schema": TEXT}}}


def _problem() -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": _("The request was refused; `detail` says why"), "content": problem}


def _operation(name: str, summary: str, answer: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    operation = {
        "operationId": name,
        "summary": summary,
        "tags": [_("Features")],
        "parameters": [*parameters, {"$ref": "#/components/parameters/f"}],
        "responses": {"200": answer, "400": _problem(), "404": _problem(), "503": _problem()},
    }
    return {"get": operation}


def _paths_of(found: Collection) -> dict[str, Any]:
    shared = ["limit", "offset", "datetime", "bbox", "bbox-crs", "crs"]
    own = [parameter(name, SCHEMAS.get(name, TEXT), MEANINGS[name]) for name in found.limits]
    several = [*({"$ref": f"#/components/parameters/{name}"} for name in shared), *own]
    single = [parameter("featureId", TEXT, "", "path"), {"$ref": "#/components/parameters/crs"}]
    title, features = label(found.title), _answer(GEOJSON, _("Features"))
    return {
        f"/collections/{found.id}": _operation(f"describe_{found.id}", title, _answer(JSON, title), []),
        f"/collections/{found.id}/items": _operation(f"get_{found.id}", title, features, several),
        f"/collections/{found.id}/items/{{featureId}}": _operation(f"get_one_{found.id}", title, features, single),
    }


def document(address: str, snapshot: Snapshot) -> dict[str, Any]:
    """`address`: where the interface begins, without a slash at its end."""
    paths: dict[str, Any] = {
        "/": _operation("landing", _("Landing page"), _answer(JSON, _("Landing page")), []),
        "/conformance": _operation("conformance", _("Conformance"), _answer(JSON, _("Conformance")), []),
        "/api": _operation("api", "OpenAPI", _answer(OPENAPI, "OpenAPI"), []),
        "/collections": _operation("collections", _("Collections"), _answer(JSON, _("Collections")), []),
    }
    for found in COLLECTIONS.values():
        paths |= _paths_of(found)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"{label(settings.SITE_TITLE)} · OGC API Features",
            "version": f"1.0.{snapshot.number}",
            "description": _("Read-only. Figures are of snapshot no. %(number)s, as of %(day)s.")
            % {"number": snapshot.number, "day": snapshot.as_of},
            "contact": {"name": settings.SPONSOR},
        },
        "servers": [{"url": address}],
        "paths": paths,
        "components": {"parameters": _common(), "schemas": _schemas()},
    }


def limits_of(found: Collection) -> list[tuple[str, str]]:
    """Name and meaning of every parameter of a collection's items."""
    own = [(name, label(MEANINGS[name])) for name in found.limits]
    return [*own, *((one["name"], one["description"]) for one in _common().values())]


def operations(described: dict[str, Any]) -> list[dict[str, Any]]:
    """Path, summary and parameters of each operation, for the page."""
    shared = described["components"]["parameters"]
    return [
        {
            "path": path,
            "summary": methods["get"]["summary"],
            "parameters": [
                shared[one["$ref"].rsplit("/", 1)[-1]] if "$ref" in one else one for one in methods["get"]["parameters"]
            ],
        }
        for path, methods in described["paths"].items()
    ]


def _schemas() -> dict[str, Any]:
    feature = {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"oneOf": [TEXT, {"type": "integer"}]},
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object"},
        },
    }
    count = {"type": "integer", "minimum": 0}
    return {
        "Problem": {"type": "object", "properties": {"status": count, "title": TEXT, "detail": TEXT, "code": TEXT}},
        "Feature": feature,
        "Features": {
            "type": "object",
            "required": ["type", "features"],
            "properties": {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "features": {"type": "array", "items": {"$ref": "#/components/schemas/Feature"}},
                "numberMatched": count,
                "numberReturned": count,
                "timeStamp": {"type": "string", "format": "date-time"},
                "links": {"type": "array", "items": {"type": "object"}},
            },
        },
    }
