"""Headquarters' pages: what they show, what they do, and that nobody else gets there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geodata.funding.services import record_disbursements
from geodata.projects.models import Project
from geodata.stewards.models import User
from portal.public.models import WITHDRAWN, PublishedPayment, Snapshot
from portal.publication import services
from portal.publication.models import PublicationRun, Withdrawal
from portal.publication.services import publish, review
from tests.portal.publication.conftest import NOW, TODAY, entry

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
PAGE = "/workbench/publication/"


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Jobs are noted instead of queued; the city's day is that of the data."""
    asked: list[int] = []

    def defer(run_id: int) -> None:
        asked.append(run_id)

    monkeypatch.setattr("portal.publication.views.carry_out_run.defer", defer)
    monkeypatch.setattr("portal.publication.views.today", lambda: TODAY)
    return asked


@pytest.fixture
def hq(client_of: Callable[[User], Client], hq_admin: User, jobs: list[int]) -> Client:
    return client_of(hq_admin)


def text_of(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_the_first_snapshot_the_page_says_so_and_offers_to_compute(
    public_city: dict[str, Project], hq: Client
) -> None:
    text = text_of(hq)
    assert "尚未发布过" in text
    assert "计算变更" in text
    assert 'name="confirmed"' not in text


def test_the_page_shows_changes_checks_and_history(public_city: dict[str, Project], hq: Client) -> None:
    publish(as_of=TODAY, now=NOW)
    record_disbursements(entries=[entry("ZF9", "1000.50", public_city["road"])], user=None, now=NOW)
    review(as_of=TODAY, now=NOW)
    text = text_of(hq)
    for words in ("新增", "1,000.50", "3,266,736.48", "3,267,736.98", "没有公开位置的项目", "第 1 期", "发布第 2 期"):
        assert words in text, words
    assert f"/workbench/projects/{public_city['road'].serial_no}/" in text


def test_nothing_changed_is_said(public_city: dict[str, Project], hq: Client) -> None:
    publish(as_of=TODAY, now=NOW)
    review(as_of=TODAY, now=NOW)
    assert "没有变更" in text_of(hq)


def test_a_blocking_check_takes_the_button_away(public_city: dict[str, Project], hq: Client) -> None:
    Project.objects.filter(pk=public_city["road"].pk).update(location_text="电话 138 0013 8000")
    review(as_of=TODAY, now=NOW)
    text = text_of(hq)
    assert "不能发布" in text
    assert "138****00" in text
    assert "138 0013 8000" not in text
    assert 'name="confirmed"' not in text


def test_publishing_queues_one_job_and_its_progress_can_be_polled(
    public_city: dict[str, Project], hq: Client, jobs: list[int]
) -> None:
    assert hq.post(PAGE, {"action": "publish", "confirmed": "1"}).status_code == 302
    (run_id,) = jobs
    text = text_of(hq)
    assert f'data-run="{PAGE}runs/{run_id}/"' in text
    assert "等待后台任务接手" in text
    state = hq.get(f"{PAGE}runs/{run_id}/").json()
    assert (state["active"], state["percent"]) == (True, 0)
    again = hq.post(PAGE, {"action": "publish", "confirmed": "1"}, follow=True)
    assert "正在排队或进行" in again.content.decode()
    assert len(jobs) == 1
    services.carry_out(run_id=run_id, now=NOW)
    state = hq.get(f"{PAGE}runs/{run_id}/").json()
    assert (state["active"], state["percent"], state["step"]) == (False, 100, "已发布")


def test_publishing_needs_the_word_that_the_changes_were_looked_through(
    public_city: dict[str, Project], hq: Client, jobs: list[int]
) -> None:
    assert hq.post(PAGE, {"action": "publish"}).status_code == 400
    assert hq.post(PAGE, {"action": "burn"}).status_code == 400
    assert jobs == []


def test_a_failure_is_shown_with_its_reason(public_city: dict[str, Project], hq: Client, jobs: list[int]) -> None:
    Project.objects.filter(pk=public_city["road"].pk).update(location_text="13800138000")
    hq.post(PAGE, {"action": "publish", "confirmed": "1"})
    with pytest.raises(Exception, match="手机号码"):
        services.carry_out(run_id=jobs[0], now=NOW)
    text = text_of(hq)
    assert "未通过检查" in text
    assert public_city["road"].serial_no in text


def test_a_payee_is_withdrawn_from_the_projects_page(public_city: dict[str, Project], hq: Client) -> None:
    publish(as_of=TODAY, now=NOW)
    address = f"{PAGE}projects/{public_city['road'].serial_no}/"
    number = PublishedPayment.objects.get(amount="15000000.00").number
    assert f'value="payment:{number}"' in text_of(hq, address)
    reason = "经核实为个体经营者"
    answer = hq.post(address, {"action": "item", "item": f"payment:{number}", "reason": reason}, follow=True)
    assert "名称已全部撤下" in answer.content.decode()
    gaps = PublishedPayment.objects.filter(payee=WITHDRAWN)
    assert {row.amount for row in gaps} == {15000000, -15000000}
    assert reason in text_of(hq)
    public = Client(headers={"accept": "text/html"}).get(f"/projects/{public_city['road'].serial_no}/").content.decode()
    assert WITHDRAWN in public
    assert reason in public
    assert "湖南样例市政工程有限公司" not in public


@pytest.mark.parametrize("item", ["", "payment:x", "payment:999999", "supplier:none", "contract:none"])
def test_an_item_that_is_not_there_is_refused_in_words(public_city: dict[str, Project], hq: Client, item: str) -> None:
    publish(as_of=TODAY, now=NOW)
    address = f"{PAGE}projects/{public_city['road'].serial_no}/"
    answer = hq.post(address, {"action": "item", "item": item, "reason": "经核实为个体经营者"}, follow=True)
    assert "message-error" in answer.content.decode()
    assert Snapshot.objects.count() == 1


def test_a_project_is_withdrawn_and_released(public_city: dict[str, Project], hq: Client) -> None:
    publish(as_of=TODAY, now=NOW)
    code = public_city["road"].serial_no
    hq.post(f"{PAGE}projects/{code}/", {"action": "project", "reason": "征地方案调整"})
    assert "征地方案调整" in text_of(hq, f"{PAGE}projects/{code}/")
    assert PublicationRun.objects.get(kind="withdraw").number == 2
    number = Withdrawal.objects.get().pk
    hq.post(PAGE, {"action": "lift", "withdrawal": number, "reason": "方案已经批准"})
    assert "方案已经批准" in text_of(hq)
    assert hq.post(PAGE, {"action": "lift", "withdrawal": "x", "reason": "方案已经批准"}).status_code == 400


def test_a_search_finds_projects_by_two_characters(public_city: dict[str, Project], hq: Client) -> None:
    text = text_of(hq, f"{PAGE}?q=示例")
    assert f"{PAGE}projects/{public_city['road'].serial_no}/" in text
    assert "没有找到项目" in text_of(hq, f"{PAGE}?q=无此")


def test_the_page_asks_few_questions_of_the_databases(public_city: dict[str, Project], hq: Client) -> None:
    publish(as_of=TODAY, now=NOW)
    review(as_of=TODAY, now=NOW)
    for address in (PAGE, f"{PAGE}projects/{public_city['road'].serial_no}/"):
        with (
            CaptureQueriesContext(connections["default"]) as record,
            CaptureQueriesContext(connections["publisher"]) as published,
        ):
            text_of(hq, address)
        asked = [query for query in [*record, *published] if query["sql"] not in {"BEGIN", "COMMIT"}]
        assert len(asked) <= 12, address


def test_nobody_but_headquarters_gets_there(
    public_city: dict[str, Project], client_of: Callable[[User], Client], leader: User, steward: User, jobs: Any
) -> None:
    code = public_city["road"].serial_no
    run = PublicationRun.objects.create(as_of=TODAY, requested_at=NOW)
    for person in (leader, steward):
        client = client_of(person)
        for address in (PAGE, f"{PAGE}projects/{code}/", f"{PAGE}runs/{run.pk}/"):
            assert client.get(address).status_code == 403, address
        assert client.post(PAGE, {"action": "publish", "confirmed": "1"}).status_code == 403
        assert client.post(f"{PAGE}projects/{code}/", {"action": "project", "reason": "不应该可以"}).status_code == 403
    assert jobs == []
