"""Switching rules on and off."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dashboards.alerts.models import RuleSetting
from dashboards.alerts.rules import BY_ID
from geodata.errors import NotFound
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope


@transaction.atomic
def enable_rule(scope: Scope, *, rule: str, enabled: bool, now: datetime) -> RuleSetting:
    """From the next scan on the rule is judged, or not; warnings of a rule that is off close by themselves.

    Raises NotPermitted without the role, NotFound for an unknown rule.
    """
    scope.only(Action.MANAGE_CODES)
    if rule not in BY_ID:
        raise NotFound("没有这条预警规则")
    setting, _made = RuleSetting.objects.update_or_create(rule=rule, defaults={"enabled": enabled, "updated_at": now})
    return setting
