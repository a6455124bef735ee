"""Writing down what a scan makes of the warnings: a few statements, however many there are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from dashboards.alerts.choices import CLOSED_STATES, OPEN_STATES, EventKind, Level, State
from dashboards.alerts.keeping import Held, Move, of_closed, of_open, period_of
from dashboards.alerts.models import Alert, AlertStep, Silence
from dashboards.alerts.rules import BY_ID, Finding, Limits

Key = tuple[int, str]
_CHUNK: Final = 2000
_LONGEST: Final = 400
_LONGEST_FACT: Final = 200
_COLUMNS: Final = (
    ("id", "bigint"),
    ("rule_version", "smallint"),
    ("level", "text"),
    ("state", "text"),
    ("fact", "text"),
    ("sentence", "text"),
    ("inputs", "jsonb"),
    ("thresholds", "jsonb"),
    ("level_since", "date"),
    ("last_seen_on", "date"),
    ("clear_scans", "smallint"),
    ("clear_on", "date"),
    ("closed_on", "date"),
    ("handled_by_id", "bigint"),
)
_UPDATE: Final = (
    "UPDATE alerts_alert a SET updated_at = %s, "  # noqa: S608 - the names are this module's
    + ", ".join(f"{name} = n.{name}" for name, _type in _COLUMNS[1:])
    + f" FROM jsonb_to_recordset(%s::jsonb) AS n({', '.join(f'{name} {kind}' for name, kind in _COLUMNS)})"
    + " WHERE a.id = n.id"
)
_INSERT: Final = (
    f"INSERT INTO alerts_alert (project_id, rule, period_key, opened_on, {', '.join(n for n, _t in _COLUMNS[1:])})"  # noqa: S608
    f" SELECT project_id, rule, period_key, opened_on, {', '.join(n for n, _t in _COLUMNS[1:])}"
    " FROM jsonb_to_recordset(%s::jsonb) AS n(project_id bigint, rule text, period_key text, opened_on date,"
    f" {', '.join(f'{name} {kind}' for name, kind in _COLUMNS[1:])}) ORDER BY project_id, rule"
    " RETURNING id, project_id, rule"
)
_STEPS: Final = """
INSERT INTO alerts_alertstep (alert_id, kind, day, at, note, level, rule_version, sentence, inputs, thresholds)
SELECT a.id, n.kind, %s, %s, '', a.level, a.rule_version, a.sentence, a.inputs, a.thresholds
FROM jsonb_to_recordset(%s::jsonb) AS n(id bigint, kind text) JOIN alerts_alert a ON a.id = n.id ORDER BY a.id
"""
_STEP: Final[dict[Move, EventKind]] = {
    Move.OPEN: EventKind.OPENED,
    Move.REOPEN: EventKind.REOPENED,
    Move.RENEW: EventKind.REOPENED,
    Move.ESCALATE: EventKind.ESCALATED,
    Move.EASE: EventKind.EASED,
    Move.CLOSE: EventKind.AUTO_CLOSED,
}
_COUNTED: Final[dict[Move, str]] = {
    Move.OPEN: "opened",
    Move.REOPEN: "opened",
    Move.ESCALATE: "escalated",
    Move.CLOSE: "closed",
    Move.KEEP: "kept",
    Move.RENEW: "kept",
    Move.EASE: "kept",
    Move.CLEAR: "kept",
}


class Recorder:
    """The warnings before and after one scan. `ids`: the projects that were judged; None for all."""

    def __init__(self, limits: Limits, *, day: date, now: datetime, ids: Collection[int] | None) -> None:
        self.day, self.now, self.limits = day, now, limits
        self.counts: Counter[str] = Counter()
        self.newly_red: list[Alert] = []
        self._new: list[Alert] = []
        self._changed: list[Alert] = []
        self._steps: list[tuple[Alert, EventKind]] = []
        self._open, self._closed = self._present(ids)
        self._silenced = self._silences()

    def take(self, findings: Mapping[Key, Finding]) -> None:
        """Decides on every warning that was found or is known, and writes it down."""
        for key in sorted({*findings, *self._open, *self._closed}):
            self._decide(key, findings.get(key))
        self._write()

    def _present(self, ids: Collection[int] | None) -> tuple[dict[Key, Alert], dict[Key, Alert]]:
        """The open warnings, and of each key the newest one opened or closed in this month; locked, in order."""
        of_month = Q(period_key=period_of(self.day)) | Q(closed_on__gte=self.day.replace(day=1))
        rows = Alert.objects.filter(Q(state__in=OPEN_STATES) | (Q(state__in=CLOSED_STATES) & of_month))
        if ids is not None:
            rows = rows.filter(project__in=list(ids))
        held: dict[Key, Alert] = {}
        closed: dict[Key, Alert] = {}
        for alert in rows.select_for_update().order_by("pk"):
            (held if alert.is_open else closed)[alert.project_id, alert.rule] = alert
        return held, closed

    def _silences(self) -> set[Key]:
        rows = Silence.objects.filter(lifted_at__isnull=True, since__lte=self.day, until__gte=self.day)
        return set(rows.values_list("project_id", "rule"))

    def _decide(self, key: Key, finding: Finding | None) -> None:
        alert = self._open.get(key)
        if alert is not None:
            move = of_open(held(alert), finding, self.day)
        else:
            alert = self._closed.get(key)
            past = held(alert) if alert else None
            move = of_closed(past, finding, self.day, silenced=key in self._silenced)
        if move == Move.NOTHING:
            return
        if move == Move.OPEN:
            alert = Alert(project_id=key[0], rule=key[1], period_key=period_of(self.day), opened_on=self.day)
            self._new.append(alert)
        elif alert is not None:
            self._changed.append(alert)
        if alert is not None:
            self._move(alert, move, finding)

    def _move(self, alert: Alert, move: Move, finding: Finding | None) -> None:
        before = alert.level
        if finding is not None:
            self._evidence(alert, finding)
        _APPLY[move](alert, self.day)
        if move in (Move.OPEN, Move.REOPEN, Move.ESCALATE, Move.EASE) or alert.level != before:
            alert.level_since = self.day
        if step := _STEP.get(move):
            self._steps.append((alert, step))
        if move in _COUNTED:
            self.counts[_COUNTED[move]] += 1
        fresh = move in (Move.OPEN, Move.REOPEN, Move.ESCALATE, Move.RENEW)
        if fresh and alert.level == Level.RED and (alert.project_id, alert.rule) not in self._silenced:
            self.newly_red.append(alert)

    def _evidence(self, alert: Alert, finding: Finding) -> None:
        rule = BY_ID[alert.rule]
        alert.level, alert.fact = finding.level, finding.fact[:_LONGEST_FACT]
        alert.sentence, alert.inputs = finding.sentence[:_LONGEST], dict(finding.inputs)
        alert.rule_version, alert.thresholds = rule.version, rule.thresholds(self.limits)
        alert.last_seen_on = self.day
        alert.clear_scans, alert.clear_on = 0, None

    def _write(self) -> None:
        """As JSON in a few statements: through the ORM ten thousand rows take as many times longer."""
        new = {(alert.project_id, alert.rule): alert for alert in self._new}
        with connection.cursor() as cursor:
            for part in _parts([_row(alert) | _key(alert) for alert in self._new]):
                cursor.execute(_INSERT, [part])
                for pk, project_id, rule in cursor.fetchall():
                    new[project_id, rule].pk = pk
            for part in _parts([_row(alert) for alert in self._changed]):
                cursor.execute(_UPDATE, [self.now, part])
            for part in _parts([{"id": alert.pk, "kind": str(kind)} for alert, kind in self._steps]):
                cursor.execute(_STEPS, [self.day, self.now, part])


def held(alert: Alert) -> Held:
    return Held(
        alert.level,
        alert.state,
        alert.fact,
        alert.period_key,
        alert.clear_scans,
        alert.clear_on,
        alert.closed_on,
    )


def step_of(
    alert: Alert, kind: EventKind, *, day: date, at: datetime, by_id: int | None = None, note: str = ""
) -> AlertStep:
    """A step of the history, with the evidence of the moment. Not saved."""
    return AlertStep(
        alert=alert,
        kind=kind,
        day=day,
        at=at,
        by_id=by_id,
        note=note,
        level=alert.level,
        rule_version=alert.rule_version,
        sentence=alert.sentence,
        inputs=alert.inputs,
        thresholds=alert.thresholds,
    )


def _parts(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for start in range(0, len(rows), _CHUNK):
        yield json.dumps(rows[start : start + _CHUNK])


def _key(alert: Alert) -> dict[str, Any]:
    return {
        "project_id": alert.project_id,
        "rule": alert.rule,
        "period_key": alert.period_key,
        "opened_on": alert.opened_on.isoformat(),
    }


def _row(alert: Alert) -> dict[str, Any]:
    row = {name: getattr(alert, name) for name, _type in _COLUMNS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _reopened(alert: Alert, _day: date) -> None:
    alert.state, alert.closed_on, alert.handled_by_id = State.OPEN, None, None


def _cleared(alert: Alert, day: date) -> None:
    alert.clear_scans, alert.clear_on = alert.clear_scans + 1, day


def _closed(alert: Alert, day: date) -> None:
    _cleared(alert, day)
    alert.state, alert.closed_on = State.AUTO_CLOSED, day


def _gone(alert: Alert, day: date) -> None:
    alert.clear_on = day


def _same(_alert: Alert, _day: date) -> None:
    """Evidence only."""


_APPLY: Final = {
    Move.OPEN: _same,
    Move.REOPEN: _reopened,
    Move.ESCALATE: _reopened,
    Move.RENEW: _reopened,
    Move.KEEP: _same,
    Move.EASE: _same,
    Move.CLEAR: _cleared,
    Move.CLOSE: _closed,
    Move.GONE: _gone,
}
