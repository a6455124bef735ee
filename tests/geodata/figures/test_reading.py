"""How staff's amounts, dates and periods are read."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from geodata.figures import (
    Amount,
    DatedValue,
    Precision,
    Unreadable,
    parse_amount,
    parse_date,
    parse_number,
    parse_period,
)

WAN = Decimal(10_000)


@pytest.mark.parametrize(
    ("value", "unit", "yuan", "approximate"),
    [
        ("3,980.50", "万元", "39805000.00", False),
        ("3980.5万", "元", "39805000.00", False),
        ("3980.5万元", "万元", "39805000.00", False),
        ("１２００", "万元", "12000000.00", False),
        ("约500", "万元", "5000000.00", True),
        ("500左右", "万元", "5000000.00", True),
        ("500余万元", "元", "5000000.00", True),
        ("(1,000)", "元", "-1000.00", False),
        ("（1,000）", "元", "-1000.00", False),
        ("-15,000,000.00", "元", "-15000000.00", False),
        ("1.5亿元", "万元", "150000000.00", False),
        ("¥ 3,265,920.00", "元", "3265920.00", False),
        (31430.5, "万元", "314305000.00", False),
        (0.1 + 0.2, "元", "0.30", False),
        (6200, "千元", "6200000.00", False),
        (Decimal("0.005"), "元", "0.01", False),
        (0, "万元", "0.00", False),
    ],
)
def test_an_amount_is_read_in_its_unit(value: object, unit: str, yuan: str, approximate: bool) -> None:
    amount = parse_amount(value, unit)
    assert amount is not None
    assert (amount.yuan, amount.approximate) == (Decimal(yuan), approximate)


def test_an_amount_finer_than_the_fen_says_so() -> None:
    assert parse_amount("0.005") == Amount(Decimal("0.01"), rounded=True)
    assert parse_amount("0.0005", "万元") == Amount(Decimal("5.00"))


@pytest.mark.parametrize("value", [None, "", " ", "—", "-", "/", "无", "——"])
def test_an_empty_mark_is_no_amount_and_not_zero(value: object) -> None:
    assert parse_amount(value) is None
    assert parse_number(value) is None


@pytest.mark.parametrize(
    "value", ["待定", "3,98", "1,2000", "1.2.3", "12a", "约", "nan", "(-5)", True, float("nan"), float("inf"), "1e5"]
)
def test_a_doubtful_amount_is_refused(value: object) -> None:
    with pytest.raises(Unreadable):
        parse_amount(value)


def test_an_amount_larger_than_its_column_is_refused() -> None:
    with pytest.raises(Unreadable, match="过大"):
        parse_amount("99999999999", "亿元")


@pytest.mark.parametrize(
    ("value", "start", "end", "precision"),
    [
        ("2026.3", date(2026, 3, 1), date(2026, 3, 31), "month"),
        ("2026年3月", date(2026, 3, 1), date(2026, 3, 31), "month"),
        ("2026-03", date(2026, 3, 1), date(2026, 3, 31), "month"),
        ("2026.10", date(2026, 10, 1), date(2026, 10, 31), "month"),
        ("2026.1", date(2026, 1, 1), date(2026, 1, 31), "month"),
        ("2024.2", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("202603", date(2026, 3, 1), date(2026, 3, 31), "month"),
        (46326, date(2026, 10, 31), date(2026, 10, 31), "day"),
        (46326.5, date(2026, 10, 31), date(2026, 10, 31), "day"),
        ("46326", date(2026, 10, 31), date(2026, 10, 31), "day"),
        (20260305, date(2026, 3, 5), date(2026, 3, 5), "day"),
        ("20260305", date(2026, 3, 5), date(2026, 3, 5), "day"),
        ("2026/3/18", date(2026, 3, 18), date(2026, 3, 18), "day"),
        ("2026-03-12 09:14:22", date(2026, 3, 12), date(2026, 3, 12), "day"),
        (datetime(2026, 3, 18, 8, 0), date(2026, 3, 18), date(2026, 3, 18), "day"),
        (date(2026, 3, 18), date(2026, 3, 18), date(2026, 3, 18), "day"),
        ("2026年10月底", date(2026, 10, 31), date(2026, 10, 31), "month"),
        ("2026年10月上旬", date(2026, 10, 1), date(2026, 10, 10), "tenday"),
        ("2026年10月中旬", date(2026, 10, 11), date(2026, 10, 20), "tenday"),
        ("2026年10月下旬", date(2026, 10, 21), date(2026, 10, 31), "tenday"),
        ("2026年三季度", date(2026, 7, 1), date(2026, 9, 30), "quarter"),
        ("2026年第3季度", date(2026, 7, 1), date(2026, 9, 30), "quarter"),
        ("2026年上半年", date(2026, 1, 1), date(2026, 6, 30), "month"),
        ("2026年内", date(2026, 12, 31), date(2026, 12, 31), "year"),
        ("2026年底", date(2026, 12, 31), date(2026, 12, 31), "year"),
        ("2026年", date(2026, 1, 1), date(2026, 12, 31), "year"),
        (2026, date(2026, 1, 1), date(2026, 12, 31), "year"),
        (2026.3, date(2026, 3, 1), date(2026, 3, 31), "month"),
        (2026.11, date(2026, 11, 1), date(2026, 11, 30), "month"),
        ("26年3月", date(2026, 3, 1), date(2026, 3, 31), "month"),
        ("二〇二六年十二月", date(2026, 12, 1), date(2026, 12, 31), "month"),
        ("2026年十月18日", date(2026, 10, 18), date(2026, 10, 18), "day"),
        ("2026年6月30日前", date(2026, 6, 30), date(2026, 6, 30), "day"),
    ],
)
def test_a_date_keeps_the_precision_it_was_given_with(value: object, start: date, end: date, precision: str) -> None:
    assert parse_date(value) == DatedValue(start, Precision(precision))
    assert parse_date(value, end=True) == DatedValue(end, Precision(precision))


def test_an_expected_day_is_one_for_plans_alone_and_an_undecided_one_is_none() -> None:
    assert parse_date("预计2026年8月", end=True) == DatedValue(date(2026, 8, 31), Precision.MONTH)
    assert parse_date("尚未开工") is parse_date("待定", end=True) is None


def test_the_number_2026_1_is_january_or_october_and_only_its_format_can_say() -> None:
    with pytest.raises(Unreadable, match="1月还是10月"):
        parse_date(2026.1)
    with pytest.raises(Unreadable):
        parse_date(2026.1, number_format="General")
    october = parse_date(2026.1, number_format="0.00")
    january = parse_date(2026.1, number_format="0.0_ ")
    assert (october and october.value, january and january.value) == (date(2026, 10, 1), date(2026, 1, 1))


def test_a_workbook_of_the_1904_system_counts_from_its_own_epoch() -> None:
    assert parse_date(46326 - 1462, date1904=True) == DatedValue(date(2026, 10, 31), Precision.DAY)


@pytest.mark.parametrize(
    "value", ["预计2026年8月", "25.3.1", "2026-13", "2026-02-30", 12345, 80000, "3月", 2026.13, "18260305", True]
)
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(Unreadable):
        parse_date(value)


@pytest.mark.parametrize(
    ("text", "start", "start_precision", "end", "end_precision"),
    [
        ("2025.12-2026.11", date(2025, 12, 1), "month", date(2026, 11, 30), "month"),
        ("2026.2-2026.10", date(2026, 2, 1), "month", date(2026, 10, 31), "month"),
        ("2024-2026", date(2024, 1, 1), "year", date(2026, 12, 31), "year"),
        ("2024年-2026年", date(2024, 1, 1), "year", date(2026, 12, 31), "year"),
        ("2025年9月-2026年8月", date(2025, 9, 1), "month", date(2026, 8, 31), "month"),
        ("2025年9月—2026年8月", date(2025, 9, 1), "month", date(2026, 8, 31), "month"),
        ("2025.12～2026.11", date(2025, 12, 1), "month", date(2026, 11, 30), "month"),
        ("2025年至2026年底", date(2025, 1, 1), "year", date(2026, 12, 31), "year"),
        ("2025-10", date(2025, 10, 1), "month", date(2025, 10, 31), "month"),
        ("2025-10-2026-03", date(2025, 10, 1), "month", date(2026, 3, 31), "month"),
        ("2026年3月-10月", date(2026, 3, 1), "month", date(2026, 10, 31), "month"),
        ("2026.3-10", date(2026, 3, 1), "month", date(2026, 10, 31), "month"),
        ("2025.10.8-2026.3.2", date(2025, 10, 8), "day", date(2026, 3, 2), "day"),
        (2026, date(2026, 1, 1), "year", date(2026, 12, 31), "year"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(
    text: object, start: date, start_precision: str, end: date, end_precision: str
) -> None:
    assert parse_period(text) == (
        DatedValue(start, Precision(start_precision)),
        DatedValue(end, Precision(end_precision)),
    )


@pytest.mark.parametrize("text", ["2026.11-2025.12", "长期", "2024-2025-2026", "2024至2025至2026"])
def test_a_period_that_ends_before_it_begins_or_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_period(text)


def test_no_period_is_none() -> None:
    assert parse_period("—") is None
