"""Typed or pasted coordinates: a list, 界址点, well-known text or GeoJSON, in any system that can be brought in."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import numpy as np
import shapely

from geodata.crs.declared import parse_declared
from geodata.crs.detection import Extent
from geodata.crs.systems import RefusedSystem, Source, name_of
from geodata.crs.transforms import PRECISION
from geodata.errors import BadParameter, Refused, TooLarge
from geodata.exchange.shape_intake.documents import Evidence, Intake, Option, Question, refuse
from geodata.exchange.shape_intake.drawing import LABELS, POLYGON, Drawing, as_geojson
from geodata.exchange.shape_intake.features import read_geojson_text
from geodata.exchange.shape_intake.systems import Doubt, Reading, Wish, check_places, find_strays, settle, wish_of
from geodata.exchange.shape_intake.targets import Target, target
from geodata.exchange.shape_intake.typed.lines import plain
from geodata.exchange.shape_intake.typed.lists import read_list
from geodata.exchange.shape_intake.typed.wellknown import looks_like_wkt, read_wkt
from geodata.regions.selectors import city_extent
from geodata.stewards.scope import Scope

LONGEST: Final = 2_000_000  # characters; 50,000 vertices of a survey take less


def read_coordinates(scope: Scope, *, code: str, text: str, crs: str = "auto", kind: str = "") -> Intake:
    """The geometry that a text describes, for a project that the person may edit; nothing is written.

    `crs` is a code of `systems.CHOICES` or any EPSG code, `kind` point, line or polygon where the text does not say.
    Raises NotPermitted, NotFound, TooLarge, Busy, BadParameter, CoordinatesRefused by row, and Refused.
    """
    place = target(scope, code)
    return read_text(place, text=text, wish=wish_of(crs), kind=kind_of(kind, place))


def kind_of(kind: str, place: Target) -> str:
    """The kind asked for; without one, the only one that the category allows."""
    if kind and kind not in LABELS:
        raise BadParameter("kind 只能是 point、line 或 polygon")
    return kind or (place.kinds[0] if len(place.kinds) == 1 and place.kinds[0] in LABELS else "")


def read_text(place: Target, *, text: str, wish: Wish, kind: str, sha256: str = "") -> Intake:
    """As `read_coordinates`, for a text that came in a file, too; then `sha256` is the file's."""
    if len(text) > LONGEST:
        raise TooLarge(f"文本超过 {LONGEST // 10_000} 万字。请改为上传文件。")
    if "\0" in text:
        raise refuse("文本里有不能识别的字符，请只粘贴坐标", row=1)
    extent = city_extent()
    cleaned = plain(text)
    if cleaned.lstrip().startswith("{"):
        return read_geojson_text(place, text=text, wish=wish)
    drawing, said = _drawn(cleaned, kind, extent)
    drawing.check()
    points = drawing.points()
    found = _settled(drawing, points, wish, said, place, extent)
    digest = sha256 or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    evidence = _evidence(drawing, points, found, wish, said, digest)
    if isinstance(found, Doubt):
        options = tuple(
            Option(crs=one.crs, label=one.label, geometry=as_geojson(drawing.shape(rounded(one))))
            for one in found.readings
        )
        return Intake(
            geometry=None,
            evidence=evidence,
            note=_note(drawing, None),
            question=Question(message=found.message, options=options),
        )
    check_places(list(drawing.vertices()), found, extent)
    shape = drawing.shape(rounded(found))
    return Intake(geometry=as_geojson(shape), evidence=evidence, note=_note(drawing, found))


def _drawn(text: str, kind: str, extent: Extent) -> tuple[Drawing, Source | None]:
    if looks_like_wkt(text):
        drawing, srid = read_wkt(text)
        return drawing, parse_declared(srid)
    drawing, header = read_list(text, kind=kind, extent=extent)
    return drawing, header.system(drawing.points()) if drawing.groups else None


def _settled(
    drawing: Drawing, points: Any, wish: Wish, said: Source | None, place: Target, extent: Extent
) -> Reading | Doubt:
    try:
        found = settle(
            points,
            wish=wish,
            said=said,
            extent=extent,
            area=place.area,
            unit=place.unit,
            written_in_degrees=drawing.degrees,
        )
    except RefusedSystem:
        raise
    except Refused:
        find_strays(list(drawing.vertices()), points, wish, said, extent)
        raise
    return found


def rounded(reading: Reading) -> Any:
    """To a millimetre, as all coordinates are kept."""
    return np.round(reading.moved, PRECISION)


def _evidence(
    drawing: Drawing, points: Any, found: Reading | Doubt, wish: Wish, said: Source | None, digest: str
) -> Evidence:
    declared = wish.source if wish.source is not None else said
    settled = found if isinstance(found, Reading) else None
    return Evidence(
        declared_crs=name_of(declared)[:60] if declared is not None else "",
        detected_crs=settled.label[:60] if settled else "",
        crs_confidence=settled.confidence.value if settled else "",
        pipeline=settled.steps if settled else "",
        original_wkt=shapely.to_wkt(drawing.shape(points), rounding_precision=-1),
        original_sha256=digest,
        accuracy_m=settled.accuracy_m if settled else "",
    )


def _note(drawing: Drawing, reading: Reading | None) -> str:
    """What was read, in a sentence, and what was remarked on the way."""
    count = sum(len(group.vertices) for group in drawing.groups)
    words = (
        f"读到{LABELS[drawing.kind]}，{len(drawing.groups)} {'环' if drawing.kind == POLYGON else '组'}，{count} 个点"
    )
    said = [f"{words}；坐标系：{reading.label}" if reading else words]
    said += reading.notes if reading else ()
    return "。".join([*said, *drawing.notes])
