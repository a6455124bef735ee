"""The door itself: what the rest of the system may ask about a file or a geometry that a stranger made.

Every function starts a confined child, waits for it at most half a minute, and returns plain values or raises
``FileRefused``, ``TooLarge`` or ``Busy`` with a Chinese sentence that says what to do. The caller's process opens
nothing but to copy it.
"""

import struct
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from geodata.errors import FileRefused, TooLarge
from geodata.sandbox import process
from geodata.sandbox.codec import features, papers, pictures, scalars, tables
from geodata.sandbox.documents import (
    DEFAULT,
    MIB,
    FeatureFile,
    GeometryCheck,
    Limits,
    PaperCheck,
    Picture,
    TextTable,
    Workbook,
)
from geodata.sandbox.judgements import ShapeJudgement, ShapeShift, decode_judgement, decode_shift
from geodata.sandbox.process import Operation

WORKBOOK = Operation("geodata.sandbox.readers.workbooks", "read_workbook")
TEXT_TABLE = Operation("geodata.sandbox.readers.text", "read_text_table")
RECORDS = Operation("geodata.sandbox.readers.records", "read_records")
PLAIN_TEXT = Operation("geodata.sandbox.readers.text", "read_plain_text")
FEATURES = Operation(
    "geodata.sandbox.readers.features",
    "read_features",
    without=("pandas", "geopandas", "pyarrow", "pyproj", "shapely", "lxml"),
)
PHOTO = Operation("geodata.sandbox.readers.pictures", "read_photo", without=("numpy", "defusedxml"))
PHOTO_LIMITS = replace(DEFAULT, file_bytes=15 * MIB, answer_bytes=32 * MIB, memory_bytes=2048 * MIB)
PAPER = Operation("geodata.sandbox.readers.papers", "read_paper", without=("numpy", "defusedxml"))
STRIP = Operation("geodata.sandbox.readers.properties", "strip_properties", without=("numpy", "defusedxml"))
PAPER_LIMITS = replace(PHOTO_LIMITS, file_bytes=20 * MIB)
GEOMETRIES = "geodata.sandbox.readers.geometries"
CHECK = Operation(GEOMETRIES, "check_geometries", without=("pandas",))
REPAIR = Operation(GEOMETRIES, "propose_repairs", without=("pandas",))
SUBTRACT = Operation(GEOMETRIES, "subtract", without=("pandas",))
UNION = Operation(GEOMETRIES, "union", without=("pandas",))
SHARES = Operation(GEOMETRIES, "intersection_shares", without=("pandas",))
JUDGE = Operation("geodata.sandbox.readers.proposals", "judge_shape", without=("pandas",))
COMPARE = Operation("geodata.sandbox.readers.proposals", "compare_shapes", without=("pandas",))
REPAIR_SECONDS = 8
SMALLEST_REPAIR = 4
REPAIRED_TYPES = ("Polygon", "MultiPolygon", "GeometryCollection")


def _read(operation: Operation, path: Path, limits: Limits, decode: Any, **arguments: Any) -> Any:
    _check_file(path, limits)
    answer = process.run(operation, arguments=arguments, inputs={"input": path}, limits=limits)
    return _decoded(decode, answer)


def _read_in_lines(operation: Operation, path: Path, limits: Limits, decode: Any, **arguments: Any) -> Any:
    _check_file(path, limits)
    answer, lines = process.run_in_lines(operation, arguments=arguments, inputs={"input": path}, limits=limits)
    return _decoded(lambda raw: decode(raw, lines), answer)


def _check_file(path: Path, limits: Limits) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise FileRefused("没有找到这个文件。请检查文件名后重试。", code="missing-file") from error
    if not path.is_file():
        raise FileRefused("这不是一个文件。请选择要导入的文件。", code="missing-file")
    if size > limits.file_bytes:
        raise TooLarge(f"文件超过 {limits.file_bytes // 1024 // 1024} MB。请拆分后再上传。")


def _decoded(decode: Any, answer: Any) -> Any:
    try:
        return decode(answer)
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise FileRefused(process.CRASHED, code="malformed-answer") from error


def read_workbook(path: Path, *, limits: Limits = DEFAULT) -> Workbook:
    """All worksheets of an .xlsx file, hidden ones included and marked."""
    workbook: Workbook = _read_in_lines(WORKBOOK, path, limits, tables.decode_workbook)
    return workbook


def read_text_table(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, limits: Limits = DEFAULT
) -> TextTable:
    """A CSV or TSV file; encoding and delimiter are found by themselves unless named."""
    if delimiter is not None and len(delimiter) != 1:
        raise FileRefused("分隔符只能是一个字符。", code="bad-delimiter")
    table: TextTable = _read_in_lines(
        TEXT_TABLE, path, limits, tables.decode_text_table, encoding=encoding, delimiter=delimiter
    )
    return table


def read_records(path: Path, *, encoding: str | None = None, limits: Limits = DEFAULT) -> TextTable:
    """A JSON file of records as a table: the members' names above; rows are numbered by record, from 1."""
    table: TextTable = _read_in_lines(RECORDS, path, limits, tables.decode_text_table, encoding=encoding)
    return table


def read_plain_text(path: Path, *, encoding: str | None = None, limits: Limits = DEFAULT) -> tuple[str, str]:
    """A text file as it stands, and its encoding; found by itself unless named."""
    content: tuple[str, str] = _read(PLAIN_TEXT, path, limits, _plain_text, encoding=encoding)
    return content


def _plain_text(raw: Any) -> tuple[str, str]:
    content, encoding = scalars.fields(raw, "text", "encoding")
    return scalars.text(content), scalars.text(encoding)


def read_features(
    path: Path, *, encoding: str | None = None, layer: str | None = None, limits: Limits = DEFAULT
) -> FeatureFile:
    """A GeoJSON file, a GeoPackage, KML, DXF, zipped shapefiles or a zipped File Geodatabase: geometries 2-D in the
    file's own coordinates and types."""
    file: FeatureFile = _read(FEATURES, path, limits, features.decode_feature_file, encoding=encoding, layer=layer)
    return file


def read_photo(content: bytes, *, limits: Limits = PHOTO_LIMITS) -> Picture:
    """A photo of the works (JPEG, PNG or WebP), upright, reduced and without place, camera or any other note."""
    if len(content) > limits.file_bytes:
        raise TooLarge(f"照片超过 {limits.file_bytes // MIB} MB。请缩小后再上传。")
    answer = process.run(PHOTO, arguments={}, inputs={"input": content}, limits=limits)
    picture: Picture = _decoded(pictures.decode_picture, answer)
    return picture


def read_paper(content: bytes, *, limits: Limits = PAPER_LIMITS) -> PaperCheck:
    """A document as evidence, by its content: a PDF without anything active, or a JPEG or PNG, which is drawn anew."""
    if len(content) > limits.file_bytes:
        raise TooLarge(f"文件超过 {limits.file_bytes // MIB} MB。请压缩或拆分后再上传。")
    answer = process.run(PAPER, arguments={}, inputs={"input": content}, limits=limits)
    check: PaperCheck = _decoded(papers.decode_paper, answer)
    return check


def strip_paper(content: bytes, *, limits: Limits = PAPER_LIMITS) -> bytes:
    """A PDF for everybody: without author, program, signer and the notes of cameras, as long as before.

    Raises FileRefused where they cannot be taken out."""
    answer = process.run(STRIP, arguments={}, inputs={"input": content}, limits=limits)
    stripped: bytes = _decoded(papers.decode_content, answer)
    return stripped


def _about(operation: Operation, geometries: Sequence[bytes], limits: Limits, **arguments: Any) -> Any:
    """Ask a child about geometries: each goes as its length in four bytes and its WKB."""
    content = b"".join(struct.pack("<I", len(geometry)) + geometry for geometry in geometries)
    if len(content) > limits.file_bytes:
        raise TooLarge("图形数据过大。请简化或分批提交。")
    return process.run(operation, arguments=arguments, inputs={"input": content}, limits=limits)


def judge_shape(
    wkb: bytes,
    *,
    boundary: bytes | None,
    margin_m: float,
    before: bytes | None,
    neighbours: Sequence[bytes],
    limits: Limits = DEFAULT,
) -> ShapeJudgement:
    """One geometry in EPSG:4490 against its surroundings, by one child: is it valid, how much of it lies inside the
    boundary widened by the margin, how far it overlaps each neighbour, how far it is from the shape before.
    """
    others = [shape for shape in (boundary, before) if shape is not None]
    answer = _about(
        JUDGE,
        [wkb, *others, *neighbours],
        limits,
        margin_m=margin_m,
        boundary=boundary is not None,
        before=before is not None,
    )
    judgement: ShapeJudgement = _decoded(decode_judgement, answer)
    if judgement.check.valid and len(judgement.overlaps) != len(neighbours):
        raise FileRefused(process.CRASHED, code="malformed-answer")
    return judgement


def compare_shapes(earlier: bytes, later: bytes, *, limits: Limits = DEFAULT) -> ShapeShift:
    """How far one valid geometry is from another."""
    shift: ShapeShift | None = _decoded(decode_shift, _about(COMPARE, [earlier, later], limits))
    if shift is None:
        raise FileRefused(process.CRASHED, code="malformed-answer")
    return shift


def check_geometries(wkbs: Sequence[bytes], *, limits: Limits = DEFAULT) -> list[GeometryCheck]:
    """A judgement on each geometry in EPSG:4490 (longitude, latitude): valid or why not, sizes, a repair to look at.

    Areas and lengths are geodesic. A geometry that takes GEOS too long raises ``FileRefused``: it is never stored.
    """
    if not wkbs:
        return []
    checks = _decoded(features.decode_checks, _about(CHECK, wkbs, limits))
    if len(checks) != len(wkbs):
        raise FileRefused(process.CRASHED, code="malformed-answer")
    return _with_proposals(wkbs, checks, limits)


def _with_proposals(wkbs: Sequence[bytes], checks: list[GeometryCheck], limits: Limits) -> list[GeometryCheck]:
    """Ask a second, short-lived child to repair what is invalid but can be parsed; without an answer, no proposals."""
    wrong = [
        index
        for index, check in enumerate(checks)
        if not check.valid and check.vertices >= SMALLEST_REPAIR and check.geometry_type in REPAIRED_TYPES
    ]
    if not wrong:
        return checks
    short = replace(limits, cpu_seconds=REPAIR_SECONDS, wall_seconds=REPAIR_SECONDS + 2)
    try:
        answer = _about(REPAIR, [wkbs[index] for index in wrong], short)
        proposals = _decoded(lambda raw: [features.decode_geometry(one) for one in raw], answer)
        found = dict(zip(wrong, proposals, strict=True))
    except (FileRefused, ValueError):
        return checks
    return [replace(check, proposal=found.get(index)) for index, check in enumerate(checks)]


def subtract(wkb: bytes, others: Sequence[bytes], *, limits: Limits = DEFAULT) -> bytes:
    """``wkb`` less all the others; an empty multi-geometry when nothing is left. Invalid input is refused."""
    rest: bytes = _decoded(features.decode_geometry, _about(SUBTRACT, [wkb, *others], limits))
    return rest


def union(wkbs: Sequence[bytes], *, limits: Limits = DEFAULT) -> bytes:
    """All geometries as one. Invalid input is refused."""
    whole: bytes = _decoded(features.decode_geometry, _about(UNION, wkbs, limits))
    return whole


def intersection_shares(wkbs: Sequence[bytes], polygon: bytes, *, limits: Limits = DEFAULT) -> list[Decimal]:
    """For each geometry the part of it, from 0 to 1, that lies in ``polygon``: of its area, length or points."""
    if not wkbs:
        return []
    return _decoded(_shares, _about(SHARES, [*wkbs, polygon], limits))


def intersection_share(wkb: bytes, polygon: bytes, *, limits: Limits = DEFAULT) -> Decimal:
    """The part of one geometry, from 0 to 1, that lies in ``polygon``."""
    return intersection_shares([wkb], polygon, limits=limits)[0]


def _shares(raw: Any) -> list[Decimal]:
    shares = [Decimal(share) for share in raw]
    if not all(0 <= share <= 1 for share in shares):
        raise ValueError("a share lies between 0 and 1")
    return shares
