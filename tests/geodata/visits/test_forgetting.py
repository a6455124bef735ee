"""Exact positions of staff go after their term; what was judged by them stays and goes on counting."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from geodata.distances import point
from geodata.errors import Conflict
from geodata.progress.models import Photo
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import Scope
from geodata.thresholds.models import ThresholdValue
from geodata.visits.forgetting import forget_positions
from geodata.visits.models import CheckIn
from geodata.visits.selectors import evidence_of
from geodata.visits.services import suggest_location
from tests.conftest import TODAY
from tests.geodata.visits.conftest import CENTRE, NOW, arrive, fix

YEAR = TODAY + timedelta(days=366)


def photo(site: Project, user: User, lon: float) -> Photo:
    return Photo.objects.create(
        project=site, taken_on=TODAY, position=point(lon, CENTRE[1]), sha256="a" * 64, upload_sha256="b" * 64, width=8,
        height=6, bytes=1, uploaded_by=user, uploaded_at=NOW,
    )  # fmt: skip


def test_positions_go_after_the_term_and_the_judgement_stays(site: Project, clerk: Scope, steward: User) -> None:
    inside, beside = arrive(clerk, site), arrive(clerk, site, fix(113.0995))
    far = photo(site, steward, 113.13)
    before = evidence_of([site.pk])[site.pk]
    assert forget_positions(today=TODAY + timedelta(days=365)).check_ins == 0
    gone = forget_positions(today=YEAR)
    assert (gone.check_ins, gone.photos, gone.before) == (2, 1, TODAY + timedelta(days=1))
    inside.refresh_from_db()
    beside.refresh_from_db()
    far.refresh_from_db()
    assert [one.position for one in (inside, beside, far)] == [None, None, None]
    assert (inside.inside, inside.distance_m, beside.inside) == (True, Decimal(0), False)
    assert beside.distance_m is not None
    assert far.distance_m == before.farthest_m
    assert evidence_of([site.pk])[site.pk] == before
    assert forget_positions(today=YEAR).check_ins == 0


def test_the_pages_go_on_without_the_places(
    site: Project, clerk: Scope, steward: User, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = arrive(clerk, site)
    photo(site, steward, 113.13)
    forget_positions(today=YEAR)
    client: Client = client_of(steward)
    page = client.get(f"/workbench/projects/{site.serial_no}/").content.decode()
    assert "现场核验" in page
    assert str(CENTRE[0]) not in page
    assert "公里" in page  # how far the photo was taken
    assert client.get("/workbench/checkin/").status_code == 200
    Project.objects.update(geom=None)
    with pytest.raises(Conflict, match="超过保存期限"):
        suggest_location(clerk, number=made.pk, today=TODAY, now=NOW)


def test_the_term_is_headquarters_to_set_and_the_command_says_what_went(
    site: Project, clerk: Scope, capsys: pytest.CaptureFixture[str]
) -> None:
    arrive(clerk, site)
    call_command("forget_positions")  # the clock's day is far later than the check-in's or before its year is over
    ThresholdValue.objects.create(key="position_keep_days", value=30)
    forget_positions(today=TODAY + timedelta(days=31))
    assert not CheckIn.objects.filter(position__isnull=False).exists()
    assert "精确位置已清除" in capsys.readouterr().out


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE visits_checkin SET position = ST_SetSRID(ST_MakePoint(1, 1), 4490)",
        "UPDATE visits_checkin SET position = NULL, note = 'x'",
        "UPDATE visits_checkin SET position = NULL, distance_m = 5, inside = false",
    ],
)
def test_nothing_but_the_place_ever_goes(site: Project, clerk: Scope, statement: str) -> None:
    arrive(clerk, site)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_forgotten_place_does_not_come_back(site: Project, clerk: Scope) -> None:
    arrive(clerk, site)
    forget_positions(today=YEAR)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CheckIn.objects.update(position=point(*CENTRE))
    assert date(2026, 3, 30) == TODAY
