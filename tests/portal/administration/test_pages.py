"""The code tables, thresholds, calendar and boundaries as people use them: saved, or refused with what was typed."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from geodata.funding.models import FundingSource
from geodata.funding.services import ensure_sources
from geodata.progress.models import NodeTemplate
from geodata.projects.models import Category
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from geodata.thresholds.models import ThresholdValue
from geodata.thresholds.selectors import threshold
from geodata.workdays.models import CalendarDay
from geodata.workdays.reference import NOTICE
from tests.conftest import PASSWORD, square

pytestmark = pytest.mark.django_db


@pytest.fixture
def hq(hq_admin: User, categories: dict[str, Category], client_of: Callable[[User], Client]) -> Client:
    return client_of(hq_admin)


CATEGORY = {
    "code": "01",
    "name": "老旧小区",
    "name_en": "Old estates",
    "quantity_unit": "户",
    "aliases": "旧改\n老小区;旧改",
    "geometry_kinds": ["polygon", "point"],
    "public_geometry": "exact",
}


@pytest.mark.parametrize(
    ("role", "leads_to"),
    [
        (Role.HQ_ADMIN, "/administration/categories/"),
        (Role.SYSTEM_ADMIN, "/administration/people/"),
        (Role.SECURITY_ADMIN, "/administration/people/"),
        (Role.AUDIT_ADMIN, "/administration/audit/"),
        (Role.CITY_LEADER, ""),
    ],
)
def test_the_first_page_is_the_first_that_the_role_opens(
    role: Role, leads_to: str, client_of: Callable[[User], Client]
) -> None:
    person = ensure_account(username="x", display_name="x", password=PASSWORD, role=role)
    answer = client_of(person).get("/administration/")
    assert answer.status_code == (302 if leads_to else 403)
    assert answer.headers.get("Location", "") == leads_to


def test_without_login_it_leads_to_the_log_in() -> None:
    answer = Client(headers={"accept": "text/html"}).get("/administration/")
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_a_category_gets_new_words_and_keeps_its_code(hq: Client) -> None:
    assert hq.post("/administration/categories/", CATEGORY).status_code == 302
    saved = Category.objects.get(code="01")
    assert (saved.name, saved.aliases, saved.geometry_kinds) == ("老旧小区", ["旧改", "老小区"], ["point", "polygon"])
    page = hq.get("/administration/categories/").content.decode()
    assert "老旧小区" in page
    assert "类别 01 已保存" in page


@pytest.mark.parametrize(
    ("change", "status", "why"),
    [
        ({"name": " "}, 422, "请填写名称"),
        ({"name": "长" * 41}, 422, "不能超过 40 字"),
        ({"aliases": "污水管网"}, 409, "重复"),
        ({"geometry_kinds": ["circle"]}, 422, "点、线、面"),
        ({"public_geometry": "all"}, 422, "公开精度"),
        ({"new": "1", "code": "0199", "name": "新类", "aliases": ""}, 422, "英文标识"),
        ({"new": "1", "code": "9801", "identifier": "x_y", "name": "新类", "aliases": ""}, 422, "没有代码为 98"),
        ({"new": "1", "code": "01", "identifier": "x_y", "name": "新类", "aliases": ""}, 409, "已有这个代码"),
    ],
)
def test_a_category_that_does_not_fit_is_refused_and_the_form_keeps_what_was_typed(
    hq: Client, change: dict[str, object], status: int, why: str
) -> None:
    before = list(Category.objects.order_by("pk").values())
    answer = hq.post("/administration/categories/", {**CATEGORY, **change})
    assert answer.status_code == status
    page = answer.content.decode()
    assert why in page
    assert "Old estates" in page
    assert list(Category.objects.order_by("pk").values()) == before


def test_a_new_category_lies_below_its_two_digits(hq: Client) -> None:
    new = {**CATEGORY, "new": "1", "code": "0188", "identifier": "new_kind", "name": "新类", "aliases": ""}
    assert hq.post("/administration/categories/", new).status_code == 302
    made = Category.objects.get(code="0188")
    assert made.parent == Category.objects.get(code="01")


def test_a_source_is_made_changed_and_refused(hq: Client) -> None:
    ensure_sources()
    address = "/administration/sources/"
    new = {"new": "1", "code": "gift_x", "name": "爱心捐款", "name_en": "Donations", "group": "own", "order": "90"}
    assert hq.post(address, new).status_code == 302
    assert hq.post(address, new).status_code == 409
    assert hq.post(address, {**new, "code": "x2", "name": "别的", "order": "many"}).status_code == 422
    changed = {"code": "gift_x", "name": "爱心款", "name_en": "Gifts", "group": "own", "order": "91"}
    assert hq.post(address, changed).status_code == 302
    assert FundingSource.objects.get(code="gift_x").name == "爱心款"
    assert hq.post(address, {**new, "code": "y2", "name": "别的\x00"}).status_code == 422


def test_the_names_of_a_unit_are_not_those_of_another(hq: Client, city: dict[str, AreaUnit]) -> None:
    saved = hq.post("/administration/units/", {"code": "430602", "short_name": "楼区", "aliases": "岳阳楼；城区"})
    assert saved.status_code == 302
    city["430602"].refresh_from_db()
    assert (city["430602"].short_name, city["430602"].aliases) == ("楼区", ["岳阳楼", "城区"])
    taken = hq.post("/administration/units/", {"code": "430626", "short_name": "平江", "aliases": "城区"})
    assert taken.status_code == 409
    assert "岳阳楼区" in taken.content.decode()
    assert hq.post("/administration/units/", {"code": "none"}).status_code == 404


def test_a_template_adds_to_a_hundred_or_is_refused(hq: Client) -> None:
    nodes = {"category": "01", "name_M0802": "进场", "weight_M0802": "40", "name_M0805": "管网", "weight_M0805": "60%"}
    assert hq.post("/administration/templates/", nodes).status_code == 302
    assert dict(NodeTemplate.objects.values_list("code", "weight_pct")) == {"M0802": 40, "M0805": 60}
    short = hq.post("/administration/templates/", {**nodes, "weight_M0805": "50"})
    assert short.status_code == 422
    assert "现为 90%" in short.content.decode()
    for bad in ("x", "-1", "0", "1.234", "NaN", "1e9"):
        assert hq.post("/administration/templates/", {**nodes, "weight_M0805": bad}).status_code == 422
    assert NodeTemplate.objects.count() == 2
    assert hq.post("/administration/templates/", {"category": "01"}).status_code == 302
    assert not NodeTemplate.objects.exists()


def test_thresholds_are_saved_with_who_and_when(hq: Client) -> None:
    assert hq.post("/administration/thresholds/", {"checkin_near_m": "150"}).status_code == 302
    assert threshold("checkin_near_m") == 150
    page = hq.get("/administration/thresholds/").content.decode()
    row = page[page.index('id="t-checkin_near_m"') :]
    assert "hq" in row[: row.index("</tr>")]
    bad = hq.post("/administration/thresholds/", {"checkin_near_m": "5", "snap_m": "1"})
    assert bad.status_code == 422
    assert "10 到 2000" in bad.content.decode()
    assert ThresholdValue.objects.count() == 1


def test_the_calendar_is_shown_before_it_is_saved(hq: Client) -> None:
    looked = hq.post("/administration/calendar/", {"year": "2026", "notice": NOTICE})
    assert looked.status_code == 200
    assert "尚未保存" in looked.content.decode()
    assert not CalendarDay.objects.exists()
    saved = hq.post("/administration/calendar/", {"year": "2026", "notice": NOTICE, "confirmed": "1"})
    assert saved.headers["Location"] == "/administration/calendar/?year=2026"
    assert CalendarDay.objects.count() == 39
    wrong_year = hq.post("/administration/calendar/", {"year": "2027", "notice": NOTICE, "confirmed": "1"})
    assert wrong_year.status_code == 422
    assert "核对年份" in wrong_year.content.decode()
    assert CalendarDay.objects.count() == 39
    assert hq.get("/administration/calendar/?year=abcd").status_code == 422


def boundary(unit: AreaUnit, geometry: object, **more: str) -> dict[str, str]:
    return {
        "geometry": geometry if isinstance(geometry, str) else json.dumps(geometry),
        "source": "湘民函〔2026〕3 号",
        "expected": unit.updated_at.isoformat(),
        **more,
    }


def ring(west: float, south: float, size: float) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


TWO_PARTS = {
    "type": "MultiPolygon",
    "coordinates": [[ring(113.0, 29.2, 0.15), ring(113.05, 29.22, 0.02)], [ring(113.17, 29.2, 0.02)]],
}


def test_a_boundary_of_two_parts_with_a_hole_is_kept_to_the_last_corner(hq: Client, city: dict[str, AreaUnit]) -> None:
    unit = city["430602"]
    unit.refresh_from_db()
    assert hq.post("/administration/boundaries/430602/", boundary(unit, TWO_PARTS)).status_code == 302
    unit.refresh_from_db()
    assert json.loads(unit.geom.json)["coordinates"] == [
        [[[round(v, 8) for v in p] for p in one] for one in part] for part in TWO_PARTS["coordinates"]
    ]
    assert unit.boundary_source == "湘民函〔2026〕3 号"
    assert unit.management_geom is not None
    assert unit.management_geom.area < unit.geom.area  # the zone is cut out
    trail = hq.get("/administration/audit/?table=areaunit").content.decode()
    assert "after_area_km2" in trail
    page = hq.get("/administration/boundaries/430602/").content.decode()
    assert "'unsafe-inline'" not in page


@pytest.mark.parametrize(
    ("geometry", "why"),
    [
        ("", "读不懂"),
        ("[1, 2]", ""),
        ({"type": "Point", "coordinates": [113.0, 29.2]}, "画成面"),
        ({"type": "Polygon", "coordinates": [[[113, 29], [114, 30], [114, 29], [113, 30], [113, 29]]]}, "图形无效"),
        ({"type": "Polygon", "coordinates": [[[113, 29], [114, 30]]]}, ""),
        ({"type": "MultiPolygon", "coordinates": []}, ""),
        ({"type": "Polygon", "coordinates": [[["a", "b"]]]}, ""),
    ],
)
def test_what_is_no_valid_area_changes_nothing(
    hq: Client, city: dict[str, AreaUnit], geometry: object, why: str
) -> None:
    unit = city["430602"]
    unit.refresh_from_db()
    answer = hq.post("/administration/boundaries/430602/", boundary(unit, geometry))
    assert answer.status_code == 422
    assert why in answer.content.decode()
    after = AreaUnit.objects.get(pk=unit.pk)
    assert after.geom.equals_exact(square(113.0, 29.2))
    assert after.updated_at == unit.updated_at


def test_of_two_who_edit_a_boundary_the_second_is_told(hq: Client, city: dict[str, AreaUnit]) -> None:
    unit = city["430602"]
    unit.refresh_from_db()
    first = boundary(unit, TWO_PARTS)
    assert hq.post("/administration/boundaries/430602/", first).status_code == 302
    other = {**TWO_PARTS, "coordinates": [[ring(113.0, 29.2, 0.1)]]}
    late = hq.post("/administration/boundaries/430602/", boundary(unit, other))
    assert late.status_code == 412
    assert "已被他人修改" in late.content.decode()
    unit.refresh_from_db()
    same = hq.post("/administration/boundaries/430602/", boundary(unit, TWO_PARTS))
    assert same.status_code == 422
    assert "没有变化" in same.content.decode()
    assert hq.post("/administration/boundaries/430602/", boundary(unit, other, source=" ")).status_code == 422
