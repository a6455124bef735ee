"""Four eyes over random histories of reports and requests: nobody approves his own work, nothing approved moves.

The machine keeps its own books by the plainest rule: everybody who wrote since the last approval has a hand in it. Two
accounts are one person. After every step the record is held against the books.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from geodata.errors import Conflict, DomainError, NotFound, NotPermitted, StaleEdit
from geodata.progress import services
from geodata.progress.models import PeriodReport, StatusRequest
from geodata.progress.paper_files import Paper
from geodata.progress.periods import Period, month_of
from geodata.progress.selectors import pending_reports, pending_status
from geodata.projects.models import Project, StatusChange
from geodata.stewards.scope import Scope
from tests.four_eyes import HEADQUARTERS, NOW, TODAY, WITHIN, accounts, person, scopes, walk

pytestmark = pytest.mark.django_db

PAPER = Paper(title="文件", upload_sha256="b" * 64, media_type="application/pdf", content=b"%PDF-1.7")


class Books(RuleBasedStateMachine):
    """`scopes` and `make_project` are set by the test; every history has a project of its own."""

    scopes: dict[str, Scope]
    make_project: Callable[..., Project]

    def act(self, call: Callable[..., Any], account: str, **values: Any) -> Any:
        """The outcome, or the error of the record that it refused with; a refusal leaves nothing behind."""
        try:
            with transaction.atomic():
                return call(self.scopes[account], now=NOW, **values)
        except DomainError as error:
            return error


class ReportMachine(Books):
    @initialize()
    def begin(self) -> None:
        self.project = type(self).make_project(status="under_construction")
        self.period: Period = month_of(date(2026, 2, 1))
        self.hands: set[str] = set()
        self.state = ""  # of the newest version
        self.version = self.revision = 0
        self.approved: dict[int, Decimal] = {}  # version → what it says
        self.said = Decimal(0)

    @rule(account=accounts, submit=st.booleans(), behind=st.sampled_from([0, 0, 0, 1]), amount=st.integers(1, 9))
    def save(self, account: str, submit: bool, behind: int, amount: int) -> None:
        outcome = self.act(
            services.save_report,
            account,
            code=self.project.serial_no,
            period=self.period,
            values={
                "physical_pct": Decimal(10),
                "physical_desc": "x",
                "work_done": "x",
                "explanation": "x",
                "invested_period": Decimal(amount),
                "invested_year": Decimal(amount),
                "invested_cumulative": Decimal(amount),
            },
            submit=submit,
            expected_version=self.revision + behind,
            reason="更正",
            today=TODAY,
        )
        if account not in WITHIN:
            assert isinstance(outcome, NotFound | NotPermitted)
        elif behind:
            assert isinstance(outcome, StaleEdit)
        else:
            assert isinstance(outcome, services.Saved), outcome
            fresh = self.state in {"", "approved"}
            self.version += fresh
            self.hands = {person(account)} | (set() if fresh else self.hands)
            self.state, self.said = ("submitted" if submit else "draft"), Decimal(amount)
            self.revision += 1

    @rule(
        account=accounts, approve=st.booleans(), behind=st.sampled_from([0, 0, 0, 1]), newest=st.sampled_from([1, 1, 0])
    )
    def decide(self, account: str, approve: bool, behind: int, newest: int) -> None:
        rows = PeriodReport.objects.filter(project=self.project).order_by("version" if not newest else "-version")
        row = rows.first()
        if row is None:
            return
        call = services.approve_report if approve else services.return_report
        outcome = self.act(call, account, report_id=row.pk, expected_version=row.revision + behind, comment="看过了")
        state = self.state if row.version == self.version else "approved"
        if account not in WITHIN:
            assert isinstance(outcome, NotFound | NotPermitted)
        elif state != "submitted":
            assert isinstance(outcome, Conflict)
        elif behind:
            assert isinstance(outcome, StaleEdit)
        elif person(account) in self.hands:
            assert isinstance(outcome, NotPermitted)
            assert outcome.code == "same-person"
        else:
            assert isinstance(outcome, PeriodReport), outcome
            self.state = "approved" if approve else "returned"
            if approve:
                self.approved[self.version] = self.said

    @invariant()
    def the_record_agrees_with_the_books(self) -> None:
        if not hasattr(self, "project"):
            return
        rows = {row.version: row for row in PeriodReport.objects.filter(project=self.project)}
        assert set(rows) == set(range(1, self.version + 1))
        if rows:
            newest = rows[self.version]
            assert (newest.state, newest.revision, newest.invested_period) == (self.state, self.revision, self.said)
        for version, said in self.approved.items():
            row = rows[version]
            assert (row.state, row.invested_period) == ("approved", said)
            assert row.reviewed_by_id not in row.hands
        for account, scope in self.scopes.items():
            waiting = self.state == "submitted" and account in WITHIN
            assert pending_reports(scope).filter(project=self.project).exists() == waiting


class StatusMachine(Books):
    """在建 and 停工 in turn: a county decides on a stop, headquarters alone on going on."""

    @initialize()
    def begin(self) -> None:
        self.project = type(self).make_project(status="under_construction", stage="construction")
        StatusChange.objects.create(
            project=self.project, effective_on=date(2026, 1, 5), status="under_construction", stage="construction"
        )
        self.status, self.changes = "under_construction", 1
        self.hands: set[str] = set()
        self.waiting = False

    def wanted(self) -> str:
        return "suspended" if self.status == "under_construction" else "under_construction"

    @rule(account=accounts, stale=st.sampled_from([False, False, True]))
    def ask(self, account: str, stale: bool) -> None:
        outcome = self.act(
            services.request_status,
            account,
            code=self.project.serial_no,
            wanted=services.Wanted(
                status=self.wanted(),
                effective_on=TODAY,
                reason="汛期",
                stated={"suspension_kind": "reported", "expected_resume_on": date(2026, 5, 1)},
            ),
            expected_status="closed" if stale else self.status,
            papers=[PAPER],
            has_contract=True,
            today=TODAY,
        )
        if account not in WITHIN:
            assert isinstance(outcome, NotFound | NotPermitted)
        elif stale:
            assert isinstance(outcome, StaleEdit)
        elif self.waiting:
            assert isinstance(outcome, Conflict)
        else:
            assert isinstance(outcome, StatusRequest), outcome
            assert outcome.needs_headquarters == (self.wanted() == "under_construction")
            self.waiting = True
            self.hands |= {person(account)}

    def newest(self) -> StatusRequest | None:
        return StatusRequest.objects.filter(project=self.project).order_by("-pk").first()

    @rule(account=accounts, approve=st.booleans())
    def decide(self, account: str, approve: bool) -> None:
        row = self.newest()
        if row is None:
            return
        if approve:
            outcome = self.act(services.approve_status, account, request_id=row.pk, has_contract=True)
        else:
            outcome = self.act(services.return_status, account, request_id=row.pk, comment="补材料")
        if account not in WITHIN:
            assert isinstance(outcome, NotFound | NotPermitted)
        elif not self.waiting:
            assert isinstance(outcome, Conflict)
        elif (self.wanted() == "under_construction" and account not in HEADQUARTERS) or person(account) in self.hands:
            assert isinstance(outcome, NotPermitted)
        else:
            assert isinstance(outcome, StatusRequest), outcome
            self.waiting = False
            if approve:
                self.status, self.hands = self.wanted(), set()
                self.changes += 1

    @rule(account=accounts)
    def withdraw(self, account: str) -> None:
        row = self.newest()
        if row is None:
            return
        outcome = self.act(services.withdraw_status, account, request_id=row.pk)
        if account not in WITHIN:
            assert isinstance(outcome, NotFound | NotPermitted)
        elif not self.waiting:
            assert isinstance(outcome, Conflict)
        else:
            assert isinstance(outcome, StatusRequest), outcome
            self.waiting = False

    @invariant()
    def the_record_agrees_with_the_books(self) -> None:
        if not hasattr(self, "project"):
            return
        self.project.refresh_from_db()
        assert self.project.status == self.status
        rows = list(StatusChange.objects.filter(project=self.project).order_by("pk"))
        assert len(rows) == self.changes
        assert all(row.confirmed_by_id != row.submitted_by_id for row in rows[1:])
        for account, scope in self.scopes.items():
            decides = account in HEADQUARTERS or (account in WITHIN and self.wanted() == "suspended")
            assert pending_status(scope).filter(project=self.project).exists() == (self.waiting and decides)


@pytest.fixture
def books(make_project: Callable[..., Project], settings: Any, tmp_path: Any) -> dict[str, Any]:
    settings.MEDIA_ROOT = tmp_path
    return {"scopes": scopes(), "make_project": staticmethod(make_project)}


@pytest.mark.parametrize("machine", [ReportMachine, StatusMachine])
def test_nobody_decides_on_his_own_work(machine: type[Books], books: dict[str, Any]) -> None:
    walk(machine, books, histories=10, steps=25)


@pytest.mark.heavy
@pytest.mark.parametrize("machine", [ReportMachine, StatusMachine])
def test_nobody_decides_on_his_own_work_in_long_histories(machine: type[Books], books: dict[str, Any]) -> None:
    walk(machine, books, histories=1000, steps=40)
