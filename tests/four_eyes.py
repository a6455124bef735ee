"""People for the proofs of four eyes, two accounts of one among them, and how a machine of random histories is run."""

from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import Scope, scope_of
from geodata.stewards.services import ensure_account

TODAY: Final = date(2026, 3, 30)
NOW: Final = timezone.make_aware(datetime(2026, 3, 30, 9, 0))
# account → (role, unit, person): two accounts of person A, one of them at headquarters
ACCOUNTS: Final = {
    "a1": (Role.COUNTY_STAFF, "430602", "A"),
    "a2": (Role.HQ_DISPATCHER, "", "A"),
    "b": (Role.COUNTY_STAFF, "430602", "B"),
    "c": (Role.HQ_ADMIN, "", "C"),
    "d": (Role.COUNTY_STAFF, "430626", "D"),
    "e": (Role.AUDITOR, "", "E"),
}
WITHIN, HEADQUARTERS = {"a1", "a2", "b", "c"}, {"a2", "c"}  # who may write and decide in 430602; who decides all
accounts = st.sampled_from(sorted(ACCOUNTS))


def person(account: str) -> str:
    return ACCOUNTS[account][2]


def scopes() -> dict[str, Scope]:
    """The accounts in the database, with the scope of each."""
    found = {}
    for account, (role, unit, who) in ACCOUNTS.items():
        user = ensure_account(username=account, display_name=account, password="x", role=role, unit_code=unit)
        User.objects.filter(pk=user.pk).update(staff_no=who)
        found[account] = scope_of(user, today=TODAY)
    return found


def walk(machine: type[RuleBasedStateMachine], given: dict[str, Any], *, histories: int, steps: int) -> None:
    """Random histories of a machine that has `given` as its attributes."""
    run_state_machine_as_test(
        type(machine.__name__, (machine,), given),
        settings=settings(
            max_examples=histories,
            stateful_step_count=steps,
            deadline=None,
            phases=(Phase.generate,),  # a shorter history would cost minutes to find
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
