"""Who may do what with a warning, a light, a rule."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from dashboards.alerts import selectors, services
from dashboards.alerts.models import Alert, AlertStep, LightOverride, RuleSetting, Silence
from geodata.errors import Conflict, NotFound, NotPermitted, Refused
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import CITY, Scope, scope_of
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectLight
from tests.dashboards.alerts.conftest import DAY, moment, scanned

Make = Callable[..., Project]
NOW = moment(DAY)
ONE = timedelta(days=1)


def scope(user: User) -> Scope:
    return scope_of(user, today=DAY)


@pytest.fixture
def yellow(late_project: Make) -> Alert:
    project = late_project(days=3)
    scanned(DAY)
    return Alert.objects.get(project=project, rule="W01")


@pytest.fixture
def red(late_project: Make) -> Alert:
    project = late_project(days=30)
    scanned(DAY)
    return Alert.objects.get(project=project, rule="W01")


def colour(project_id: int, day: Any = DAY) -> tuple[str, str]:
    light = selectors.light_of(CITY, project_id, day=day, today=day)
    assert light is not None
    return light.colour, light.computed


def test_the_whole_way_of_a_warning(yellow: Alert, steward: User, colleague: User) -> None:
    services.acknowledge(scope(steward), alert_id=yellow.pk, now=NOW)
    services.handle(scope(steward), alert_id=yellow.pk, note=" 已约谈\n施工单位 ", now=NOW)
    services.close(scope(colleague), alert_id=yellow.pk, note="措施已落实", now=NOW)
    yellow.refresh_from_db()
    assert (yellow.state, yellow.closed_on) == ("closed", DAY)
    found = [(str(s.kind), s.by_id, s.note) for s in yellow.steps.order_by("pk")]
    assert found == [
        ("opened", None, ""),
        ("acknowledged", steward.pk, ""),
        ("handled", steward.pk, "已约谈 施工单位"),
        ("closed", colleague.pk, "措施已落实"),
    ]


@pytest.mark.parametrize("state", ["acknowledged", "handled", "closed", "auto_closed"])
def test_only_a_new_warning_can_be_acknowledged(yellow: Alert, steward: User, state: str) -> None:
    Alert.objects.filter(pk=yellow.pk).update(state=state, closed_on=DAY if "closed" in state else None)
    with pytest.raises(Conflict, match="请刷新页面"):
        services.acknowledge(scope(steward), alert_id=yellow.pk, now=NOW)


def test_what_was_done_and_why_it_is_closed_must_be_said(yellow: Alert, steward: User, colleague: User) -> None:
    with pytest.raises(Refused, match="请写明处置情况"):
        services.handle(scope(steward), alert_id=yellow.pk, note="  ", now=NOW)
    with pytest.raises(Refused, match="不能超过 400 字"):
        services.handle(scope(steward), alert_id=yellow.pk, note="长" * 401, now=NOW)
    with pytest.raises(Conflict):
        services.close(scope(colleague), alert_id=yellow.pk, note="没有处置就关", now=NOW)
    services.handle(scope(steward), alert_id=yellow.pk, note="已约谈", now=NOW)
    with pytest.raises(Refused, match="请写明关闭理由"):
        services.close(scope(colleague), alert_id=yellow.pk, note="", now=NOW)


def test_nobody_closes_what_he_dealt_with_himself(yellow: Alert, steward: User) -> None:
    services.handle(scope(steward), alert_id=yellow.pk, note="已约谈", now=NOW)
    with pytest.raises(NotPermitted):
        services.close(scope(steward), alert_id=yellow.pk, note="行了", now=NOW)


def test_a_red_one_is_closed_by_headquarters(red: Alert, steward: User, colleague: User, hq_admin: User) -> None:
    services.handle(scope(steward), alert_id=red.pk, note="已约谈", now=NOW)
    with pytest.raises(NotPermitted, match="由市指挥部决定"):
        services.close(scope(colleague), alert_id=red.pk, note="行了", now=NOW)
    services.close(scope(hq_admin), alert_id=red.pk, note="核实", now=NOW)
    red.refresh_from_db()
    assert red.state == "closed"


def test_another_unit_sees_and_does_nothing(yellow: Alert, other_steward: User) -> None:
    other = scope(other_steward)
    before = AlertStep.objects.count()
    for act in (services.acknowledge, services.handle, services.close):
        with pytest.raises(NotFound):
            act(other, alert_id=yellow.pk, note="试试", now=NOW)
    with pytest.raises(NotFound):
        selectors.alert(other, yellow.pk, today=DAY)
    assert not selectors.alert_rows(other, selectors.AlertFilter(state="all"), today=DAY).exists()
    assert selectors.open_alert_counts(other, today=DAY).total == 0
    assert selectors.light_of(other, yellow.project_id, day=DAY, today=DAY) is None
    assert selectors.Lights(other, chosen=ProjectFilter(), day=DAY, today=DAY).counts().total == 0
    assert selectors.project_alerts(other, yellow.project_id, today=DAY) == []
    assert AlertStep.objects.count() == before


def test_whoever_only_looks_may_not_decide(yellow: Alert, leader: User, sysadmin: User) -> None:
    for user in (leader, sysadmin):
        with pytest.raises(NotPermitted):
            services.acknowledge(scope(user), alert_id=yellow.pk, now=NOW)
        with pytest.raises(NotPermitted):
            services.enable_rule(scope(user), rule="W01", enabled=False, now=NOW)
    assert not RuleSetting.objects.exists()


def test_the_powers_shown_are_those_that_the_services_grant(
    red: Alert, steward: User, colleague: User, hq_admin: User, leader: User
) -> None:
    def powers(user: User) -> selectors.AlertPowers:
        return selectors.alert(scope(user), red.pk, today=DAY).may

    assert powers(leader) == selectors.AlertPowers()
    assert powers(steward) == selectors.AlertPowers(acknowledge=True, handle=True)
    assert powers(hq_admin).silence
    services.handle(scope(steward), alert_id=red.pk, note="已约谈", now=NOW)
    assert not powers(colleague).close
    assert powers(hq_admin).close


def test_a_silence_needs_headquarters_a_reason_and_an_end(red: Alert, steward: User, hq_admin: User) -> None:
    def quiet(user: User, **more: Any) -> Silence:
        values = {"alert_id": red.pk, "reason": "汛期", "until": DAY + 90 * ONE, "today": DAY, "now": NOW}
        return services.silence(scope(user), **{**values, **more})

    with pytest.raises(NotPermitted):
        quiet(steward)
    with pytest.raises(Refused, match="最长 90 天"):
        quiet(hq_admin, until=DAY + 91 * ONE)
    with pytest.raises(Refused, match="不能早于今天"):
        quiet(hq_admin, until=DAY - ONE)
    with pytest.raises(Refused, match="请写明静默理由"):
        quiet(hq_admin, reason="")
    quiet(hq_admin)
    again = quiet(hq_admin, until=DAY + ONE)
    assert Silence.objects.filter(lifted_at__isnull=True).get() == again
    no_limit = selectors.alert_feed(CITY, chosen=_everything(), day=DAY, today=DAY)
    assert red not in no_limit
    shown = selectors.alert_rows(CITY, selectors.AlertFilter(silenced="yes"), today=DAY)
    assert [(one.pk, one.silenced_until) for one in shown] == [(red.pk, DAY + ONE)]
    services.lift_silence(scope(hq_admin), silence_id=again.pk, now=NOW)
    assert red in selectors.alert_feed(CITY, chosen=_everything(), day=DAY, today=DAY)
    with pytest.raises(Conflict):
        services.lift_silence(scope(hq_admin), silence_id=again.pk, now=NOW)


def test_a_light_set_by_hand_holds_at_once_until_its_last_day(red: Alert, hq_admin: User) -> None:
    code = red.project.serial_no

    def override(**more: Any) -> LightOverride:
        values = {"code": code, "colour": "yellow", "reason": "已整改", "until": DAY + 30 * ONE}
        return services.override_light(scope(hq_admin), **{**values, **more}, today=DAY, now=NOW)

    with pytest.raises(Refused, match="最长 30 天"):
        override(until=DAY + 31 * ONE)
    with pytest.raises(Refused, match="可选红灯、黄灯、绿灯"):
        override(colour="grey")
    override(until=DAY + 2 * ONE)
    assert colour(red.project_id) == ("yellow", "red")
    row = ProjectLight.objects.get(project=red.project_id)
    assert row.sentence.startswith("指挥部定为黄灯（至 2026-03-12）：已整改。按规则：关键节点")
    scanned(DAY + 2 * ONE)
    assert colour(red.project_id, DAY + 2 * ONE) == ("yellow", "red")
    assert colour(red.project_id, DAY + 3 * ONE) == ("red", "red")  # although nobody has scanned since
    scanned(DAY + 3 * ONE)
    assert ProjectLight.objects.get(project=red.project_id, since=DAY + 3 * ONE).light == "red"


def test_a_light_set_by_hand_can_be_taken_back(red: Alert, hq_admin: User, steward: User) -> None:
    code = red.project.serial_no
    with pytest.raises(NotPermitted):
        services.override_light(scope(steward), code=code, colour="green", reason="好了", until=DAY, today=DAY, now=NOW)
    with pytest.raises(NotFound):
        services.lift_override(scope(hq_admin), code=code, today=DAY, now=NOW)
    services.override_light(scope(hq_admin), code=code, colour="green", reason="好了", until=DAY, today=DAY, now=NOW)
    services.lift_override(scope(hq_admin), code=code, today=DAY, now=NOW)
    assert colour(red.project_id) == ("red", "red")
    assert ProjectLight.objects.get(project=red.project_id).sentence.startswith("关键节点")


def test_a_project_without_a_light_cannot_be_given_one(make_project: Make, hq_admin: User) -> None:
    project = make_project()
    with pytest.raises(Conflict, match="还没有亮灯"):
        services.override_light(
            scope(hq_admin), code=project.serial_no, colour="green", reason="好", until=DAY, today=DAY, now=NOW
        )
    assert not LightOverride.objects.exists()


def test_an_unknown_rule_is_not_switched(hq_admin: User) -> None:
    with pytest.raises(NotFound):
        services.enable_rule(scope(hq_admin), rule="W99", enabled=False, now=NOW)
    services.enable_rule(scope(hq_admin), rule="W10", enabled=False, now=NOW)
    assert [state.rule.id for state in selectors.rules() if not state.enabled] == ["W10"]


@pytest.mark.parametrize("statement", ["UPDATE alerts_alertstep SET note = 'x'", "DELETE FROM alerts_alertstep"])
def test_the_history_of_a_warning_cannot_be_rewritten(yellow: Alert, statement: str) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="append-only"):
        cursor.execute(statement)


def _everything() -> Any:
    from geodata.summary.filters import ProjectFilter

    return ProjectFilter()
