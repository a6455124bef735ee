"""Reading the State Council's notice as it is pasted."""

from datetime import date

import pytest

from geodata.errors import NotPermitted, Refused
from geodata.stewards.scope import CITY, Scope
from geodata.workdays.models import CalendarDay
from geodata.workdays.notice import read_notice
from geodata.workdays.reference import NOTICE, ensure_calendar
from geodata.workdays.selectors import is_workday, workdays_between
from geodata.workdays.services import record_year

YEAR_2025 = """各省、自治区、直辖市人民政府：
　　一、元旦：1月1日（周三）放假1天，不调休。
　　二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
　　七、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。"""


def test_the_notice_of_2026_gives_33_days_off_and_six_weekends_worked() -> None:
    days = read_notice(NOTICE, year=2026)
    assert sum(not day.is_workday for day in days) == 3 + 9 + 3 + 5 + 3 + 3 + 7
    worked = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
    assert [(d.day.month, d.day.day) for d in days if d.is_workday] == worked
    spans = {1: (1, 3), 2: (15, 23), 4: (4, 6), 5: (1, 5), 6: (19, 21), 9: (25, 27), 10: (1, 7)}
    off = [(month, day) for month, (first, last) in spans.items() for day in range(first, last + 1)]
    assert [(d.day.month, d.day.day) for d in days if not d.is_workday] == off
    assert [d.note for d in days if d.day == date(2026, 9, 20)] == ["国庆节调休"]


def test_full_width_marks_a_letterhead_and_a_span_over_two_months_are_read() -> None:
    days = {day.day: day for day in read_notice(YEAR_2025, year=2025)}
    assert len(days) == 1 + 8 + 2 + 8 + 2
    assert not days[date(2025, 1, 31)].is_workday
    assert days[date(2025, 10, 8)].note == "国庆节、中秋节"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "没有读到"),
        ("祝大家节日快乐", "没有读到"),
        ("元旦:1月1日(周五)放假,共1天。", "核对年份"),
        ("元旦:1月1日(周四)至3日(周六)放假,共4天。", "共 4 天"),
        ("元旦:2月30日放假。", "没有“2月30日”"),
        ("元旦:3日放假。", "没有月份"),
        ("1月1日放假。", "名称和冒号"),
        ("元旦:1月1日(周四)放假。1月4日(周日)。上班另行通知", ""),
        ("元旦:1月5日至1月1日放假。", "不像一个假期"),
        ("元旦:1月1日放假。\n春节:1月1日上班。", "出现了两次"),
        ("元旦:1月1日放假。" * 1000, "过长"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, why: str) -> None:
    if why:
        with pytest.raises(Refused, match=why):
            read_notice(text, year=2026)
    else:
        assert [d.is_workday for d in read_notice(text, year=2026)] == [False, True]


@pytest.mark.django_db
def test_a_year_replaces_what_was_known_of_it_and_nothing_else() -> None:
    assert ensure_calendar() == 39
    assert ensure_calendar() == 0
    assert not is_workday(date(2026, 2, 16))
    assert is_workday(date(2026, 2, 28))
    assert workdays_between(date(2025, 12, 31), date(2026, 12, 31)) == 248
    CalendarDay.objects.create(day=date(2025, 10, 1), is_workday=False)
    changed = record_year(CITY, year=2026, days=read_notice("元旦:1月1日放假。", year=2026))
    assert changed == 38  # New Year stays as it is
    assert CalendarDay.objects.filter(day__year=2026).count() == 1
    assert CalendarDay.objects.filter(day__year=2025).exists()


@pytest.mark.django_db
def test_only_who_keeps_the_tables_may() -> None:
    with pytest.raises(NotPermitted):
        record_year(Scope(everything=True), year=2026, days=[])
    with pytest.raises(Refused):
        record_year(CITY, year=1999, days=[])
