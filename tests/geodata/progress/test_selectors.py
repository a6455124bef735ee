"""The course of the works as it was known on a day."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from geodata.progress.models import Milestone
from geodata.progress.selectors import Course, course
from geodata.projects.models import Project
from geodata.stewards.scope import CITY, Scope
from geodata.summary.selectors import row_of
from tests.conftest import TODAY
from tests.geodata.summary import facts

MakeProject = Callable[..., Project]
FEBRUARY = date(2026, 2, 28)


def test_the_counting_reports_are_those_of_the_summary(make_project: MakeProject) -> None:
    project = make_project()
    facts.report(project, date(2026, 1, 31), invested_cumulative=100)
    facts.report(project, FEBRUARY, invested_cumulative=200, physical_pct=20, work_done="旧版")
    facts.report(project, FEBRUARY, invested_cumulative=250, physical_pct=25, version=2, work_done="新版")
    facts.report(project, FEBRUARY, invested_cumulative=240, kind="week", period_start=date(2026, 2, 22))
    facts.report(project, date(2026, 3, 20), invested_cumulative=999, state="submitted")
    found = course(CITY, project.pk, upto=TODAY)
    assert [(report.period_end, report.invested_cumulative) for report in found.reports] == [
        (date(2026, 1, 31), 100),
        (FEBRUARY, 250),
    ]
    assert found.newest is not None
    assert found.newest.work_done == "新版"
    row = row_of(CITY, project.pk, today=TODAY)
    assert (found.reports[-1].invested_cumulative, found.newest.physical_pct) == (row.completed, row.physical_pct)
    assert course(CITY, project.pk, upto=date(2026, 2, 27)).reports[-1].invested_cumulative == 100


def test_a_node_reached_later_is_not_reached_yet(make_project: MakeProject) -> None:
    project = make_project()
    Milestone.objects.create(
        project=project,
        code="M0801",
        name="开工",
        planned_on=date(2026, 2, 1),
        actual_on=date(2026, 3, 1),
        weight_pct=Decimal("12.50"),
    )
    (node,) = course(CITY, project.pk, upto=TODAY).milestones
    assert (node.actual_on, node.weight_pct) == (date(2026, 3, 1), Decimal("12.50"))
    assert course(CITY, project.pk, upto=FEBRUARY).milestones[0].actual_on is None


def test_nothing_is_told_outside_the_scope(make_project: MakeProject) -> None:
    project = make_project()
    facts.report(project, FEBRUARY, invested_cumulative=1)
    assert course(Scope(), project.pk, upto=TODAY) == Course()
