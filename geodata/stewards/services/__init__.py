"""Writing people and their roles."""

from geodata.stewards.services.accounts import (
    change_password,
    create_account,
    create_administrator,
    set_active,
    set_temporary_password,
    update_account,
)
from geodata.stewards.services.granting import end_grant, grant_role
from geodata.stewards.services.installing import ensure_account

__all__ = [
    "change_password",
    "create_account",
    "create_administrator",
    "end_grant",
    "ensure_account",
    "grant_role",
    "set_active",
    "set_temporary_password",
    "update_account",
]
