"""Four eyes over random histories of one shape: whatever people do in whatever order, nobody approves his own work.

The machine keeps its own books: of every version who had a hand in it, by the plainest rule (who drew or submitted it,
or any version that it was made from since the last approval). Two accounts are one person. After every step the record
is held against the books.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from geodata.errors import Conflict, DomainError, NotFound, NotPermitted, StaleEdit
from geodata.projects import services
from geodata.projects.models import GeometryVersion, Project
from geodata.projects.selectors import heads, pending_geometries
from geodata.stewards.models import User
from geodata.stewards.scope import Scope
from tests import shapes_in_process
from tests.four_eyes import ACCOUNTS, HEADQUARTERS, NOW, TODAY, WITHIN, accounts, person, scopes, walk

pytestmark = pytest.mark.django_db

# which version: mostly the newest, on which people work; else one of the past, or one that never was
picks = st.sampled_from([0, 0, 0, 0, -1, -2, 1, 9])


class Machine(RuleBasedStateMachine):
    """`project` and `scopes` are set by the test."""

    project: Project
    scopes: dict[str, Scope]

    @initialize()
    def begin(self) -> None:
        GeometryVersion.objects.filter(project=self.project).update(state="superseded", parent=None, restored_from=None)
        GeometryVersion.objects.filter(project=self.project).delete()
        Project.objects.filter(pk=self.project.pk).update(geom=None, geom_source="")
        self.hands: dict[int, set[str]] = {}
        self.state: dict[int, str] = {}
        self.outside: dict[int, bool] = {}
        self.shapes: dict[int, float] = {}
        self.held: dict[int, str] | None = None
        self.drawn = 0

    def act(self, call: Callable[..., Any], account: str, **values: Any) -> Any:
        """The outcome, or the error of the record that it refused with; a refusal leaves nothing behind."""
        try:
            with transaction.atomic():
                return call(self.scopes[account], code=self.project.serial_no, now=NOW, **values)
        except DomainError as error:
            return error

    def open(self) -> int | None:
        return next((n for n, state in self.state.items() if state in ("draft", "submitted", "returned")), None)

    def standing(self) -> int:
        approved = [n for n, state in self.state.items() if state == "approved"]
        return self.open() or (approved[-1] if approved else 0)

    def picked(self, pick: int) -> int:
        return pick if pick > 0 else max(1, len(self.state) + pick)

    def inherited(self, number: int) -> set[str]:
        """Those behind an unapproved version go with whatever is made from it."""
        return set() if self.state.get(number, "approved") == "approved" else self.hands[number]

    @rule(account=accounts, submit=st.booleans(), outside=st.booleans(), behind=st.sampled_from([0, 0, 0, 1]))
    def save(self, account: str, submit: bool, outside: bool, behind: int) -> None:
        self.drawn += 1
        lon = round((113.3 if outside else 113.02) + self.drawn * 0.0001, 8)  # as fine as the record keeps it
        ring = [[lon, 29.22], [lon + 0.001, 29.22], [lon + 0.001, 29.221], [lon, 29.22]]
        before = self.standing()
        outcome = self.act(
            services.save_proposal,
            account,
            shape={"type": "Polygon", "coordinates": [ring]},
            source="drawn",
            accuracy_m=None,
            reason="",
            expected=before - behind,
            answers={},
            submit=submit,
            today=TODAY,
        )
        if account not in WITHIN:
            assert isinstance(outcome, NotFound | NotPermitted)
        elif behind:
            assert isinstance(outcome, StaleEdit)
        else:
            assert isinstance(outcome, services.Saved), outcome
            self.added(outcome, {person(account)} | self.inherited(before), outside, submit, lon)

    def added(self, saved: services.Saved, hands: set[str], outside: bool, submitted: bool, lon: float) -> None:
        number = saved.version.number
        assert number == len(self.state) + 1
        if self.open() is not None:
            self.state[self.open() or 0] = "superseded"
        self.state[number] = "submitted" if submitted else "draft"
        self.hands[number], self.outside[number], self.shapes[number] = hands, outside, lon

    @rule(account=accounts, pick=picks)
    def submit(self, account: str, pick: int) -> None:
        number = self.picked(pick)
        outcome = self.act(services.submit_proposal, account, number=number, today=TODAY)
        if account not in WITHIN:
            assert isinstance(outcome, NotFound | NotPermitted)
        elif self.state.get(number) != "draft":
            assert isinstance(outcome, Conflict)
        else:
            assert isinstance(outcome, services.Saved)
            self.state[number] = "submitted"
            self.hands[number] |= {person(account)}

    @rule(account=accounts, pick=picks, approve=st.booleans())
    def decide(self, account: str, pick: int, approve: bool) -> None:
        number = self.picked(pick)
        values: dict[str, Any] = {"number": number, "comment": "看过了"}
        if approve:
            outcome = self.act(services.approve_proposal, account, today=TODAY, **values)
        else:
            outcome = self.act(services.return_proposal, account, **values)
        if account not in WITHIN:
            assert isinstance(outcome, NotFound | NotPermitted)
        elif number not in self.state:
            assert isinstance(outcome, NotFound)
        elif self.state[number] != "submitted":
            assert isinstance(outcome, Conflict)
        elif person(account) in self.hands[number]:
            assert isinstance(outcome, NotPermitted)
            assert outcome.code == "same-person"
        elif self.outside[number] and account not in HEADQUARTERS:
            assert isinstance(outcome, NotPermitted)
            assert outcome.code == "headquarters-only"
        else:
            assert isinstance(outcome, GeometryVersion), outcome
            self.state[number] = "approved" if approve else "returned"

    @rule(account=accounts, pick=picks)
    def discard(self, account: str, pick: int) -> None:
        number = self.picked(pick)
        outcome = self.act(services.discard_proposal, account, number=number, today=TODAY)
        if account not in WITHIN:
            assert isinstance(outcome, NotFound | NotPermitted)
        elif self.open() != number:
            assert isinstance(outcome, Conflict)
        else:
            assert isinstance(outcome, GeometryVersion)
            self.state[number] = "superseded"

    @rule(account=accounts, pick=picks)
    def restore(self, account: str, pick: int) -> None:
        number = self.picked(pick)
        before = self.standing()
        outcome = self.act(services.restore_version, account, number=number, today=TODAY)
        if account not in WITHIN:
            assert isinstance(outcome, NotFound | NotPermitted)
        elif number not in self.state:
            assert isinstance(outcome, NotFound)
        elif self.open() is not None or before == number:
            assert isinstance(outcome, Conflict)
        else:
            assert isinstance(outcome, services.Saved), outcome
            hands = {person(account)} | self.inherited(number)
            submitted = outcome.version.state == "submitted"
            # equal to what stands: there is nothing to submit
            assert submitted == (not before or self.shapes[number] != self.shapes[before])
            self.added(outcome, hands, self.outside[number], submitted, self.shapes[number])

    @invariant()
    def the_record_is_as_the_books_say(self) -> None:
        if not hasattr(self, "state"):
            return
        rows = GeometryVersion.objects.filter(project=self.project).order_by("number")
        assert dict(rows.values_list("number", "state")) == self.state
        if self.state == self.held:
            return  # an act that was refused: what follows would ask the same of the same rows
        self.held = dict(self.state)
        approved = [number for number, state in self.state.items() if state == "approved"]
        geom = Project.objects.values_list("geom", flat=True).get(pk=self.project.pk)
        assert (geom.extent[0] if geom else None) == (self.shapes[approved[-1]] if approved else None)
        assert heads(self.project.pk).number == self.standing()
        waiting = self.open() if self.state.get(self.open() or 0) == "submitted" else None
        for account in sorted(WITHIN):
            listed = [(one.version.number, one.decidable) for one in pending_geometries(self.scopes[account])]
            free = waiting is not None and person(account) not in self.hands[waiting]
            may = free and not (self.outside[waiting or 0] and account not in HEADQUARTERS)
            assert listed == ([(waiting, may)] if waiting else [])

    @invariant()
    def no_approval_was_given_by_a_hand(self) -> None:
        people = {user.pk: person(user.username) for user in User.objects.filter(username__in=ACCOUNTS)}
        for version in GeometryVersion.objects.filter(project=self.project, state="approved"):
            assert people[version.approved_by_id or 0] not in self.hands[version.number]


def run(make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch, *, histories: int, steps: int) -> None:
    shapes_in_process.install(monkeypatch)
    project = make_project(name="示例小区改造")
    walk(Machine, {"project": project, "scopes": scopes()}, histories=histories, steps=steps)


def test_no_random_history_lets_a_person_approve_his_own_shape(
    make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(make_project, monkeypatch, histories=12, steps=25)


@pytest.mark.heavy
@pytest.mark.parametrize("hundred", range(20))
def test_two_thousand_random_histories(
    make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch, hundred: int
) -> None:
    """A hundred at a time: what the histories of one transaction undid stays in its tables and slows the next ones."""
    run(make_project, monkeypatch, histories=100, steps=40)
