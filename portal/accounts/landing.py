"""Where a person begins after log-in: at the work that waits for them, a leader at the cockpit, else at the map."""

from datetime import date
from typing import Final

from django.conf import settings
from django.urls import reverse

from geodata.stewards.models import User
from geodata.stewards.roles import Action, Role
from geodata.stewards.scope import scope_of

WORKING: Final = (Action.EDIT_PROJECTS, Action.APPROVE)


def landing(user: object, *, today: date) -> str:
    """The address of a person's first page. Leaders begin at their screen, others who only look at the map,
    administrators of accounts at their own pages."""
    if isinstance(user, User):
        scope = scope_of(user, today=today)
        if any(scope.allows(action) for action in WORKING):
            return reverse("workbench:desk")
        if Role.CITY_LEADER in scope.roles:
            return reverse("dashboard:cockpit")
        if scope.actions and not scope.allows(Action.VIEW_PROJECTS):
            return reverse("administration:home")
    return reverse(settings.LOGIN_REDIRECT_URL)
