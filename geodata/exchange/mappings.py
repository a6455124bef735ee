"""Mapping files: how a layout that nobody here knows comes in without a change of code.

A TOML file with four optional tables, described with an example in docs/imports.md::

    [columns]            # title in the file = key (or Chinese title) of our column; "" leaves a column out knowingly
    "Supplier Name" = "payee"
    [constants]          # a value for every row, written as a cell would be
    status = "已清算"
    [values.state]       # words of the file = words of ours, column by column; "*" stands for every other word
    Closed = "已办结"
    [options]
    date_format = "%d/%m/%Y"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args

from geodata.exchange.columns import Layout
from geodata.exchange.tables.headers import normalise_title, squeeze
from geodata.figures.numbers import Unit

UNITS = {"yuan": "元", "wan": "万元", "yi": "亿元", "qian": "千元"}
TABLES = ("columns", "constants", "values", "options")
KNOWN_UNITS = get_args(Unit)


class MappingError(ValueError):
    """The mapping file itself is wrong; the message is Chinese and names the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How one import reads its file; what a mapping's [options] or the command line say."""

    unit: str = ""  # one of KNOWN_UNITS: asked last, after header, sheet and file name
    date_format: str = ""  # strptime formats of dates that are text, several with | between
    key: tuple[str, ...] = ()  # columns that together say which row of the record a row means
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    crs: str = ""
    skip_blank: bool = True
    round: str = ""  # "fen": amounts finer than the fen are rounded and reported, not refused
    hidden: str = ""  # "include": hidden rows and columns count like visible ones
    control_points: str = ""  # lines "x y east north" that tie a drawing of its own coordinates to a system
    outside_city: str = ""  # "accept": features need not lie in the city (a motorway through several)
    # which project a row of nearly the name of a recorded one means: its number or "new" by row, "*" for every other
    alike: Mapping[str, str] = field(default_factory=dict)

    def merged_with(self, **chosen: Any) -> Options:
        """These options with the non-empty ones of the command line on top."""
        return replace(self, **{name: value for name, value in chosen.items() if value})


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """A mapping file as read; the empty one changes nothing."""

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    options: Options = field(default_factory=Options)

    @property
    def ignored(self) -> frozenset[str]:
        """Titles that the mapping leaves out on purpose."""
        return frozenset(normalise_title(title)[0] for title, key in self.columns.items() if not key)

    def titles_for(self, layout: Layout) -> dict[str, tuple[str, ...]]:
        """The titles that this mapping adds, by column key of the layout."""
        keys = _keys_of(layout)
        added: dict[str, tuple[str, ...]] = {}
        for title, target in self.columns.items():
            key = keys.get(normalise_title(target)[0])
            if key is not None:
                added[key] = (*added.get(key, ()), title)
        return added

    def constants_for(self, layout: Layout) -> dict[str, str]:
        """The constants that belong to columns of the layout, by column key."""
        keys = _keys_of(layout)
        found = {keys.get(normalise_title(name)[0]): value for name, value in self.constants.items()}
        return {key: value for key, value in found.items() if key is not None}

    def words_for(self, layout: Layout) -> dict[str, dict[str, str]]:
        """What the words of the file mean, by column key of the layout; compared as titles are."""
        keys = _keys_of(layout)
        found: dict[str, dict[str, str]] = {}
        for name, words in self.values.items():
            key = keys.get(normalise_title(name)[0])
            if key is not None:
                found[key] = {squeeze(word).casefold(): ours for word, ours in words.items()}
        return found


def _keys_of(layout: Layout) -> dict[str, str]:
    keys = {normalise_title(column.label)[0]: column.key for column in layout.every_column}
    keys.update({column.key.casefold(): column.key for column in layout.every_column})
    return keys


def read_mapping(path: Path, layouts: Sequence[Layout]) -> ColumnMapping:
    """Read and check a mapping file for a dataset; MappingError tells what to correct."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MappingError(f"映射文件读不出来：{error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"映射文件不是有效的 TOML（UTF-8）：{error}") from error
    return mapping_of(document, layouts)


def mapping_of(document: Mapping[str, Any], layouts: Sequence[Layout]) -> ColumnMapping:
    """The mapping that a document of the four tables says, checked for a dataset. Raises MappingError."""
    strange = set(document) - set(TABLES)
    if strange:
        raise MappingError(f"映射文件中不认识的部分：{'、'.join(sorted(strange))}（可用 {'、'.join(TABLES)}）")
    mapping = ColumnMapping(
        columns=_texts(document.get("columns", {}), "columns"),
        constants=_texts(document.get("constants", {}), "constants"),
        values=_words(document.get("values", {})),
        options=_options(document.get("options", {})),
    )
    _check_targets(mapping, layouts)
    return mapping


def _texts(table: Any, name: str) -> dict[str, str]:
    if not isinstance(table, dict):
        raise MappingError(f"映射文件的 [{name}] 应为一张表")
    for key, value in table.items():
        if isinstance(value, dict | list):
            raise MappingError(f"映射文件 [{name}] 的“{key}”应为一个值")
    return {str(key): str(value) for key, value in table.items()}


def _words(table: Any) -> dict[str, dict[str, str]]:
    if not isinstance(table, dict) or not all(isinstance(words, dict) for words in table.values()):
        raise MappingError("映射文件的 [values] 应为每列一张表，如 [values.状态]")
    return {str(name): _texts(words, f"values.{name}") for name, words in table.items()}


def _options(table: Any) -> Options:
    if not isinstance(table, dict):
        raise MappingError("映射文件的 [options] 应为一张表")
    known = {option.name for option in fields(Options)}
    strange = set(table) - known
    if strange:
        names, usable = "、".join(sorted(strange)), "、".join(sorted(known))
        raise MappingError(f"映射文件 [options] 中不认识：{names}（可用 {usable}）")
    values = dict(table)
    if "key" in values:
        key = values["key"]
        values["key"] = tuple(str(part) for part in ([key] if isinstance(key, str) else key))
    if "alike" in values:
        values["alike"] = _texts(values["alike"], "options.alike")
    if "unit" in values:
        values["unit"] = _unit(str(values["unit"]))
    _check_values(values)
    return Options(**values)


def _unit(word: str) -> str:
    unit = UNITS.get(word.casefold(), word)
    if unit not in KNOWN_UNITS:
        raise MappingError(f"金额单位“{word}”不认识，请写 yuan、wan、yi 或 {'、'.join(KNOWN_UNITS)}")
    return unit


def _check_values(values: Mapping[str, Any]) -> None:
    for name, allowed in (("round", ("", "fen")), ("hidden", ("", "include")), ("outside_city", ("", "accept"))):
        if values.get(name, "") not in allowed:
            raise MappingError(f"映射文件 [options] 的 {name} 只能写 {allowed[1]}")
    for name, value in values.items():
        if not isinstance(value, type(getattr(Options(), name))):
            raise MappingError(f"映射文件 [options] 的 {name} 类型不对")


def _check_targets(mapping: ColumnMapping, layouts: Sequence[Layout]) -> None:
    known: dict[str, str] = {}
    for layout in layouts:
        known.update(_keys_of(layout))
    for name in (*filter(None, mapping.columns.values()), *mapping.constants, *mapping.values):
        if normalise_title(name)[0] not in known:
            usable = "、".join(sorted(set(known.values())))
            raise MappingError(f"映射文件指向不存在的列“{name}”。可用的列：{usable}")
