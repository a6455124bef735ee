"""How often a project reports: by the month, or by the week where headquarters wants a close watch."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from geodata.errors import Conflict, NotFound, NotPermitted
from geodata.progress.models import WeeklyReporting
from geodata.progress.periods import week_of
from geodata.projects.models import Project
from geodata.projects.selectors import NOT_FOUND
from geodata.projects.visibility import visible
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope


@transaction.atomic
def report_weekly(scope: Scope, *, code: str, today: date) -> WeeklyReporting:
    """From this week on the project reports every week. Raises NotPermitted for all but headquarters, NotFound,
    Conflict where it does already."""
    project, person = _project(scope, code)
    if WeeklyReporting.objects.filter(project=project).exists():
        raise Conflict("这个项目已经按周填报", code="weekly-already")
    return WeeklyReporting.objects.create(project=project, since=week_of(today).start, set_by_id=person)


@transaction.atomic
def report_monthly(scope: Scope, *, code: str) -> None:
    """The project reports by the month again; its weekly reports stay. Raises as `report_weekly`."""
    project, _person = _project(scope, code)
    if not WeeklyReporting.objects.filter(project=project).delete()[0]:
        raise Conflict("这个项目已经按月填报", code="monthly-already")


def may_set_cycle(scope: Scope) -> bool:
    """Whether the person may decide how often projects report."""
    return scope.headquarters and scope.user_id is not None


def _project(scope: Scope, code: str) -> tuple[Project, int]:
    project = (
        visible(scope.only(Action.APPROVE)).select_for_update(no_key=True, of=("self",)).filter(serial_no=code).first()
    )
    if project is None:
        raise NotFound(NOT_FOUND)
    if not may_set_cycle(scope):
        raise NotPermitted("报送周期由指挥部确定", code="headquarters-only")
    return project, scope.user_id or 0
