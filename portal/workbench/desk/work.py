"""My work: sections in order of urgency, each row with the address of the form that finishes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geodata.progress.duty import Duty, report_duty
from geodata.progress.models import PeriodReport
from geodata.progress.periods import MONTH, WEEK
from geodata.projects.choices import Status
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench.desk import addresses, dated, selectors, stops, waiting_words, warnings
from portal.workbench.desk.days import short_day
from portal.workbench.desk.selectors import DUE_WITHIN, MOST, Due, Gap, Waiting
from portal.workbench.reporting.period_words import report_title

FIRST: Final = 6  # rows of a section before one asks for all
SECTIONS: Final = ("returned", "approve", "alerts", "stopped", "late", "late-week", "reports", "week", "missing", "due")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. `what` says what, `note` why, `when` since or until when; `url` finishes it."""

    code: str
    name: str
    unit: str
    what: str
    url: str
    note: str = ""
    when: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Tasks of one kind, made of `rows` one by one as they are shown.

    `action`: what the button of a row says; `more`: a way to do many at once.
    """

    key: str
    title: str
    hint: str
    shape: str
    action: str
    rows: Sequence[Any]
    make: Callable[[Any], Task]
    more: tuple[str, str] | None = None

    @property
    def count(self) -> str:
        return selectors.counted(self.rows)

    @property
    def first(self) -> Sequence[Task]:
        return [self._shown(row) for row in self.rows[:FIRST]]

    @property
    def tasks(self) -> Sequence[Task]:
        return [self._shown(row) for row in self.rows[:MOST]]

    def _shown(self, row: Any) -> Task:
        task = self.make(row)
        return replace(task, unit=wording.label(task.unit))

    @property
    def has_more(self) -> bool:
        return len(self.rows) > FIRST


MISSING: Final[Mapping[str, Any]] = {
    "geometry": gettext_lazy("no shape on the map"),
    "nodes": gettext_lazy("no nodes of the works"),
    "planned_start": gettext_lazy("planned start"),
    "planned_end": gettext_lazy("planned end"),
    "investment": gettext_lazy("total investment"),
    "plan": gettext_lazy("plan of this year"),
    "owner": gettext_lazy("owner unit"),
    "location": gettext_lazy("location in words"),
}


def sections(scope: Scope, *, today: date) -> list[Section]:
    """All sections of a person, the most urgent first; those that their roles never have are left out."""
    made: list[Section] = []
    if scope.allows(Action.EDIT_PROJECTS):
        editing = scope.only(Action.EDIT_PROJECTS)
        made += [_returned(editing, today), _missing(editing, today)]
        made += _unreported(editing, today)
        made += _dated(editing, today)
    if scope.allows(Action.APPROVE):
        made.append(_to_decide(scope, today))
    if scope.allows(Action.EDIT_PROJECTS) or scope.allows(Action.APPROVE):
        made.append(_alerts(scope, today))
    return sorted(made, key=lambda section: SECTIONS.index(section.key))


def _returned(scope: Scope, today: date) -> Section:
    return Section(
        "returned",
        _("Returned to you"),
        _("Somebody asks for a correction. Mend it and submit again."),
        "square",
        _("Correct"),
        selectors.returned(scope),
        lambda one: _task(one, waiting_words.correcting(one), one.note, today),
    )


def _to_decide(scope: Scope, today: date) -> Section:
    waiting = selectors.to_decide(scope)
    return Section(
        "approve",
        _("Waiting for your approval"),
        _("What others submitted; the longest wait stands first."),
        "circle",
        _("Decide"),
        waiting,
        lambda one: _task(one, waiting_words.deciding(one), waiting_words.asking(one), today),
        more=(_("All approvals"), found) if (found := addresses.place("approvals")) else None,
    )


def _alerts(scope: Scope, today: date) -> Section:
    return Section(
        warnings.KEY,
        _("Alerts to deal with"),
        _("What the rules found; red ones stand first."),
        "diamond",
        _("Deal with it"),
        warnings.waiting(scope, today=today, most=MOST),
        lambda alert: Task(**warnings.fields(alert, today)),
        more=(_("All alerts"), found) if (found := addresses.alerts()) else None,
    )


def _unreported(scope: Scope, today: date) -> Iterable[Section]:
    """What is owed for the month that is over and, by those who report weekly, for the week."""
    open_states = ("", PeriodReport.State.DRAFT)
    duties = [duty for duty in report_duty(scope, today) if duty.state in open_states]
    for kind in (MONTH, WEEK):
        yield from _of_kind([duty for duty in duties if duty.period.kind == kind], today, kind)


def _of_kind(duties: Sequence[Duty], today: date, kind: str) -> Iterable[Section]:
    """Reports of the month or week that is over: late after their day, work of the week shortly before it."""
    if not duties or duties[0].due_on > today + DUE_WITHIN:
        return
    period, last = duties[0].period, duties[0].due_on
    late = today > last
    title, day = {"report": report_title(period)}, {"day": wording.day(last)}
    keys = ("late", "reports") if kind == MONTH else ("late-week", "week")
    longest_silence = sorted(duties, key=lambda duty: duty.last_approved_end or date.min)
    yield Section(
        keys[0] if late else keys[1],
        _("%(report)s is late") % title if late else title["report"],
        (_("It was due on %(day)s.") if late else _("It is due on %(day)s.")) % day,
        "diamond",
        _("Fill in the report"),
        longest_silence,
        lambda duty: _unreported_task(duty, late),
        more=(_("Report all in one table"), addresses.monthly(period.key)) if kind == MONTH else None,
    )


def _unreported_task(duty: Duty, late: bool) -> Task:
    last = duty.last_approved_end
    silence = _("never reported")
    if last:
        until = wording.day(last) if duty.period.kind == WEEK else _month(last)
        silence = _("last report: %(month)s") % {"month": until}
    return Task(
        duty.code,
        duty.name,
        duty.unit_name,
        _("A draft is begun") if duty.state else _("Not begun"),
        addresses.report(duty.code, duty.period.key) or addresses.project(duty.code),
        silence,
        "" if late else wording.day(duty.due_on),
        late,
    )


def _missing(scope: Scope, today: date) -> Section:
    return Section(
        "missing",
        _("Something mandatory is missing"),
        _("Projects under way need all of it; the figures are wrong without it."),
        "hollow",
        _("Complete"),
        selectors.gaps(scope, today=today),
        _gap_task,
    )


# the page that supplies what is missing; the details of the project supply the rest
_FORMS: Final = {"geometry": "geometry", "nodes": "milestones"}


def _gap_task(gap: Gap) -> Task:
    form = addresses.place(_FORMS.get(gap.missing[0], "details"), gap.code)
    return Task(
        gap.code,
        gap.name,
        gap.unit,
        _(", ").join(str(MISSING[name]) for name in gap.missing),
        form or addresses.project(gap.code),
        wording.label(str(Status(gap.status).label)),
    )


def _dated(scope: Scope, today: date) -> Iterable[Section]:
    """Works that stand still too long, and what falls due. One statement for both."""
    rows = dated.due(scope, today=today)
    yield Section(
        "stopped",
        _("Works standing still"),
        _("Resumption promised for this week or gone by, and stops that nobody has reported."),
        "square",
        _("Deal with it"),
        stops.ordered([one for one in rows if one.subject == "status"], today),
        lambda one: Task(**stops.fields(one, today)),
    )
    yield Section(
        "due",
        _("Due this week"),
        _("Nodes planned or forecast until %(day)s, and those gone by.") % {"day": wording.day(today + DUE_WITHIN)},
        "triangle",
        _("Fill in"),
        [one for one in rows if one.subject == "milestone"],
        lambda one: _due_task(one, today),
    )


def _due_task(one: Due, today: date) -> Task:
    days = (one.day - today).days
    return Task(
        one.code,
        one.name,
        one.unit,
        one.detail,
        addresses.place("milestones", one.code) or addresses.project(one.code),
        _("key node") if one.is_key else "",
        _("%(n)s days late") % {"n": -days} if days < 0 else _("today") if days == 0 else short_day(one.day, today),
        days < 0,
    )


def _task(one: Waiting, url: str, note: str, today: date) -> Task:
    when = short_day(timezone.localtime(one.at).date(), today) if one.at else ""
    return Task(one.code, one.name, one.unit, waiting_words.what(one), url or addresses.project(one.code), note, when)


def _month(day: date | None) -> str:
    return wording.day(day, "month") if day else ""
