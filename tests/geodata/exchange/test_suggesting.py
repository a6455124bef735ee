"""Which of our columns the screen offers for a foreign one: people correct it, so a good guess saves their time."""

import pytest

from geodata.exchange.columns import Layout
from geodata.exchange.datasets import dataset
from geodata.exchange.sources.sketches import Sketch
from geodata.exchange.sources.suggesting import suggest


def layout(kind: str, key: str) -> Layout:
    return next(one for one in dataset(kind).layouts if one.key == key)


def offered(titles: str, meant: Layout) -> dict[str, str]:
    sketch = Sketch(name="表", features=False, titles=tuple(titles.split()), words={})
    labels = {column.key: column.label for column in meant.columns}
    return {sketch.titles[at]: labels[key] for at, key in suggest(sketch, meant).items()}


def test_words_of_offices_find_the_columns_of_the_ledger() -> None:
    found = offered(
        "工程 门类 归口 片区 选址 投资(万) 工程量 业主 中标人 进展情况 困难 附注", layout("projects", "ledger")
    )
    assert found == {
        "工程": "项目名称",
        "门类": "项目类别",
        "归口": "责任单位",
        "片区": "属地管理单位",
        "选址": "建设地点",
        "投资(万)": "总投资",
        "工程量": "建设规模和内容",
        "业主": "建设单位",
        "中标人": "施工单位",
        "进展情况": "形象进度",
        "困难": "存在问题",
        "附注": "备注",
    }


@pytest.mark.parametrize(
    ("titles", "wanted"),
    [
        (
            "凭单号 付款日 收款方 付款额 用途",
            {
                "凭单号": "支付凭证号",
                "付款日": "支付日期",
                "收款方": "收款人全称",
                "付款额": "支付金额",
                "用途": "摘要",
            },
        ),
        (
            "Ref Paid_on Supplier Sum",
            {"Ref": "支付凭证号", "Paid_on": "支付日期", "Supplier": "收款人全称", "Sum": "支付金额"},
        ),
    ],
)
def test_words_of_foreign_ledgers_find_the_columns_of_payments(titles: str, wanted: dict[str, str]) -> None:
    assert offered(titles, layout("disbursements", "payments")) == wanted
