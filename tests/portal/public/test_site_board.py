"""From the street to a project and back: works nearby, the board with its QR code, the way to the hotline."""

from collections.abc import Callable

import pytest
import segno
from django.contrib.gis.geos import GEOSGeometry
from django.test import Client

from geodata.projects.models import Project
from portal import qr
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, public_city

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


@pytest.fixture
def citizen(public_city: dict[str, Project], make_project: Callable[..., Project]) -> Client:
    for name, shape in (("样例小学", "POINT(113.1002 29.3001)"), ("样例泵站", "POINT(113.2 29.4)")):
        make_project(name=name, geom=GEOSGeometry(f"SRID=4490;{shape}"), public_geometry="exact")
    publish(as_of=TODAY, now=NOW)
    return Client(headers={"accept": "text/html"})


def test_the_board_bears_the_code_of_the_projects_own_address(citizen: Client, public_city: dict[str, Project]) -> None:
    code = public_city["road"].serial_no
    text = citizen.get(f"/projects/{code}/board/").content.decode()
    address = f"http://testserver/projects/{code}/"
    assert str(qr.drawing(address)) in text
    assert str(qr.drawing(f"{address}board/")) not in text
    for words in ("示例路提质工程", code, "2512-430602-04-01-100017", "12345", address, "截至"):
        assert words in text


def test_a_code_is_drawn_without_style_or_script() -> None:
    drawn = str(qr.drawing("http://testserver/<script>"))
    assert drawn.startswith("<svg")
    assert not [word for word in ("style=", "<script", "testserver") if word in drawn]
    assert segno.make("http://testserver/<script>", error="m", micro=False).designator.endswith("-M")


def test_a_problem_goes_to_the_hotline_with_the_projects_codes_and_nothing_is_taken_here(
    citizen: Client, public_city: dict[str, Project]
) -> None:
    address = f"/projects/{public_city['road'].serial_no}/report/"
    text = citizen.get(address).content.decode()
    for words in ('href="tel:12345"', public_city["road"].serial_no, "2512-430602-04-01-100017", "本站不收集"):
        assert words in text
    main = text[text.index("<main") : text.index("</main>")]
    assert "<form" not in main
    assert "<input" not in main
    assert citizen.post(address, {"words": "x"}).status_code == 405


def test_the_project_names_works_nearby_with_their_distance(citizen: Client, public_city: dict[str, Project]) -> None:
    text = citizen.get(f"/projects/{public_city['road'].serial_no}/").content.decode()
    part = text[text.index('id="h-nearby"') :]
    assert "样例小学" in part
    assert "距离约 20 米" in part or "距离约 10 米" in part
    assert "样例泵站" not in part
    assert "样例水厂" not in part  # its place is not public
    works = citizen.get(f"/projects/{public_city['works'].serial_no}/").content.decode()
    assert 'id="h-nearby"' not in works


def test_what_is_not_public_has_neither_board_nor_report(citizen: Client, public_city: dict[str, Project]) -> None:
    for page in ("board", "report"):
        assert citizen.get(f"/projects/{public_city['secret'].serial_no}/{page}/").status_code == 404
