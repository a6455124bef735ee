"""The quality report as a page and as files."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.http.response import HttpResponseBase
from django.test import Client

from geodata.projects.models import Project
from geodata.quality.services import examine_all
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 30, 2, 0, tzinfo=UTC)
Make = Callable[..., Project]
ClientOf = Callable[[User], Client]


def area(west: float) -> GEOSGeometry:
    ring = f"{west} 29.3,{west + 0.01} 29.3,{west + 0.01} 29.31,{west} 29.31,{west} 29.3"
    return GEOSGeometry(f"MULTIPOLYGON((({ring})))", srid=4490)


@pytest.fixture
def doubtful(city: dict[str, AreaUnit], make_project: Make) -> list[Project]:
    """Two that overlap, one outside its unit, one without a place; one of 平江县."""
    for unit in city.values():
        AreaUnit.objects.filter(pk=unit.pk).update(management_geom=unit.geom)
    made = [
        make_project(name="=示例甲", geom=area(113.1), geom_source="drawn"),
        make_project(name="示例乙", geom=area(113.101), geom_source="surveyed"),
        make_project(name="示例丙", geom=area(113.3), geom_source="gps"),
        make_project(name="示例丁"),
        make_project(name="平江示例", geom=area(113.35), geom_source="gps", management_unit=city["430626"]),
    ]
    examine_all(today=TODAY, now=NOW)
    return made


def written(answer: HttpResponseBase) -> list[list[str]]:
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def numbers(context: dict[str, Any]) -> dict[str, int]:
    return {number["key"]: number["count"] for number in context["total"]["numbers"]}


def test_every_number_of_the_page_opens_to_as_many_rows(
    doubtful: list[Project], hq_admin: User, client_of: ClientOf
) -> None:
    client = client_of(hq_admin)
    context = client.get("/workbench/quality/").context
    assert numbers(context) == {
        "unlocated": 1, "outside": 1, "invalid": 0, "duplicate": 0, "overlap": 2, "unverified": 1,
    }  # fmt: skip
    for line in (*context["lines"], context["total"]):
        for number in line["numbers"]:
            if number["url"]:
                assert client.get(number["url"]).context["count"] == number["count"], number
        assert client.get(line["located_url"]).context["count"] == line["located"]


def test_a_district_sees_its_own_line_alone(doubtful: list[Project], steward: User, client_of: ClientOf) -> None:
    client = client_of(steward)
    context = client.get("/workbench/quality/").context
    assert [line["name"] for line in context["lines"]] == ["岳阳楼区"]
    page = client.get("/workbench/quality/projects/?unit=430626&finding=located").content.decode()
    assert "平江示例" not in page
    assert "这里没有需要修改的" in page


def test_the_rows_say_what_is_wrong_and_lead_to_the_other_project(
    doubtful: list[Project], steward: User, client_of: ClientOf
) -> None:
    page = client_of(steward).get("/workbench/quality/projects/?finding=overlap").content.decode()
    assert "与“示例乙”重叠，占较小者的 90" in page
    assert f"/workbench/projects/{doubtful[1].serial_no}/" in page
    assert "示例丙" not in page


def test_the_files_hold_the_lines_and_the_rows(doubtful: list[Project], hq_admin: User, client_of: ClientOf) -> None:
    client = client_of(hq_admin)
    lines = written(client.get("/workbench/quality/?format=csv"))
    assert [row[0] for row in lines[1:4]] == ["岳阳楼区", "平江县", "合计"]
    assert lines[3][1:4] == ["5", "4", "80.00"]
    rows = written(client.get("/workbench/quality/projects/?format=csv"))
    assert len(rows) == 1 + 4 + 1
    first = next(row for row in rows if "示例甲" in row[1])
    assert first[1] == "'=示例甲"  # no text starts a formula
    assert first[6] == "同类重叠；从未核实"
    assert first[8] == doubtful[1].serial_no
    assert client.get("/workbench/quality/projects/?format=xlsx").status_code == 200


def test_days_and_parameters_are_checked(doubtful: list[Project], steward: User, client_of: ClientOf) -> None:
    client = client_of(steward)
    past = client.get("/workbench/quality/?as_of=2026-01-15")
    assert past.status_code == 200
    assert numbers(past.context)["overlap"] == 0
    assert "图形检查自" in past.content.decode()
    for wrong in ("?as_of=2990-01-01", "?as_of=2099-01-01", "?as_of=x", "?unit=430602"):
        assert client.get(f"/workbench/quality/{wrong}").status_code == 400, wrong
    for wrong in ("?finding=x", "?unit=%3B", "?page=0"):
        assert client.get(f"/workbench/quality/projects/{wrong}").status_code == 400, wrong


def test_before_the_first_comparison_the_page_says_so(steward: User, make_project: Make, client_of: ClientOf) -> None:
    make_project()
    assert "图形尚未检查过" in client_of(steward).get("/workbench/quality/").content.decode()
