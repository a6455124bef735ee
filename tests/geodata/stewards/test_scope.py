"""What a person sees is the union of the roles; what a person may change goes by each role alone."""

from datetime import date, timedelta

import pytest

from geodata.errors import NotPermitted
from geodata.regions.models import AreaUnit
from geodata.stewards.models import RoleGrant, User
from geodata.stewards.roles import Action, Role
from geodata.stewards.scope import CITY, Scope, scope_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 30)


def grant(user: User, role: Role, unit: AreaUnit | None = None, **dates: date) -> None:
    RoleGrant.objects.create(user=user, role=role, unit=unit, **dates)


def test_seeing_all_and_editing_one_county_is_not_editing_all(steward: User, city: dict[str, AreaUnit]) -> None:
    grant(steward, Role.AUDITOR)
    scope = scope_of(steward, today=TODAY)
    assert scope.everything
    assert scope.allows(Action.EDIT_PROJECTS)
    editing = scope.only(Action.EDIT_PROJECTS)
    assert not editing.everything
    assert editing.unit_ids == {city["430602"].pk}
    assert editing.user_id == steward.pk
    assert not editing.allows(Action.VIEW_AUDIT)
    assert editing.only(Action.APPROVE) == editing


def test_an_action_that_no_role_allows_leaves_no_scope(steward: User) -> None:
    with pytest.raises(NotPermitted, match="发布"):
        scope_of(steward, today=TODAY).only(Action.PUBLISH)
    with pytest.raises(NotPermitted):
        Scope(everything=True).only(Action.EDIT_PROJECTS)


def test_one_of_several_actions_is_enough(steward: User) -> None:
    scope = scope_of(steward, today=TODAY)
    assert scope.only(Action.IMPORT_ORDERS, Action.EDIT_PROJECTS).unit_ids == scope.unit_ids


def test_the_whole_city_stays_the_whole_city() -> None:
    assert CITY.only(Action.APPROVE) is CITY
    assert CITY.headquarters


def test_headquarters_approves_everything_by_one_role(
    steward: User, hq_admin: User, leader: User, city: dict[str, AreaUnit]
) -> None:
    grant(steward, Role.CITY_LEADER)  # sees all, approves for one county
    assert scope_of(hq_admin, today=TODAY).headquarters
    assert not scope_of(steward, today=TODAY).headquarters
    assert not scope_of(leader, today=TODAY).headquarters


def test_a_role_holds_from_its_first_day_until_the_day_before_its_last(leader: User) -> None:
    RoleGrant.objects.filter(user=leader).update(valid_from=TODAY, valid_to=TODAY + timedelta(days=2))
    held = [bool(scope_of(leader, today=TODAY + timedelta(days=n)).actions) for n in (-1, 0, 1, 2)]
    assert held == [False, True, True, False]


def test_an_administrator_of_accounts_sees_no_project(sysadmin: User) -> None:
    scope = scope_of(sysadmin, today=TODAY)
    assert scope.only(Action.MANAGE_USERS).key == Scope().key
