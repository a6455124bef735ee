"""A code that nothing bears is refused with its name: an empty screen would look as if nothing were there."""

import pytest
from django.test import Client
from django.urls import reverse

from geodata.projects.models import Project
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from geodata.summary.filters import ProjectFilter
from tests.conftest import PASSWORD
from tests.seeded import seed_city

PAGES = {
    "dashboard:cockpit": "",
    "dashboard:warnings": "",
    "dashboard:works": "",
    "dashboard:month": "",
    "dashboard:changes": "against=2025-12-31",
    "dashboard:selection": "bbox=112,28,115,30",
    "dashboard:bottlenecks": "",
    "dashboard:offline_map": "",
    "dashboard:curves": "",
    "dashboard:course": "",
    "dashboard:curve_part": "",
    "dashboard:lights": "",
    "dashboard:changed": "against=2025-12-31",
    "dashboard:indicators": "",
    "dashboard:indicator": "",
    "workbench:map": "",
    "workbench:projects": "",
}
# every limit of the filter, with a text that is no value of it though it looks like one
WRONG = {
    "region": "999999",
    "unit": "999999",
    "category": "97",
    "status": "zz",
    "stage": "zz",
    "year": "1800",
    "source": "x",
    "bbox": "1,2,3",
    "located": "perhaps",
    "stale": "zz",
    "light": "blue",
    "as_of": "2026-02-30",
    "no_area": "county",
    "sort": "zz",
    "page": "0",
    "limit": "0",
}
OTHERS = [
    ("dashboard:conflicts", "unit", "999999"),
    ("dashboard:conflicts", "category", "97"),
    ("dashboard:alerts", "unit", "999999"),
    ("dashboard:alerts", "project", "YYMS-2026-9999"),
    ("dashboard:alerts", "rule", "W99"),
    ("dashboard:alerts", "level", "blue"),
    ("dashboard:alerts", "state", "zz"),
    ("dashboard:cockpit", "rate", "I99"),
    ("dashboard:cockpit", "mode", "zz"),
    ("dashboard:indicators", "family", "zz"),
    ("dashboard:indicators", "dimension", "zz"),
    ("dashboard:indicator", "place", "999999"),
    ("dashboard:lights", "colour", "blue"),
    ("dashboard:course", "by", "zz"),
    ("dashboard:curve_part", "of", "zz"),
    ("dashboard:changed", "what", "zz"),
    ("dashboard:curves", "months", "13"),
    ("dashboard:selection", "ring", "1,2"),
    ("dashboard:rules", "unit", "430602"),
]


@pytest.fixture
def leader(db: None) -> Client:
    seed_city(40)
    made = Client(headers={"accept": "text/html"})
    made.force_login(
        ensure_account(username="leader", display_name="某人", password=PASSWORD, role=Role.CITY_LEADER, unit_code="")
    )
    return made


def address(name: str, *queries: str) -> str:
    arguments = ["I04"] if name == "dashboard:indicator" else []
    return f"{reverse(name, args=arguments)}?{'&'.join(filter(None, queries))}"


def refused(leader: Client, name: str, parameter: str, value: str, *queries: str) -> None:
    answer = leader.get(address(name, *queries, f"{parameter}={value}"))
    said = answer.content.decode()
    assert answer.status_code == 400, (name, parameter)
    assert f"查询参数“{parameter}”" in said, (name, parameter, said[-2000:])
    assert "地址中的参数有误" in said


def test_every_limit_of_the_filter_is_tried() -> None:
    assert set(WRONG) == set(ProjectFilter.READERS) - {"q"}  # words may find nothing


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_the_limit_that_nothing_bears(leader: Client, name: str) -> None:
    assert leader.get(address(name, PAGES[name])).status_code == 200
    for parameter, value in WRONG.items():
        others = [] if PAGES[name].startswith(f"{parameter}=") else [PAGES[name]]
        refused(leader, name, parameter, value, *others)


@pytest.mark.parametrize(("name", "parameter", "value"), OTHERS)
def test_so_do_the_limits_of_one_page(leader: Client, name: str, parameter: str, value: str) -> None:
    if name == "dashboard:rules":
        answer = leader.get(address(name, f"{parameter}={value}"))
        assert answer.status_code == 400
        assert "不认识的查询参数“unit”" in answer.content.decode()
        return
    refused(leader, name, parameter, value)


def test_a_code_of_another_kind_is_no_unit_either(leader: Client) -> None:
    refused(leader, "dashboard:cockpit", "unit", "430600")  # the city
    refused(leader, "dashboard:cockpit", "region", "ZONE_YYJKQ")  # a zone is no county


def test_known_codes_pass_on_every_page(leader: Client) -> None:
    project = Project.objects.select_related("management_unit", "township", "category").order_by("pk")[0]
    assert project.township
    known = {
        "unit": project.management_unit.code,
        "region": project.township.code,
        "category": project.category.code,
        "source": "special_bond",
    }
    for name, query in PAGES.items():
        for parameter, value in known.items():
            assert leader.get(address(name, query, f"{parameter}={value}")).status_code == 200, (name, parameter)


def test_somebody_else_s_project_and_none_at_all_are_refused_alike(leader: Client) -> None:
    project = Project.objects.order_by("pk")[0]
    other = Project.objects.exclude(management_unit=project.management_unit).order_by("pk")[0]
    district = Client(headers={"accept": "text/html"})
    district.force_login(
        ensure_account(
            username="d",
            display_name="某人",
            password=PASSWORD,
            role=Role.COUNTY_STAFF,
            unit_code=project.management_unit.code,
        )
    )
    assert district.get(address("dashboard:alerts", f"project={project.serial_no}")).status_code == 200
    for code in (other.serial_no, "YYMS-2026-9999"):
        refused(district, "dashboard:alerts", "project", code)
