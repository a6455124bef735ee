"""Sums over the city are for everybody who may see its figures, and never for one project of another district.

A name typed into the search, or a box drawn around the works, turns a sum into a project's own figures. So an address
that names another district's project has to answer as one that names nothing at all, byte for byte.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from dashboards.choropleths.selectors import PAINTABLE, Level, choropleth
from dashboards.cockpit import groups
from dashboards.curves.selectors.course import course
from dashboards.curves.selectors.units import group_sums, unit_courses
from dashboards.indicators.values import indicator_table
from geodata.errors import NotPermitted
from geodata.projects.choices import Disclosure
from geodata.projects.models import Project
from geodata.projects.services.geometry import locate_projects
from geodata.regions.models import AreaUnit
from geodata.stewards.roles import Role
from geodata.stewards.scope import CITY, Scope, scope_of
from geodata.stewards.services import ensure_account
from geodata.summary.city import city_rows
from geodata.summary.filters import ProjectFilter
from geodata.summary.regions import Dimension, place_sums
from geodata.summary.townships import township_summary
from tests.conftest import PASSWORD
from tests.pages import HTML
from tests.seeded import TODAY, seed_city

pytestmark = pytest.mark.django_db

MINE, THEIRS = "430602", "430603"
NAME, NOTHING = "某隐秘工程甲", "某隐秘工程乙"
_CHANGING = re.compile(r'(nonce|csrf[a-z_-]*|value)="[A-Za-z0-9+/=_-]{20,}"|nonce-[A-Za-z0-9+/=_-]+|[0-9a-f]{32}')
PAGES = (
    *(f"/map/?rate={rate}" for rate in ("I04", "I12", "C03", "C04", "I05", "BEHIND", "I02", "I11")),
    *(f"/map/?rate={rate}&level=township&symbols=budget" for rate in ("I04", "C09", "I09")),
    "/map/?rate=off&symbols=budget&dimension=admin",
    f"/map/?unit={THEIRS}",
    "/dashboard/curves/?",
    f"/dashboard/curves/?unit={THEIRS}",
    "/dashboard/curves/?part=units&format=csv",
    *(f"/dashboard/indicators/?family={family}" for family in ("progress", "money", "complaints", "composite")),
    "/dashboard/indicators/?family=money&dimension=admin&format=csv",
    "/dashboard/selection?bbox=112,28,115,30&format=json",
    "/dashboard/selection?bbox=112,28,115,30",
    "/dashboard/bottlenecks/?",
    "/dashboard/offline-map?",
    "/workbench/projects/?",
)


@pytest.fixture
def secret(db: None) -> Project:
    """A project of another district that the public may not know of, with everything that the demo city gives one."""
    seed_city(80)
    locate_projects()
    found = Project.objects.filter(management_unit__code=THEIRS, geom__isnull=False).order_by("-total_investment")[0]
    Project.objects.filter(pk=found.pk).update(
        name=NAME, name_key=NAME, search_text=f"{NAME} {found.serial_no}".lower(), disclosure=Disclosure.INTERNAL
    )
    return Project.objects.get(pk=found.pk)


@pytest.fixture
def district(secret: Project) -> Scope:
    account = ensure_account(
        username="district", display_name="某科员", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code=MINE
    )
    return scope_of(account, today=TODAY)


def named(**limits: Any) -> ProjectFilter:
    return ProjectFilter(q=NAME, **limits)


def around(project: Project) -> tuple[float, float, float, float]:
    assert project.geom is not None
    west, south, east, north = project.geom.extent
    return west - 1e-4, south - 1e-4, east + 1e-4, north + 1e-4


def sums(scope: Scope, chosen: ProjectFilter) -> dict[str, Any]:
    """Every way to a sum over the city: by how many projects it was taken, and what their money is."""
    by_place = place_sums(scope, today=TODAY, chosen=chosen)
    told: dict[str, Any] = {"places": by_place.within()}
    told |= {f"region-{d}": by_place.by(d).city for d in Dimension}
    told["townships"] = township_summary(scope, today=TODAY, chosen=chosen).city
    told["cockpit"] = groups.whole(scope, chosen=chosen, today=TODAY).totals
    told["cockpit-groups"] = groups.groups(scope, chosen=chosen, areas=(), today=TODAY).total.totals
    told["cockpit-townships"] = groups.townships(scope, chosen=chosen, today=TODAY)[1].totals
    counts = {name: (one.projects, one.budget) for name, one in told.items()}
    found = group_sums(scope, chosen=chosen, today=TODAY)
    counts["curve-sums"] = (found.projects, found.annual_plan)
    counts["curve"] = (course(scope, chosen=chosen, today=TODAY).projects, None)
    counts["curve-units"] = (sum(u.projects for u in unit_courses(scope, chosen=chosen, today=TODAY)), None)
    for level in Level:
        table = indicator_table(
            scope, ids=("I04", "C01"), dimension=Dimension.MANAGEMENT, level=level, chosen=chosen, today=TODAY
        )
        counts[f"indicators-{level}"] = (table.projects("city"), table.city("I04").denominator)
    return counts


@pytest.mark.parametrize("by", ["name", "box"])
@pytest.mark.parametrize("day", [None, date(2025, 12, 31)])
def test_a_sum_of_one_project_is_for_those_who_see_the_project(
    secret: Project, district: Scope, by: str, day: date | None
) -> None:
    chosen = named(as_of=day) if by == "name" else ProjectFilter(bbox=around(secret), as_of=day)
    for where, (projects, _money) in sums(CITY, chosen).items():
        assert projects >= 1, where
    mine = Project.objects.filter(management_unit__code=MINE)
    in_the_box = 0 if by == "name" else city_rows(CITY, chosen, today=TODAY).filter(pk__in=mine.values("pk")).count()
    for where, (projects, money) in sums(district, chosen).items():
        assert projects == in_the_box, where
        assert in_the_box or not money or money == Decimal(0), where


def test_every_rate_is_painted_without_it(secret: Project, district: Scope) -> None:
    for rate in PAINTABLE:
        for level in (Level.UNIT, Level.TOWNSHIP):
            found = choropleth(
                district, rate=rate, dimension=Dimension.MANAGEMENT, chosen=named(), today=TODAY, level=level
            )
            assert {(area.projects, area.n) for area in (*found.areas, found.rest)} <= {(0, 0)}, (rate, level)


def test_the_city_s_own_sums_stay_the_city_s(secret: Project, district: Scope) -> None:
    whole = ("status", "under_construction")
    for limits in ({}, {whole[0]: (whole[1],)}, {"unit": THEIRS}, {"category": "01"}, {"year": 2026}):
        chosen = ProjectFilter(**limits)  # type: ignore[arg-type]
        assert sums(district, chosen) == sums(CITY, chosen)
    with pytest.raises(NotPermitted):
        city_rows(Scope(unit_ids=district.unit_ids), ProjectFilter(), today=TODAY)


def test_of_one_s_own_rows_the_sums_stay_under_a_name(secret: Project, district: Scope) -> None:
    chosen = ProjectFilter(q="工程")
    own = Project.objects.filter(management_unit__code=MINE, name__contains="工程", is_deleted=False)
    assert place_sums(district, today=TODAY, chosen=chosen).within().projects >= own.count() > 0
    assert {unit for (_county, unit) in place_sums(district, today=TODAY, chosen=chosen).groups} == {MINE}


def test_pages_answer_of_another_s_project_as_of_none(secret: Project, district: Scope) -> None:
    """Also what stands in no context: tiles, files, the words of empty lists. The district's own name is found."""
    assert not AreaUnit.objects.filter(name__contains=NAME).exists()
    client = Client(headers=HTML)
    client.force_login(district_account())
    for page in PAGES:
        assert _answer(client, page, NAME) == _answer(client, page, NOTHING), page
    assert _answer(client, "/map/search/?", NAME) == _answer(client, "/map/search/?", NOTHING)
    box = ",".join(f"{number:.6f}" for number in around(secret))
    assert secret.serial_no not in client.get(f"/dashboard/selection?bbox={box}&format=json").content.decode()


def district_account() -> Any:
    return ensure_account(
        username="district", display_name="某科员", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code=MINE
    )


def _answer(client: Client, page: str, name: str) -> tuple[int, str]:
    """What a page says of a name, without the name itself and without what every answer has anew."""
    response = client.get(f"{page}&q={quote(name)}".replace("?&", "?"))
    assert response.status_code in {200, 204}, (page, response.status_code)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode("utf-8", "replace")
    for said in (name, quote(name), quote(quote(name)), name.encode("unicode_escape").decode()):
        text = text.replace(said, "…")
    return response.status_code, _CHANGING.sub("", text)
