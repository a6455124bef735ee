"""Two days compared: what moved in status, report or money, whose rows are listed, and what is refused."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.indicators.changes import Changes, changed_between
from geodata.errors import BadParameter, NotPermitted
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import CITY, Scope, scope_of
from geodata.summary.filters import ProjectFilter
from tests.geodata.summary import facts

pytestmark = pytest.mark.django_db
EARLIER, LATER, TODAY = date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 10)


@pytest.fixture
def moved(make_project: Callable[..., Project]) -> dict[str, Project]:
    """One project each that began, reported, was paid, stayed as it was; and one whose fact lies after both days."""
    made = {name: make_project(name=name) for name in ("开工", "报告", "付款", "不变", "以后")}
    facts.status(made["开工"], date(2026, 1, 5), "not_started")
    facts.status(made["开工"], date(2026, 3, 5), "under_construction")
    for end, percent in ((date(2026, 2, 28), "30"), (date(2026, 3, 31), "45")):
        facts.report(made["报告"], end, physical_pct=Decimal(percent), invested_cumulative=Decimal(percent) * 10_000)
    facts.arrival(facts.budget_line(made["付款"], "900000"), "500000", date(2026, 3, 20))
    facts.status(made["不变"], date(2026, 1, 5), "under_construction")
    facts.status(made["以后"], date(2026, 4, 5), "under_construction")
    return made


def compare(scope: Scope = CITY, **asked: object) -> Changes:
    wanted = {"earlier": EARLIER, "later": LATER, "chosen": ProjectFilter(), "today": TODAY} | asked
    return changed_between(scope, **wanted)  # type: ignore[arg-type]


def test_projects_that_moved_are_listed_with_what_moved(moved: dict[str, Project]) -> None:
    found = compare()
    assert {row.name: (row.status, row.report, row.money) for row in found.moved} == {
        "开工": (True, False, False),
        "报告": (False, True, False),
        "付款": (False, False, True),
    }
    assert found.moved[0].name == "开工"  # another status goes first
    assert (found.projects, found.status, found.report, found.money) == (3, 1, 1, 1)
    began = found.moved[0]
    assert (began.then.status_name, began.now.status_name) == ("未开工", "在建")
    reported = next(row for row in found.moved if row.name == "报告")
    assert (reported.then.physical_pct, reported.now.physical_pct) == (Decimal(30), Decimal(45))


def test_the_counts_are_of_all_though_few_are_listed(moved: dict[str, Project]) -> None:
    found = compare(limit=1)
    assert len(found.moved) == 1
    assert found.projects == 3


def test_figures_of_both_days_stand_side_by_side(moved: dict[str, Project]) -> None:
    figures = {figure.id: figure for figure in compare().figures}
    assert (figures["I09"].then.numerator, figures["I09"].now.numerator) == (Decimal(3_000_000), Decimal(4_500_000))
    assert figures["I09"].more == Decimal("0.15")
    assert figures["I04"].more is None  # nobody has a plan


def test_people_of_a_unit_get_the_rows_of_their_unit(moved: dict[str, Project], other_steward: User) -> None:
    found = compare(scope_of(other_steward, today=TODAY))
    assert found.moved == ()
    assert found.projects == 0
    assert {figure.id: figure for figure in found.figures}["I09"].more == Decimal("0.15")  # the city's figure


def test_a_filter_limits_both_days(moved: dict[str, Project]) -> None:
    assert [row.name for row in compare(chosen=ProjectFilter(q="付款")).moved] == ["付款"]
    assert compare(chosen=ProjectFilter(unit="430626")).moved == ()


def test_a_filter_by_what_moves_compares_those_of_the_later_day_with_what_they_were(moved: dict[str, Project]) -> None:
    facts.report(moved["开工"], date(2026, 2, 28), physical_pct=Decimal(10))
    found = compare(chosen=ProjectFilter(status=("under_construction",)))
    assert [row.name for row in found.moved] == ["开工"]
    assert found.moved[0].then.status == "not_started"
    (progress,) = (figure for figure in found.figures if figure.id == "I09")
    assert (progress.then.n, progress.now.n) == (0, 1)  # each day's figures are of those that passed on it
    paid = compare(chosen=ProjectFilter(status=("preliminary",)))
    assert {row.name for row in paid.moved} == {"报告", "付款"}


def test_days_in_the_wrong_order_or_after_today_are_refused(moved: dict[str, Project]) -> None:
    with pytest.raises(BadParameter, match="先早后晚"):
        compare(earlier=LATER, later=LATER)
    with pytest.raises(BadParameter, match="不能晚于今天"):
        compare(later=date(2026, 4, 11))
    with pytest.raises(NotPermitted):
        compare(Scope())


def test_few_statements_whatever_moved(moved: dict[str, Project]) -> None:
    with CaptureQueriesContext(connection) as queries:
        compare()
    assert len(queries) == 3  # the version, the thresholds, and both days
