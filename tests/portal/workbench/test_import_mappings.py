"""A clerk maps the columns of a foreign file once; the next file of the source is read so by itself."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from geodata.complaints.models import WorkOrder
from geodata.exchange.batches import folders, uploading, working
from geodata.exchange.datasets import dataset
from geodata.exchange.mappings import read_mapping
from geodata.exchange.models import Batch, SourceMapping
from geodata.funding.models import Disbursement
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
AS = Callable[[User], Client]
HEADER = "Ref,Paid on,Supplier Name,Sum paid,State\n"
LEDGER = HEADER + 'R-1,31/12/2025,Example Ltd,"£1,234.50",Paid\nR-2,01/02/2026,Sample Ltd,99,Paid\n'
FORM = {
    "name": "示例市支付",
    "layout": "payments",
    "to_0": "voucher_no",
    "to_1": "pay_date",
    "to_2": "payee",
    "to_3": "amount",
    "to_4": "status",
    "unit": "元",
    "date_format": "%d/%m/%Y|%d/%m/%y|%d-%b-%y|%d-%b-%Y|%d.%m.%Y",
    "word_status": ["Paid"],
    "ours_status": ["已清算"],
}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def finance(city: dict[str, AreaUnit]) -> User:
    return ensure_account(username="finance", display_name="财政", password=PASSWORD, role=Role.FINANCE)


def send(client: Client, text: str = LEDGER, name: str = "payments_202601.csv", kind: str = "disbursements") -> Batch:
    """Upload, and do what the worker does."""
    file = SimpleUploadedFile(name, text.encode(), "text/csv")
    client.post("/workbench/imports/", {"kind": kind, "files": [file]})
    return work(Batch.objects.latest("pk"))


def work(batch: Batch) -> Batch:
    working.work(batch.pk, now=timezone.now())
    batch.refresh_from_db()
    return batch


def notices(batch: Batch) -> list[str]:
    return list(batch.issues.values_list("message", flat=True))


def test_a_foreign_file_leads_to_the_columns_and_the_next_one_is_read_by_itself(finance: User, client_of: AS) -> None:
    client = client_of(finance)
    batch = send(client)
    assert (batch.state, batch.blocked, sum(batch.counts.values())) == ("previewed", True, 0)
    at = f"/workbench/imports/{batch.pk}/columns/"
    assert at in client.get(f"/workbench/imports/{batch.pk}/").content.decode()
    page = client.get(at).content.decode()
    assert "31/12/2025" in page
    # by title, by a word that means the same, by its values, by the order of its days
    for key in ("payee", "voucher_no", "pay_date", "amount"):
        assert f'<option value="{key}" selected>' in page
    assert '<option value="%d/%m/%Y|%d/%m/%y|%d-%b-%y|%d-%b-%Y|%d.%m.%Y" selected>' in page
    tried = client.post(at, {**FORM, "action": "check"}).content.decode()
    assert "1,234.50" in tried
    assert "2025-12-31" in tried
    assert not SourceMapping.objects.exists()

    assert client.post(at, {**FORM, "action": "save"}).status_code == 302
    work(batch)
    assert (batch.state, batch.blocked, batch.counts["new"]) == ("previewed", False, 2), notices(batch)
    assert any("按记住的列对应“示例市支付”读取" in one for one in notices(batch))
    seen = client.get(f"/workbench/imports/{batch.pk}/").content.decode()
    mark = seen.split('name="seen" value="')[1].split('"')[0]
    client.post(f"/workbench/imports/{batch.pk}/", {"action": "commit", "seen": mark})
    work(batch)
    assert batch.state == "committed", notices(batch)
    assert dict(Disbursement.objects.values_list("voucher_no", "amount")) == {
        "R-1": Decimal("1234.50"),
        "R-2": Decimal(99),
    }
    other = "Supplier Name,Paid on,Ref,Sum paid,State\nThird Ltd,02/02/2026,R-3,5,Paid\n"
    later = send(client, other, "payments_202602.csv")
    assert (later.blocked, later.counts["new"]) == (False, 1), notices(later)
    assert any("示例市支付" in one for one in notices(later))


def test_a_needed_column_that_is_lacking_is_said_and_nothing_is_kept(finance: User, client_of: AS) -> None:
    client = client_of(finance)
    batch = send(client)
    answer = client.post(
        f"/workbench/imports/{batch.pk}/columns/", {**FORM, "to_2": "-", "action": "save"}, follow=True
    )
    assert "还缺必填列：收款人全称" in answer.content.decode()
    assert not SourceMapping.objects.exists()
    bad = client.post(f"/workbench/imports/{batch.pk}/columns/", {**FORM, "date_format": "%m/%d/%Y", "action": "check"})
    assert "日期与格式" in bad.content.decode()


def test_a_commit_reads_the_file_as_its_preview_did_whatever_became_of_the_mapping(
    finance: User, client_of: AS
) -> None:
    client = client_of(finance)
    batch = send(client)
    client.post(f"/workbench/imports/{batch.pk}/columns/", {**FORM, "action": "save"})
    work(batch)
    held = SourceMapping.objects.get()
    changed = {**FORM, "to_4": "-", "to_3": "amount", "unit": "万元", "name": "改过", "action": "save"}
    client.post(f"/workbench/imports/mappings/{held.pk}/", changed)
    held.refresh_from_db()
    assert (held.name, held.document["options"]["unit"]) == ("改过", "万元")
    seen = client.get(f"/workbench/imports/{batch.pk}/").content.decode()
    mark = seen.split('name="seen" value="')[1].split('"')[0]
    client.post(f"/workbench/imports/{batch.pk}/", {"action": "commit", "seen": mark})
    work(batch)
    assert Disbursement.objects.get(voucher_no="R-2").amount == 99


def test_a_mapping_file_goes_out_and_in_and_serves_the_command(finance: User, client_of: AS, tmp_path: Path) -> None:
    client = client_of(finance)
    batch = send(client)
    client.post(f"/workbench/imports/{batch.pk}/columns/", {**FORM, "action": "save"})
    held = SourceMapping.objects.get()
    sent = client.get(f"/workbench/imports/mappings/{held.pk}/mapping.toml").content
    assert tomllib.loads(sent.decode()) == {name: table for name, table in held.document.items() if table}
    (tmp_path / "m.toml").write_bytes(sent)
    mapping = read_mapping(tmp_path / "m.toml", dataset("disbursements").layouts)
    assert mapping.columns["Ref"] == "voucher_no"
    client.post(f"/workbench/imports/mappings/{held.pk}/", {"action": "delete"})
    assert not SourceMapping.objects.exists()
    file = SimpleUploadedFile("m.toml", sent)
    client.post("/workbench/imports/mappings/", {"kind": "disbursements", "name": "再来", "file": file})
    again = SourceMapping.objects.get()
    assert (again.name, again.document, again.header_sha256) == ("再来", held.document, held.header_sha256)
    assert "再来" in client.get("/workbench/imports/mappings/").content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        b"[columns",
        b"[columns]\na = 'nothing of ours'",
        b"[options]\nunit = 'wan'",
        b"x = 1",
        b"\xff",
        b"[columns]\na=[1]",
    ],
)
def test_a_wrong_mapping_file_is_refused_with_a_sentence(finance: User, client_of: AS, sent: bytes) -> None:
    answer = client_of(finance).post(
        "/workbench/imports/mappings/",
        {"kind": "disbursements", "name": "a", "file": SimpleUploadedFile("m.toml", sent)},
        follow=True,
    )
    assert answer.status_code == 200
    assert "映射文件" in answer.content.decode()
    assert not SourceMapping.objects.exists()


def test_who_sees_and_changes_a_mapping_goes_by_role_and_unit(
    finance: User, steward: User, other_steward: User, client_of: AS
) -> None:
    hq = ensure_account(username="hq", display_name="指挥部", password=PASSWORD, role=Role.HQ_ADMIN)
    client = client_of(steward)
    batch = send(client, "Works,County,Cost\n示例路,岳阳楼区,12\n", "works.csv", "projects")
    form = {"name": "区表", "layout": "ledger", "to_0": "name", "to_1": "unit", "to_2": "total", "action": "save"}
    assert client.post(f"/workbench/imports/{batch.pk}/columns/", form).status_code == 302
    held = SourceMapping.objects.get()
    assert held.shared is False
    for user, status in ((finance, 404), (other_steward, 404), (hq, 200), (steward, 200)):
        assert client_of(user).get(f"/workbench/imports/mappings/{held.pk}/").status_code == status
    assert client_of(other_steward).get(f"/workbench/imports/{batch.pk}/columns/").status_code == 404
    # it does not count for another unit's file with the same titles
    theirs = send(client_of(other_steward), "Works,County,Cost\n他路,平江县,12\n", "works.csv", "projects")
    assert not any("记住的列对应" in one for one in notices(theirs))


def test_constants_words_and_keys_come_back_into_the_form(finance: User, client_of: AS) -> None:
    client = client_of(finance)
    text = "Paid on,Supplier Name,Sum paid\n31/12/2025,Example Ltd,10\n"
    batch = send(client, text, "plain.csv")
    form = {"name": "无号", "layout": "payments", "to_0": "pay_date", "to_1": "payee", "to_2": "amount"}
    form |= {"unit": "元", "date_format": FORM["date_format"], "const_status": "已清算", "const_voucher_no": "V-1"}
    client.post(f"/workbench/imports/{batch.pk}/columns/", {**form, "key_0": "1", "key_1": "1", "action": "save"})
    held = SourceMapping.objects.get()
    assert held.document["options"]["key"] == ["pay_date", "payee"]
    assert held.document["constants"] == {"voucher_no": "V-1", "status": "已清算"}
    page = client.get(f"/workbench/imports/mappings/{held.pk}/").content.decode()
    assert 'name="const_voucher_no" maxlength="200" value="V-1"' in page
    assert page.count('name="key_0" value="1" checked') == 1
    work(batch)
    assert not batch.blocked, notices(batch)
    again = client.get(f"/workbench/imports/{batch.pk}/columns/").content.decode()
    assert '<option value="amount" selected>' in again


def test_the_sketch_of_a_file_goes_with_the_file(finance: User, client_of: AS) -> None:
    batch = send(client_of(finance))
    assert folders.sketch(batch.pk)[0]["titles"][0] == "Ref"
    folders.forget(batch.pk, source_only=True)
    assert folders.sketch(batch.pk) is None


FRENCH = "Référence,Date,Bénéficiaire,Somme\n"


def test_an_encoding_is_chosen_on_the_screen_and_remembered_with_the_source(finance: User, client_of: AS) -> None:
    client = client_of(finance)

    def sent(text: str, name: str) -> Batch:
        file = SimpleUploadedFile(name, text.encode("cp1252"), "text/csv")
        client.post("/workbench/imports/", {"kind": "disbursements", "files": [file]})
        return work(Batch.objects.latest("pk"))

    batch = sent(FRENCH + "R-1,31/12/2025,Exemple Sociétés,100\n", "paiements_202601.csv")
    assert "请在导入时指明编码" in notices(batch)[0]
    client.post(f"/workbench/imports/{batch.pk}/", {"action": "read_again", "encoding": "utf-16"})
    work(batch)
    client.post(f"/workbench/imports/{batch.pk}/", {"action": "read_again", "encoding": "gb18030"})
    work(batch)
    at = f"/workbench/imports/{batch.pk}/columns/"
    page = client.get(at).content.decode()
    assert '<option value="gb18030" selected>' in page
    assert "Référence" not in page  # two of its letters make a sign of another language
    form = {**FORM, "encoding": "cp1252", "word_status": [], "ours_status": [], "action": "save"}
    assert client.post(at, form)["location"] == f"/workbench/imports/{batch.pk}/"
    assert not SourceMapping.objects.exists()  # titles that were read wrongly are not remembered
    work(batch)
    page = client.get(at).content.decode()
    assert "Référence" in page
    assert '<option value="cp1252" selected>' in page
    client.post(at, form)
    work(batch)
    assert (batch.counts["new"], SourceMapping.objects.get().document["options"]["encoding"]) == (1, "cp1252")

    second = sent(FRENCH + "R-2,01/02/2026,Exemple Sociétés,99\n", "paiements_202602.csv")
    assert second.counts["new"] == 1, notices(second)
    assert any("按记住的列对应" in one for one in notices(second))
    assert second.added[0]["key"].endswith("R-2")
    confirmed = {"action": "commit", "seen": uploading.mark(second)}
    client.post(f"/workbench/imports/{second.pk}/", confirmed)
    assert work(second).state == "committed"
    assert Disbursement.objects.get().payee_name == "Exemple Sociétés"


def test_where_the_coordinates_of_a_source_come_from_is_said_once(hq_admin: User, client_of: AS, city: Any) -> None:
    client = client_of(hq_admin)
    header = "工单编号,受理时间,诉求类型,标题,经度,纬度\n"
    first = send(client, f"{header}YY1,2026-03-12 09:14:22,投诉,夜间施工,113.1,29.3\n", "热线.csv", "complaints")
    assert first.blocked
    assert any("坐标从哪里取得" in one for one in notices(first))
    at = f"/workbench/imports/{first.pk}/columns/"
    columns = ["order_no", "received_at", "kind", "title", "lon", "lat"]
    form = {"name": "热线", "layout": "orders", "crs": "BD09", "action": "save"}
    client.post(at, {**form, **{f"to_{number}": key for number, key in enumerate(columns)}})
    assert work(first).counts["new"] == 1
    second = send(client, f"{header}YY2,2026-03-13 09:14:22,投诉,夜间施工,113.1,29.3\n", "热线四月.csv", "complaints")
    assert (second.blocked, second.counts["new"]) == (False, 1)
    client.post(f"/workbench/imports/{second.pk}/", {"action": "commit", "seen": uploading.mark(second)})
    assert work(second).state == "committed"
    placed = WorkOrder.objects.get().geom
    assert placed is not None
    assert 1200 < (((placed.x - 113.1) * 97_000) ** 2 + ((placed.y - 29.3) * 110_900) ** 2) ** 0.5 < 1330
