"""What foreign layouts bring: records in JSON, words of their own, several date formats, bundles by number, codes."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import LineString, Point

from geodata.complaints.models import WorkOrder
from geodata.errors import FileRefused
from geodata.exchange.datasets import dataset
from geodata.exchange.mappings import ColumnMapping, MappingError, mapping_of
from geodata.funding.models import Disbursement
from geodata.projects.models import Project
from geodata.regions.models import AreaUnit
from geodata.sandbox import door
from tests.geodata.exchange.importing import geojson, import_file

pytestmark = pytest.mark.django_db

TICKET: dict[str, Any] = {
    "no": "T-1",
    "opened": "2026-03-12T09:14:22.000",
    "word": "Closed",
    "location": {"type": "Point", "coordinates": [113.1, 29.3]},
}
TICKETS = {
    "columns": {"no": "order_no", "opened": "received_at", "word": "state"},
    "constants": {"kind": "求助"},
    "values": {"状态": {"closed": "已办结", "*": "办理中"}},
    "options": {"crs": "4490"},
}
PAYMENTS = {
    "columns": {"No": "voucher_no", "On": "pay_date", "To": "payee", "Sum": "amount"},
    "options": {"unit": "yuan", "date_format": "%d/%m/%Y|%d-%b-%y", "round": "fen"},
}


def mapping(key: str, document: dict[str, Any]) -> ColumnMapping:
    return mapping_of(document, dataset(key).layouts)


def written(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    "wrapped",
    [
        [TICKET, {**TICKET, "no": "T-2", "word": "In progress"}],
        {"code": 0, "data": {"total": 2, "rows": [TICKET, {**TICKET, "no": "T-2", "word": "Open"}]}},
        "\n".join(json.dumps(one) for one in (TICKET, {**TICKET, "no": "T-2", "word": None})),
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "geometry": TICKET["location"], "properties": {**TICKET, "no": no, "location": ""}}
                for no in ("T-1", "T-2")
            ],
        },
    ],
    ids=["list", "envelope", "lines", "features"],
)
def test_records_in_json_are_a_table_whatever_they_are_wrapped_in(tmp_path: Path, wrapped: Any) -> None:
    file = written(tmp_path / "tickets.json", wrapped)
    result = import_file(file, "complaints", mapping=mapping("complaints", TICKETS))
    assert (result.batch.state, result.counts) == ("committed", {"new": 2}), result.refusals
    first = WorkOrder.objects.get(order_no="T-1")
    assert (first.state, first.geom.x, first.geom.y) == ("closed", 113.1, 29.3)


def test_the_place_of_a_record_has_a_path_where_the_record_names_another(tmp_path: Path) -> None:
    file = written(tmp_path / "a.json", [{**TICKET, "longitude": "113.2", "deep": {"a": {"b": 1}}, "sum": 0.1}])
    table = door.read_records(file)
    assert table.rows[0] == ["no", "opened", "word", "location/longitude", "longitude", "deep/a/b", "sum", "latitude"]
    assert table.rows[1][3:] == ["113.1", "113.2", "1", "0.1", "29.3"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("[1, 2]", "wrong-format"),
        ("{}", "wrong-format"),
        ('"text"', "wrong-format"),
        ('[{"a": 1}', "bad-json"),
        ('{"a": 1}\n{"a": ', "bad-json"),
        ("[" * 50_000, "bad-json"),
        ('[{"a": "\\u0000"}]', "lost-text"),
        ('[{"a": "\\ud800"}]', "lost-text"),
    ],
)
def test_what_is_no_list_of_records_is_refused(tmp_path: Path, content: str, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        door.read_records(written(tmp_path / "a.json", content))
    assert refused.value.code == code


def test_numbers_of_records_lose_the_dust_of_binary_arithmetic(tmp_path: Path) -> None:
    content = '[{"a": 0.30000000000000004, "b": 6.82121e-13, "c": 12345678901234567890, "d": 6.82121e-30, "e": NaN}]'
    assert door.read_records(written(tmp_path / "a.json", content)).rows[1] == [
        "0.3",
        "0.000000000000682121",
        "12345678901234567890",
        "0",
        "",
    ]


@pytest.mark.usefixtures("sources")
def test_amounts_and_days_as_foreign_ledgers_write_them(tmp_path: Path) -> None:
    rows = ["No,On,To,Sum", 'A1,31/12/2025,Example Ltd,"£1,234.50"', "A2,01-Feb-26,Example Ltd,12.00-"]
    rows += ["A3,02/02/2026,Example Ltd,7.25 CR", "A4,03/02/2026,Example Ltd,6.82121E-13", "A5,03/02/2026,X,1.5E+2"]
    file = written(tmp_path / "ledger.csv", "\n".join(rows))
    result = import_file(file, "disbursements", mapping=mapping("disbursements", PAYMENTS))
    assert (result.batch.state, result.counts) == ("committed", {"new": 4, "skipped": 1}), result.refusals
    amounts = dict(Disbursement.objects.values_list("voucher_no", "amount"))
    assert amounts == {"A1": Decimal("1234.50"), "A2": Decimal(-12), "A3": Decimal("-7.25"), "A5": Decimal(150)}
    plain = written(tmp_path / "plain.csv", "支付凭证号,支付日期,收款人,支付金额\nB1,2026-02-01,样例公司,£5\n")
    assert import_file(plain, "disbursements").batch.state == "refused"


@pytest.mark.usefixtures("city")
def test_a_number_elsewhere_makes_one_bundle_that_bears_the_money(tmp_path: Path) -> None:
    document = {
        "columns": {"no": "parent_source", "sum": "total", "name": "name"},
        "constants": {"外部编号": "P", "项目类别": "农村公路", "属地管理单位": "岳阳楼区", "计划年度": "2026"},
        "options": {"unit": "qian", "key": "number"},
    }
    spot, line = Point(113.05, 29.3), LineString([(113.05, 29.3), (113.06, 29.31)])
    rows = [
        ({"no": "N-1", "name": "示例路", "sum": "1,500"}, spot),
        ({"no": "N-1", "name": "示例路", "sum": "1,500"}, line),
    ]
    rows.append(({"no": "N-2", "name": "示例桥", "sum": "20"}, spot))
    file = geojson(tmp_path / "a.geojson", rows)
    result = import_file(file, "projects", mapping=mapping("projects", document))
    assert (result.batch.state, result.counts) == ("committed", {"new": 3}), result.refusals
    bundles = {one.source_key: one for one in Project.objects.filter(parent__isnull=True)}
    assert {key: one.total_investment for key, one in bundles.items()} == {"N-1": 1_500_000, "N-2": 20_000}
    assert [bundles[key].parts.count() for key in ("N-1", "N-2")] == [2, 1]
    document["constants"]["外部编号"] = "Q"
    other = geojson(tmp_path / "b.geojson", [({"no": "N-1", "name": "示例路", "sum": "1,700"}, line)])
    second = import_file(other, "projects", mapping=mapping("projects", document))
    assert second.counts == {"new": 1}
    assert Project.objects.get(source_key="N-1").total_investment == 1_500_000
    assert any("此前为 1,500,000.00 元" in message for message in second.messages)


@pytest.mark.usefixtures("city")
def test_features_that_repeat_a_name_without_a_bundle_are_refused(tmp_path: Path) -> None:
    constants = {"外部编号": "P", "项目类别": "农村公路", "属地管理单位": "岳阳楼区", "计划年度": "2026"}
    document = {"constants": constants, "options": {"key": "number"}}
    file = geojson(tmp_path / "a.geojson", [({"name": "路基"}, Point(113.05, 29.3)) for _number in range(2)])
    result = import_file(file, "projects", mapping=mapping("projects", document), skip_refused=True)
    assert (result.batch.state, result.counts) == ("committed", {"new": 1, "refused": 1})
    assert any("上级项目名称" in message for message in result.refusals)


def test_a_list_of_codes_without_boundaries_makes_areas(tmp_path: Path) -> None:
    rows = ["code,name,level,code_system,parent", "430602,岳阳楼区,county,GB2260,430600"]
    rows += ["430671,屈原管理区,functional_zone,NBS,", "430602001,示例街道,township,NBS2022,430602"]
    file = written(tmp_path / "codes.csv", "\n".join(rows))
    assert import_file(file, "regions").counts == {"new": 3}
    zone, street = AreaUnit.objects.get(code="430671"), AreaUnit.objects.get(code="430602001")
    assert (zone.kind, zone.nbs_code, zone.parent.code) == ("zone", "430671", "430600")
    assert (street.code_system, street.parent.code, street.geom) == ("NBS", "430602", None)
    assert import_file(file, "regions").counts == {"unchanged": 3}


@pytest.mark.parametrize(
    "document",
    [{"values": {"状态": "已办结"}}, {"values": []}, {"values": {"没有这一列": {"a": "b"}}}, {"value": {}}],
)
def test_a_wrong_table_of_words_is_said(document: dict[str, Any]) -> None:
    with pytest.raises(MappingError):
        mapping("complaints", document)
