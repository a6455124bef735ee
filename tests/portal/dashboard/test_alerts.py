"""Alerts on their pages: whose they are, what their numbers say, who may do what, and what a file of them holds."""

import ast
import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboards.alerts import rules
from dashboards.alerts.models import Alert, AlertStep, ScanRun, Silence
from dashboards.alerts.rules import RULES
from geodata.exchange.models import Export
from geodata.notices.models import Notice
from geodata.projects.models import Project
from geodata.stewards.models import User
from portal.dashboard.alerts.numbers import KNOWN, NOT_SHOWN
from portal.dashboard.alerts.page import _EVIDENCE

pytestmark = pytest.mark.django_db(databases=["default"])
MOST_QUERIES = 12
SENTENCE = "截至2月底年度投资完成率 5.0%（占年度计划），序时进度 50.0%，落后 45.0 个百分点，达成比 0.10"


def alert_of(project: Project, *, rule: str = "W02", level: str = "red", **more: object) -> Alert:
    """An alert of today with its first step."""
    today = timezone.localdate()
    said = {
        "rule_version": 1,
        "level": level,
        "sentence": SENTENCE,
        "inputs": {
            "annual_completed": "500000",
            "annual_plan": "10000000",
            "annual_rate_pct": "5",
            "time_pct": "50",
            "deviation_points": "-45",
            "ratio": "0.1",
            "period_end": "2026-02-28",
        },
        "thresholds": {"w02_red_points": "30", "w02_yellow_points": "10"},
    }
    days = {"opened_on": today - timedelta(days=3), "level_since": today - timedelta(days=3), "last_seen_on": today}
    values = {**said, **days, "fact": "示例", "period_key": f"{today:%Y-%m}", **more}
    alert = Alert.objects.create(project=project, rule=rule, **values)
    AlertStep.objects.create(alert=alert, kind="opened", day=today, at=timezone.now(), **said)
    return alert


@pytest.fixture
def here(make_project: Callable[..., Project]) -> Project:
    return make_project(name="示例路提质工程", status="under_construction", geom=Point(113.05, 29.25, srid=4490))


@pytest.fixture
def there(make_project: Callable[..., Project], city: dict) -> Project:
    return make_project(name="样例供水工程", management_unit=city["430626"], admin_area=city["430626"])


def text(client: Client, place: str, status: int = 200) -> str:
    answer = client.get(place)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def test_a_district_sees_its_own_alerts_under_the_same_address_and_no_others(
    steward: User, hq_admin: User, client_of: Callable, here: Project, there: Project
) -> None:
    own, foreign = alert_of(here), alert_of(there)
    district, city = client_of(steward), client_of(hq_admin)
    listed = text(district, "/dashboard/alerts/")
    assert "示例路提质工程" in listed
    assert "样例供水工程" not in listed
    assert text(city, "/dashboard/alerts/").count('name="alert"') == 2
    text(district, f"/dashboard/alerts/{own.pk}/")
    text(district, f"/dashboard/alerts/{foreign.pk}/", 404)
    for act in ("acknowledge", "handle", "close", "silence", "lift"):
        answer = district.post(f"/dashboard/alerts/{foreign.pk}/", {"act": act, "reason": "x", "until": "2030-01-01"})
        assert answer.status_code == 404, act
    district.post("/dashboard/alerts/", {"act": "acknowledge", "alert": [own.pk, foreign.pk]})
    assert set(Alert.objects.values_list("state", flat=True)) == {"open"}  # all of them or none


def test_an_alert_explains_itself_with_its_numbers_its_thresholds_and_its_place(
    steward: User, client_of: Callable, here: Project
) -> None:
    alert = alert_of(here)
    page = text(client_of(steward), f"/dashboard/alerts/{alert.pk}/")
    assert f"<h1>{SENTENCE}</h1>" in page
    for said in ("50.00 万元", "1,000.00 万元", "-45.0 个百分点", "2026年2月28日", "红灯落后", "30 百分点", "第 1 版"):
        assert said in page, said
    assert f'href="/workbench/projects/{here.serial_no}/#course"' in page
    assert '"type": "Point"' in page
    assert "发出预警" in page


def test_a_district_acknowledges_and_handles_and_headquarters_closes(
    steward: User, hq_admin: User, client_of: Callable, here: Project
) -> None:
    alert = alert_of(here)
    place = f"/dashboard/alerts/{alert.pk}/"
    district, city = client_of(steward), client_of(hq_admin)
    assert district.post(place, {"act": "acknowledge"}).status_code == 302
    assert 'value="close"' not in text(district, place)
    empty = district.post(place, {"act": "handle", "reason": "  "})
    assert empty.status_code == 422
    assert "请写明" in empty.content.decode()
    long = district.post(place, {"act": "handle", "reason": "长" * 301})
    assert long.status_code == 422
    assert "长" * 301 in long.content.decode()  # what was typed is kept
    assert district.post(place, {"act": "handle", "reason": "已约谈施工单位,追加班组"}).status_code == 302
    refused = district.post(place, {"act": "close", "reason": "好了"})
    assert refused.status_code == 403
    assert city.post(place, {"act": "close", "reason": "现场核实"}).status_code == 302
    alert.refresh_from_db()
    assert alert.state == "closed"
    page = text(city, place)
    for said in ("已约谈施工单位,追加班组", "现场核实", "steward", "hq"):
        assert said in page, said
    assert [step.kind for step in alert.steps.order_by("pk")] == ["opened", "acknowledged", "handled", "closed"]
    assert city.post(place, {"act": "close", "reason": "再来"}).status_code == 409


def test_an_act_that_no_button_has_is_refused(hq_admin: User, client_of: Callable, here: Project) -> None:
    place = f"/dashboard/alerts/{alert_of(here).pk}/"
    assert client_of(hq_admin).post(place, {"act": "delete"}).status_code == 400
    assert client_of(hq_admin).post(place).status_code == 400


def test_headquarters_silences_with_a_reason_and_a_day_and_lifts_it(
    hq_admin: User, steward: User, client_of: Callable, here: Project
) -> None:
    alert = alert_of(here)
    place, today = f"/dashboard/alerts/{alert.pk}/", timezone.localdate()
    city = client_of(hq_admin)
    for form in (
        {"until": "soon", "reason": "x"},
        {"until": str(today), "reason": ""},
        {"until": "2020-01-01", "reason": "x"},
    ):
        assert city.post(place, {"act": "silence", **form}).status_code == 422, form
    assert (
        city.post(place, {"act": "silence", "until": str(today + timedelta(days=91)), "reason": "x"}).status_code == 422
    )
    assert not Silence.objects.exists()
    until = today + timedelta(days=10)
    district = client_of(steward)
    assert district.post(place, {"act": "silence", "until": str(until), "reason": "汛期停工"}).status_code == 403
    assert city.post(place, {"act": "silence", "until": str(until), "reason": "汛期停工"}).status_code == 302
    assert f"静默至{until.year}年{until.month}月{until.day}日" in text(city, place)
    assert "汛期停工" in text(city, place)
    assert "静默至" in text(district, "/dashboard/alerts/")
    assert SENTENCE not in text(district, "/workbench/")  # the desk waits for that day, too
    assert city.post(place, {"act": "lift"}).status_code == 302
    assert city.post(place, {"act": "lift"}).status_code == 422
    assert SENTENCE in text(district, "/workbench/")


def test_many_are_acknowledged_at_once(steward: User, client_of: Callable, here: Project) -> None:
    ids = [alert_of(here, rule=rule).pk for rule in ("W01", "W02", "W04")]
    client = client_of(steward)
    answer = client.post("/dashboard/alerts/?level=red", {"act": "acknowledge", "alert": ids[:2]}, follow=True)
    assert answer.redirect_chain[0][0].endswith("?level=red")
    assert "已确认知悉 2 条预警" in answer.content.decode()
    assert sorted(Alert.objects.filter(state="acknowledged").values_list("pk", flat=True)) == sorted(ids[:2])
    assert "没有选择预警" in client.post("/dashboard/alerts/", {"act": "acknowledge"}, follow=True).content.decode()
    again = client.post("/dashboard/alerts/", {"act": "acknowledge", "alert": ids}, follow=True).content.decode()
    assert "请刷新页面" in again  # two of them are no longer new: nothing is done to the third
    assert Alert.objects.get(pk=ids[2]).state == "open"


def test_the_filters_the_order_and_the_counts_agree(
    hq_admin: User, client_of: Callable, here: Project, there: Project
) -> None:
    old = timezone.localdate() - timedelta(days=40)
    alert_of(here, rule="W01", level="yellow", opened_on=old, level_since=old)
    alert_of(here, rule="W02")
    alert_of(there, rule="W02", state="closed", closed_on=timezone.localdate())
    client = client_of(hq_admin)
    expected = {
        "": 2,
        "state=all": 3,
        "state=closed": 1,
        "level=red": 1,
        "rule=W01": 1,
        "unit=430626": 0,
        "unit=430626&state=all": 1,
        f"until={old}": 1,
        f"since={old + timedelta(days=1)}": 1,
        f"project={here.serial_no}": 2,
        "q=示例路": 2,
        "silenced=yes": 0,
    }
    for query, n in expected.items():
        page = text(client, f"/dashboard/alerts/?{query}")
        assert f'role="status"><b>{n}</b>' in page, query
        rows = b"".join(client.get(f"/dashboard/alerts/?{query}&format=csv").streaming_content).decode("utf-8-sig")
        assert len(list(csv.reader(rows.splitlines()))) - 2 == n, query
    first = text(client, "/dashboard/alerts/").index("W02 进度滞后序时</small>")
    assert first < text(client, "/dashboard/alerts/").index("W01 节点逾期</small>")  # red before yellow
    turned = text(client, "/dashboard/alerts/?sort=opened")
    assert turned.index("W01 节点逾期</small>") < turned.index("W02 进度滞后序时</small>")
    for wrong in ("level=pink", "state=gone", "since=morgen", "sort=name", "colour=red"):
        assert client.get(f"/dashboard/alerts/?{wrong}").status_code == 400, wrong


def test_a_file_of_alerts_is_safe_in_a_spreadsheet_and_kept(
    hq_admin: User, client_of: Callable, make_project: Callable[..., Project]
) -> None:
    alert_of(make_project(name="=HYPERLINK(1)"))
    client = client_of(hq_admin)
    written = b"".join(client.get("/dashboard/alerts/?format=csv").streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in written
    assert "只含未关闭的预警" in written
    assert client.get("/dashboard/alerts/?format=xlsx").status_code == 200
    assert Export.objects.filter(sheet="alerts").count() == 2


def test_an_empty_list_says_why(hq_admin: User, client_of: Callable, here: Project) -> None:
    client = client_of(hq_admin)
    assert "还没有预警" in text(client, "/dashboard/alerts/")
    assert "尚未扫描" in text(client, "/dashboard/alerts/")
    alert_of(here, state="closed", closed_on=timezone.localdate())
    assert "没有未关闭的预警" in text(client, "/dashboard/alerts/")
    assert "没有符合条件" in text(client, "/dashboard/alerts/?level=yellow")


def test_a_notice_of_an_alert_leads_to_it(steward: User, client_of: Callable, here: Project) -> None:
    alert = alert_of(here)
    notice = Notice.objects.create(
        person=steward, kind="alert", event_key="alert:1:red", text="红色预警", project_code=here.serial_no,
        subject="alert", subject_id=alert.pk, happened_at=timezone.now(),
    )  # fmt: skip
    answer = client_of(steward).post(f"/workbench/inbox/{notice.pk}/")
    assert answer.headers["Location"] == f"/dashboard/alerts/{alert.pk}/"


def test_the_desk_shows_red_before_yellow_and_what_waits_for_headquarters(
    steward: User, hq_admin: User, client_of: Callable, here: Project
) -> None:
    alert_of(here, rule="W01", level="yellow")
    alert_of(here, rule="W02")
    alert_of(here, rule="W04", level="yellow", state="handled", handled_by=steward)
    district, city = text(client_of(steward), "/workbench/"), text(client_of(hq_admin), "/workbench/")
    assert district.index("进度滞后序时 · 红色") < district.index("节点逾期 · 黄色")
    assert "拨付超进度" not in district
    assert city.index("拨付超进度 · 已报处置，待核实关闭") < city.index("进度滞后序时 · 红色")


def test_red_praise_and_red_lights_never_meet() -> None:
    """红榜 praises, 红灯 warns: no page or text of the staff site names the first."""
    root = Path(rules.__file__).parents[3]
    places = [*root.glob("templates/**/*.html"), *root.glob("locale/**/*.po"), *root.glob("portal/**/*.py")]
    assert [str(path) for path in places if "红榜" in path.read_text(encoding="utf-8")] == []


def test_every_number_that_a_rule_keeps_has_a_name() -> None:
    kept = set()
    for path in Path(rules.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "kept":
                kept |= {keyword.arg for keyword in node.keywords if keyword.arg}
    assert len(kept) > 20
    assert kept - KNOWN.keys() - NOT_SHOWN == set()
    assert {rule.id for rule in RULES} == set(_EVIDENCE)


def test_the_pages_ask_the_same_number_of_questions_at_any_number_of_alerts(
    hq_admin: User, client_of: Callable, make_project: Callable[..., Project]
) -> None:
    client, asked = client_of(hq_admin), []
    ScanRun.objects.create(
        day=date(2026, 3, 30), whole=True, started_at=datetime(2026, 3, 30, tzinfo=timezone.get_current_timezone()),
        rules="W01.1", projects=1, opened=1, escalated=0, kept=0, closed=0, red=1, yellow=0, grey=0, green=0,
    )  # fmt: skip
    for number in (1, 30):
        alerts = [alert_of(make_project(status="under_construction")) for _ in range(number)]
        for place in (
            "/dashboard/alerts/",
            f"/dashboard/alerts/{alerts[0].pk}/",
            "/dashboard/rules/",
            "/dashboard/rules/W02/",
        ):
            with CaptureQueriesContext(connection) as captured:
                text(client, place)
            n = sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured)
            asked.append((place.rstrip("0123456789/"), n))
    half = len(asked) // 2
    assert asked[:half] == asked[half:]
    assert max(n for _place, n in asked) <= MOST_QUERIES, asked
