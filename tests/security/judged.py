"""What the dashboards know of a district: warnings, lights, silences, forecasts, pairs of works, every text marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations

from django.contrib.gis.geos import Point
from django.utils import timezone

from dashboards.alerts.models import Alert, AlertStep, BacktestRun, LightOverride, ScanRun, Silence
from dashboards.conflicts.models import WorksPair
from dashboards.curves.models import CompletionForecast
from dashboards.curves.selectors.forecasts import origin_of
from geodata.progress.models import Milestone
from geodata.projects.choices import TaskLevel
from geodata.projects.models import LivelihoodTask, Project, TaskContribution
from geodata.stewards.models import User
from geodata.summary.services import GivenLight, keep_lights


@dataclass(frozen=True, slots=True)
class Judged:
    """One that is open, one that waits for its closing, one that keeps still; a task; a test of a rule."""

    alerts: tuple[Alert, ...]
    task: LivelihoodTask
    backtest: BacktestRun


def judge(project: Project, mark: str, author: User, *, at: int, now: datetime) -> Judged:
    """Plants it. The scan behind it is of the whole city and of today."""
    today = timezone.localdate(now)
    Milestone.objects.create(
        project=project, code="M0703", name=f"{mark}腾地", planned_on=today - timedelta(days=40), is_key=True
    )
    Project.objects.filter(pk=project.pk).update(planned_end_on=today - timedelta(days=30))
    alerts = (
        _alert(project, mark, "W02", "open", "red", author, now),
        _alert(project, mark, "W05", "handled", "yellow", author, now),
        _alert(project, mark, "W07", "open", "yellow", author, now),
    )
    _decisions(project, mark, author, today)
    light = GivenLight(
        project_id=project.pk, light="red", computed="red", sentence=f"{mark}红灯", overridden_until=None
    )
    keep_lights(lights=[light], day=today, whole=False)
    _scanned(today, now)
    CompletionForecast.objects.create(
        project=project,
        origin=origin_of(today),
        data_on=origin_of(today),
        low=today + timedelta(days=60),
        point=today + timedelta(days=100),
        high=today + timedelta(days=200),
        references=30,
    )
    return Judged(alerts, _task(project, mark, at, today), _backtest(at, now))


def pair_up(works: list[Project], today: date) -> None:
    """Every two of the works are near each other at the same time, whosever they are."""
    for first, second in combinations(sorted(works, key=lambda project: project.pk), 2):
        WorksPair.objects.create(
            first=first,
            second=second,
            distance_m=Decimal(20),
            place=Point(113.1, 29.3, srid=4490),
            overlap_from=today,
            overlap_to=today + timedelta(days=30),
            since=today,
        )


def _alert(project: Project, mark: str, rule: str, state: str, level: str, author: User, now: datetime) -> Alert:
    day = timezone.localdate(now)
    said = {"rule_version": 1, "level": level, "sentence": f"{mark}落后 45 个百分点", "inputs": {"node": mark}}
    alert = Alert.objects.create(
        project=project,
        rule=rule,
        period_key=f"{day:%Y-%m}",
        state=state,
        fact=mark,
        opened_on=day,
        level_since=day,
        last_seen_on=day,
        handled_by=author if state == "handled" else None,
        **said,
    )
    AlertStep.objects.create(alert=alert, kind="opened", day=day, at=now, note=mark, **said)
    return alert


def _decisions(project: Project, mark: str, author: User, today: date) -> None:
    held = {"since": today, "until": today + timedelta(days=9), "asked_by": author, "reason": f"{mark}原因"}
    Silence.objects.create(project=project, rule="W07", **held)
    LightOverride.objects.create(project=project, colour="green", **held)


def _scanned(today: date, now: datetime) -> None:
    counts = dict.fromkeys(("opened", "escalated", "kept", "closed", "red", "yellow", "grey", "green", "projects"), 0)
    ScanRun.objects.create(day=today, whole=True, started_at=now, rules="W02.1", **counts)


def _task(project: Project, mark: str, at: int, today: date) -> LivelihoodTask:
    task = LivelihoodTask.objects.create(
        year=today.year,
        level=TaskLevel.MUNICIPAL,
        seq_no=at + 1,
        name=f"{mark}实事",
        indicator_name="示例指标",
        target_quantity=100,
        completed_quantity=62,
        quantity_unit="个",
    )
    TaskContribution.objects.create(task=task, project=project, quantity=5)
    return task


def _backtest(at: int, now: datetime) -> BacktestRun:
    """It counts over the city and names no project."""
    day = timezone.localdate(now)
    figures = {"opened": 9, "hits": 4, "false_alarms": 2, "lasting": 3, "cleared": 5, "false_alarm_pct": "22.2"}
    result = {
        "months": [{"month": f"{day:%Y-%m}", **figures}],
        **figures,
        "lead_days_median": 14,
        "lead_n": 4,
        "projects": 8 + at,
        "definition": "示例口径",
    }
    return BacktestRun.objects.create(
        rule="W02",
        rule_version=1,
        months=12,
        of=53,
        done=53,
        state="done",
        first_day=day - timedelta(days=365),
        last_day=day,
        asked_at=now,
        thresholds={"w02_red_points": "25"},
        result=result,
    )
