"""Two days compared are kept exactly as long as the record stays as it is, and for people of the whole city alone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.indicators import changes
from dashboards.indicators.changes import Changes, changed_between
from dashboards.indicators.notes import Note
from geodata.projects.choices import LightColour
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import CITY, scope_of
from geodata.summary.filters import ProjectFilter
from geodata.summary.version import RecordVersion, record_version
from geodata.thresholds.models import ThresholdValue
from tests.geodata.summary import facts

pytestmark = pytest.mark.django_db
EARLIER, LATER, TODAY = date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 10)


def quiet() -> RecordVersion:
    """The version as it is when nobody writes; a test itself always does."""
    return replace(record_version(), quiet=True)


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def project(make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(changes, "record_version", quiet)
    made = make_project(name="开工")
    facts.status(made, date(2026, 1, 5), "not_started")
    return made


def compare(**asked: object) -> tuple[Changes, int]:
    """The answer, and how many questions it took."""
    wanted = {"earlier": EARLIER, "later": LATER, "chosen": ProjectFilter(), "today": TODAY} | asked
    with CaptureQueriesContext(connection) as queries:
        found = changed_between(CITY, **wanted)  # type: ignore[arg-type]
    return found, len(queries)


def test_the_same_question_is_answered_from_what_was_kept(project: Project) -> None:
    first, asked = compare()
    again, asked_again = compare()
    assert (asked, asked_again) == (3, 1)
    assert again == first
    assert compare(earlier=date(2026, 1, 31))[1] == 3
    assert compare(chosen=ProjectFilter(unit="430602"))[1] == 3
    assert compare(limit=1)[1] == 3
    assert compare(today=date(2026, 4, 11))[1] == 3
    assert compare()[1] == 1


CHANGES: dict[str, Callable[[Project], object]] = {
    "status": lambda project: facts.status(project, date(2026, 3, 5), "under_construction"),
    "report": lambda project: facts.report(
        project, date(2026, 3, 31), physical_pct=Decimal(30), invested_cumulative=Decimal(10_000)
    ),
    "arrival": lambda project: facts.arrival(facts.budget_line(project, "900000"), "500000", date(2026, 3, 20)),
    "name": lambda project: Project.objects.filter(pk=project.pk).update(name="改名"),
    "threshold": lambda project: ThresholdValue.objects.create(key="behind_points", value=12),
    "deleted": lambda project: Project.objects.filter(pk=project.pk).update(is_deleted=True),
}


@pytest.mark.parametrize("what", CHANGES)
def test_nothing_kept_is_shown_once_the_record_has_changed(project: Project, what: str) -> None:
    compare()
    CHANGES[what](project)
    found, asked = compare()
    assert asked == 3
    cache.clear()
    assert compare()[0] == found


def test_while_somebody_writes_nothing_is_kept(make_project: Callable[..., Project]) -> None:
    """The transaction of this test has written: what it has not committed might come under a lower number."""
    make_project(name="开工")
    assert not record_version().quiet
    assert [compare()[1], compare()[1]] == [3, 3]


def test_a_limit_to_lights_and_people_of_one_unit_are_answered_anew(project: Project, steward: User) -> None:
    limited = ProjectFilter(light=(LightColour.RED.value,))
    assert [compare(chosen=limited)[1], compare(chosen=limited)[1]] == [3, 3]
    own = scope_of(steward, today=TODAY)
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            changed_between(own, earlier=EARLIER, later=LATER, chosen=ProjectFilter(), today=TODAY)
        assert len(queries) == 3


def test_a_note_is_kept_with_its_figures(project: Project) -> None:
    cache.set("note", Note("只列增减 %(n)s 件", n=3))
    kept = cache.get("note")
    assert (kept, kept.sentence, kept.figures) == ("只列增减 3 件", "只列增减 %(n)s 件", {"n": 3})
