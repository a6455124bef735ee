"""The light of the project with the sentence that explains it, its open alerts, and who set another light instead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import OuterRef
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.alerts.choices import OPEN_STATES, State
from dashboards.alerts.models import Alert, LightOverride
from dashboards.alerts.services.lighting import LONGEST_DAYS, SETTABLE
from geodata.gathering import gathered, opened
from geodata.stewards.scope import Scope
from geodata.summary.models import ProjectLight
from portal import wording
from portal.workbench import lights

LONGEST_OVERRIDE: Final = timedelta(days=LONGEST_DAYS)
_LIGHT: Final = ("light", "computed", "sentence", "overridden_until", "light_since")
_ALERT: Final = ("id", "rule", "level", "state", "sentence", "opened_on")
_OVERRIDE: Final = ("id", "colour", "reason", "since", "until")


def light_columns(*, upto: date) -> list[Combinable]:
    """What `light_context` reads, as columns of the dossier's statement: the light of the day, the alerts open now, and
    the override in force."""
    shown = ProjectLight.objects.filter(project=OuterRef("pk"), since__lte=upto, until__gt=upto)
    alerts = Alert.objects.filter(project=OuterRef("pk"), state__in=OPEN_STATES).order_by("level", "opened_on", "pk")
    held = LightOverride.objects.filter(
        project=OuterRef("pk"), lifted_at__isnull=True, since__lte=upto, until__gte=upto
    ).order_by("-pk")[:1]
    return [
        gathered(shown.order_by("-since")[:1], *_LIGHT),
        gathered(alerts, *_ALERT),
        gathered(held, *_OVERRIDE, display_name="asked_by__display_name"),
    ]


def light_context(scope: Scope, columns: Sequence[Any], *, day: date, today: date) -> dict[str, Any]:
    """What templates/workbench/project/_light.html reads; of a past day the light of its scan and no open alert."""
    shown_rows, alert_rows, held_rows = columns
    shown = next(iter(opened(ProjectLight, shown_rows)), None)
    held = next(iter(opened(LightOverride, held_rows)), None)
    now = day == today
    alerts = opened(Alert, alert_rows) if now else []
    return {
        "light": _light(shown, held, {alert.sentence for alert in alerts}) if shown else None,
        "light_alerts": [_alert(alert) for alert in alerts],
        "may_set_light": scope.headquarters and now,
        "light_options": [(code, label) for code, label in lights.options() if code in SETTABLE],
        "light_first_day": today,
        "light_last_day": today + LONGEST_OVERRIDE,
    }


def _light(shown: ProjectLight, held: LightOverride | None, said: Collection[str]) -> dict[str, Any]:
    """Its sentence is left out where the alerts below it say the same, word by word."""
    told = held is None and all(part in said for part in shown.sentence.split(";"))
    return {
        **lights.sign(shown.light),
        "sentence": "" if told else shown.sentence,
        "since": wording.day(shown.light_since),
        "computed": lights.sign(shown.computed),
        "override": _override(held) if held else None,
    }


def _override(held: LightOverride) -> dict[str, str]:
    return {
        "until": wording.day(held.until),
        "reason": held.reason,
        "who": getattr(held, "display_name", None) or _("the system"),
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "light": lights.grave(alert.level),
        "sentence": alert.sentence,
        "rule": alert.rule_name,
        "state_label": wording.label(str(State(alert.state).label)),
        "opened": wording.day(alert.opened_on),
        "url": reverse("dashboard:alert", args=[alert.pk]),
    }
