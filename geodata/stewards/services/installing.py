"""Accounts made by commands: of a demo, of an installation, of tests."""

from django.db import transaction

from geodata.errors import NotFound
from geodata.organisations.models import Organisation
from geodata.regions.models import AreaUnit
from geodata.stewards.models import RoleGrant, User
from geodata.stewards.roles import Role


@transaction.atomic
def ensure_account(
    *,
    username: str,
    display_name: str,
    password: str,
    role: Role,
    unit_code: str = "",
    organisation_name: str = "",
    is_demo: bool = False,
) -> User:
    """The account with this role, made when missing; an existing one keeps its password.

    Raises NotFound when the unit or the organisation is unknown.
    """
    user, created = User.objects.get_or_create(
        username=username, defaults={"display_name": display_name, "is_demo": is_demo}
    )
    if created:
        user.set_password(password)
        user.save(update_fields=["password"])
    RoleGrant.objects.get_or_create(
        user=user, role=role, unit=_unit(unit_code), organisation=_organisation(organisation_name)
    )
    return user


def _unit(code: str) -> AreaUnit | None:
    if not code:
        return None
    unit = AreaUnit.objects.filter(code=code).first()
    if unit is None:
        raise NotFound(f"没有代码为 {code} 的区划，请先导入区划")
    return unit


def _organisation(name: str) -> Organisation | None:
    if not name:
        return None
    organisation = Organisation.objects.filter(name=name).first()
    if organisation is None:
        raise NotFound(f"没有名为“{name}”的单位")
    return organisation
