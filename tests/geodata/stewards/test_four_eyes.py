"""Who may decide on what others did, and whom to tell that it waits."""

from datetime import date, timedelta

import pytest

from geodata.errors import NotPermitted
from geodata.regions.models import AreaUnit
from geodata.stewards.four_eyes import require_other_person
from geodata.stewards.models import RoleGrant, User
from geodata.stewards.roles import Role
from geodata.stewards.selectors import approvers
from geodata.stewards.services import ensure_account

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 30)


def second_person(unit: str = "430602", username: str = "second") -> User:
    return ensure_account(
        username=username, display_name=username, password="-", role=Role.COUNTY_STAFF, unit_code=unit
    )


def numbered(user: User, staff_no: str) -> None:
    User.objects.filter(pk=user.pk).update(staff_no=staff_no)


def test_another_person_may_decide(steward: User, hq_admin: User) -> None:
    require_other_person(reviewer_id=hq_admin.pk, hands=[steward.pk])
    require_other_person(reviewer_id=hq_admin.pk, hands=[])


def test_nobody_decides_on_his_own_work(steward: User, hq_admin: User) -> None:
    with pytest.raises(NotPermitted) as refused:
        require_other_person(reviewer_id=steward.pk, hands=[hq_admin.pk, steward.pk])
    assert refused.value.code == "same-person"


@pytest.mark.parametrize(("first", "second"), [("YY0417", "YY0417"), ("yy0417 ", "YY0417")])
def test_two_accounts_of_one_person_are_one_person(steward: User, hq_admin: User, first: str, second: str) -> None:
    numbered(steward, first)
    numbered(hq_admin, second)
    with pytest.raises(NotPermitted, match="另一个账号"):
        require_other_person(reviewer_id=hq_admin.pk, hands=[steward.pk])


def test_accounts_without_a_number_are_different_people(steward: User, hq_admin: User, leader: User) -> None:
    numbered(leader, " ")
    require_other_person(reviewer_id=hq_admin.pk, hands=[steward.pk, leader.pk])


def test_the_units_own_people_are_told_when_there_are_two(
    steward: User, other_steward: User, hq_admin: User, city: dict[str, AreaUnit]
) -> None:
    unit = city["430602"].pk
    assert approvers(unit_id=unit, headquarters_only=False, today=TODAY) == sorted([steward.pk, hq_admin.pk])
    second = second_person()
    assert approvers(unit_id=unit, headquarters_only=False, today=TODAY) == sorted([steward.pk, second.pk])
    assert approvers(unit_id=unit, headquarters_only=True, today=TODAY) == [hq_admin.pk]


def test_two_accounts_of_one_person_are_not_two_approvers(
    steward: User, hq_admin: User, city: dict[str, AreaUnit]
) -> None:
    numbered(steward, "YY0417")
    numbered(second_person(), "YY0417")
    assert hq_admin.pk in approvers(unit_id=city["430602"].pk, headquarters_only=False, today=TODAY)


def test_closed_accounts_and_ended_roles_are_not_told(steward: User, hq_admin: User, city: dict[str, AreaUnit]) -> None:
    User.objects.filter(pk=hq_admin.pk).update(is_active=False)
    RoleGrant.objects.filter(user=steward).update(valid_to=TODAY)
    assert approvers(unit_id=city["430602"].pk, headquarters_only=False, today=TODAY) == []
    early = TODAY - timedelta(days=1)
    assert approvers(unit_id=city["430602"].pk, headquarters_only=False, today=early) == [steward.pk]
