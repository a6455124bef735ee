"""What a phone sends: its position as numbers and a moment, a key, a file. Every text of it is a stranger's."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from geodata import parameters
from geodata.errors import BadParameter, Refused, TooLarge
from geodata.sandbox.documents import MIB
from geodata.sandbox.door import PHOTO_LIMITS
from geodata.visits.rules import Fix

_NUMBER: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,20})?(e-[0-9]{1,3})?", re.ASCII)
_NO_POSITION: Final = "没有收到定位。请打开手机定位，允许本页使用位置，等页面显示定位精度后再签到"


def _degrees(most: int) -> parameters.Reader:
    def read(name: str, texts: list[str]) -> float:
        number = _number(parameters.one(name, texts))
        if not abs(number) <= most:
            raise parameters.bad(name, texts[0], f"应为 -{most} 到 {most} 之间的度数")
        return number

    return read


def _metres(name: str, texts: list[str]) -> float:
    number = _number(parameters.one(name, texts))
    if not 0 <= number <= 1e9:
        raise parameters.bad(name, texts[0], "应为米数")
    return number


def _number(text: str) -> float:
    return float(text) if _NUMBER.fullmatch(text) else math.nan


NEAR: Final[Mapping[str, parameters.Reader]] = {
    "lon": _degrees(180),
    "lat": _degrees(90),
    "accuracy": _metres,
    "q": parameters.phrase,
}


def place_of(query: Mapping[str, Any]) -> dict[str, Any]:
    """lon, lat, accuracy and q of an address. Raises BadParameter."""
    found = parameters.read(query, NEAR)
    if "lon" not in found or "lat" not in found:
        raise BadParameter("请给出经度 lon 和纬度 lat")
    return found


def fix_of(form: Mapping[str, str]) -> Fix:
    """The position that the form bears. Raises Refused for one that cannot be read, so that nothing stands for it."""
    try:
        at = datetime.fromisoformat(form.get("fixed_at", ""))
    except ValueError as error:
        raise Refused(_NO_POSITION, code="no-position") from error
    if at.tzinfo is None:
        raise Refused(_NO_POSITION, code="no-position")
    lon, lat, accuracy = (_number(form.get(name, "")) for name in ("lon", "lat", "accuracy"))
    return Fix(lon, lat, accuracy, at)


def code_of(form: Mapping[str, str]) -> str:
    """The project's platform number. Raises Refused without one, BadParameter for what is none."""
    text = form.get("code", "").strip()
    if not text:
        raise Refused("请先选择要签到的项目", code="no-project")
    return parameters.code("code", [text])


def key_of(form: Mapping[str, str]) -> UUID:
    try:
        return UUID(form.get("key", ""))
    except ValueError as error:
        raise Refused("这次签到缺少编号，请刷新页面后重新签到", code="no-key") from error


def photo_of(files: Mapping[str, Any]) -> bytes | None:
    """The photo's bytes, None without one. Raises TooLarge before it is read into memory."""
    file = files.get("photo")
    if not isinstance(file, UploadedFile) or not file.size:
        return None
    if file.size > PHOTO_LIMITS.file_bytes:
        raise TooLarge(f"照片超过 {PHOTO_LIMITS.file_bytes // MIB} MB。请缩小后再签到，或先不带照片。")
    return file.read()
