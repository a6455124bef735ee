"""Many people save the same month at the same moment: one of them is first, the others are told, nothing is lost."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from geodata.errors import StaleEdit
from geodata.progress.models import PeriodReport
from geodata.progress.periods import month_of
from geodata.progress.services import approve_report, save_report
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import scope_of
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 30, 2, tzinfo=UTC)
PEOPLE, ROUNDS = 6, 4


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """What came of each, all begun at the same moment; errors of the record are outcomes, others are raised."""
    outcomes: list[object] = [None] * len(acts)
    start = Barrier(len(acts))

    def run(place: int) -> None:
        start.wait()
        try:
            outcomes[place] = acts[place]()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_one_of_many_is_first_and_the_others_are_told(make_project: Callable[..., Project], steward: User) -> None:
    project = make_project(status="under_construction")
    scope = scope_of(steward, today=TODAY)
    for seen in range(ROUNDS):
        outcomes = at_once(
            [
                lambda amount=amount: save_report(
                    scope,
                    code=project.serial_no,
                    period=month_of(date(2026, 2, 1)),
                    values={"invested_period": Decimal(amount)},
                    submit=False,
                    expected_version=seen,  # noqa: B023 - the threads are joined before the next round
                    today=TODAY,
                    now=NOW,
                )
                for amount in range(PEOPLE)
            ]
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, StaleEdit)]
        assert len(refused) == PEOPLE - 1, outcomes
        report = PeriodReport.objects.get()
        (winner,) = (place for place, outcome in enumerate(outcomes) if not isinstance(outcome, StaleEdit))
        assert (report.revision, report.invested_period) == (seen + 1, winner)


def test_an_approval_and_an_edit_at_the_same_moment_exclude_each_other(
    make_project: Callable[..., Project], steward: User, hq_admin: User
) -> None:
    project = make_project(status="under_construction")
    values = {"physical_pct": Decimal(1), "physical_desc": "x", "work_done": "x", "explanation": "x"}
    values |= dict.fromkeys(("invested_period", "invested_year", "invested_cumulative"), Decimal(1))
    common = {"code": project.serial_no, "period": month_of(date(2026, 2, 1)), "today": TODAY, "now": NOW}
    scope = scope_of(steward, today=TODAY)
    report = save_report(scope, values=values, submit=True, expected_version=0, **common).report  # type: ignore[arg-type]
    edit, decision = at_once(
        [
            lambda: save_report(scope, values={"work_done": "y"}, submit=False, expected_version=1, **common),  # type: ignore[arg-type]
            lambda: approve_report(scope_of(hq_admin, today=TODAY), report_id=report.pk, expected_version=1, now=NOW),
        ]
    )
    assert isinstance(edit, Exception) != isinstance(decision, Exception), (edit, decision)
    kept = PeriodReport.objects.get()
    assert (kept.state, kept.work_done) in {("approved", "x"), ("draft", "y")}
