"""Scans: what they open, keep, change and close, and the lights of each day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from dashboards.alerts import selectors, services
from dashboards.alerts.models import Alert, AlertStep, ScanRun
from dashboards.alerts.scanning import judge_all, scan
from geodata.errors import Conflict, Refused
from geodata.notices.models import Notice
from geodata.progress.models import Milestone
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import CITY
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectLight, ProjectRow
from geodata.summary.selectors import project_rows
from geodata.thresholds.selectors import thresholds
from tests.dashboards.alerts.conftest import DAY, moment, scanned
from tests.geodata.summary import facts

Make = Callable[..., Project]
ONE = timedelta(days=1)


def of(project: Project, rule: str = "W01") -> Alert:
    return Alert.objects.get(project=project, rule=rule)


def steps(alert: Alert) -> list[str]:
    return [str(step.kind) for step in alert.steps.order_by("pk")]


def reach(project: Project, on: date) -> None:
    Milestone.objects.filter(project=project).update(actual_on=on)


def test_a_scan_opens_a_warning_with_its_evidence(late_project: Make) -> None:
    project = late_project(days=5)
    run = scanned(DAY)
    alert = of(project)
    assert (run.projects, run.opened, run.whole) == (1, 2, True)  # and it has no shape
    assert (alert.level, alert.state, alert.period_key) == ("yellow", "open", "2026-03")
    assert alert.sentence == "关键节点“完工”应于2026年3月5日完成，已逾期 5 天"
    assert alert.inputs == {
        "node": "M0820", "node_name": "完工", "due_on": "2026-03-05", "days_late": 5, "late_nodes": 1,
    }  # fmt: skip
    assert alert.thresholds == {"w01_red_days": "15"}
    assert alert.rule_version == 1
    (step,) = alert.steps.all()
    assert (step.kind, step.by, step.inputs, step.thresholds) == ("opened", None, alert.inputs, alert.thresholds)


def test_the_same_scan_again_changes_nothing(late_project: Make) -> None:
    late_project()
    scanned(DAY)
    before = (list(Alert.objects.values("pk", "state", "sentence")), AlertStep.objects.count())
    lights = list(ProjectLight.objects.values())
    run = scanned(DAY)
    assert (run.opened, run.escalated, run.closed, run.kept) == (0, 0, 0, 2)
    assert (list(Alert.objects.values("pk", "state", "sentence")), AlertStep.objects.count()) == before
    assert list(ProjectLight.objects.values()) == lights


def test_a_warning_that_grows_graver_opens_again_and_one_that_eases_stays(late_project: Make, steward: User) -> None:
    project = late_project(days=15)
    scanned(DAY)
    services.acknowledge(_scope(steward), alert_id=of(project).pk, now=moment(DAY))
    assert scanned(DAY + ONE).escalated == 1
    alert = of(project)
    assert (alert.level, alert.state, alert.level_since) == ("red", "open", DAY + ONE)
    Milestone.objects.filter(project=project).update(planned_on=DAY)
    scanned(DAY + 2 * ONE)
    alert = of(project)
    assert (alert.level, alert.state) == ("yellow", "open")
    assert steps(alert) == ["opened", "acknowledged", "escalated", "eased"]


def test_a_warning_closes_itself_after_two_days_without_its_condition(late_project: Make) -> None:
    project = late_project()
    scanned(DAY)
    reach(project, DAY)
    scanned(DAY + ONE)
    scanned(DAY + ONE)  # twice on a day is once
    assert of(project).state == "open"
    run = scanned(DAY + 2 * ONE)
    alert = of(project)
    assert (run.closed, alert.state, alert.closed_on) == (1, "auto_closed", DAY + 2 * ONE)
    assert steps(alert) == ["opened", "auto_closed"]


def test_a_condition_that_comes_back_in_between_starts_counting_anew(late_project: Make) -> None:
    project = late_project()
    scanned(DAY)
    reach(project, DAY)
    scanned(DAY + ONE)
    Milestone.objects.filter(project=project).update(actual_on=None)
    scanned(DAY + 2 * ONE)
    reach(project, DAY)
    scanned(DAY + 3 * ONE)
    assert (of(project).state, of(project).clear_scans) == ("open", 1)


def test_what_closed_itself_and_comes_back_in_the_month_is_opened_again(late_project: Make) -> None:
    project = late_project()
    scanned(DAY)
    reach(project, DAY)
    scanned(DAY + ONE)
    scanned(DAY + 2 * ONE)
    Milestone.objects.filter(project=project).update(actual_on=None)
    scanned(DAY + 3 * ONE)
    alert = of(project)
    assert (alert.state, alert.closed_on) == ("open", None)
    assert steps(alert) == ["opened", "auto_closed", "reopened"]


def test_what_a_person_closed_comes_back_next_month_as_a_new_warning(
    late_project: Make, steward: User, colleague: User
) -> None:
    project = late_project(days=1)
    scanned(DAY)
    alert = of(project)
    services.handle(_scope(steward), alert_id=alert.pk, note="已约谈", now=moment(DAY))
    services.close(_scope(colleague), alert_id=alert.pk, note="下周完成", now=moment(DAY))
    scanned(DAY + ONE)
    assert of(project).state == "closed"
    scanned(date(2026, 4, 1))
    found = Alert.objects.filter(project=project, rule="W01").order_by("pk")
    assert [(one.period_key, one.state, one.level) for one in found] == [
        ("2026-03", "closed", "yellow"),
        ("2026-04", "open", "red"),
    ]


def test_a_silenced_rule_opens_nothing_until_the_silence_ends(late_project: Make, hq_admin: User) -> None:
    project = late_project()
    scanned(DAY)
    alert = of(project)
    services.silence(
        _scope(hq_admin), alert_id=alert.pk, reason="汛期停工", until=DAY + 9 * ONE, today=DAY, now=moment(DAY)
    )
    reach(project, DAY)
    scanned(DAY + ONE)
    scanned(DAY + 2 * ONE)
    Milestone.objects.filter(project=project).update(actual_on=None)
    scanned(DAY + 9 * ONE)
    assert of(project).state == "auto_closed"
    scanned(DAY + 10 * ONE)
    assert of(project).state == "open"


def test_a_rule_that_is_switched_off_closes_its_warnings(late_project: Make, hq_admin: User) -> None:
    project = late_project()
    scanned(DAY)
    services.enable_rule(_scope(hq_admin), rule="W01", enabled=False, now=moment(DAY))
    assert "W01" not in scanned(DAY + ONE).rules
    scanned(DAY + 2 * ONE)
    assert of(project).state == "auto_closed"


def test_a_project_that_was_cancelled_loses_its_light_and_its_warnings(late_project: Make) -> None:
    project = late_project()
    scanned(DAY)
    facts.status(project, DAY + ONE, "cancelled")
    scanned(DAY + ONE)
    scanned(DAY + 2 * ONE)
    assert of(project).state == "auto_closed"
    assert selectors.light_of(CITY, project.pk, day=DAY + 2 * ONE, today=DAY + 2 * ONE) is None
    assert selectors.light_of(CITY, project.pk, day=DAY, today=DAY + 2 * ONE) is not None


def test_a_scan_of_some_projects_leaves_the_others_alone(late_project: Make) -> None:
    first, second = late_project(), late_project()
    scanned(DAY)
    run = scanned(DAY + ONE, ids=[first.pk])
    assert (run.projects, run.whole) == (1, False)
    assert of(first).last_seen_on == DAY + ONE
    assert of(second).last_seen_on == DAY
    assert ProjectLight.objects.filter(project=second, since=DAY).exists()


def test_history_is_not_written_backwards_or_ahead(late_project: Make) -> None:
    late_project()
    scanned(DAY)
    with pytest.raises(Conflict, match="不能再补扫更早的日期"):
        scan(day=DAY - ONE, today=DAY, now=moment(DAY))
    with pytest.raises(Refused, match="还没有到"):
        scan(day=DAY + ONE, today=DAY, now=moment(DAY))
    assert ScanRun.objects.count() == 1


def test_the_table_itself_refuses_two_open_warnings_of_a_rule(late_project: Make) -> None:
    project = late_project()
    scanned(DAY)
    alert = of(project)
    alert.pk, alert.period_key = None, "2026-04"
    with pytest.raises(IntegrityError), transaction.atomic():
        alert.save()


def test_people_in_charge_hear_once_of_a_red_warning(late_project: Make, steward: User, other_steward: User) -> None:
    project = late_project(days=20)
    scanned(DAY)
    scanned(DAY + ONE)
    (notice,) = Notice.objects.filter(person=steward)
    assert notice.text.startswith(f"红色预警“节点逾期”：{project.name}，关键节点“完工”")
    assert (notice.subject, notice.subject_id, notice.kind) == ("alert", of(project).pk, "alert")
    assert not Notice.objects.filter(person=other_steward).exists()


def test_many_red_warnings_at_once_are_told_in_one_sentence(late_project: Make, steward: User) -> None:
    for _ in range(7):
        late_project(days=20)
    scanned(DAY)
    (notice,) = Notice.objects.filter(person=steward)
    assert notice.text == "岳阳楼区新增 7 条红色预警（节点逾期），请到预警列表处理"


def test_the_light_of_a_day_is_the_one_that_was_scanned(late_project: Make) -> None:
    project = late_project(days=15)
    scanned(DAY)
    scanned(DAY + ONE)
    reach(project, DAY)
    scanned(DAY + 5 * ONE)

    def colour(day: date) -> str:
        light = selectors.light_of(CITY, project.pk, day=day, today=DAY + 5 * ONE)
        assert light is not None
        return light.colour

    assert [colour(DAY + n * ONE) for n in (0, 1, 4, 5)] == ["yellow", "red", "red", "green"]
    lights = selectors.Lights(CITY, chosen=ProjectFilter(), day=DAY + 3 * ONE, today=DAY + 5 * ONE)
    (red,) = lights.red()
    assert (lights.counts().scanned_on, red.light.since) == (DAY + ONE, DAY + ONE)
    assert (lights.counts().red, lights.counts().total) == (1, 1)


def test_a_day_without_a_scan_is_judged_by_the_rules_of_today_and_says_so(late_project: Make) -> None:
    project = late_project(days=5)
    scanned(DAY)
    earlier = DAY - 2 * ONE
    counts = selectors.Lights(CITY, chosen=ProjectFilter(), day=earlier, today=DAY).counts()
    assert (counts.scanned_on, counts.yellow, counts.judged) == (None, 1, True)
    light = selectors.light_of(CITY, project.pk, day=earlier, today=DAY)
    assert light is not None
    assert light.sentence == "关键节点“完工”应于2026年3月5日完成，已逾期 3 天"
    assert ProjectLight.objects.count() == 1


def test_the_light_stands_in_the_row_of_its_day_and_limits_lists(late_project: Make, make_project: Make) -> None:
    red, green = late_project(days=20), make_project()
    scanned(DAY)
    scanned(DAY + ONE)
    today = DAY + ONE
    rows = dict(ProjectRow.objects.at(today, today=today).values_list("pk", "light"))
    assert rows == {red.pk: "red", green.pk: "green"}
    past = dict(ProjectRow.objects.at(DAY, today=today).values_list("pk", "light"))
    assert past == rows
    assert set(ProjectRow.objects.at(DAY - ONE, today=today).values_list("light", flat=True)) == {None}
    chosen = ProjectFilter.from_query({"light": "red"})
    assert list(project_rows(CITY, chosen, today=today).values_list("pk", flat=True)) == [red.pk]


def test_gathering_takes_as_many_statements_for_one_project_as_for_many(late_project: Make) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            judge_all(DAY, today=DAY, enabled=["W01"], limits=thresholds())
        return len(queries)

    late_project()
    alone = statements()
    for _ in range(5):
        late_project()
    assert statements() == alone <= 13


def _scope(user: User) -> Any:
    from geodata.stewards.scope import scope_of

    return scope_of(user, today=DAY)
