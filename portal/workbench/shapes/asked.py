"""What the editor sends: JSON with a shape, the version it was made on, a box of the map. Strict, never a surprise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

import orjson
from django.http import HttpRequest

from geodata.errors import BadParameter, TooLarge, Unconditional

LARGEST_BODY: Final = 8 * 1024 * 1024  # 50,000 vertices are 1.2 MB; the text of the file they came from may be added
LONGEST_ANSWER: Final = 2000
MOST_ANSWERS: Final = 100
_ETAG: Final = re.compile(r'(?:W/)?"g(\d{1,9})"')  # an answer that was compressed on its way bears it as a weak one
NEVER: Final = -1  # no version has this number: an If-Match that is not ours matches nothing


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request. Raises TooLarge, and BadParameter for anything else than an object."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        raise TooLarge("图形数据超过 8 MB，请先简化图形再保存")
    try:
        found = orjson.loads(request.read(LARGEST_BODY + 1))
    except orjson.JSONDecodeError as error:
        raise BadParameter("请求内容不是有效的 JSON") from error
    if not isinstance(found, dict):
        raise BadParameter("请求内容须是一个 JSON 对象")
    return found


def expected_of(request: HttpRequest) -> int:
    """The number of the version that the edit was made on, from If-Match. Raises Unconditional without one."""
    said = request.headers.get("If-Match")
    if not said:
        raise Unconditional("保存时须说明是在哪一稿上修改的（If-Match），请刷新页面后重试")
    found = _ETAG.fullmatch(said.strip())
    return int(found[1]) if found else NEVER


def etag_of(number: int) -> str:
    """The mark of a project's newest version; 0 for none."""
    return f'"g{number}"'


def text_of(body: Mapping[str, Any], name: str, default: str = "") -> str:
    """A text member. Raises BadParameter when it is something else."""
    value = body.get(name, default)
    if value is None:
        return default
    if not isinstance(value, str) or "\0" in value:
        raise BadParameter(f"{name} 须是文字")
    return value


def flag_of(body: Mapping[str, Any], name: str) -> bool:
    """A true-or-false member; missing is false. Raises BadParameter when it is something else."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise BadParameter(f"{name} 须是 true 或 false")
    return value


def texts_of(body: Mapping[str, Any], name: str) -> dict[str, str]:
    """A member that is an object of texts; missing is empty. Numbers and null are taken as texts or left out."""
    value = body.get(name) or {}
    if not isinstance(value, dict) or len(value) > MOST_ANSWERS:
        raise BadParameter(f"{name} 须是一个对象")
    found = {key: said for key, said in value.items() if said is not None}
    if not all(isinstance(said, str) and "\0" not in said for said in found.values()):
        raise BadParameter(f"{name} 的各项须是文字")
    return found


def box_of(request: HttpRequest) -> tuple[float, float, float, float]:
    """`bbox=west,south,east,north` in degrees. Raises BadParameter."""
    try:
        values = [float(part) for part in request.GET.get("bbox", "").split(",")]
    except ValueError as error:
        raise BadParameter("bbox 须是四个数：西、南、东、北（度），用逗号分开") from error
    if len(values) != 4 or not all(isfinite(value) and abs(value) <= 180 for value in values):
        raise BadParameter("bbox 须是四个数：西、南、东、北（度），用逗号分开")
    west, south, east, north = values
    if west >= east or south >= north:
        raise BadParameter("bbox 的西应小于东，南应小于北")
    return west, south, east, north
