"""A company's page: all its public contracts and payments with exact sums; no person ever has one."""

import csv
import io
from urllib.parse import quote

import pytest
from django.test import Client

from geodata.funding.models import Contract
from geodata.funding.services import record_disbursements
from geodata.organisations.models import Organisation
from geodata.projects.models import Project
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, entry, public_city

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
BODY = "湖南示例建设集团有限公司"


@pytest.fixture
def citizen(public_city: dict[str, Project]) -> Client:
    """The body has a contract on the road, was paid on both public projects, and has an account for wages."""
    body = Organisation.objects.get_or_create(name=BODY, name_key=BODY)[0]
    Contract.objects.create(
        number="HT-1", project=public_city["road"], name="示例路施工合同", contractor=body, price="5000000.07"
    )
    wages = entry("ZF9", "1234.56", public_city["road"], payee_name=f"{BODY}农民工工资专用账户")
    record_disbursements(entries=[wages], user=None, now=NOW)
    publish(as_of=TODAY, now=NOW)
    return Client(headers={"accept": "text/html"})


def test_the_page_sums_all_contracts_and_payments_of_the_body_to_the_fen(
    citizen: Client, public_city: dict[str, Project]
) -> None:
    text = citizen.get(f"/companies/{quote(BODY)}/").content.decode()
    assert "3,266,019.00" in text  # 3,265,920.00 on the road and 99.00 on the waterworks
    assert "5,000,000.07" in text
    for project in ("road", "works"):
        assert f'href="/projects/{public_city[project].serial_no}/"' in text
    for hidden in ("内部事项", "77.00", "55.00"):
        assert hidden not in text


def test_the_account_for_wages_is_named_but_not_added(citizen: Client) -> None:
    account = f"{BODY}农民工工资专用账户"
    text = citizen.get(f"/companies/{quote(BODY)}/").content.decode()
    assert f'href="/companies/{quote(account)}/"' in text
    assert "1,234.56" in citizen.get(f"/companies/{quote(account)}/").content.decode()


def test_a_project_leads_to_the_companies_that_it_pays_and_to_no_person(
    citizen: Client, public_city: dict[str, Project]
) -> None:
    text = citizen.get(f"/projects/{public_city['road'].serial_no}/").content.decode()
    assert text.count(f'href="/companies/{quote(BODY)}/"') == 2  # its contract and its payment
    assert quote("个人") not in text


@pytest.mark.parametrize("name", ["示某某", "个人(不公开)", "已撤下", "湖南没有这家有限公司", "示例内部有限公司"])
def test_persons_withdrawn_and_unpublished_names_have_no_page(name: str, citizen: Client) -> None:
    assert citizen.get(f"/companies/{quote(name)}/").status_code == 404


def test_an_unknown_parameter_is_refused(citizen: Client) -> None:
    assert citizen.get(f"/companies/{quote(BODY)}/?sort=1").status_code == 400
    assert citizen.get(f"/companies/{quote(BODY)}/?page=1").status_code == 200


def test_all_payments_of_a_body_come_as_a_file_that_runs_nothing(
    citizen: Client, public_city: dict[str, Project]
) -> None:
    body = "=示例建设有限公司"
    Project.objects.filter(pk=public_city["works"].pk).update(name="=HYPERLINK(1)")
    record_disbursements(entries=[entry("ZF80", "7.00", public_city["works"], payee_name=body)], user=None, now=NOW)
    publish(as_of=TODAY, now=NOW)
    page = citizen.get(f"/companies/{quote(BODY)}/").content.decode()
    assert f'href="/companies/{quote(BODY)}/payments.csv"' in page
    file = citizen.get(f"/companies/{quote(BODY)}/payments.csv")
    lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert lines[-2] == ["合计", "2 笔", "3266019.00"]
    assert {line[3] for line in lines[1:-2]} == {public_city["road"].serial_no, public_city["works"].serial_no}
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line)
    dangerous = citizen.get(f"/companies/{quote(body)}/payments.csv").content.decode("utf-8-sig")
    assert "\n=" not in dangerous
    assert ",=" not in dangerous
    assert citizen.get(f"/companies/{quote('个人(不公开)')}/payments.csv").status_code == 404
