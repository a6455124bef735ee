"""Opening and closing accounts, passwords. Which roles an account has is another administrator's matter."""

import re
import secrets
from datetime import date
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from geodata.errors import Conflict, NotFound, NotPermitted, Refused
from geodata.stewards.exclusion import Term, require_compatible
from geodata.stewards.four_eyes import require_other_person
from geodata.stewards.models import RoleGrant, User
from geodata.stewards.roles import ADMINISTRATORS, Action
from geodata.stewards.scope import Scope, grants_on
from geodata.stewards.services.administrators import lock_roles, require_others, terms_of

_USERNAME: Final = re.compile(r"[a-z][a-z0-9._-]{2,29}")
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread on paper
LIMITS: Final = {"display_name": 60, "office_phone": 40, "staff_no": 40}
NAMES: Final = {"display_name": "姓名", "office_phone": "办公电话", "staff_no": "工号"}


@transaction.atomic
def create_account(
    scope: Scope, *, username: str, display_name: str, staff_no: str = "", office_phone: str = ""
) -> tuple[User, str]:
    """A new account without any role, and its temporary password, which nobody can read again.

    Raises NotPermitted without the role, Refused for a field that does not fit, Conflict when the name is taken.
    """
    scope.only(Action.MANAGE_USERS)
    return _opened(username, display_name, staff_no, office_phone)


@transaction.atomic
def create_administrator(*, username: str, display_name: str, staff_no: str, role: str) -> tuple[User, str]:
    """For the console of the server, where no account exists that could: an account with one of the three roles.

    Raises as `create_account` does, and Conflict where the same person holds another role already.
    """
    if role not in ADMINISTRATORS:
        raise Refused("只能开通系统、安全、审计三类管理员", code="unknown-role")
    user, password = _opened(username, display_name, staff_no, "")
    lock_roles()
    require_compatible(Term(role), terms_of(user))
    RoleGrant.objects.create(user=user, role=role)
    return user, password


def _opened(username: str, display_name: str, staff_no: str, office_phone: str) -> tuple[User, str]:
    name = username.strip()
    if not _USERNAME.fullmatch(name):
        raise Refused("用户名为 3 到 30 个小写字母、数字、点、横线或下划线，以字母开头", code="bad-username")
    fields = _fields(display_name=display_name, staff_no=staff_no, office_phone=office_phone)
    if User.objects.filter(username__iexact=name).exists():
        raise Conflict(f"用户名“{name}”已有人使用，请换一个", code="username-taken")
    user = User(username=name, password_temporary=True, **fields)
    password = _temporary()
    user.set_password(password)
    user.save()
    return user, password


@transaction.atomic
def update_account(scope: Scope, *, user_id: int, display_name: str, staff_no: str, office_phone: str) -> User:
    """Raises as `create_account` does. The staff number of one's own account is another administrator's matter: it
    decides who counts as another person."""
    scope.only(Action.MANAGE_USERS)
    user = _locked(user_id)
    fields = _fields(display_name=display_name, staff_no=staff_no, office_phone=office_phone)
    if scope.user_id == user_id and fields["staff_no"] != user.staff_no:
        raise NotPermitted("不能修改自己的工号，请由另一位系统管理员办理")
    for field, value in fields.items():
        setattr(user, field, value)
    user.save(update_fields=list(fields))
    return user


@transaction.atomic
def set_active(scope: Scope, *, user_id: int, active: bool, today: date) -> User:
    """Closing an account ends its sessions at their next request; its roles and its history stay.

    Raises NotPermitted without the role or for oneself, NotFound, Conflict when nobody would be left.
    """
    _other(scope, user_id)
    lock_roles()
    user = _locked(user_id)
    if not active:
        for role in grants_on(today).filter(user=user).values_list("role", flat=True):
            require_others(role=role, user_id=user_id, day=today)
    user.is_active = active
    user.save(update_fields=["is_active"])
    return user


@transaction.atomic
def set_temporary_password(scope: Scope, *, user_id: int) -> str:
    """A password for the next log-in, at which the person must choose another. Sessions of the account end.

    Raises NotPermitted without the role or for oneself, NotFound.
    """
    _other(scope, user_id)
    user = _locked(user_id)
    password = _temporary()
    user.set_password(password)
    user.password_temporary = True
    user.save(update_fields=["password", "password_temporary"])
    return password


@transaction.atomic
def change_password(*, user: User, old: str, new: str, again: str) -> User:
    """The own password. Raises Refused when the old one is wrong, or the new one weak, the same or mistyped."""
    current = _locked(user.pk)
    if not current.check_password(old):
        raise Refused("原口令不正确", code="wrong-password")
    if new != again:
        raise Refused("两次输入的新口令不一致", code="mistyped-password")
    if current.check_password(new):
        raise Refused("新口令不能与原口令相同", code="same-password")
    try:
        validate_password(new, current)
    except ValidationError as weak:
        raise Refused("".join(weak.messages), code="weak-password") from weak
    current.set_password(new)
    current.password_temporary = False
    current.save(update_fields=["password", "password_temporary"])
    return current


def _other(scope: Scope, user_id: int) -> None:
    scope.only(Action.MANAGE_USERS)
    if scope.user_id is None:
        raise NotPermitted("请以本人账号登录")
    try:
        require_other_person(reviewer_id=scope.user_id, hands=[user_id])
    except NotPermitted as same:
        raise NotPermitted("不能停用或重置自己的账号，请由另一位系统管理员办理", code=same.code) from same


def _locked(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound("没有这个账号")
    return user


def _fields(**given: str) -> dict[str, str]:
    fields = {name: " ".join(value.split()) for name, value in given.items()}
    if not fields["display_name"]:
        raise Refused("请填写姓名", code="missing-name")
    for name, value in fields.items():
        if len(value) > LIMITS[name] or "\x00" in value:
            raise Refused(f"{NAMES[name]}不能超过 {LIMITS[name]} 字", code="long-field")
    return fields


def _temporary() -> str:
    """16 characters of 31: about 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
