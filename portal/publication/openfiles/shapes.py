"""The tables with shapes as GeoJSON, and all tables as one GeoPackage."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import orjson

from geodata.exchange.writers import Layer, write_geopackage
from portal.opendata import tables
from portal.opendata.exact import as_json
from portal.opendata.ogc.collections import Collection
from portal.public.models import Snapshot
from portal.publication.openfiles.tabular import columns, plain


def write_geojson(table: Collection, snapshot: Snapshot, path: Path) -> int:
    """RFC 7946: longitude first, rings anticlockwise outside. A line a feature."""
    names, place = tuple(table.columns), list(table.columns).index(table.identifier)
    count = 0
    with path.open("wb") as file:
        head = {"type": "FeatureCollection", "name": table.id, "snapshot": snapshot.number, "as_of": snapshot.as_of}
        file.write(as_json(head)[:-1] + b',"features":[\n')
        for shape, *row in tables.rows_with_geojson(table):
            feature = {
                "type": "Feature",
                "id": row[place],
                "geometry": orjson.Fragment(shape) if shape else None,
                "properties": dict(zip(names, row, strict=True)),
            }
            file.write((b",\n" if count else b"") + as_json(feature))
            count += 1
        file.write(b"\n]}\n")
    return count


def write_gpkg(snapshot: Snapshot, path: Path) -> None:
    layers = (
        Layer(
            name=table.id,
            description=f"{table.title}。{table.description}数据截至 {snapshot.as_of}，第 {snapshot.number} 期快照。",
            columns=columns(table, titled=False),
            rows=_with_shape(table) if table.is_spatial else plain(tables.rows(table)),
            is_spatial=table.is_spatial,
        )
        for table in tables.TABLES
    )
    write_geopackage(path, layers, changed=snapshot.published_at.astimezone(UTC))


def _with_shape(table: Collection) -> Iterator[Sequence[Any]]:
    for shape, *row in tables.rows_with_wkb(table):
        yield [shape, *next(plain([row]))]
