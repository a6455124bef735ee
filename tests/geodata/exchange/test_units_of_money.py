"""The unit of an amount, however a title, a cell above the table or the file's name tells it; never a guess."""

from decimal import Decimal

import pytest

from geodata.exchange.columns import Column, Kind, Layout
from geodata.exchange.mappings import Options
from tests.geodata.exchange.sheets import messages, read

LEDGER = Layout(
    key="ledger",
    titles=("台账",),
    columns=(
        Column(key="name", label="项目名称", required=True),
        Column(key="place", label="建设地点"),
        Column(key="total", label="总投资", kind=Kind.AMOUNT, unit="万元"),
        Column(key="people", label="受益人口", kind=Kind.INTEGER),
    ),
    minimum=2,
)
WAN, YI = Decimal(20_000), Decimal(200_000_000)


@pytest.mark.parametrize(
    ("title", "yuan"),
    [
        ("总投资（万）", WAN),
        ("总投资(亿)", YI),
        ("总投资（人民币万元）", WAN),
        ("总投资（万元人民币）", WAN),
        ("总投资(万元/人民币)", WAN),
        ("总投资（单位：人民币万元）", WAN),
        ("总投资(RMB 万元)", WAN),
        ("总投资_万元", WAN),
        ("总投资：亿元", YI),
        ("总投资 万元", WAN),
        ("总投资万", WAN),
        ("总投资亿元", YI),
        ("总投资元", Decimal(2)),
        ("总投资（百万元）", Decimal(2_000_000)),
        ("总投资（千元）", Decimal(2_000)),
    ],
)
def test_a_title_tells_its_unit(title: str, yuan: Decimal) -> None:
    table = read([["项目名称", "建设地点", title], ["甲", "城", 2]], LEDGER)
    assert table.rows[0].amount("total") == yuan


@pytest.mark.parametrize(
    ("above", "yuan"),
    [
        ("单位：百万元", Decimal(2_000_000)),
        ("单位：人民币亿元", YI),
        ("金额单位：亿", YI),
        ("（单位：万）", WAN),
        ("单位：万元、公里", WAN),
        ("单位：万户", WAN),  # counts no money: the column's usual unit
        ("填报单位：亿元集团", WAN),
    ],
)
def test_a_cell_above_tells_the_unit(above: str, yuan: Decimal) -> None:
    table = read([[above], ["项目名称", "建设地点", "总投资"], ["甲", "城", 2]], LEDGER)
    assert (table.rows[0].amount("total"), messages(table)) == (yuan, [])


@pytest.mark.parametrize("above", ["单位：万美元", "单位：十万元", "单位：千万元", "金额单位：美元", "单位：欧元"])
def test_a_unit_that_cannot_be_read_is_asked_about(above: str) -> None:
    rows = [[above], ["项目名称", "建设地点", "总投资"], ["甲", "城", 2]]
    asked = messages(read(rows, LEDGER))
    assert asked[0].startswith("question")
    assert above.split("：")[1] in asked[0]
    assert read(rows, LEDGER, options=Options(unit="百万元")).rows[0].amount("total") == 2_000_000


def test_ten_thousand_people_are_no_people_and_no_money() -> None:
    table = read([["项目名称", "建设地点", "受益人口(万)"], ["甲", "城", 2]], LEDGER)
    assert table.rows[0].values["people"] is None
    assert ["不认识这一列" in text for text in messages(table)] == [True]
