"""Who hears of a new red warning: the people of the unit who approve, and headquarters where the unit has too few.

Many at once, as after the first scan of a city, are told in one sentence a unit: an inbox that overflows is not read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from dashboards.alerts.models import Alert
from geodata.notices.models import Notice
from geodata.notices.services import notify
from geodata.projects.models import Project
from geodata.stewards.selectors import approvers

MOST_SINGLY: Final = 5  # a unit and scan


def tell(alerts: Sequence[Alert], *, today: date, now: datetime) -> int:
    """Tells of warnings that have just become red; how many notices were written. A few statements a unit."""
    if not alerts:
        return 0
    ids = {alert.project_id for alert in alerts}
    projects = Project.objects.filter(pk__in=ids).select_related("management_unit")
    known = {project.pk: project for project in projects.only("serial_no", "name", "management_unit__name")}
    units: dict[int, list[Alert]] = defaultdict(list)
    for alert in alerts:
        units[known[alert.project_id].management_unit_id].append(alert)
    told = 0
    for unit_id, held in sorted(units.items()):
        people = approvers(unit_id=unit_id, headquarters_only=False, today=today)
        if len(held) > MOST_SINGLY:
            told += _together(held, known[held[0].project_id].management_unit.name, people, now)
        else:
            told += sum(_singly(alert, known[alert.project_id], people, now) for alert in held)
    return told


def _singly(alert: Alert, project: Project, people: Sequence[int], now: datetime) -> int:
    return notify(
        people=people,
        kind=Notice.Kind.ALERT,
        event_key=f"alert:{alert.pk}:red:{alert.level_since}",
        text=f"红色预警“{alert.rule_name}”：{project.name}，{alert.sentence}",
        project_code=project.serial_no,
        subject="alert",
        subject_id=alert.pk,
        now=now,
    )


def _together(alerts: Sequence[Alert], unit: str, people: Sequence[int], now: datetime) -> int:
    names = sorted({alert.rule_name for alert in alerts})
    newest = max(alert.pk for alert in alerts)
    return notify(
        people=people,
        kind=Notice.Kind.ALERT,
        event_key=f"alerts:{newest}:{alerts[0].last_seen_on}",
        text=f"{unit}新增 {len(alerts)} 条红色预警（{'、'.join(names)}），请到预警列表处理",
        subject="alerts",
        now=now,
    )
