"""Log-in, one-time codes, and what a person does about the own account."""

from portal.accounts.views.log_in import login_page, logout_page
from portal.accounts.views.password import password
from portal.accounts.views.second_factor import second_factor, security

__all__ = ["login_page", "logout_page", "password", "second_factor", "security"]
