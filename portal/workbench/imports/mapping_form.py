"""The form in which a person says what each column of a foreign file means, and the mapping that it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geodata.crs.declared import parse_declared
from geodata.exchange.batches import uploading
from geodata.exchange.blank_workbooks import explained, name_of
from geodata.exchange.columns import Column, Kind, Layout
from geodata.exchange.datasets import Dataset
from geodata.exchange.mappings import KNOWN_UNITS
from geodata.exchange.sources.sketches import Sketch
from geodata.exchange.sources.suggesting import day_order, suggest
from geodata.exchange.tables.headers import normalise_title
from portal.workbench.imports import offers

_PLACES: Final = frozenset(("lon", "lat", "north", "east", "position", "wkt"))
LEFT_OUT: Final = "-"  # the person knows the column and does not want it
DATES: Final = (
    ("", gettext_lazy("As found out")),
    ("%d/%m/%Y|%d/%m/%y|%d-%b-%y|%d-%b-%Y|%d.%m.%Y", gettext_lazy("day, month, year: 31/12/2026")),
    ("%m/%d/%Y|%m/%d/%y", gettext_lazy("month, day, year: 12/31/2026")),
    ("%Y-%m-%d|%Y/%m/%d|%Y%m%d|%Y-%m-%dT%H:%M:%S", gettext_lazy("year, month, day: 2026-12-31")),
)
# columns that a file of features often lacks and a new project needs
_OF_FEATURES: Final = ("source_key", "parent_name", "category", "unit", "plan_year")


@dataclass(slots=True)
class MappingForm:
    """What stands in the form: of a sheet's sketch, with the choices made so far."""

    dataset: Dataset
    sketch: Sketch
    layout: Layout
    targets: dict[int, str]
    keys: set[int] = field(default_factory=set)
    constants: dict[str, str] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The four tables of a mapping file."""
        titles = self.sketch.titles
        chosen = {titles[at]: "" if key == LEFT_OUT else key for at, key in sorted(self.targets.items()) if key}
        options = {name: value for name, value in self.options.items() if value}
        if self.keys:
            options["key"] = [self._key(at) for at in sorted(self.keys)]
        elif self.sketch.features and self.constants.get("source_key"):
            options.setdefault("key", ["number"])
        return {
            "columns": chosen,
            "constants": {key: text for key, text in self.constants.items() if text},
            "values": {
                key: held for key, words in self.words.items() if (held := {w: o for w, o in words.items() if o})
            },
            "options": options,
        }

    def _key(self, position: int) -> str:
        """Features are told apart by titles of the file, rows of tables by columns of ours."""
        target = self.targets.get(position, "")
        return self.sketch.titles[position] if self.sketch.features or target in ("", LEFT_OUT) else target

    def context(self) -> dict[str, Any]:
        """What the template shows."""
        return {
            "layouts": [
                (one.key, name_of(one), one.key == self.layout.key) for one in layouts_for(self.dataset, self.sketch)
            ],
            "columns": [self._column(at, title) for at, title in enumerate(self.sketch.titles) if title.strip()],
            "constants": [self._constant(column) for column in self._constant_columns()],
            "words": [row for column in self.layout.columns for row in self._words(column)],
            "units": [
                (unit, unit or _("As found out"), unit == self.options.get("unit", "")) for unit in ("", *KNOWN_UNITS)
            ],
            "encodings": offers.encodings(uploading.ENCODINGS, str(self.options.get("encoding", ""))),
            "systems": offers.systems(str(self.options.get("crs", ""))) if self._placed() else [],
            "dates": _chosen(DATES, str(self.options.get("date_format", ""))),
            "round": self.options.get("round") == "fen",
            "outside": self.options.get("outside_city") == "accept",
            "features": self.sketch.features,
            "lacking": self.lacking(),
        }

    def _placed(self) -> bool:
        """Whether such rows or features can bear a place, whose system has to be said."""
        return self.sketch.features or any(column.key in _PLACES for column in self.layout.columns)

    def lacking(self) -> list[str]:
        """Needed columns that neither a column nor a constant gives."""
        given = {*self.targets.values(), *(key for key, text in self.constants.items() if text)}
        return [column.label for column in self.layout.columns if column.required and column.key not in given]

    def _column(self, position: int, title: str) -> dict[str, Any]:
        target = self.targets.get(position, "")
        return {
            "at": position,
            "title": title,
            "samples": self.sketch.samples(position),
            "choices": [
                (column.key, f"{column.label}{' *' if column.required else ''}", column.key == target)
                for column in self.layout.columns
            ],
            "left_out": target == LEFT_OUT,
            "key": position in self.keys,
        }

    def _constant_columns(self) -> Sequence[Column]:
        taken = set(self.targets.values())
        usual = _OF_FEATURES if self.sketch.features else ()
        return [
            column
            for column in self.layout.columns
            if column.key not in taken and (column.required or column.key in usual or self.constants.get(column.key))
        ]

    def _constant(self, column: Column) -> dict[str, Any]:
        return {
            "key": column.key,
            "label": column.label,
            "how": explained(column).how,
            "needed": column.required,
            "value": self.constants.get(column.key, ""),
            "choices": list(dict.fromkeys(column.choices)),
        }

    def _words(self, column: Column) -> list[dict[str, Any]]:
        """Words of the file that a column of ours does not know."""
        if column.kind is not Kind.CHOICE:
            return []
        positions = [at for at, key in self.targets.items() if key == column.key]
        found = self.sketch.words.get(self.sketch.titles[positions[0]], ()) if positions else ()
        held = self.words.get(column.key, {})
        strange = [word for word in found if word not in column.choices and word not in column.choices.values()]
        return [
            {
                "key": column.key,
                "label": column.label,
                "number": number,
                "word": word,
                "choices": [(ours, ours == held.get(word, "")) for ours in dict.fromkeys(column.choices)],
            }
            for number, word in enumerate(dict.fromkeys((*strange, *held)))
        ]


def _chosen(pairs: Sequence[tuple[str, Any]], held: str) -> list[tuple[str, str, bool]]:
    known = {value for value, _label in pairs}
    more = [(held, held)] if held not in known else []
    return [(value, str(label), value == held) for value, label in (*pairs, *more)]


def layouts_for(dataset: Dataset, sketch: Sketch) -> list[Layout]:
    """The kinds of table that a sheet or layer can be."""
    return [layout for layout in dataset.layouts if layout.features == sketch.features]


def suggested(dataset: Dataset, sketch: Sketch) -> MappingForm | None:
    """A form with what the titles and values suggest; None where the dataset reads nothing of this kind."""
    fitting = [(layout, suggest(sketch, layout)) for layout in layouts_for(dataset, sketch)]
    if not fitting:
        return None
    layout, targets = max(fitting, key=lambda pair: len(pair[1]))
    form = MappingForm(dataset, sketch, layout, targets)
    order = {"dmy": DATES[1][0], "mdy": DATES[2][0]}.get(day_order(sketch))
    form.options = {"date_format": order} if order else {}
    return form


def from_document(dataset: Dataset, sketch: Sketch, document: Mapping[str, Any]) -> MappingForm | None:
    """A form with what a mapping says; None where the dataset reads nothing of this kind."""
    layouts = layouts_for(dataset, sketch)
    if not layouts:
        return None
    columns = {normalise_title(title)[0]: key for title, key in document.get("columns", {}).items()}
    known = {layout.key: _keys(layout) for layout in layouts}

    def hits(layout: Layout) -> int:
        return sum(1 for key in columns.values() if key in known[layout.key])

    layout = max(layouts, key=hits)
    ours = known[layout.key]
    form = MappingForm(dataset, sketch, layout, {})
    for at, title in enumerate(sketch.titles):
        key = columns.get(normalise_title(title)[0])
        if key is not None:
            form.targets[at] = ours.get(key, LEFT_OUT)
    options = dict(document.get("options", {}))
    marks = set(options.pop("key", ()))
    form.keys = {at for at, title in enumerate(sketch.titles) if title in marks or form.targets.get(at) in marks}
    form.options = options
    form.constants = {ours.get(key, key): text for key, text in document.get("constants", {}).items()}
    form.words = {ours.get(key, key): dict(words) for key, words in document.get("values", {}).items()}
    return form


def _keys(layout: Layout) -> dict[str, str]:
    """Our columns by key and by Chinese title."""
    return {name: column.key for column in layout.columns for name in (column.key, column.label)}


def from_post(dataset: Dataset, sketch: Sketch, data: QueryDict, before: Mapping[str, Any]) -> MappingForm | None:
    """The form as it was sent; `before` are options that stand in the mapping and not in the form."""
    layouts = layouts_for(dataset, sketch)
    layout = next((one for one in layouts if one.key == data.get("layout")), layouts[0] if layouts else None)
    if layout is None:
        return None
    keys = {column.key for column in layout.columns} | {LEFT_OUT}
    form = MappingForm(dataset, sketch, layout, {})
    for at in range(len(sketch.titles)):
        chosen = data.get(f"to_{at}", "")
        if chosen in keys:
            form.targets[at] = chosen
        if data.get(f"key_{at}"):
            form.keys.add(at)
    for column in layout.columns:
        text = data.get(f"const_{column.key}", "").strip()[:200]
        if text:
            form.constants[column.key] = text
        form.words |= _posted_words(column, data)
    hidden = {name: value for name, value in before.items() if name not in _IN_FORM}
    unit = data.get("unit", "")
    form.options = {
        **hidden,
        "unit": unit if unit in KNOWN_UNITS else "",
        "date_format": data.get("date_format", "")[:80],
        "round": "fen" if data.get("round") else "",
        "outside_city": "accept" if data.get("outside_city") else "",
        "encoding": data.get("encoding", "") if data.get("encoding") in uploading.ENCODINGS else "",
        "crs": data.get("crs", "")[:40] if parse_declared(data.get("crs", "")[:40]) is not None else "",
    }
    return form


_IN_FORM: Final = frozenset(("unit", "date_format", "round", "outside_city", "key", "encoding", "crs"))


def _posted_words(column: Column, data: QueryDict) -> dict[str, dict[str, str]]:
    words = data.getlist(f"word_{column.key}")[:200]
    ours = data.getlist(f"ours_{column.key}")[:200]
    held = {word: mine for word, mine in zip(words, ours, strict=False) if word and mine in column.choices}
    return {column.key: held} if held else {}
