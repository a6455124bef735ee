"""The public site without the main database, and without its own."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as site_settings
from django.db import connections
from django.test import Client, override_settings

from geodata.progress.services import take_back_photo
from geodata.projects.models import Project
from geodata.stewards.models import User
from portal.public import kept as keeping
from portal.public.kept import Kept, Kind
from portal.public.views import standby
from portal.publication.openfiles import make_files
from portal.publication.services import publish, settle_files
from tests import pages
from tests.pages import TABLE, Answer
from tests.portal.publication.conftest import NOW, TODAY, public_city
from tests.released import keep, let_out, scope
from tests.seeded import seed_and_publish

__all__ = ["public_city"]
proof = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
ROOT = Path(site_settings.BASE_DIR)
AT = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
NOTICE = {"": "暂时无法读取。您看到的是本页在", "/en": "You see this page as it was on"}
# what the site never keeps: places of people, words that they typed, the health of the moment
NEVER = ("/near/?", "q=", "/healthz", "/favicon.ico")


def open_addresses() -> list[str]:
    """Every address of the public half that has something to say here, pages in both languages."""
    known = pages.places()
    found = []
    for name, row in TABLE.items():
        mine = name.startswith(("public:", "opendata:")) and row.answer is not Answer.NONE
        place = pages.address(name, known) if mine else None
        asked = [f"{place}?{query}" if query else place for query in row.queries] if place else []
        found += [*asked, *(f"/en{each}" for each in asked[:1] if row.answer is Answer.PAGE)]
    return found


def alone(tmp_path: Path, **told: Any) -> dict[str, Any]:
    """What a process of the public site says that is given the reader's address alone."""
    database = connections["public"].settings_dict
    socket = Path(str(database["HOST"])) / f".s.PGSQL.{database['PORT'] or 5432}"
    if not socket.exists():
        pytest.skip("the database is not reached by a socket")
    link = tmp_path / socket.name
    link.symlink_to(socket)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ONEMAP_")}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "ONEMAP_SITE": "public",
        "ONEMAP_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
        "ONEMAP_PUBLIC_DATABASE_URL": f"postgresql://{database['USER']}@{str(tmp_path).replace('/', '%2F')}"
        f":{database['PORT'] or 5432}/{database['NAME']}",
    }
    told |= {"socket": str(link), "opendata": str(site_settings.OPENDATA_DIR), "kept": str(tmp_path / "kept")}
    ran = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "public_process.py")],
        input=json.dumps(told), capture_output=True, text=True, cwd=ROOT, env=environment, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert "Traceback" not in ran.stderr
    return dict(json.loads(ran.stdout))


@proof
def test_the_public_site_is_whole_without_the_main_database_and_goes_on_without_its_own(
    transactional_db: None, tmp_path: Path
) -> None:
    seed_and_publish(12)
    make_files()
    addresses = open_addresses()
    said = alone(tmp_path, addresses=addresses, late=["/glossary/?late=1", "/en/projects/?unit=430626"])
    assert said["settings"] == ["default", "public"]
    wrong = {place: status for place, (status, _, _) in said["with"].items() if status != 200}
    assert {place for place in wrong if not place.endswith("/favicon.ico")} == set()
    assert len(addresses) > 75

    for place, (status, headers, text) in said["without"].items():
        if place in said["with"] and not any(word in place for word in NEVER):
            assert (status, "Onemap-Kept" in headers) == (200, True), place
            if headers["Content-Type"].startswith("text/html"):
                assert text.count(NOTICE["/en" if place.startswith("/en/") else ""]) == 1, place
                assert headers["Cache-Control"] == "no-store"
            else:
                assert text == said["with"][place][2], place
        else:
            assert (status, headers.get("Retry-After")) == (503, "30"), place
            word = "cannot be reached" if place.startswith("/en/") else "公开数据暂时无法读取"
            assert word in text, place
    for status, headers, text in said["after"].values():
        assert (status, "Onemap-Kept" in headers, "kept-band" in text) == (200, False, False)


@pytest.fixture
def citizen(public_city: dict[str, Project], tmp_path: Path) -> Iterator[Client]:
    publish(as_of=TODAY, now=NOW)
    with override_settings(KEPT_DIR=tmp_path, KEPT_MEGABYTES=1):
        yield Client(headers={"accept": "text/html"}, raise_request_exception=False)


def take_away(monkeypatch: pytest.MonkeyPatch, error: psycopg.Error) -> list[int]:
    """From here on no session of the public database is to be had. Gives a list of the tries, which grows."""
    tried: list[int] = []

    def refuse(_parameters: object) -> None:
        tried.append(1)
        raise error

    connections["public"].close()
    monkeypatch.setattr(connections["public"], "get_new_connection", refuse)
    return tried


@proof
def test_no_request_waits_for_a_database_that_is_known_to_be_away(
    citizen: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(standby, "monotonic", lambda: clock[0])
    tried = take_away(monkeypatch, psycopg.OperationalError())
    with caplog.at_level(logging.ERROR, logger=standby.__name__):
        assert [citizen.get("/projects/").status_code for _ in range(5)] == [503] * 5
    assert len(tried) == 1
    assert [record.message for record in caplog.records if record.name == standby.__name__] == [
        "the public database cannot be reached: OperationalError"
    ]
    clock[0] += 6
    citizen.get("/projects/")
    assert len(tried) == 2


@proof
def test_a_question_that_took_too_long_is_no_outage(citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert citizen.get("/projects/").status_code == 200
    with monkeypatch.context() as patched:
        take_away(patched, psycopg.errors.QueryCanceled())
        answer = citizen.get("/projects/")
        assert (answer.status_code, "Onemap-Kept" in answer.headers) == (200, True)
        assert citizen.get("/glossary/").status_code == 503
    assert "Onemap-Kept" not in citizen.get("/projects/").headers


@proof
def test_a_fault_of_ours_is_no_outage(citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert citizen.get("/projects/").status_code == 200
    take_away(monkeypatch, psycopg.errors.LockNotAvailable())
    assert citizen.get("/projects/").status_code == 500


@proof
def test_what_is_kept_for_machines_bears_its_age_and_validator(
    citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = citizen.get("/ogc/collections/projects/items?f=json")
    take_away(monkeypatch, psycopg.OperationalError())
    again = citizen.get("/ogc/collections/projects/items?f=json")
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["Cache-Control"] == "public, no-cache"
    assert int(again.headers["Age"]) >= 0
    assert again.headers["Onemap-Kept"].count("+08:00") == 2
    held = citizen.get("/ogc/collections/projects/items?f=json", headers={"if-none-match": first.headers["ETag"]})
    assert (held.status_code, held.content) == (304, b"")
    problem = citizen.get("/api/v1/projects", headers={"accept": "application/json"})
    assert (problem.status_code, problem.headers["Content-Type"]) == (503, "application/problem+json")


@proof
def test_a_file_on_the_disk_is_handed_over_unless_something_was_taken_back(
    citizen: Client, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, settings: Any
) -> None:
    settings.OPENDATA_DIR = tmp_path_factory.mktemp("opendata")
    made = make_files()
    whole = citizen.get("/opendata/payments.csv")
    content = whole.getvalue()  # type: ignore[attr-defined]
    citizen.get("/projects/")  # what has been withdrawn by now is known
    take_away(monkeypatch, psycopg.OperationalError())
    again = citizen.get("/opendata/payments.csv")
    assert (again.status_code, again.getvalue()) == (200, content)  # type: ignore[attr-defined]
    assert again.headers["ETag"] == whole.headers["ETag"]
    assert again.headers["Onemap-Kept"].startswith('unreachable-since="')
    part = citizen.get("/opendata/onemap.gpkg", headers={"range": "bytes=0-15"})
    assert (part.status_code, part.getvalue()) == (206, b"SQLite format 3\0")  # type: ignore[attr-defined]
    assert citizen.get("/opendata/nothing.csv").status_code == 503
    assert citizen.post("/opendata/payments.csv").status_code == 503
    held = json.loads((made.folder / "manifest.json").read_text())
    (made.folder / "manifest.json").write_text(json.dumps(held | {"withdrawals": [1]}))
    assert citizen.get("/opendata/payments.csv").status_code == 503  # made with another state of what is withdrawn


@proof
def test_no_page_of_staff_and_no_word_that_somebody_typed_is_kept(
    citizen: Client, tmp_path: Path, public_city: dict[str, Project]
) -> None:
    for place in ("/workbench/map/", "/accounts/login/", "/near/?lon=113.1&lat=29.3", "/projects/?q=样例", "/healthz"):
        citizen.get(place)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    citizen.get("/projects/")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_what_was_taken_back_takes_all_that_was_kept_with_it(tmp_path: Path) -> None:
    kept = Kept(tmp_path, 1 << 20)
    kept.begin([])
    kept.keep(Kind.PAGE, "a", keeping.Answer({"Content-Type": "text/html"}, b"somebody's name", AT))
    assert Kept(tmp_path, 1 << 20).find(Kind.PAGE, "a", AT) is not None  # a process that begins without the database
    kept.begin([7])
    assert kept.find(Kind.PAGE, "a", AT) is None
    assert len(list(tmp_path.iterdir())) == 1


def test_what_left_without_a_withdrawal_takes_all_that_was_kept_with_it(tmp_path: Path) -> None:
    kept = Kept(tmp_path, 1 << 20)
    kept.begin([7], [0, 0, 0])
    kept.keep(Kind.PAGE, "a", keeping.Answer({}, b"a caption", AT))
    assert kept.knows([7])
    kept.begin([7], [0, 1, 0])
    assert kept.find(Kind.PAGE, "a", AT) is None
    assert kept.knows([7])  # of the files of open data it changes nothing: no photo is in them


@proof
def test_a_photo_taken_back_is_on_no_page_that_was_kept_before(
    citizen: Client, monkeypatch: pytest.MonkeyPatch, public_city: dict[str, Project], steward: User, checker: User
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(standby, "monotonic", lambda: clock[0])
    photo = keep(public_city["road"], steward, caption="张三在施工")
    let_out(photo, checker)
    publish(as_of=TODAY, now=NOW)
    page = f"/projects/{photo.project.serial_no}/"
    assert "张三在施工" in citizen.get(page).content.decode()
    take_back_photo(scope(steward), photo_id=photo.pk, reason="写了姓名", now=NOW)
    settle_files()
    clock[0] += 61
    citizen.get("/projects/")  # somebody asks for anything
    take_away(monkeypatch, psycopg.OperationalError())
    again = citizen.get(page)
    assert again.status_code == 503
    assert "张三" not in again.content.decode()


@proof
def test_what_was_answered_before_something_left_is_not_kept_after_it(
    citizen: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(standby, "monotonic", lambda: clock[0])
    citizen.get("/projects/")
    clock[0] += 61
    monkeypatch.setattr(standby.selectors, "losses", lambda: [2, 0, 0])  # it left while the page was made
    citizen.get("/glossary/")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_answer_is_written_anew_when_it_is_old_and_not_shown_after_a_week(tmp_path: Path) -> None:
    kept = Kept(tmp_path, 1 << 20)
    kept.begin([])
    assert kept.is_due(Kind.PAGE, "a", AT)
    kept.keep(Kind.PAGE, "a", keeping.Answer({}, b"1", AT))
    assert not kept.is_due(Kind.PAGE, "a", AT + timedelta(minutes=9))
    assert kept.is_due(Kind.PAGE, "a", AT + timedelta(minutes=11))
    assert kept.find(Kind.PAGE, "a", AT + timedelta(days=6)) is not None
    assert kept.find(Kind.PAGE, "a", AT + timedelta(days=8)) is None


def test_a_flood_of_questions_pushes_out_questions_alone(tmp_path: Path) -> None:
    room = 200_000
    kept = Kept(tmp_path, room)
    kept.begin([])
    kept.keep(Kind.PAGE, "home", keeping.Answer({}, b"home", AT))
    for number in range(60):
        body = os.urandom(2_000)
        kept.keep(Kind.QUERY, str(number), keeping.Answer({}, body, AT + timedelta(seconds=number)))
    assert kept.find(Kind.PAGE, "home", AT) is not None
    assert kept.find(Kind.QUERY, "0", AT) is None
    assert kept.find(Kind.QUERY, "59", AT) is not None
    used = sum(path.stat().st_size for path in (tmp_path).glob("*/queries/*"))
    assert used <= room * keeping.SHARES[Kind.QUERY]


def test_a_broken_file_is_no_answer(tmp_path: Path) -> None:
    kept = Kept(tmp_path, 1 << 20)
    kept.begin([])
    kept.keep(Kind.PAGE, "a", keeping.Answer({}, b"1", AT))
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-3])
    assert kept.find(Kind.PAGE, "a", AT) is None
