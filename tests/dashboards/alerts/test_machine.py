"""Random histories of scans and decisions: never two open warnings of a rule, nothing closed comes back in its month
without a new fact, and the history tells every state. The books are kept by the plainest rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.alerts import services
from dashboards.alerts.choices import OPEN_STATES
from dashboards.alerts.models import Alert, AlertStep, Silence
from geodata.errors import DomainError
from geodata.progress.models import Milestone
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import Scope, scope_of
from tests.dashboards.alerts.conftest import DAY, moment, scanned

STATE_AFTER = {
    "opened": "open",
    "reopened": "open",
    "escalated": "open",
    "acknowledged": "acknowledged",
    "handled": "handled",
    "closed": "closed",
    "auto_closed": "auto_closed",
}
# when the key node is due: never (reached), of late, long ago
WORLDS = {"fine": None, "late": DAY - timedelta(days=3), "later": DAY - timedelta(days=60)}
actions = st.one_of(
    st.tuples(st.just("scan"), st.integers(0, 9)),
    st.tuples(st.just("world"), st.sampled_from(sorted(WORLDS))),
    st.tuples(st.sampled_from(["acknowledge", "handle", "close", "silence", "lift"]), st.just(None)),
)


@dataclass
class Ended:
    """What the books know of the newest warning that is closed."""

    month: str
    level: str
    fact: str
    gone: bool


class Walk:
    def __init__(self, project: Project, people: dict[str, Scope]) -> None:
        self.project, self.people = project, people
        self.day, self.due = DAY, WORLDS["late"]
        self.ended: Ended | None = None

    def take(self, action: str, value: Any) -> None:
        if action == "scan":
            self.day += timedelta(days=value)
            self.scan()
        elif action == "world":
            self.due = WORLDS[value]
            actual = DAY if self.due is None else None
            Milestone.objects.filter(project=self.project).update(planned_on=self.due or DAY, actual_on=actual)
        else:
            self.decide(action)
        self.hold()

    def scan(self) -> None:
        was_open = self.open() is not None
        known = set(AlertStep.objects.filter(alert__project=self.project).values_list("pk", flat=True))
        scanned(self.day, ids=[self.project.pk])
        fresh = AlertStep.objects.filter(alert__project=self.project, alert__rule="W01").exclude(pk__in=known)
        began = fresh.filter(kind__in=("opened", "reopened")).first()
        if began is not None and not was_open and self.ended and self.ended.month == f"{self.day:%Y-%m}":
            graver = (self.ended.level, began.level) == ("yellow", "red")
            assert self.ended.gone or graver or self.ended.fact != self.fact(), "came back without a new fact"
        if fresh.filter(kind="auto_closed").exists():
            self.end(gone=True)
        elif self.ended is not None and self.due is None:
            self.ended.gone = True

    def decide(self, action: str) -> None:
        alert = self.open()
        try:
            with transaction.atomic():
                if action == "lift":
                    held = Silence.objects.filter(project=self.project, lifted_at__isnull=True).first()
                    if held is not None:
                        services.lift_silence(self.people["hq"], silence_id=held.pk, now=moment(self.day))
                elif alert is not None:
                    getattr(self, action)(alert)
        except DomainError:
            return

    def acknowledge(self, alert: Alert) -> None:
        services.acknowledge(self.people["clerk"], alert_id=alert.pk, now=moment(self.day))

    def handle(self, alert: Alert) -> None:
        services.handle(self.people["clerk"], alert_id=alert.pk, note="已约谈", now=moment(self.day))

    def close(self, alert: Alert) -> None:
        services.close(self.people["hq"], alert_id=alert.pk, note="已落实", now=moment(self.day))
        self.end(gone=False)

    def silence(self, alert: Alert) -> None:
        until = self.day + timedelta(days=5)
        services.silence(
            self.people["hq"], alert_id=alert.pk, reason="汛期", until=until, today=self.day, now=moment(self.day)
        )

    def end(self, *, gone: bool) -> None:
        newest = Alert.objects.filter(project=self.project, rule="W01").order_by("-closed_on", "-pk").first()
        assert newest is not None
        self.ended = Ended(f"{self.day:%Y-%m}", newest.level, newest.fact, gone)

    def open(self) -> Alert | None:
        return Alert.objects.filter(project=self.project, rule="W01", state__in=OPEN_STATES).first()

    def fact(self) -> str:
        return f"M0820:{self.due}"

    def hold(self) -> None:
        """What is true after every step."""
        alerts = list(Alert.objects.filter(project=self.project, rule="W01"))
        assert sum(alert.state in OPEN_STATES for alert in alerts) <= 1
        assert len({alert.period_key for alert in alerts}) == len(alerts)
        for alert in alerts:
            told = [step.kind for step in alert.steps.order_by("pk")]
            assert told[0] == "opened"
            assert STATE_AFTER[[kind for kind in told if kind != "eased"][-1]] == alert.state
            levels = [step.level for step in alert.steps.order_by("pk")]
            assert alert.level == levels[-1]


def _walk(make: Callable[..., Project], people: dict[str, Scope], history: list[tuple[str, Any]]) -> None:
    with transaction.atomic():
        walk = Walk(make(days=3), people)
        walk.scan()
        for action, value in history:
            walk.take(action, value)
        transaction.set_rollback(True)


@pytest.fixture
def people(steward: User, hq_admin: User) -> dict[str, Scope]:
    return {"clerk": scope_of(steward, today=date(2026, 3, 1)), "hq": scope_of(hq_admin, today=date(2026, 3, 1))}


fixtures_shared = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=15, deadline=None, suppress_health_check=fixtures_shared)
@given(history=st.lists(actions, min_size=4, max_size=12))
def test_random_histories(
    late_project: Callable[..., Project], people: dict[str, Scope], history: list[tuple[str, Any]]
) -> None:
    _walk(late_project, people, history)


@pytest.mark.heavy
@settings(max_examples=300, deadline=None, suppress_health_check=fixtures_shared)
@given(history=st.lists(actions, min_size=10, max_size=40))
def test_many_long_random_histories(
    late_project: Callable[..., Project], people: dict[str, Scope], history: list[tuple[str, Any]]
) -> None:
    _walk(late_project, people, history)
