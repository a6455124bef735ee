"""序时进度 and the weighted nodes."""

from datetime import date
from decimal import Decimal

import pytest

from geodata.figures import percent
from geodata.progress.schedule import TEMPLATES, by_days, by_month, by_months, of_project, physical_progress, template


@pytest.mark.parametrize(
    ("month", "shown"), [(2, "16.67%"), (4, "33.33%"), (8, "66.67%"), (10, "83.33%"), (12, "100.00%")]
)
def test_bulletins_count_months(month: int, shown: str) -> None:
    assert percent(by_month(month)) == shown


def test_a_month_counts_on_its_last_day() -> None:
    assert by_months(date(2026, 2, 28)) == by_month(2)
    assert by_months(date(2026, 2, 27)) == by_month(1)
    assert by_months(date(2028, 2, 28)) == by_month(1)
    assert by_months(date(2026, 1, 15)) == 0


def test_weekly_lists_count_days() -> None:
    assert by_days(date(2026, 12, 31)) == 1
    assert by_days(date(2028, 1, 1)) == Decimal(1) / 366


def test_a_projects_own_schedule_stays_between_nothing_and_all() -> None:
    start, end = date(2026, 1, 1), date(2026, 1, 11)
    assert of_project(date(2026, 1, 6), start, end) == Decimal("0.5")
    assert of_project(date(2025, 1, 1), start, end) == 0
    assert of_project(date(2027, 1, 1), start, end) == 1
    assert of_project(date(2026, 1, 6), start, None) is None
    assert of_project(date(2026, 1, 6), start, start) is None


def test_the_nodes_of_every_template_add_to_a_hundred() -> None:
    assert all(sum(node.weight for node in nodes) == 100 for nodes in TEMPLATES.values())
    assert [node.code for node in template("0401")][:2] == ["M0802", "M0803"]
    assert template("14") == ()


def test_physical_progress_is_the_weighted_mean() -> None:
    assert physical_progress([(Decimal(20), Decimal(100)), (Decimal(80), Decimal(50))]) == 60
    assert physical_progress([]) is None
