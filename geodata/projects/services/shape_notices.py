"""Whom to tell of a proposal, and in which words. The event of a version is "geometry:<project id>:<number>:…"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache

from geodata.notices.models import Notice
from geodata.notices.services import Event, notify_each
from geodata.notices.services import settle as settle_notices
from geodata.projects.models import GeometryVersion, Project
from geodata.projects.selectors.versions import hands_of
from geodata.stewards.models import User
from geodata.stewards.selectors import approvers

SUBJECT = "geometry"  # with the version's number as subject_id


def tell_submitted(project: Project, version: GeometryVersion, *, today: date, now: datetime) -> None:
    """Those who may decide, but nobody who had a hand in it."""
    tell_all_submitted([(project, version)], today=today, now=now)


def tell_all_submitted(waiting: Sequence[tuple[Project, GeometryVersion]], *, today: date, now: datetime) -> None:
    """The same of many at once, as an import brings them; each once however often this is called."""

    @cache
    def deciding(unit_id: int, headquarters_only: bool) -> frozenset[int]:
        return frozenset(approvers(unit_id=unit_id, headquarters_only=headquarters_only, today=today))

    hands = hands_of([version.pk for _project, version in waiting])
    events = [
        _event(
            project,
            version,
            "submitted",
            f"“{project.name}”的图形第 {version.number} 稿待审核（{version.submitted_by or '导入'}提交）",
            deciding(project.management_unit_id, version.needs_headquarters) - hands[version.pk],
        )
        for project, version in waiting
    ]
    notify_each(events=events, kind=Notice.Kind.SUBMITTED, now=now)


def tell_decided(project: Project, version: GeometryVersion, *, now: datetime) -> None:
    """The author and the one who submitted; what waited for the others is settled."""
    settle(project, version, now=now)
    approved = version.approved_at is not None
    text = f"“{project.name}”的图形第 {version.number} 稿" + ("已批准" if approved else "被退回")
    if version.review_comment:
        text += f":{version.review_comment}"
    kind = Notice.Kind.APPROVED if approved else Notice.Kind.RETURNED
    people = {one for one in (version.author_id, version.submitted_by_id) if one is not None}
    _tell(project, version, kind, kind.value, text, people, now)


def tell_discarded(project: Project, version: GeometryVersion, *, by: int, now: datetime) -> None:
    """The author, when somebody else took his proposal back."""
    who = User.objects.get(pk=by)
    text = f"“{project.name}”的图形第 {version.number} 稿已由{who}撤下，可以在图形历史中恢复"
    _tell(project, version, Notice.Kind.ALERT, "discarded", text, {version.author_id or by}, now)


def settle(project: Project, version: GeometryVersion, *, now: datetime) -> None:
    """Nobody needs to decide on this version any more."""
    settle_notices(event_prefix=f"{_key(project, version)}:", now=now)


def _key(project: Project, version: GeometryVersion) -> str:
    return f"geometry:{project.pk}:{version.number}"


def _event(project: Project, version: GeometryVersion, what: str, text: str, people: Collection[int]) -> Event:
    return Event(people, f"{_key(project, version)}:{what}", text, project.serial_no, SUBJECT, version.number)


def _tell(
    project: Project, version: GeometryVersion, kind: str, what: str, text: str, people: set[int], now: datetime
) -> None:
    notify_each(events=[_event(project, version, what, text, people)], kind=kind, now=now)
