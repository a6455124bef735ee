"""A selection counts what lies inside, of one's own rows; bad lines get a sentence; the offline file asks nobody."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from shapely import from_wkb
from shapely.geometry import Polygon

from geodata.exchange.models import Export
from geodata.projects.models import Project
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests.conftest import PASSWORD
from tests.seeded import TODAY, seed_city

LOUDIAN = "430602"
RING = [(113.0, 29.2), (113.3, 29.25), (113.35, 29.5), (113.05, 29.45)]
TEXT = ",".join(f"{lon},{lat}" for lon, lat in RING)
HOSTILE = "=cmd|'/c calc'!A1</script><img src=https://evil.example/x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    for view in ("selection", "offline", "works"):
        monkeypatch.setattr(f"portal.dashboard.views.{view}.today", lambda: TODAY)


@pytest.fixture
def seeded(db: None) -> None:
    seed_city(80)


def client(role: Role, unit: str = "") -> Client:
    made = Client(headers={"accept": "text/html"})
    made.force_login(
        ensure_account(username=f"s-{role}-{unit}", display_name="x", password=PASSWORD, role=role, unit_code=unit)
    )
    return made


def inside(**limits: str) -> set[str]:
    """Serial numbers by shapely."""
    area = Polygon(RING)
    rows = Project.objects.filter(is_deleted=False, geom__isnull=False, **limits)
    return {row.serial_no for row in rows if row.geom and area.intersects(from_wkb(bytes(row.geom.wkb)))}


def test_a_lasso_counts_what_it_touches_and_a_unit_only_its_own(seeded: None) -> None:
    whole = inside()
    own = inside(management_unit__code=LOUDIAN)
    assert 0 < len(own) < len(whole)
    for asking, wanted in ((client(Role.CITY_LEADER), whole), (client(Role.COUNTY_STAFF, LOUDIAN), own)):
        told = asking.get(f"/dashboard/selection?ring={TEXT}&format=json").json()
        assert told["count"] == len(wanted)
        assert sum(status["n"] for status in told["statuses"]) == len(wanted)
        assert all(figure["text"] for figure in told["figures"])
        page = asking.get(f"{told['url']}&limit=1000")
        assert {row["code"] for row in page.context["rows"]} == wanted
        assert page.context["list_url"] == ""


def test_the_lists_of_works_and_of_a_selection_are_files_of_their_own_rows(seeded: None) -> None:
    """As many rows as the page counts, in Chinese whatever the page speaks, and no cell that begins a formula."""
    Project.objects.filter(management_unit__code=LOUDIAN).update(name="=1+1")
    asking = client(Role.COUNTY_STAFF, LOUDIAN)
    for way in (f"selection?ring={TEXT}&", "bottlenecks/?", "conflicts/?"):
        page = asking.get(f"/en/dashboard/{way}")
        file = asking.get(f"/en/dashboard/{way}format=csv")
        lines = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
        named = [line for line in lines[1:] if len(line) == len(lines[0]) and any(line[1:])]
        assert len(named) == page.context["count"], way
        assert not any(cell.startswith("=") for line in lines for cell in line)
        assert asking.get(f"/dashboard/{way}format=pdf").status_code == 400
    assert {export.sheet for export in Export.objects.all()} == {"selection", "bottlenecks", "conflicts"}


def test_a_box_is_the_box_of_the_list(seeded: None) -> None:
    leader = client(Role.CITY_LEADER)
    page = leader.get("/dashboard/selection?bbox=113,29.2,113.3,29.5&limit=1000")
    listed = leader.get(page.context["list_url"] + "&limit=1000")
    assert {row["code"] for row in page.context["rows"]} == {row["code"] for row in listed.context["rows"]}
    assert page.context["count"] == listed.context["count"] > 0


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("ring=113,29,114,30,114,29,113,29.9", "自己相交"),
        ("ring=1,2", "顶点"),
        ("bbox=1,2,3", "四个数"),
        ("ring=x&format=json", "经度"),
        ("shape=1", "不认识"),
        ("format=pdf&bbox=113,29,114,30", "format"),
    ],
)
def test_a_bad_selection_is_told_what_is_wrong(seeded: None, query: str, words: str) -> None:
    answer = client(Role.CITY_LEADER).get(f"/dashboard/selection?{query}", headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_nothing_selected_shows_the_form_and_an_empty_place_says_so(seeded: None) -> None:
    leader = client(Role.CITY_LEADER)
    assert 'name="ring"' in leader.get("/dashboard/selection").content.decode()
    empty = leader.get("/dashboard/selection?bbox=100,10,101,11")
    assert empty.status_code == 200
    assert empty.context["count"] == 0


def test_the_offline_file_asks_nobody_and_no_name_breaks_out(seeded: None) -> None:
    project = Project.objects.filter(management_unit__code=LOUDIAN, geom__isnull=False).order_by("pk")[0]
    Project.objects.filter(pk=project.pk).update(name=HOSTILE)
    answer = client(Role.COUNTY_STAFF, LOUDIAN).get("/dashboard/offline-map?rate=I07")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    page = answer.content.decode()
    assert not re.search(r"""<(script|link|img|iframe)[^>]*(src|href)=["']?(https?:)?//""", page)
    assert "onerror=alert(1)>" not in page
    assert "&#x27;=cmd|" in page, "a formula in the table"
    assert page.count("</script><img") == 0
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    for words in ("进度偏差", "示意图", "2026年3月30日", "比率"):
        assert words in page, words
    named = set(re.findall(r"YYMS-\d{4}-\d{4}", page))
    mine = set(Project.objects.filter(management_unit__code=LOUDIAN).values_list("serial_no", flat=True))
    assert named == mine
    assert Export.objects.get().sheet == "offline_map"


def test_the_command_writes_the_file_and_says_its_size(
    seeded: None, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    out = tmp_path / "map.html"
    call_command("offline_map", str(out), "--rate", "C08", "--as-of", "2026-02-28")
    said = capsys.readouterr().out
    assert "MB" in said
    assert "2026-02-28" in said
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert not list(tmp_path.glob(".*"))
    with pytest.raises(CommandError, match="没有生成"):
        call_command("offline_map", str(tmp_path / "none" / "map.html"))
