"""What falls due, told to those who have to do it: one notice a person and occasion, however often this is run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from geodata.notices.services import notify
from geodata.progress.duty import Duty, report_duty
from geodata.progress.models import PeriodReport
from geodata.progress.periods import MONTH, WEEK
from geodata.stewards.models import User
from geodata.stewards.roles import Action, Role
from geodata.stewards.scope import Scope, grants_on, scope_of
from portal.workbench.desk import dated

BEFORE: Final = (3, 1)  # days before a report is due on which it is told once more
# who is told of the works of a unit or a body; headquarters looks at its desk, it does not report itself
_WORKING: Final = (Role.COUNTY_STAFF, Role.OWNER_UNIT, Role.LEAD_DEPT)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One notice to come: `key` is its event's."""

    key: str
    kind: str
    text: str
    subject: str
    subject_id: int | None = None


def tell_everybody(*, today: date, now: datetime) -> int:
    """Tell all whose reports or nodes fall due on this day or have just become late; how many notices are new."""
    people = User.objects.filter(
        pk__in=grants_on(today).filter(role__in=_WORKING).values("user"), is_active=True
    ).order_by("pk")
    return sum(_tell(person, today=today, now=now) for person in people)


def _tell(person: User, *, today: date, now: datetime) -> int:
    scope = scope_of(person, today=today)
    if not scope.allows(Action.EDIT_PROJECTS):
        return 0
    return sum(
        notify(
            people=[person.pk],
            kind=one.kind,
            event_key=one.key,
            text=one.text,
            subject=one.subject,
            subject_id=one.subject_id,
            now=now,
        )
        for one in [*_reports(scope, today), *_nodes(scope, today)]
    )


def _reports(scope: Scope, today: date) -> Iterable[Occasion]:
    """The reports of a month and of a week: some days before, and once when the day has gone by."""
    open_states = ("", PeriodReport.State.DRAFT, PeriodReport.State.RETURNED)
    duties = [duty for duty in report_duty(scope, today) if duty.state in open_states]
    for kind in (MONTH, WEEK):
        yield from _of_kind([duty for duty in duties if duty.period.kind == kind], today)


def _of_kind(duties: list[Duty], today: date) -> Iterable[Occasion]:
    if not duties:
        return
    left = (duties[0].due_on - today).days
    stage = "late" if left < 0 else next((str(days) for days in sorted(BEFORE) if left <= days), "")
    if stage:
        yield _of_reports(duties, stage)


def _of_reports(duties: list[Duty], stage: str) -> Occasion:
    period, count = duties[0].period, len(duties)
    first = f"“{duties[0].name}”{'等' if count > 1 else ''}"
    day = f"{duties[0].due_on.month}月{duties[0].due_on.day}日"
    said = (
        f"{period.title}已过{day}的报送期限，还有{first} {count} 个项目未报"
        if stage == "late"
        else f"{period.title}应于{day}前报送，还有{first} {count} 个项目未报"
    )
    kind = "alert" if stage == "late" else "deadline"
    key = f"deadline:report:{period.key}:{stage}"
    if period.kind == WEEK:  # the desk lists them; there is no table of a week
        return Occasion(key, kind, said, "desk")
    return Occasion(key, kind, said, "month", int(f"{period.start:%Y%m}"))


def _nodes(scope: Scope, today: date) -> Iterable[Occasion]:
    """The key nodes of the coming week, once a week: told on its Monday or on the first run after it."""
    monday = today - timedelta(days=today.weekday())
    due = dated.due(scope.only(Action.EDIT_PROJECTS), today=today)
    coming = [one for one in due if one.is_key and one.day >= today]
    if not coming:
        return
    first = coming[0]
    many = f"，本周共有 {len(coming)} 个关键节点到期" if len(coming) > 1 else ""
    said = f"“{first.name}”的“{first.detail}”计划于{first.day.month}月{first.day.day}日完成{many}"
    yield Occasion(f"deadline:nodes:{monday.isoformat()}", "deadline", said, "desk")
