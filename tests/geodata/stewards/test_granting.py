"""Roles by date, exclusive administrators, and never the last one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import Conflict, NotFound, NotPermitted, Refused
from geodata.regions.models import AreaUnit
from geodata.stewards.exclusion import Term, require_compatible
from geodata.stewards.models import RoleGrant, User
from geodata.stewards.roles import ADMINISTRATORS, Role
from geodata.stewards.scope import Scope, scope_of
from geodata.stewards.services import (
    change_password,
    create_account,
    end_grant,
    ensure_account,
    grant_role,
    set_active,
    set_temporary_password,
    update_account,
)
from tests.conftest import PASSWORD

TODAY = date(2026, 3, 30)
NOW = datetime(2026, 3, 30, 2, tzinfo=UTC)
DAY = timedelta(days=1)
days = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 1, 8)))


def person(username: str, role: Role | None = None, **more: str) -> User:
    if role is None:
        return User.objects.create(username=username, display_name=username)
    return ensure_account(username=username, display_name=username, password=PASSWORD, role=role, **more)


def scope(user: User) -> Scope:
    return scope_of(user, today=TODAY)


@pytest.fixture
def secadmin(city: dict[str, AreaUnit]) -> User:
    return person("secadmin", Role.SECURITY_ADMIN)


def give(giver: User, to: User, role: Role, **more: object) -> RoleGrant:
    return grant_role(scope(giver), user_id=to.pk, role=role, now=NOW, **more)


@given(start=days, end=days, other_start=days, other_end=days)
def test_two_terms_meet_exactly_when_some_day_has_both(
    start: date | None, end: date | None, other_start: date | None, other_end: date | None
) -> None:
    one, other = Term("a", start, end), Term("b", other_start, other_end)
    span = [date(2025, 12, 30) + DAY * n for n in range(14)]
    together = any(one.holds(day) and other.holds(day) for day in span)
    if (start is None or end is None or start < end) and (
        other_start is None or other_end is None or other_start < other_end
    ):
        assert one.meets(other) == together


@pytest.mark.parametrize("administrator", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("role", list(Role))
def test_the_three_administrators_are_exclusive_of_every_other_role(administrator: str, role: Role) -> None:
    for wanted, held in ((administrator, role), (role, administrator)):
        if wanted == held:
            require_compatible(Term(wanted), [Term(held)])
            continue
        with pytest.raises(Conflict, match="不能由同一人担任"):
            require_compatible(Term(wanted), [Term(held)])
        require_compatible(Term(wanted, start=TODAY), [Term(held, end=TODAY)])


@pytest.mark.django_db
def test_a_role_holds_on_its_days_alone(secadmin: User, city: dict[str, AreaUnit]) -> None:
    new = person("new")
    give(secadmin, new, Role.COUNTY_STAFF, unit_code="430602", valid_from=TODAY, valid_to=TODAY + 2 * DAY)
    seen = [scope_of(new, today=TODAY + DAY * n).unit_ids for n in (-1, 0, 1, 2)]
    assert seen == [frozenset(), {city["430602"].pk}, {city["430602"].pk}, frozenset()]


@pytest.mark.django_db
def test_giving_a_role_again_sets_its_days(secadmin: User, city: dict[str, AreaUnit]) -> None:
    new = person("new")
    first = give(secadmin, new, Role.AUDITOR, valid_to=TODAY)
    second = give(secadmin, new, Role.AUDITOR, valid_to=TODAY + DAY)
    assert first.pk == second.pk
    assert second.granted_by == secadmin
    assert scope(new).everything


@pytest.mark.django_db
def test_nobody_gives_himself_a_role_under_any_account(secadmin: User, sysadmin: User) -> None:
    twin = person("twin")
    for mine in (secadmin, twin):
        User.objects.filter(pk=mine.pk).update(staff_no="YY7")
    for target in (secadmin, twin):
        with pytest.raises(NotPermitted, match="自己"):
            give(secadmin, target, Role.AUDITOR)
    with pytest.raises(NotPermitted):
        end_grant(scope(secadmin), grant_id=secadmin.grants.get().pk, today=TODAY, now=NOW)
    with pytest.raises(NotPermitted):
        give(sysadmin, twin, Role.AUDITOR)  # accounts are his, roles are not


@pytest.mark.django_db
def test_two_accounts_of_one_person_are_exclusive_too(secadmin: User) -> None:
    first, second = person("first"), person("second")
    User.objects.filter(pk__in=[first.pk, second.pk]).update(staff_no="YY8")
    give(secadmin, first, Role.AUDIT_ADMIN)
    with pytest.raises(Conflict, match="审计管理员"):
        give(secadmin, second, Role.FINANCE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "more", "why"),
    [
        (Role.COUNTY_STAFF, {}, "须选择"),
        (Role.COUNTY_STAFF, {"unit_code": "430600"}, "须选择"),
        (Role.OWNER_UNIT, {"organisation_name": "没有的单位"}, "单位全称"),
        (Role.AUDITOR, {"valid_from": TODAY, "valid_to": TODAY}, "晚于"),
        ("emperor", {}, "没有这个角色"),
    ],
)
def test_what_does_not_fit_is_refused(secadmin: User, role: str, more: dict[str, object], why: str) -> None:
    new = person("new")
    with pytest.raises(Refused, match=why):
        grant_role(scope(secadmin), user_id=new.pk, role=role, now=NOW, **more)
    assert not new.grants.exists()


@pytest.mark.django_db
def test_the_last_administrator_stays(secadmin: User, sysadmin: User) -> None:
    other = person("other", Role.SECURITY_ADMIN)
    end_grant(scope(other), grant_id=secadmin.grants.get().pk, today=TODAY, now=NOW)
    assert not scope(secadmin).actions
    with pytest.raises(Conflict, match="最后一位"):  # the grant of the only one left, asked for by a scope of before
        end_grant(scope_of(secadmin, today=TODAY - DAY), grant_id=other.grants.get().pk, today=TODAY, now=NOW)
    second = person("second", Role.SYSTEM_ADMIN)
    set_active(scope(second), user_id=sysadmin.pk, active=False, today=TODAY)
    with pytest.raises(Conflict, match="最后一位"):
        set_active(scope_of(sysadmin, today=TODAY), user_id=second.pk, active=False, today=TODAY)
    with pytest.raises(Conflict, match="最后一位"):
        give(other, second, Role.SYSTEM_ADMIN, valid_to=TODAY + DAY)
    assert User.objects.get(pk=second.pk).is_active


@pytest.mark.django_db
def test_an_administrator_whose_term_ends_does_not_count_as_the_one_who_stays(secadmin: User) -> None:
    other = person("other", Role.SECURITY_ADMIN)
    RoleGrant.objects.filter(user=secadmin).update(valid_to=TODAY + DAY)
    with pytest.raises(Conflict, match="最后一位"):
        end_grant(scope(secadmin), grant_id=other.grants.get().pk, today=TODAY, now=NOW)


@pytest.mark.django_db
def test_a_role_that_has_not_begun_is_ended_before_it_begins(secadmin: User) -> None:
    new = person("new")
    grant = give(secadmin, new, Role.AUDITOR, valid_from=TODAY + 5 * DAY)
    end_grant(scope(secadmin), grant_id=grant.pk, today=TODAY, now=NOW)
    assert not any(scope_of(new, today=TODAY + DAY * n).actions for n in range(10))
    with pytest.raises(NotFound):
        end_grant(scope(secadmin), grant_id=0, today=TODAY, now=NOW)


@pytest.mark.django_db
def test_an_account_starts_with_a_password_to_be_changed_and_no_role(sysadmin: User, secadmin: User) -> None:
    made, password = create_account(scope(sysadmin), username="wang.wu", display_name=" 王  五 ", staff_no="YY9")
    assert (made.display_name, made.password_temporary, made.grants.count()) == ("王 五", True, 0)
    assert made.check_password(password)
    with pytest.raises(Conflict, match="已有人使用"):
        create_account(scope(sysadmin), username="wang.wu", display_name="另一人")
    with pytest.raises(NotPermitted):
        create_account(scope(secadmin), username="li.si", display_name="李四")
    for bad in ("Wang", "王五", "ab", "a b c", "x" * 31):
        with pytest.raises(Refused):
            create_account(scope(sysadmin), username=bad, display_name="某人")
    with pytest.raises(Refused, match="姓名"):
        create_account(scope(sysadmin), username="li.si", display_name=" ")


@pytest.mark.django_db
def test_nobody_resets_closes_or_renumbers_himself(sysadmin: User, leader: User) -> None:
    with pytest.raises(NotPermitted):
        set_temporary_password(scope(sysadmin), user_id=sysadmin.pk)
    with pytest.raises(NotPermitted):
        set_active(scope(sysadmin), user_id=sysadmin.pk, active=False, today=TODAY)
    with pytest.raises(NotPermitted, match="工号"):
        update_account(scope(sysadmin), user_id=sysadmin.pk, display_name="我", staff_no="YY1", office_phone="")
    before = User.objects.get(pk=leader.pk).password
    fresh = set_temporary_password(scope(sysadmin), user_id=leader.pk)
    assert User.objects.get(pk=leader.pk).password != before
    assert User.objects.get(pk=leader.pk).check_password(fresh)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "again", "why"),
    [
        ("wrong", "a-longer-word-2026", "a-longer-word-2026", "原口令"),
        (PASSWORD, "a-longer-word-2026", "a-longer-word-2027", "不一致"),
        (PASSWORD, PASSWORD, PASSWORD, "相同"),
        (PASSWORD, "short", "short", "10"),
        (PASSWORD, "1234567890", "1234567890", "."),
    ],
)
def test_a_bad_change_of_password_changes_nothing(leader: User, old: str, new: str, again: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        change_password(user=leader, old=old, new=new, again=again)
    assert User.objects.get(pk=leader.pk).check_password(PASSWORD)


@pytest.mark.django_db
def test_the_console_opens_administrators_and_nobody_else(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_administrator", "root.one", "--role", "sysadmin", "--name", "赵一", "--staff-no", "YY1")
    made = User.objects.get(username="root.one")
    assert [grant.role for grant in made.grants.all()] == [Role.SYSTEM_ADMIN]
    assert made.password_temporary
    assert "临时口令" in capsys.readouterr().out
    with pytest.raises(CommandError, match="不能由同一人担任"):
        call_command("create_administrator", "root.two", "--role", "secadmin", "--name", "赵一", "--staff-no", "yy1")
    assert not User.objects.filter(username="root.two").exists()
    with pytest.raises(CommandError):
        call_command("create_administrator", "boss", "--role", "hq_admin", "--name", "钱二")
