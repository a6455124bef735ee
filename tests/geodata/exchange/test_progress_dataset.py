"""月报, 节点 and 年度计划 come in by platform number; approved reports stay as they are."""

# ruff: noqa: E501 - rows of tables stand as in the file

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from geodata.progress.models import Milestone, PeriodReport, PlanYear
from geodata.projects.models import Project
from tests.geodata.exchange.importing import import_file, workbook

pytestmark = pytest.mark.django_db

REPORT_HEAD = ["平台编号", "项目名称", "报告期", "本期完成投资(万元)", "累计完成投资(万元)", "年度累计完成投资(万元)", "形象进度(%)",
    "形象进度描述", "本期工作", "下期计划", "存在问题", "上报日期", "审核日期", "状态"]  # fmt: skip
JANUARY = [
    "YYMS-2026-0001",
    "示例",
    "2026-01",
    100,
    1100.5,
    100,
    20,
    "基础",
    "开挖",
    "浇筑",
    "无",
    date(2026, 2, 2),
    date(2026, 2, 4),
    "已审核",
]
FEBRUARY = [
    "YYMS-2026-0001",
    "示例",
    "2026-02",
    50,
    1150.5,
    150,
    25.5,
    "主体",
    "浇筑",
    "封顶",
    "征拆",
    date(2026, 3, 2),
    None,
    "已提交",
]


@pytest.fixture
def book(tmp_path: Path, make_project: Callable[..., Project]) -> Callable[..., Path]:
    """A workbook about one project."""
    make_project()
    made = 0

    def make(**sheets: list[list[Any]]) -> Path:
        nonlocal made
        made += 1
        return workbook(tmp_path / f"{made}.xlsx", sheets)

    return make


def reports(*rows: list[Any]) -> dict[str, list[list[Any]]]:
    return {"月报": [["项目月报(示例)"], REPORT_HEAD, *rows]}


def test_reports_come_in_with_their_state_and_period(book: Callable[..., Path]) -> None:
    result = import_file(book(**reports(JANUARY, FEBRUARY)), "progress")
    assert (result.batch.state, result.counts) == ("committed", {"new": 2}), result.messages
    first, second = PeriodReport.objects.order_by("period_end")
    assert (first.period_start, first.period_end, first.state) == (date(2026, 1, 1), date(2026, 1, 31), "approved")
    assert first.invested_cumulative == Decimal("11005000.00")
    assert first.physical_pct == 20
    assert first.problems == ""
    assert second.state == "submitted"
    assert second.period_end == date(2026, 2, 28)
    assert second.reviewed_at is None
    assert import_file(book(**reports(JANUARY, FEBRUARY)), "progress").counts == {"unchanged": 2}


def test_an_approved_report_is_frozen_and_corrected_by_a_new_version(book: Callable[..., Path]) -> None:
    import_file(book(**reports(JANUARY, FEBRUARY)), "progress")
    corrected, changed = list(JANUARY), list(FEBRUARY)
    corrected[4], changed[4] = 1101, 1151
    result = import_file(book(**reports(corrected, changed)), "progress")
    assert result.counts == {"changed": 2}
    assert any("更正的新版本" in message for message in result.messages)
    january = PeriodReport.objects.filter(period_end=date(2026, 1, 31)).order_by("version")
    assert list(january.values_list("version", "invested_cumulative")) == [
        (1, Decimal("11005000.00")),
        (2, Decimal("11010000.00")),
    ]
    assert january[1].correction_reason
    # a report that nobody has approved is changed in place
    february = PeriodReport.objects.get(period_end=date(2026, 2, 28))
    assert (february.version, february.invested_cumulative) == (1, Decimal("11510000.00"))
    assert import_file(book(**reports(corrected, changed)), "progress").counts == {"unchanged": 2}


def test_the_database_itself_refuses_to_change_an_approved_report(book: Callable[..., Path]) -> None:
    import_file(book(**reports(JANUARY)), "progress")
    with pytest.raises(DatabaseError), transaction.atomic():
        PeriodReport.objects.update(invested_cumulative=1)


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        (0, "YYMS-2026-0404", "不存在"),
        (2, "上月", "日期"),
        (6, 120, "0到100"),
        (3, "很多", "数字"),
        (13, "通过", "只能填"),
    ],
)
def test_a_bad_report_is_refused_with_a_sentence(
    book: Callable[..., Path], column: int, value: object, sentence: str
) -> None:
    row = list(JANUARY)
    row[column] = value
    result = import_file(book(**reports(row, FEBRUARY)), "progress")
    assert result.batch.state == "refused"
    assert sentence in "".join(result.refusals)
    assert not PeriodReport.objects.exists()


def test_progress_that_falls_is_doubted(book: Callable[..., Path]) -> None:
    row = list(FEBRUARY)
    row[6] = 10
    result = import_file(book(**reports(JANUARY, row)), "progress")
    assert result.batch.state == "committed"
    assert any("低于前期" in message for message in result.messages)


NODE_HEAD = ["平台编号", "节点编码", "节点名称", "计划日期", "预计日期", "实际日期", "权重(%)", "是否关键"]


def test_nodes_keep_their_days_and_weights(book: Callable[..., Path]) -> None:
    nodes = [
        NODE_HEAD,
        ["YYMS-2026-0001", "M0801", "开工", "2026年1月", None, date(2026, 1, 5), None, "是"],
        ["YYMS-2026-0001", "m0802", "基础", date(2026, 3, 31), date(2026, 4, 10), None, 40, "否"],
        ["YYMS-2026-0001", "M0803", "主体", date(2026, 6, 30), None, None, 60, "是"],
    ]
    result = import_file(book(节点=nodes), "progress")
    assert result.counts == {"new": 3}, result.messages
    start = Milestone.objects.get(code="M0801")
    assert (start.planned_on, start.planned_precision, start.actual_on) == (
        date(2026, 1, 31),
        "month",
        date(2026, 1, 5),
    )
    assert start.is_key
    assert Milestone.objects.get(code="M0802").weight_pct == 40
    assert import_file(book(节点=nodes), "progress").counts == {"unchanged": 3}
    nodes[2][5] = date(2026, 4, 2)
    assert import_file(book(节点=nodes), "progress").counts == {"unchanged": 2, "changed": 1}
    assert Milestone.objects.get(code="M0802").actual_on == date(2026, 4, 2)


@pytest.mark.parametrize(
    ("code", "day", "weight", "sentence"),
    [
        ("M1301", None, None, "节点编码"),
        ("0801", None, None, "节点编码"),
        ("M0801", date(2026, 4, 8), None, "晚于今天"),
        ("M0802", None, 101, "0到100"),
    ],
)
def test_a_bad_node_is_refused(
    book: Callable[..., Path], code: str, day: date | None, weight: int | None, sentence: str
) -> None:
    nodes = [NODE_HEAD, ["YYMS-2026-0001", code, "节点", None, None, day, weight, None]]
    result = import_file(book(节点=nodes), "progress")
    assert result.batch.state == "refused"
    assert sentence in "".join(result.refusals)


def test_weights_that_do_not_add_to_a_hundred_are_said(book: Callable[..., Path]) -> None:
    nodes = [NODE_HEAD, ["YYMS-2026-0001", "M0802", "基础", None, None, None, 40, None]]
    assert any("应为100%" in message for message in import_file(book(节点=nodes), "progress").messages)


def test_plans_of_years_come_in_and_are_adjusted(book: Callable[..., Path]) -> None:
    plans = [
        [
            "平台编号",
            "年度",
            "计划投资(万元)",
            "计划形象进度(%)",
            "计划内容",
            "调整后计划(万元)",
            "调整文号",
            "是否续建",
        ],
        ["YYMS-2026-0001", 2025, 500, 40, "基础", None, None, "否"],
        ["YYMS-2026-0001", 2026, 800, 100, "主体", 750, "示发改〔2026〕3号", "是"],
    ]
    assert import_file(book(年度计划=plans), "progress").counts == {"new": 2}
    plan = PlanYear.objects.get(year=2026)
    assert (plan.planned_amount, plan.adjusted_amount) == (Decimal("8000000.00"), Decimal("7500000.00"))
    assert plan.carryover
    assert import_file(book(年度计划=plans), "progress").counts == {"unchanged": 2}
    plans[1][2] = -1
    assert import_file(book(年度计划=plans), "progress").batch.state == "refused"
