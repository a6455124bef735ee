"""How far the shape of a project is to be trusted, in words: one badge for the project's page, the list and the map."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from geodata.figures.wording import half_up
from geodata.projects.choices import GeometrySource
from geodata.visits.trust import MEANING, Evidence, Trust
from portal import wording

# the drawing of each level in a box of 16 by 16: a dash, a pencil, a sight, a tick
_SIGNS: Final[dict[str, str]] = {
    Trust.DECLARED: "M3 8h10",
    Trust.DRAWN: "M3 13l2-5 6-6 3 3-6 6z",
    Trust.SURVEYED: "M8 2v12M2 8h12M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
    Trust.VERIFIED: "M3 8.5l3.5 3.5L13 4.5",
}


def distance_text(metres: Any) -> str:
    """35 m below a kilometre, 1.2 km from there on."""
    if half_up(metres, 0) < 1000:
        return _("%(n)s m") % {"n": f"{half_up(metres, 0):f}"}
    return _("%(n)s km") % {"n": f"{half_up(metres / 1000, 1):,f}"}


def badge(evidence: Evidence | None) -> dict[str, Any] | None:
    """Level, what speaks for it, and what makes it doubtful; None for a project without a shape."""
    if evidence is None:
        return None
    return {**_sign(evidence.level), "facts": _facts(evidence), "doubt": _doubt(evidence)}


def _facts(evidence: Evidence) -> str:
    source = GeometrySource(evidence.source) if evidence.source else GeometrySource.DECLARED
    parts = [_("shape: %(source)s") % {"source": wording.label(str(source.label))}]
    if evidence.last_visit is not None:
        day = wording.day(localtime(evidence.last_visit).date())
        parts.append(_("%(n)s check-ins on site, the last on %(day)s") % {"n": evidence.visits, "day": day})
    else:
        parts.append(_("nobody has checked in on site"))
    if evidence.farthest_m is not None:
        words = {"n": evidence.photos, "distance": distance_text(evidence.farthest_m)}
        parts.append(_("%(n)s photos with a place, the farthest %(distance)s away") % words)
    return " · ".join(parts)


def _doubt(evidence: Evidence) -> str:
    if not evidence.is_doubtful or evidence.farthest_m is None:
        return ""
    words = {"n": evidence.far, "distance": distance_text(evidence.farthest_m)}
    return _("%(n)s photos were taken up to %(distance)s away from the shape: check the shape or the photos.") % words


def trust_legend(near_m: Decimal | None = None, warn_m: Decimal | None = None) -> dict[str, Any]:
    """What templates/components/_trust_legend.html reads: the four levels, least trusted first, and the distances."""
    levels = [{**_sign(level), "meaning": wording.label(MEANING[level])} for level in Trust]
    limits = {"near_text": near_m, "warn_text": warn_m}
    return {"trust_legend": levels} | {name: distance_text(m) if m is not None else "" for name, m in limits.items()}


def _sign(level: Trust) -> dict[str, str]:
    return {"level": level.value, "label": wording.label(str(level.label)), "sign": _SIGNS[level]}
