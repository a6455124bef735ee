"""Recording visits: who checks in where, and only there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from geodata.distances import away, point
from geodata.errors import Conflict, NotFound, Refused
from geodata.progress.models import Photo
from geodata.progress.services import LONGEST_CAPTION, keep_photo
from geodata.projects.choices import GeometrySource
from geodata.projects.models import GeometryVersion, Project
from geodata.projects.selectors import NOT_FOUND
from geodata.projects.selectors.versions import heads
from geodata.projects.services import save_proposal
from geodata.projects.visibility import visible
from geodata.sandbox import door
from geodata.sandbox.documents import Picture
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.selectors import thresholds
from geodata.visits.models import CheckIn
from geodata.visits.rules import LONGEST_NOTE, Fix, check_distance, check_fix, metres, said
from geodata.visits.selectors import check_in_of

PHOTO_CAPTION: Final = "现场签到"
_ALREADY: Final = "这次签到已经用在别的项目上，请刷新页面后重新签到"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    """A check-in that passed: how far from the shape, None without one, and how far was allowed."""

    person_id: int
    project: Project
    fix: Fix
    key: UUID
    note: str
    distance_m: Decimal | None
    allowed_m: Decimal


def check_in(
    scope: Scope,
    *,
    code: str,
    fix: Fix,
    key: UUID,
    note: str = "",
    photo: bytes | None = None,
    today: date,
    now: datetime,
) -> CheckIn:
    """Record that the person is at the works, perhaps with a photo. The same `key` again gives the same row.

    A project without a shape is checked in at anywhere in its unit (with headquarters' margin): that is how its place
    is first found. Raises NotPermitted without a role that may record, NotFound outside the scope, Refused for a
    position that is not to be believed or a photo that is none, TooFarAway with the distance, Conflict for a key of
    another.
    """
    person, project = _own_project(scope, code)
    words = _note(note)
    known = _known(key, person, project.pk)
    if known is not None:
        return known
    check_fix(fix, now=now)
    distance, allowed = _judged(project, fix)
    arrival = _Arrival(
        person_id=person, project=project, fix=fix, key=key, note=words, distance_m=distance, allowed_m=allowed
    )
    if photo is None:
        return _recorded(scope, arrival, now=now)
    picture = _picture(photo, today)  # some tenths of a second, with no row locked
    return _recorded(scope, arrival, picture=picture, upload=photo, now=now)


def suggest_location(scope: Scope, *, number: int, today: date, now: datetime) -> GeometryVersion:
    """Make the place of a check-in the draft of the shape of a project that has none: the editor takes over from there.

    Raises NotPermitted, NotFound, Conflict where a shape or a draft is there already, and Refused by the checks.
    """
    found = check_in_of(scope.only(Action.EDIT_PROJECTS), number)
    if heads(found.project_id).number:
        raise Conflict("这个项目已经有图形或草稿，请在图形编辑里修改", code="has-shape")
    if found.position is None:
        raise Conflict("这次签到的位置已超过保存期限，请重新到现场签到", code="forgotten")
    day = localdate(found.received_at)
    saved = save_proposal(
        scope,
        code=found.project.serial_no,
        shape={"type": "Point", "coordinates": [found.position.x, found.position.y]},
        source=GeometrySource.GPS,
        accuracy_m=found.accuracy_m,
        reason=f"取自 {day.isoformat()} 的现场签到，定位误差约 {said(found.accuracy_m)}",
        expected=0,
        answers={},
        submit=False,
        today=today,
        now=now,
    )
    return saved.version


def may_check_in(scope: Scope) -> bool:
    """Whether the person's roles allow it at all; of which projects, the scope says."""
    return scope.user_id is not None and scope.allows(Action.EDIT_PROJECTS)


def _own_project(scope: Scope, code: str) -> tuple[int, Project]:
    """Who is asking, and the project."""
    own = visible(scope.only(Action.EDIT_PROJECTS)).filter(serial_no=code)
    found = own.only("pk").first()
    if found is None or scope.user_id is None:
        raise NotFound(NOT_FOUND)
    return scope.user_id, found


def _note(text: str) -> str:
    words = " ".join(text.split())
    if len(words) > LONGEST_NOTE:
        raise Refused(f"情况说明不能超过 {LONGEST_NOTE} 字，请缩短后再签到", code="long-note")
    if "\x00" in words:
        raise Refused("情况说明里有不能保存的字符，请重新填写", code="bad-note")
    return words


def _known(key: UUID, person_id: int, project_id: int) -> CheckIn | None:
    """A check-in that came before over the same bad line."""
    found = CheckIn.objects.filter(key=key).first()
    if found is not None and (found.person_id, found.project_id) != (person_id, project_id):
        raise Conflict(_ALREADY)
    return found


def _judged(project: Project, fix: Fix) -> tuple[Decimal | None, Decimal]:
    """How far from the shape, None without one, and how far was allowed."""
    limits = thresholds()
    here = point(fix.lon, fix.lat)
    found = Project.objects.filter(pk=project.pk).annotate(
        away_m=away("geom", here), outside_m=away("management_unit__geom", here)
    )
    away_m, outside_m, unit = found.values_list("away_m", "outside_m", "management_unit__name").get()
    if away_m is not None:
        distance = metres(away_m)
        return distance, check_distance(distance, accuracy_m=fix.accuracy, near_m=limits["checkin_near_m"])
    if outside_m is not None and outside_m > limits["unit_margin_m"]:
        raise Refused(
            f"这个项目还没有图上位置，而您在{unit}以外 {said(metres(outside_m))}，不能签到。"
            "请到项目现场再签到；如果项目不在本辖区，请联系指挥部办公室",
            code="outside-unit",
        )
    return None, limits["checkin_near_m"]


def _picture(content: bytes, today: date) -> Picture:
    """The photo of the check-in: taken now, not chosen out of an album."""
    picture = door.read_photo(content)
    if picture.taken_on is not None and abs(picture.taken_on - today) > timedelta(days=1):
        raise Refused(
            f"照片是 {picture.taken_on.isoformat()} 拍的，签到请现场拍摄。以前的照片可以在项目页的“照片”里上传",
            code="old-photo",
        )
    return picture


@transaction.atomic
def _recorded(
    scope: Scope, arrival: _Arrival, *, picture: Picture | None = None, upload: bytes = b"", now: datetime
) -> CheckIn:
    project, fix = arrival.project, arrival.fix
    Project.objects.select_for_update(no_key=True).only("pk").get(pk=project.pk)  # a second sending waits here
    known = _known(arrival.key, arrival.person_id, project.pk)
    if known is not None:
        return known
    return CheckIn.objects.create(
        key=arrival.key,
        project=project,
        person_id=arrival.person_id,
        fixed_at=fix.at,
        received_at=now,
        position=point(fix.lon, fix.lat),
        accuracy_m=fix.accuracy,
        distance_m=arrival.distance_m,
        allowed_m=arrival.allowed_m,
        inside=None if arrival.distance_m is None else arrival.distance_m == 0,
        note=arrival.note,
        photo=None if picture is None else _photo(scope, arrival, picture, upload, now),
    )


def _photo(scope: Scope, arrival: _Arrival, picture: Picture, upload: bytes, now: datetime) -> Photo:
    day = localdate(now)
    return keep_photo(
        scope,
        project_id=arrival.project.pk,
        picture=picture,
        upload_sha256=hashlib.sha256(upload).hexdigest(),
        caption=(arrival.note or PHOTO_CAPTION)[:LONGEST_CAPTION],
        taken_on=min(picture.taken_on or day, day),
        now=now,
    )
