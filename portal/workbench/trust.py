"""How far the shape of a project is to be trusted, in words: one badge for the project's page, the list and the map."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from geodata.figures.wording import half_up
from geodata.projects.choices import GeometrySource
from geodata.visits.trust import MEANING, Evidence, Trust
from portal import wording


def distance_text(metres: Any) -> str:
    """35 m below a kilometre, 1.2 km from there on."""
    if half_up(metres, 0) < 1000:
        return _("%(n)s m") % {"n": f"{half_up(metres, 0):f}"}
    return _("%(n)s km") % {"n": f"{half_up(metres / 1000, 1):,f}"}


def badge(evidence: Evidence | None) -> dict[str, Any] | None:
    """Level, what speaks for it, and what makes it doubtful; None for a project without a shape."""
    if evidence is None:
        return None
    level = evidence.level
    return {
        "level": level.value,
        "label": wording.label(str(level.label)),
        "facts": _facts(evidence),
        "doubt": _doubt(evidence),
    }


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


def legend() -> list[dict[str, str]]:
    """The four levels with what each means, least trusted first."""
    return [
        {"level": level.value, "label": wording.label(str(level.label)), "meaning": wording.label(MEANING[level])}
        for level in Trust
    ]
