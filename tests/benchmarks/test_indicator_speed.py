"""Indicators of every unit on any day over 10,000 projects, and two days compared, against a floor of the same run.

The floor adds up the facts of a past day by project and does nothing else: no filter, no rates, no areas. Other work on
the machine stretches the clock, not the time that the database and we spend: that is what is compared. The city is
seeded once. ONEMAP_BENCH_INDICATORS makes it smaller.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from django.db import connection

from dashboards.indicators.catalogue import CATALOGUE
from dashboards.indicators.changes import changed_between
from dashboards.indicators.values import Level, indicator_table
from geodata.stewards.scope import CITY
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension
from tests.seeded import TODAY, seed_city

PROJECTS = int(os.environ.get("ONEMAP_BENCH_INDICATORS", "10000"))
TIMES, OF_FLOOR = 3, 10  # what everything is divided by is measured more often
ONE, SCREEN, ALL, COMPARED = 1.0, 4.0, 8.0, 10.0  # times the floor
OF_A_SCREEN = ("I01", "I04", "I07", "I12", "BEHIND", "C01", "C03")
DAYS = (TODAY, date(2026, 2, 28), date(2025, 12, 31), date(2025, 6, 30))
TICK = 1 / os.sysconf("SC_CLK_TCK")
FLOOR = """
    SELECT count(status), sum(completed), sum(arrived), sum(disbursed), sum(complaints_raw)
    FROM project_sums(NULL, %s::date)
"""
Work = Callable[[], object]


@dataclass(frozen=True)
class Question:
    name: str
    limit: float
    work: Work


def spent(work: Work, times: int = TIMES) -> tuple[float, float]:
    """Seconds of processor time of this process and its session, each time the mean; and the quickest by the clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((server,),) = cursor.fetchall()

    def used() -> float:
        fields = Path(f"/proc/{server}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * TICK + time.process_time()

    work()
    before, quickest = used(), float("inf")
    for _time in range(times):
        start = time.perf_counter()
        work()
        quickest = min(quickest, time.perf_counter() - start)
    return (used() - before) / times, quickest


def questions(days: tuple[date, ...]) -> Iterator[Question]:
    """The newest of the days is today."""
    today = days[0]
    asked = [("one", ONE, ("I04",), Level.UNIT), ("all indicators", ALL, tuple(CATALOGUE), Level.UNIT)]
    asked += [("a screen", SCREEN, OF_A_SCREEN, level) for level in Level]
    for name, limit, ids, level in asked:
        for day in days:
            chosen = ProjectFilter(as_of=day)
            table = partial(indicator_table, CITY, ids=ids, dimension=Dimension.MANAGEMENT, level=level)
            yield Question(f"{name}, {level}, {day}", limit, partial(table, chosen=chosen, today=today))
    for earlier, later in ((days[1], today), (days[2], days[1])):
        compare = partial(changed_between, CITY, earlier=earlier, later=later, chosen=ProjectFilter(), today=today)
        yield Question(f"{earlier} and {later} compared", COMPARED, compare)


def add_up(day: date) -> object:
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, [day])
        return cursor.fetchall()


def measure(days: tuple[date, ...]) -> list[tuple[str, float]]:
    """Says every ratio; gives those over their limit."""
    floor, clock = spent(partial(add_up, days[1]), OF_FLOOR)
    sys.stdout.write(f"\nfloor, {days[1]}: {floor * 1000:.0f} ms of processor time, at best {clock * 1000:.0f} ms\n")
    slow = []
    for each in questions(days):
        processor, clock = spent(each.work)
        ratio = processor / floor
        figures = f"{processor * 1000:.0f} ms of processor time, at best {clock * 1000:.0f} ms by the clock"
        sys.stdout.write(f"{each.name}: {ratio:.1f} times the floor, limit {each.limit}; {figures}\n")
        sys.stdout.flush()
        slow += [(each.name, ratio)] if ratio > each.limit else []
    return slow


def test_any_day_is_answered_within_a_few_times_what_adding_up_takes(db: None) -> None:
    seed_city(PROJECTS)
    assert measure(DAYS) == []
