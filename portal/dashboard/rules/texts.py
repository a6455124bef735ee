"""A rule in words: what it looks for, its parameters with the values in force, how many alerts it has open."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse

from dashboards.alerts.selectors import RuleState
from geodata.thresholds.catalogue import Threshold
from portal import wording


def rule_texts(state: RuleState, open_alerts: Mapping[str, int]) -> dict[str, Any]:
    """What templates/dashboard/rules.html and rule.html read of a rule."""
    rule = state.rule
    return {
        "id": rule.id,
        "name": wording.label(rule.name),
        "meaning": wording.label(rule.meaning),
        "source": wording.label(rule.source),
        "version": rule.version,
        "in_light": rule.in_light,
        "enabled": state.enabled,
        "parameters": [parameter(known, value) for known, value in state.parameters],
        "open_count": open_alerts.get(rule.id, 0),
        "url": reverse("dashboard:rule", args=[rule.id]),
        "alerts_url": f"{reverse('dashboard:alerts')}?rule={rule.id}",
    }


def parameter(known: Threshold, value: Decimal, *, typed: str | None = None, error: str = "") -> dict[str, Any]:
    """One parameter; `typed` is what the form of the back-test holds, the value in force where nothing was typed."""
    return {
        "key": known.key,
        "label": wording.label(known.label),
        "meaning": wording.label(known.meaning),
        "unit": wording.label(known.unit),
        "value": shown(value),
        "default": shown(known.default),
        "is_default": value == known.default,
        "low": shown(known.low),
        "high": shown(known.high),
        "typed": plain(value) if typed is None else typed,
        "error": error,
    }


def plain(value: Decimal) -> str:
    """A number without the zeros that its column adds."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(value: Decimal) -> str:
    """The same for reading, its thousands separated."""
    whole, point, rest = plain(value).partition(".")
    return f"{int(whole):,}{point}{rest}" if whole.lstrip("-").isdigit() else plain(value)
