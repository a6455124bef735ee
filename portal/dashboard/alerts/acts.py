"""What can be done with an alert from its page: the form's act read, the service called, the sentence that says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Self

from django.db import transaction
from django.utils.translation import gettext as _

from dashboards.alerts import selectors as judged
from dashboards.alerts import services
from geodata.errors import BadParameter, Refused
from geodata.stewards.scope import Scope
from portal import wording

LONGEST_REASON: Final = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """A form as it was sent: `act` is one of ACTS, `until` still as typed."""

    act: str
    reason: str = ""
    until: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Raises BadParameter for an act that no form of ours has."""
        act = query.get("act", "")
        if act not in ACTS:
            raise BadParameter("没有指明要做什么，请从预警页面上的按钮操作")
        return cls(act, query.get("reason", "").strip(), query.get("until", "").strip())


def done(scope: Scope, alert_id: int, asked: Asked, *, today: date, now: datetime) -> str:
    """Raises what the services raise, and Refused for a reason that is missing or too long, or an unreadable day."""
    return ACTS[asked.act](scope, alert_id, asked, today, now)


def acknowledge_many(scope: Scope, ids: Sequence[int], *, now: datetime) -> int:
    """All of them or none."""
    with transaction.atomic():
        for alert_id in ids:
            services.acknowledge(scope, alert_id=alert_id, now=now)
    return len(ids)


def _reason(asked: Asked) -> str:
    if not asked.reason:
        raise Refused("请写明原因或处置情况", code="missing-reason")
    if len(asked.reason) > LONGEST_REASON:
        raise Refused(f"原因最多 {LONGEST_REASON} 个字，现在有 {len(asked.reason)} 个字", code="too-long")
    return asked.reason


def day_of(text: str) -> date:
    """The day of a form's date field. Raises Refused."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("请选择截止日期", code="bad-day") from error


def _acknowledge(scope: Scope, alert_id: int, _asked: Asked, _today: date, now: datetime) -> str:
    services.acknowledge(scope, alert_id=alert_id, now=now)
    return _("Acknowledged.")


def _handle(scope: Scope, alert_id: int, asked: Asked, _today: date, now: datetime) -> str:
    services.handle(scope, alert_id=alert_id, note=_reason(asked), now=now)
    return _("Reported as handled. Headquarters looks at it.")


def _close(scope: Scope, alert_id: int, asked: Asked, _today: date, now: datetime) -> str:
    services.close(scope, alert_id=alert_id, note=_reason(asked), now=now)
    return _("Closed.")


def _silence(scope: Scope, alert_id: int, asked: Asked, today: date, now: datetime) -> str:
    until = day_of(asked.until)
    services.silence(scope, alert_id=alert_id, reason=_reason(asked), until=until, today=today, now=now)
    return _("Silent until %(day)s.") % {"day": wording.day(until)}


def _lift(scope: Scope, alert_id: int, _asked: Asked, today: date, now: datetime) -> str:
    held = judged.alert(scope, alert_id, today=today).silence
    if held is None:
        raise Refused("这条预警没有静默，请刷新页面核对", code="not-silenced")
    services.lift_silence(scope, silence_id=held.pk, now=now)
    return _("The silence is over. The next scan looks at it again.")


_Act = Callable[[Scope, int, Asked, date, datetime], str]
ACTS: Final[dict[str, _Act]] = {
    "acknowledge": _acknowledge,
    "handle": _handle,
    "close": _close,
    "silence": _silence,
    "lift": _lift,
}


def offered(detail: judged.AlertDetail) -> dict[str, Any]:
    """What templates/dashboard/_alert_acts.html reads: only what the services would let the person do now."""
    powers, alert = detail.may, detail.alert
    found: dict[str, Any] = {
        "acknowledge": powers.acknowledge,
        "handle": powers.handle,
        "close": powers.close,
        "silence": powers.silence and detail.silence is None,
        "lift": powers.silence and detail.silence is not None,
    }
    return {**found, "any": any(found.values()), "why": _waits(alert.state)}


def _waits(state: str) -> str:
    if state == "handled":
        return _("It is reported as handled; another person or headquarters looks at it and closes it.")
    return _("It waits for those in charge of the project.")
