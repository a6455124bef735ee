"""The 12345 orders of the page. Nothing of a caller: no name, no number, no text that was spoken."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from geodata.complaints.choices import MatchMethod, MatchState, OrderKind, OrderState, Satisfaction
from geodata.complaints.models import OrderMatch
from geodata.figures.wording import half_up
from portal import wording


def order_texts(match: OrderMatch) -> dict[str, Any]:
    """One order with what speaks for this project, and who decided."""
    order = match.order
    return {
        "match_id": match.pk,
        "order_no": order.order_no,
        "title": order.title,
        "address": order.address,
        "received": wording.day(localtime(order.received_at).date()),
        "kind": wording.label(OrderKind(order.kind).label),
        "category": wording.label(order.category),
        "host_unit": order.host_unit,
        "state": wording.label(OrderState(order.state).label),
        "satisfaction": wording.label(Satisfaction(order.satisfaction).label) if order.satisfaction else "",
        "is_dissatisfied": order.satisfaction == Satisfaction.DISSATISFIED,
        "is_supervised": order.is_supervised,
        "merged_into": order.duplicate_of.order_no if order.duplicate_of else "",
        "is_suggested": match.state == MatchState.SUGGESTED,
        "score": score_text(match),
        "decision": _decision(match),
    }


def score_text(match: OrderMatch) -> str:
    """Why the rules think so: 距离 35 m · 名称相似 0.9 · 类别相符 · 得分 0.96."""
    parts = []
    if match.distance_m is not None:
        parts.append(_("%(metres)s m away") % {"metres": half_up(match.distance_m, 0)})
    if match.text_score:
        parts.append(_("name matches %(score)s") % {"score": half_up(match.text_score, 1)})
    if match.category_score:
        parts.append(_("category fits"))
    if not parts:
        return match.reason or _("stated by a file or a person")
    return " · ".join([*parts, _("score %(score)s") % {"score": half_up(match.score, 2)}])


def _decision(match: OrderMatch) -> str:
    """By whom an order was confirmed."""
    if match.state == MatchState.SUGGESTED:
        return ""
    if match.method != MatchMethod.PERSON:
        return _("confirmed by rule")
    who = str(match.decided_by) if match.decided_by else "—"
    when = wording.day(localtime(match.decided_at).date()) if match.decided_at else "—"
    return _("confirmed by %(who)s on %(date)s") % {"who": who, "date": when}
