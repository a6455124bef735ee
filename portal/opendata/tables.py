"""The four tables that are given away as files, each whole: the collections of the interface, and the contracts.

Columns are named by hand, as in portal/publication/allowlist.py: what is not named does not leave the house.
"""

from collections.abc import Iterator
from typing import Any, Final

from django.contrib.gis.db.models.functions import AsWKB
from django.db.models import Func, QuerySet, TextField

from geodata.funding.choices import ContractKind
from geodata.parameters import code, one_of, phrase
from portal.opendata.ogc.collections import PAYMENTS, PROJECTS, REGIONS, Asked, Collection
from portal.opendata.ogc.items import ANTICLOCKWISE
from portal.opendata.ogc.systems import CRS84, SYSTEMS
from portal.public import selectors
from portal.public.models import PublishedContract

PIECE: Final = 2000  # rows that are in memory at a time


def _contracts(asked: Asked) -> QuerySet[PublishedContract]:
    limits = {"project": "code", "supplier": "supplier", "kind": "kind"}
    rows = selectors.at(PublishedContract, selectors.NEWEST)
    return rows.filter(**{limits[name]: value for name, value in asked.items()})


CONTRACTS: Final = Collection(
    id="contracts",
    title="合同清单",
    description="公开项目的合同。合同现价为 price 与 changes 之和。金额单位为元。",
    identifier="key",
    order=("key",),
    rows=_contracts,
    limits={"project": code, "supplier": phrase, "kind": one_of(*ContractKind.values)},
    is_spatial=False,
    columns={
        "key": "合同编号，payments 的 contract_key 指向它",
        "code": "项目的平台编号",
        "kind": "合同类型",
        "name": "合同名称",
        "supplier": "承包单位；个人不公开姓名",
        "price": "签约合同价(元)",
        "changes": "已批准变更的合计(元)",
        "signed_on": "签订日期",
    },
)
TABLES: Final = (PROJECTS, PAYMENTS, CONTRACTS, REGIONS)
SPATIAL: Final = tuple(table for table in TABLES if table.is_spatial)


def rows(table: Collection) -> Iterator[tuple[Any, ...]]:
    """The values of every row in the order of `columns`; memory does not grow with rows."""
    yield from _all(table).values_list(*table.columns).iterator(chunk_size=PIECE)


def rows_with_wkb(table: Collection) -> Iterator[tuple[Any, ...]]:
    """The same behind the shape as WKB in EPSG:4490, longitude first; None where there is no shape."""
    yield from _all(table).annotate(drawn=AsWKB("geom")).values_list("drawn", *table.columns).iterator(PIECE)


def rows_with_geojson(table: Collection) -> Iterator[tuple[Any, ...]]:
    """The same behind the shape as GeoJSON text."""
    shape = Func(
        Func("geom", template=ANTICLOCKWISE),
        SYSTEMS[CRS84].decimals,
        0,
        function="ST_AsGeoJSON",
        output_field=TextField(),
    )
    yield from _all(table).annotate(drawn=shape).values_list("drawn", *table.columns).iterator(PIECE)


def _all(table: Collection) -> QuerySet[Any]:
    return table.rows({}).order_by(*table.order)
