"""A mapping as the document of its four tables, and as the TOML file that the commands take."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from geodata.exchange.mappings import TABLES, ColumnMapping, MappingError, Options

LONGEST: Final = 200_000
_BARE: Final = re.compile(r"^[A-Za-z0-9_-]+$")


def as_document(mapping: ColumnMapping) -> dict[str, Any]:
    """The four tables, options as far as they differ from the usual ones."""
    usual = asdict(Options())
    options = {name: value for name, value in asdict(mapping.options).items() if value != usual[name]}
    return {
        "columns": dict(mapping.columns),
        "constants": dict(mapping.constants),
        "values": {name: dict(words) for name, words in mapping.values.items()},
        "options": {name: _plain(value) for name, value in options.items()},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def as_toml(document: Mapping[str, Any], *, note: str) -> str:
    """The document as a mapping file; read again it is the same."""
    lines = [f"# {' '.join(note.split())}"]
    for table in TABLES:
        content = document.get(table) or {}
        if table == "values":
            for name, words in content.items():
                lines += ["", f"[values.{_key(name)}]", *(_line(word, ours) for word, ours in words.items())]
        elif content:
            lines += ["", f"[{table}]", *(_line(name, value) for name, value in content.items())]
    return "\n".join(lines) + "\n"


def _line(name: str, value: Any) -> str:
    return f"{_key(name)} = {_value(value)}"


def _key(name: str) -> str:
    return name if _BARE.match(name) else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"{{ {', '.join(_line(word, ours) for word, ours in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    # the escapes of JSON are those of TOML, but for U+007F, which TOML wants escaped
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def from_toml(raw: bytes) -> dict[str, Any]:
    """The document of a mapping file that somebody sent. Raises MappingError."""
    if len(raw) > LONGEST:
        raise MappingError("映射文件过大")
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MappingError(f"映射文件不是有效的 TOML（UTF-8）：{error}") from error
