"""What blocks a publication, and what is only said."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from geodata.complaints.masks import given_away
from geodata.errors import Refused
from geodata.funding.models import Contract, Disbursement
from geodata.funding.selectors import LedgerFault
from geodata.organisations.models import Organisation
from geodata.organisations.names import looks_like_a_person
from geodata.projects.models import Project
from portal.public.models import PublishedProject
from portal.publication.models import PublicationRun
from portal.publication.services import publish, review
from tests.portal.publication.conftest import NOW, TODAY

database = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("找张某 13800138000", "手机号码"),
        ("电话 138 0013 8000", "手机号码"),
        ("138-0013-8000", "手机号码"),
        ("138.0013.8000", "手机号码"),
        ("１３８００１３８０００", "手机号码"),
        ("1 3 8 0 0 1 3 8 0 0 0", "手机号码"),
        ("+86 13800138000", "手机号码"),
        ("430602199003071234", "身份证号码"),
        ("430602 19900307 123X", "身份证号码"),
        ("４３０６０２１９９００３０７１２３４", "身份证号码"),
        ("6217 0012 3456 7890 123", "银行账号"),
        ("6217001234567890123", "银行账号"),
        ("0730-8812345", "固定电话"),
        ("(0730)8812345", "固定电话"),
    ],
)
def test_a_number_of_a_person_is_found_however_it_is_written(text: str, kind: str) -> None:
    (found,) = given_away(f"联系{text}。")
    assert found[0] == kind
    assert "****" in found[1]


@pytest.mark.parametrize(
    "text",
    [
        "K13+500~K18+250",
        "2026-03-18 至 2026-03-19",
        "2026.03.18-2026.12.31",
        "2512-430602-04-01-100017",
        "YYMS-2026-0001",
        "HT-2026-430602-01-0007",
        "113.123456,29.123456",
        "投资13800138000.00元",
        "DN1500 长 13.52 公里",
        "岳发改审〔2026〕138号",
    ],
)
def test_dates_codes_and_quantities_are_not_taken_for_numbers_of_persons(text: str) -> None:
    assert given_away(text) == []


@pytest.mark.parametrize(
    ("name", "alike"),
    [
        ("张三", True),
        ("欧阳修文", True),
        ("李某某", True),
        ("市残联", False),
        ("平江县水利局", False),
        ("岳阳市", False),
    ],
)
def test_names_like_a_persons_are_told_from_short_names_of_bodies(name: str, alike: bool) -> None:
    assert looks_like_a_person(name) is alike


def found_by(report: dict[str, Any], code: str) -> dict[str, Any]:
    return next(check for check in report["checks"] if check["code"] == code)


@database
@pytest.mark.parametrize("text", ["电话 138 0013 8000", "１３８００１３８０００", "家住 0730-8812345"])
def test_a_number_in_a_public_text_blocks_and_its_place_is_named(public_city: dict[str, Project], text: str) -> None:
    Project.objects.filter(pk=public_city["road"].pk).update(location_text=text)
    with pytest.raises(Refused, match=public_city["road"].serial_no):
        publish(as_of=TODAY, now=NOW)
    assert PublishedProject.objects.count() == 0
    run = PublicationRun.objects.get()
    assert run.state == PublicationRun.State.REFUSED
    assert "13800138000" not in str(run.report)
    assert "8812345" not in str(run.report)


@database
def test_a_supplier_with_a_persons_name_blocks(public_city: dict[str, Project]) -> None:
    person = Organisation.objects.create(name="张三", name_key="张三")
    Contract.objects.create(
        number="HT-1", project=public_city["road"], name="示例施工合同", contractor=person, price=Decimal("1.00")
    )
    with pytest.raises(Refused, match="疑似个人姓名"):
        publish(as_of=TODAY, now=NOW)
    Organisation.objects.filter(name="张三").update(is_natural_person=True)
    publish(as_of=TODAY, now=NOW)


@database
def test_a_total_that_is_not_the_sum_of_its_payments_blocks(
    public_city: dict[str, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_a_fen() -> None:
        with connections["publisher"].cursor() as cursor:
            cursor.execute("UPDATE stage_public_publishedpayment SET amount = amount - 0.01 WHERE amount = 3265920.00")

    monkeypatch.setattr("portal.publication.staging.hold_back", lose_a_fen)
    with pytest.raises(Refused, match=f"逐笔支付不符.{public_city['road'].serial_no}"):
        publish(as_of=TODAY, now=NOW)


@database
def test_a_fault_of_the_ledger_blocks_and_leads_to_its_project(
    public_city: dict[str, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = Disbursement.objects.get(voucher_no="ZF1")
    fault = LedgerFault("没有审计记录", payment.pk, payment.voucher_no)
    monkeypatch.setattr("portal.publication.checks.ledger_faults", lambda: [fault])
    (place,) = found_by(review(as_of=TODAY, now=NOW).report, "ledger")["places"]
    assert (place["code"], place["key"]) == (public_city["road"].serial_no, "ZF1")
    with pytest.raises(Refused, match="台账异常"):
        publish(as_of=TODAY, now=NOW)


@database
def test_projects_without_a_place_are_noted_and_do_not_block(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    check = PublicationRun.objects.get().report["checks"]
    unlocated = next(c for c in check if c["code"] == "unlocated")
    assert unlocated["blocking"] is False
    assert [place["code"] for place in unlocated["places"]] == [public_city["works"].serial_no]


@database
def test_an_office_may_be_telephoned(public_city: dict[str, Project]) -> None:
    Project.objects.filter(pk=public_city["road"].pk).update(office_phone="0730-8812345")
    publish(as_of=TODAY, now=NOW)
    assert PublishedProject.objects.filter(office_phone="0730-8812345").exists()
