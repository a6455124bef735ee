"""Setting the light of a project by hand for a while."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db import transaction

from dashboards.alerts.choices import LightColour
from dashboards.alerts.lights import said_by_rules
from dashboards.alerts.models import LightOverride
from dashboards.alerts.scanning import said as sentence_of
from dashboards.alerts.services.asking import project_of, require_headquarters, said, term
from geodata.errors import Conflict, NotFound, Refused
from geodata.projects.models import Project
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.lights import LASTING
from geodata.summary.models import ProjectLight
from geodata.summary.services import GivenLight, keep_lights

LONGEST_DAYS: Final = 30
# grey says that nothing is known: a person who knows better says which colour
SETTABLE: Final = (LightColour.RED, LightColour.YELLOW, LightColour.GREEN)


@transaction.atomic
def override_light(
    scope: Scope, *, code: str, colour: str, reason: str, until: date, today: date, now: datetime
) -> LightOverride:
    """Shows another colour than the rules say until a day, at most 30 days ahead; at once. One that holds is replaced.

    Headquarters. Raises NotFound, NotPermitted, Refused for the colour, the day or without a reason, Conflict for a
    project without a light.
    """
    words = said(reason, what="定灯理由")
    require_headquarters(scope, "人工定灯")
    if colour not in SETTABLE:
        raise Refused("人工定灯可选红灯、黄灯、绿灯", code="bad-colour")
    project = project_of(scope.only(Action.APPROVE), code)
    last = term(until, today=today, longest=LONGEST_DAYS, what="人工定灯")
    Project.objects.select_for_update().only("pk").get(pk=project.pk)
    LightOverride.objects.filter(project=project, lifted_at__isnull=True).update(
        lifted_at=now, lifted_by=scope.user_id, updated_at=now
    )
    made = LightOverride.objects.create(
        project=project, colour=colour, reason=words, since=today, until=last, asked_by_id=scope.user_id
    )
    _show(project, made, today)
    return made


@transaction.atomic
def lift_override(scope: Scope, *, code: str, today: date, now: datetime) -> LightOverride:
    """The light is again what the rules say, at once. Headquarters. Raises NotFound, NotPermitted."""
    require_headquarters(scope, "人工定灯")
    project = project_of(scope.only(Action.APPROVE), code)
    held = LightOverride.objects.select_for_update().filter(project=project, lifted_at__isnull=True, until__gte=today)
    found = held.first()
    if found is None:
        raise NotFound("这个项目没有人工定灯")
    found.lifted_at, found.lifted_by_id, found.updated_at = now, scope.user_id, now
    found.save(update_fields=["lifted_at", "lifted_by", "updated_at"])
    _show(project, None, today)
    return found


def _show(project: Project, override: LightOverride | None, today: date) -> None:
    """The light of the last scan with or without the override."""
    row = ProjectLight.objects.select_for_update().filter(project=project, until=LASTING).first()
    if row is None:
        raise Conflict("这个项目还没有亮灯（尚未扫描，或已取消），不能人工定灯", code="no-light")
    computed = said_by_rules(row.sentence)
    given = GivenLight(
        project_id=project.pk,
        light=override.colour if override else row.computed,
        computed=row.computed,
        sentence=sentence_of(override, computed),
        overridden_until=override.until if override else None,
    )
    keep_lights(lights=[given], day=max(today, row.since), whole=False)
