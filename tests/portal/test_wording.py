"""Amounts as pages write them."""

from decimal import Decimal

import pytest
from django.utils import translation

from portal.wording import money, money_of_column


@pytest.mark.parametrize(
    ("language", "amounts", "written"),
    [
        ("zh-hans", ["123456789.01", "20000", None], ["12,345.68 万元", "2.00 万元", "—"]),
        ("zh-hans", ["300000000", "100000000", "0"], ["3.00 亿元", "1.00 亿元", "0.00 亿元"]),
        ("zh-hans", ["-250000000", "99999999.99"], ["-25,000.00 万元", "10,000.00 万元"]),
        ("zh-hans", [None, "0"], ["—", "0.00 万元"]),
        ("en", ["2500000000", "1200000", "900"], ["2,500.00 million yuan", "1.20 million yuan", "0.00 million yuan"]),
        ("en", ["900", "20000"], ["900 yuan", "20,000 yuan"]),
    ],
)
def test_a_column_has_one_unit(language: str, amounts: list[str | None], written: list[str]) -> None:
    held = [None if amount is None else Decimal(amount) for amount in amounts]
    with translation.override(language):
        write = money_of_column(held)
        assert [write(amount) for amount in held] == written


def test_one_amount_has_its_own_unit() -> None:
    with translation.override("zh-hans"):
        assert [money(Decimal(n)) for n in (100_000_000, 99_990_000)] == ["1.00 亿元", "9,999.00 万元"]
