"""The pages of reporting: writing a month, what is said of mistakes, deciding, correcting; nodes, status, documents."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geodata.progress.models import Attachment, Milestone, PeriodReport, Photo, StatusRequest
from geodata.progress.reference import ensure_node_templates
from geodata.projects.models import Project, StatusChange
from geodata.stewards.models import User
from portal.workbench import people
from tests.conftest import TODAY
from tests.geodata.sandbox.test_papers import pdf
from tests.geodata.sandbox.test_pictures import notes, picture_file

VIEWS = ("reports", "milestones", "status")
FIGURES = {
    "revision": "0",
    "invested_period": "100",
    "invested_year": "250",
    "invested_cumulative": "300",
    "physical_desc": "管沟开挖完成",
    "work_done": "完成管沟 300 米",
}


@pytest.fixture(autouse=True)
def _pinned(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(people, "today", lambda: TODAY)
    for name in VIEWS:
        monkeypatch.setattr(f"portal.workbench.views.{name}.today", lambda: TODAY)


def place(project: Project, task: str = "report", query: str = "") -> str:
    return f"/workbench/projects/{project.serial_no}/{task}/{query}"


def typed(client: Client, project: Project, **fields: str) -> dict[str, Any]:
    """What the check says of a form while it is typed."""
    answer: dict[str, Any] = client.post(f"{place(project)}check", fields).json()
    return answer


def send(client: Client, project: Project, action: str = "save", **fields: Any) -> Any:
    return client.post(place(project), {**FIGURES, "action": action, "physical_pct": "30", **fields})


def text(response: Any) -> str:
    return response.content.decode()


def file(content: bytes, name: str = "确认单.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def test_a_month_is_written_submitted_reviewed_and_frozen(
    project: Project, steward: User, checker: User, client_of: Callable
) -> None:
    writer, reader = client_of(steward), client_of(checker)
    empty = text(writer.get(place(project)))
    assert "2026年2月" in empty
    assert "未填报" in empty
    assert "晚 25 天" in empty
    saved = send(writer, project)
    assert saved.headers["Location"] == place(project, query="?period=2026-02")
    assert 'value="300"' in text(writer.get(saved.headers["Location"]))
    submitted = send(writer, project, "submit", revision="1", papers=file(pdf()))
    report = PeriodReport.objects.get()
    assert submitted.headers["Location"] == f"/workbench/reports/{report.pk}/"
    assert (report.state, report.invested_cumulative, report.physical_pct) == ("submitted", 3_000_000, 30)
    page = text(reader.get(f"/workbench/reports/{report.pk}/"))
    for words in ("管沟开挖完成", "确认单", "300.00", 'value="approve"'):
        assert words in page
    assert 'value="approve"' not in text(writer.get(f"/workbench/reports/{report.pk}/"))
    decided = reader.post(f"/workbench/reports/{report.pk}/", {"decision": "approve", "revision": report.revision})
    assert decided.status_code == 302
    assert PeriodReport.objects.get().state == "approved"
    assert "已冻结" in text(writer.get(place(project)))


def test_what_is_wrong_is_said_where_it_is_typed_and_nothing_is_lost(
    project: Project, steward: User, client_of: Callable
) -> None:
    client = client_of(steward)
    response = send(client, project, invested_period="一百", work_done="<b>不丢</b>")
    page = text(response)
    assert response.status_code == 422
    assert "不是数字" in page.split('id="invested_period-error"')[1].split("</small>")[0]
    assert "&lt;b&gt;不丢&lt;/b&gt;" in page
    response = send(client, project, "submit", physical_pct="90")
    assert response.status_code == 422
    assert "数据说明" in text(response).split('role="alert"')[1].split("</div>")[0]
    assert "相差 60 个百分点" in text(response)
    response = send(client, project, "submit", work_done="")
    assert "还缺本期工作" in text(response)
    assert not PeriodReport.objects.exists()


def test_two_people_at_once_the_second_sees_both_and_decides(
    project: Project, steward: User, checker: User, client_of: Callable
) -> None:
    send(client_of(steward), project, invested_cumulative="280")
    response = send(client_of(checker), project)
    page = text(response)
    assert response.status_code == 412
    assert "当前内容" in page
    assert "280" in page
    assert 'value="300"' in page
    assert 'name="revision" value="1"' in page
    assert send(client_of(checker), project, revision="1").status_code == 302
    assert PeriodReport.objects.get().invested_cumulative == 3_000_000


def test_the_check_while_typing_says_the_same_and_writes_nothing(
    project: Project, steward: User, client_of: Callable
) -> None:
    PeriodReport.objects.create(
        project=project, period_start=date(2026, 1, 1), period_end=date(2026, 1, 31), state="approved",
        physical_pct=40, invested_year=1_500_000, invested_cumulative=2_000_000,
    )  # fmt: skip
    client = client_of(steward)
    answer = typed(client, project, **FIGURES, physical_pct="30")
    assert [one["code"] for one in answer["findings"]] == ["progress-decreased"]
    assert answer["suggested"] == {"invested_year": "250", "invested_cumulative": "300"}
    answer = typed(client, project, invested_period="x")
    assert "invested_period" in answer["errors"]
    assert PeriodReport.objects.count() == 1


def test_nodes_make_the_progress(project: Project, steward: User, client_of: Callable) -> None:
    ensure_node_templates()
    client = client_of(steward)
    assert "雨污管网" in text(client.get(place(project)))
    assert typed(client, project, **FIGURES)["progress"] == ""
    sent = {**FIGURES, "node-M0802": "100", "node-M0803": "50%"}
    assert typed(client, project, **sent)["progress"] == "20"
    response = client.post(place(project), {**sent, "action": "save"})
    assert response.status_code == 302
    assert PeriodReport.objects.get().physical_pct == 20


def test_a_share_from_the_monthly_table_stays_until_a_node_is_filled_in(
    project: Project, steward: User, client_of: Callable
) -> None:
    client = client_of(steward)
    send(client, project)
    ensure_node_templates()
    assert 'data-stated="30"' in text(client.get(place(project)))
    assert typed(client, project, invested_cumulative="900")["findings"][0]["message"].startswith(
        "累计完成投资占总投资 90%"
    )
    assert client.post(place(project), {**FIGURES, "action": "save", "revision": "1"}).status_code == 302
    assert PeriodReport.objects.get().physical_pct == 30
    client.post(place(project), {**FIGURES, "action": "save", "revision": "2", "node-M0802": "100"})
    assert PeriodReport.objects.get().physical_pct == 5


def test_a_correction_needs_a_reason(project: Project, steward: User, checker: User, client_of: Callable) -> None:
    send(client_of(steward), project, "submit")
    report = PeriodReport.objects.get()
    client_of(checker).post(f"/workbench/reports/{report.pk}/", {"decision": "approve", "revision": "1"})
    client = client_of(steward)
    assert "更正理由" in text(client.get(place(project)))
    assert "更正请写明理由" in text(send(client, project, revision="1"))
    assert send(client, project, revision="1", reason="监理核减", invested_cumulative="290").status_code == 302
    page = text(client.get(f"/workbench/reports/{report.pk}/"))
    assert "第 2 稿" in page or "第 2 版" in page
    assert PeriodReport.objects.get(version=2).correction_reason == "监理核减"


def test_returning_needs_a_word_and_one_does_not_decide_on_ones_own(
    project: Project, steward: User, checker: User, client_of: Callable
) -> None:
    send(client_of(steward), project, "submit")
    report = PeriodReport.objects.get()
    address = f"/workbench/reports/{report.pk}/"
    own = client_of(steward).post(address, {"decision": "approve", "revision": "1"})
    assert (own.status_code, "另一人审核" in text(own)) == (403, True)
    silent = client_of(checker).post(address, {"decision": "return", "revision": "1", "comment": " "})
    assert (silent.status_code, "写明退回的原因" in text(silent)) == (422, True)
    late = client_of(checker).post(address, {"decision": "approve", "revision": "7", "comment": "看过<b>"})
    assert (late.status_code, "看过&lt;b&gt;" in text(late)) == (412, True)
    client_of(checker).post(address, {"decision": "return", "revision": "1", "comment": "产值不符"})
    page = text(client_of(steward).get(place(project)))
    assert "<blockquote>产值不符</blockquote>" in page


@pytest.mark.parametrize(
    ("data", "status"),
    [({"action": "save", "revision": "x"}, 400), ({"action": "fly"}, 400), ({}, 400), ({"action": "save"}, 400)],
)
def test_a_form_that_is_not_ours_is_refused(
    project: Project, steward: User, client_of: Callable, data: dict[str, str], status: int
) -> None:
    assert client_of(steward).post(place(project), data).status_code == status


@pytest.mark.parametrize("period", ["2026-04", "2026-13", "heute", "1999-01"])
def test_a_month_that_cannot_be_is_a_bad_address(
    project: Project, steward: User, client_of: Callable, period: str
) -> None:
    assert client_of(steward).get(place(project, query=f"?period={period}")).status_code == 400


def test_a_photo_of_the_month_is_taken_in_from_the_form(project: Project, steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    picture = SimpleUploadedFile("x.jpg", picture_file(exif=notes()))
    sent = client.post(place(project, query="?period=2026-03"), {"action": "photo", "file": picture, "caption": "管沟"})
    assert sent.headers["Location"].endswith("#photos")
    assert "管沟" in text(client.get(place(project, query="?period=2026-03")))
    assert "管沟" not in text(client.get(place(project, query="?period=2026-02")))
    other = SimpleUploadedFile("y.jpg", picture_file(size=(300, 200), exif=notes()))
    client.post(place(project, query="?period=2026-02"), {"action": "photo", "file": other})
    assert "拍摄于 2026年3月11日" in text(client.get(place(project, query="?period=2026-02")))
    bad = client.post(place(project), {"action": "photo", "file": SimpleUploadedFile("x.jpg", b"<svg/>")})
    assert (bad.status_code, 'id="photo-error"' in text(bad)) == (422, True)
    assert Photo.objects.count() == 2


def test_documents_are_downloads_within_the_scope(
    project: Project, steward: User, other_steward: User, leader: User, client_of: Callable
) -> None:
    send(client_of(steward), project, papers=[file(pdf()), file(picture_file("PNG"), '"a;b\r\n".png')])
    assert Attachment.objects.count() == 2
    for paper in Attachment.objects.all():
        address = f"/workbench/attachments/{paper.pk}/"
        response = client_of(leader).get(address)
        assert response.status_code == 200
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Type"] in {"application/pdf", "image/jpeg"}
        assert client_of(other_steward).get(address).status_code == 404
        assert client_of(other_steward).post(f"{address}remove", {"reason": "x"}).status_code == 404
        assert client_of(leader).post(f"{address}remove", {"reason": "x"}).status_code == 403


def test_a_document_that_does_harm_is_refused_by_name_and_nothing_is_written(
    project: Project, steward: User, client_of: Callable
) -> None:
    response = send(client_of(steward), project, papers=file(pdf(b"<< /S /JavaScript >>"), "恶意.pdf"))
    assert response.status_code == 422
    assert "恶意.pdf" in text(response)
    assert not PeriodReport.objects.exists()
    assert not Attachment.objects.exists()


def test_another_district_and_mere_readers_write_nothing(
    project: Project, steward: User, other_steward: User, leader: User, client_of: Callable
) -> None:
    send(client_of(steward), project, "submit")
    report = PeriodReport.objects.get()
    stranger, reader = client_of(other_steward), client_of(leader)
    for address in (
        place(project),
        place(project, "milestones"),
        place(project, "status"),
        f"/workbench/reports/{report.pk}/",
    ):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {**FIGURES, "action": "save", "decision": "approve"}).status_code == 404
        assert reader.get(address).status_code == 200
        assert reader.post(address, {**FIGURES, "action": "save", "decision": "approve"}).status_code == 403
    assert "disabled" in text(reader.get(place(project)))
    report.refresh_from_db()
    assert (report.state, report.revision) == ("submitted", 1)


def test_a_key_node_is_filled_in_and_confirmed_on_its_page(
    project: Project, steward: User, checker: User, client_of: Callable
) -> None:
    node = Milestone.objects.create(project=project, code="M0604", name="合同签订", is_key=True)
    writer, reader = client_of(steward), client_of(checker)
    fields = {"action": "save", "node": "M0604", "revision": "1", "actual_on": "2026-03-02"}
    refused = writer.post(place(project, "milestones"), fields)
    assert (refused.status_code, "佐证文件" in text(refused)) == (422, True)
    assert 'value="2026-03-02"' in text(refused)
    assert writer.post(place(project, "milestones"), {**fields, "papers": file(pdf())}).status_code == 302
    page = text(reader.get(place(project, "milestones")))
    assert "待确认" in page
    assert 'value="approve"' in page
    assert 'value="approve"' not in text(writer.get(place(project, "milestones")))
    own = writer.post(f"/workbench/milestones/{node.pk}/decide", {"decision": "approve", "revision": "2"})
    assert own.status_code == 302
    assert Milestone.objects.get().actual_on is None
    reader.post(f"/workbench/milestones/{node.pk}/decide", {"decision": "approve", "revision": "2"})
    assert Milestone.objects.get().actual_on == date(2026, 3, 2)


def test_a_project_without_nodes_offers_the_usual_ones(project: Project, steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    assert "按模板建立节点" in text(client.get(place(project, "milestones")))
    assert client.post(place(project, "milestones"), {"action": "begin"}).status_code == 302
    assert Milestone.objects.filter(project=project).count() == 10


def test_a_stop_is_asked_for_reviewed_and_recorded(
    project: Project, steward: User, checker: User, client_of: Callable
) -> None:
    writer, reader = client_of(steward), client_of(checker)
    assert "停工类型" in text(writer.get(place(project, "status", "?to=suspended")))
    fields = {"status": "suspended", "expected_status": "under_construction", "effective_on": "2026-03-20"}
    refused = writer.post(place(project, "status"), {**fields, "papers": file(pdf())})
    assert refused.status_code == 422
    assert "缺少停工类型" in text(refused)
    whole = {**fields, "suspension_kind": "reported", "expected_resume_on": "2026-05-01", "reason": "汛期"}
    assert "请上传停工报告" in text(writer.post(place(project, "status"), whole))
    sent = writer.post(place(project, "status"), {**whole, "papers": file(pdf())})
    request = StatusRequest.objects.get()
    address = f"/workbench/status/{request.pk}/"
    assert sent.headers["Location"] == address
    assert 'value="approve"' not in text(writer.get(address))
    page = text(reader.get(address))
    for words in ("报备停工", "2026年5月1日", "汛期", "确认单", 'value="approve"'):
        assert words in page
    own = writer.post(address, {"decision": "approve"})
    assert (own.status_code, "另一人审核" in text(own)) == (403, True)
    assert reader.post(address, {"decision": "approve"}).status_code == 302
    project.refresh_from_db()
    assert project.status == "suspended"
    assert "停工" in text(reader.get(place(project, "status")))


def test_a_request_is_taken_back_by_those_who_asked(project: Project, steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    fields = {"status": "cancelled", "expected_status": "under_construction", "effective_on": "2026-03-20"}
    client.post(place(project, "status"), {**fields, "doc_no": "岳发〔2026〕1号", "papers": file(pdf())})
    request = StatusRequest.objects.get()
    assert "由指挥部审核" in text(client.get(f"/workbench/status/{request.pk}/"))
    client.post(f"/workbench/status/{request.pk}/withdraw")
    assert "申请已撤回" in text(client.get(place(project, "status")))
    assert StatusRequest.objects.get().state == "withdrawn"


def test_every_page_asks_at_most_twelve_questions_at_any_number_of_rows(
    project: Project, steward: User, checker: User, client_of: Callable
) -> None:
    ensure_node_templates()
    for month in range(1, 13):
        PeriodReport.objects.create(
            project=project, period_start=date(2025, month, 1), period_end=date(2025, month, 28), state="approved",
            physical_pct=month,
        )  # fmt: skip
    for number in range(10):
        Milestone.objects.create(project=project, code=f"M08{number + 2:02d}", name="x", weight_pct=10)
    shares = {f"node-M08{n + 2:02d}": "10" for n in range(10)}
    assert send(client_of(steward), project, "submit", explanation="核减", **shares).status_code == 302
    report = PeriodReport.objects.order_by("-pk")[0]
    client = client_of(checker)
    for address in (
        place(project),
        place(project, "milestones"),
        place(project, "status", "?to=suspended"),
        f"/workbench/reports/{report.pk}/",
    ):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        asked = [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked) <= 12, (address, asked)


def test_the_report_of_a_stop_is_handed_in_on_the_page_of_the_status_and_decided_by_another_person(
    project: Project, steward: User, checker: User, leader: User, client_of: Callable[..., Client]
) -> None:
    stop = date(2026, 2, 10)
    Project.objects.filter(pk=project.pk).update(status="suspended")
    StatusChange.objects.create(
        project=project, effective_on=stop, from_status="under_construction", status="suspended", stage="construction"
    )
    client, page, send_to = client_of(steward), place(project, "status"), place(project, "status", "stop-report")
    assert "尚未登记停工报告" in text(client.get(page))
    assert 'name="reported_on"' not in text(client_of(leader).get(page))
    early = client.post(send_to, {"reported_on": "2026-02-09", "doc_no": "某号"})
    assert early.status_code == 422
    assert "早于停工日期" in text(early)
    assert 'value="某号"' in text(early)
    asked = {"reported_on": "2026-02-12", "doc_no": "某号"}
    assert "请上传停工报告" in text(client.post(send_to, asked))
    assert client_of(leader).post(send_to, asked).status_code == 403
    sent = client.post(send_to, {**asked, "papers": file(pdf(), "停工报告.pdf")})
    review = f"/workbench/status/{StatusRequest.objects.get().pk}/"
    assert (sent.status_code, sent.url) == (302, review)
    found = text(client.get(page))
    assert "2026年2月12日 的停工报告已提交" in found
    assert 'name="reported_on"' not in found
    assert client.post(send_to, {**asked, "papers": file(pdf())}).status_code == 409
    reviewer = client_of(checker)
    assert "停工报告" in text(reviewer.get("/workbench/approvals/"))
    assert "停工报告" in text(reviewer.get("/workbench/"))
    assert client.post(review, {"decision": "approve"}).status_code == 403
    assert "视为已报送停工报告" in text(reviewer.get(review))
    assert reviewer.post(review, {"decision": "approve"}).status_code == 302
    assert "停工报告已于 2026年2月12日 报送" in text(client.get(page))
    assert "停工报告日期" in text(client.get(f"/workbench/projects/{project.serial_no}/"))
