"""界址点 files (勘测定界界址点坐标交换格式) as a layer of features: one parcel, one feature."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from geodata.crs.detection import Extent
from geodata.errors import FileRefused, TooLarge
from geodata.exchange.shape_intake.documents import CoordinatesRefused
from geodata.exchange.shape_intake.drawing import Drawing
from geodata.exchange.shape_intake.typed.lines import plain
from geodata.exchange.shape_intake.typed.lists import read_parcels
from geodata.exchange.shape_intake.typed.parcels import Header, Parcel
from geodata.projects.codes import BadCode, normalise, parse_serial
from geodata.sandbox import door
from geodata.sandbox.documents import FeatureLayer, FeatureRow, FieldValue, Limits

LAYER: Final = "界址点"
# The fields by which a project is found; the others stay with the feature.
COLUMNS: Final = ("平台编号", "项目代码", "地块名称")
IDENTITY: Final = ("平台编号", "serial", "项目代码", "code", "项目名称", "name")
_PARCEL: Final = re.compile(r"@[ \t]*\r?$", re.MULTILINE)
_POINT: Final = re.compile(
    r"^[ \t]*[^\s,]{1,30}[, \t]+\d{1,6}[, \t]+\d{5,8}(?:\.\d*)?[, \t]+\d{5,8}(?:\.\d*)?[ \t]*\r?$", re.MULTILINE
)
# A parcel's line holds its name, whose 、 is no comma: it is set aside while signs are made equal.
_ANNOUNCED: Final = re.compile(r"^.*[@＠][ \t]*\r?$", re.MULTILINE)
_ASIDE: Final = str.maketrans({"、": "\ue000", "。": "\ue001"})
_BACK: Final = str.maketrans({"\ue000": "、", "\ue001": "。"})
_EMPTY_CELLS: Final = re.compile(r"(?:[ \t]*,)+[ \t]*(?=\r?$)", re.MULTILINE)  # behind every line that Excel saved
_LONGEST: Final = 20_000_000
_MOST_PARCELS: Final = 20_000


def looks_like_parcels(text: str) -> bool:
    """Whether a text that `plain` has seen has a line that ends in @ and one of 点号, 圈号 and two large numbers."""
    return _PARCEL.search(text) is not None and _POINT.search(text) is not None


def read_parcel_file(
    path: Path, *, encoding: str | None, extent: Extent, constants: Mapping[str, str], limits: Limits
) -> FeatureLayer | None:
    """The parcels of a text file; None when it is some other text. Constants that name one project make all parcels
    one feature, because a project has one shape."""
    text, used = door.read_plain_text(path, encoding=encoding, limits=limits)
    if len(text) > _LONGEST:
        return None  # too long for any survey of ours; the reader of tables has its own limits
    text = _ANNOUNCED.sub(lambda found: found.group().translate(_ASIDE), text)
    cleaned = _EMPTY_CELLS.sub("", plain(text))
    if not looks_like_parcels(cleaned):
        return None
    parcels, header = read_parcels(cleaned, extent=extent)
    if len(parcels) > _MOST_PARCELS:
        raise TooLarge(f"地块超过 {_MOST_PARCELS} 个。请按项目拆分后再导入。")
    if any(constants.get(title) for title in IDENTITY):
        rows = [_whole(parcels)]
    else:
        rows = [_row(number, parcel, found) for number, (parcel, found) in enumerate(parcels, start=1)]
    return _layer(rows, parcels, header, used)


def _row(number: int, parcel: Parcel, found: Drawing | CoordinatesRefused) -> FeatureRow:
    values = _values(parcel)
    if isinstance(found, CoordinatesRefused):
        return FeatureRow(number, values, None, found.message.translate(_BACK))
    return FeatureRow(number, values, shapely.to_wkb(found.shape(found.points()), byte_order=1))


def _whole(parcels: Sequence[tuple[Parcel, Drawing | CoordinatesRefused]]) -> FeatureRow:
    """All parcels as one feature; one that is faulty keeps all out, else a piece of the project would be missing."""
    values = _values(parcels[0][0])
    drawings = []
    for _parcel, found in parcels:
        if isinstance(found, CoordinatesRefused):
            return FeatureRow(1, values, None, found.message.translate(_BACK))
        drawings.append(found)
    if len({drawing.kind for drawing in drawings}) > 1:
        return FeatureRow(1, values, None, "文件里点、线、面地块混在一起，一个项目的图形只能是其中一种")
    parts = [part for drawing in drawings for part in shapely.get_parts(drawing.shape(drawing.points()))]
    multi: Any = {"point": shapely.MultiPoint, "line": shapely.MultiLineString}.get(
        drawings[0].kind, shapely.MultiPolygon
    )
    return FeatureRow(1, values, shapely.to_wkb(multi(parts), byte_order=1))


def _values(parcel: Parcel) -> dict[str, FieldValue]:
    """The parcel's own line; a number that is a project's is that project's."""
    try:
        code = normalise(parcel.number)
    except BadCode:
        code = None
    return {
        "平台编号": parcel.number if parse_serial(parcel.number) else None,
        "项目代码": code,
        "地块编号": parcel.number or None,
        "地块名称": parcel.name.translate(_BACK) or None,
        "地块面积": None if parcel.hectares is None else f"{parcel.hectares:g}",
        "图幅号": parcel.sheet or None,
        "地块用途": parcel.use or None,
        "地类编码": parcel.land or None,
    }


def _layer(
    rows: list[FeatureRow],
    parcels: Sequence[tuple[Parcel, Drawing | CoordinatesRefused]],
    header: Header,
    encoding: str,
) -> FeatureLayer:
    drawings = [found for _parcel, found in parcels if isinstance(found, Drawing)]
    system = header.system(np.vstack([drawing.points() for drawing in drawings])) if drawings else None
    if not rows:
        raise FileRefused("界址点文件里没有地块。请检查以 @ 结尾的地块行。", code="no-layer")
    return FeatureLayer(
        name=LAYER,
        columns=[title for title in COLUMNS if title == "地块名称" or any(row.values[title] for row in rows)],
        geometry_types=set(),
        epsg=system if isinstance(system, int) else None,
        # a datum without a zone leaves the numbers to say which; another system is a question
        crs_name=None if header.datum else header.values.get("坐标系") or None,
        crs_wkt=None,
        crs_source="file" if system is not None else "none",
        encoding=encoding,
        rows=rows,
        notices=[note.translate(_BACK) for drawing in drawings for note in drawing.notes],
    )
