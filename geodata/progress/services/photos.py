"""Photos of the works: taken in through the sandbox, kept as files first and as a row last, removed for a reason."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Final

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import Q, QuerySet

from geodata.errors import NotFound, Refused
from geodata.progress import photo_files
from geodata.progress.models import Photo
from geodata.progress.services.releasing import end_release
from geodata.projects.models import Project
from geodata.projects.selectors import NOT_FOUND
from geodata.projects.visibility import visible, within
from geodata.sandbox import door
from geodata.sandbox.documents import Picture
from geodata.srid import STORAGE_SRID
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

LONGEST_CAPTION: Final = 100
LONGEST_REASON: Final = 200
MOST_OF_A_PROJECT: Final = 500
EARLIEST: Final = date(1990, 1, 1)  # before that a camera's clock was never set
_SAME: Final = "这张照片已经在本项目里，没有重复保存"


def add_photo(
    scope: Scope,
    *,
    project_id: int,
    content: bytes,
    caption: str = "",
    taken_on: date | None = None,
    today: date,
    now: datetime,
) -> Photo:
    """Take in an upload; without a day the one that the camera noted counts.

    Raises NotPermitted without a role, NotFound outside the scope, TooLarge, Busy, and Refused for a file that is no
    photo, is there already, or comes without a credible day.
    """
    _editor(scope, project_id)
    if not content:
        raise Refused("请先选择照片文件", code="missing-file")
    if taken_on is not None:
        _check_day(taken_on, today)
    upload = hashlib.sha256(content).hexdigest()
    if _present(project_id, upload=upload).exists():
        raise Refused(_SAME, code="same-photo")
    picture = door.read_photo(content)  # some tenths of a second, with no row locked
    return keep_photo(
        scope,
        project_id=project_id,
        picture=picture,
        upload_sha256=upload,
        caption=caption,
        taken_on=taken_on or _noted_day(picture, today),
        now=now,
    )


@transaction.atomic
def keep_photo(
    scope: Scope,
    *,
    project_id: int,
    picture: Picture,
    upload_sha256: str,
    caption: str,
    taken_on: date,
    now: datetime,
) -> Photo:
    """Keep a picture that the sandbox, or a program of ours, has drawn. Raises as `add_photo` does."""
    person = _editor(scope, project_id)
    caption = " ".join(caption.replace("\x00", " ").split())
    if len(caption) > LONGEST_CAPTION:
        raise Refused(f"照片说明不能超过 {LONGEST_CAPTION} 字", code="long-caption")
    Project.objects.select_for_update(no_key=True).only("pk").get(pk=project_id)  # one upload of a project at a time
    if Photo.objects.filter(project=project_id, removed_at__isnull=True).count() >= MOST_OF_A_PROJECT:
        raise Refused(f"本项目已有 {MOST_OF_A_PROJECT} 张照片，请先移除不需要的照片", code="too-many-photos")
    sha256 = photo_files.keep(picture)
    if _present(project_id, upload=upload_sha256, picture=sha256).exists():
        raise Refused(_SAME, code="same-photo")
    return Photo.objects.create(
        project_id=project_id,
        taken_on=taken_on,
        camera_on=picture.taken_on,
        position=_point(picture),
        caption=caption,
        sha256=sha256,
        upload_sha256=upload_sha256,
        width=picture.width,
        height=picture.height,
        bytes=len(picture.large),
        uploaded_by_id=person,
        uploaded_at=now,
    )


@transaction.atomic
def remove_photo(scope: Scope, *, photo_id: int, reason: str, now: datetime) -> Photo:
    """Take a photo from sight, and back from the public; row and files stay.

    Raises NotPermitted, NotFound, and Refused without a reason.
    """
    editing = scope.only(Action.EDIT_PROJECTS)
    photo = (
        within(Photo.objects.filter(removed_at__isnull=True), editing, project="project")
        .filter(project__is_deleted=False)
        .select_for_update(no_key=True, of=("self",))
        .select_related("project")
        .filter(pk=photo_id)
        .first()
    )
    if photo is None:
        raise NotFound("没有这张照片，或者它已被移除")
    said = " ".join(reason.replace("\x00", " ").split())
    if not said:
        raise Refused("请写明移除的理由，例如“拍到了居民面部”", code="missing-reason")
    if len(said) > LONGEST_REASON:
        raise Refused(f"理由不能超过 {LONGEST_REASON} 字", code="long-reason")
    photo.removed_at, photo.removed_by_id, photo.removed_reason, photo.updated_at = now, scope.user_id, said, now
    photo.save(update_fields=["removed_at", "removed_by", "removed_reason", "updated_at"])
    end_release(photo, person=scope.user_id, reason=said, now=now)
    return photo


def _point(picture: Picture) -> Point | None:
    if picture.position is None:
        return None
    lon, lat = picture.position
    return Point(float(lon), float(lat), srid=STORAGE_SRID)


def may_edit_photos(scope: Scope) -> bool:
    """Whether the person's roles allow adding and removing at all; of which projects, the scope says."""
    return scope.user_id is not None and scope.allows(Action.EDIT_PROJECTS)


def _editor(scope: Scope, project_id: int) -> int:
    """Who it is that may change this project."""
    editing = scope.only(Action.EDIT_PROJECTS)
    if scope.user_id is None or not visible(editing).filter(pk=project_id).exists():
        raise NotFound(NOT_FOUND)
    return scope.user_id


def is_there(project_id: int, *, upload_sha256: str) -> bool:
    """Whether the project has the same upload already."""
    return _present(project_id, upload=upload_sha256).exists()


def _present(project_id: int, *, upload: str, picture: str = "") -> QuerySet[Photo]:
    same = Q(upload_sha256=upload) | Q(sha256=picture)
    return Photo.objects.filter(same, project=project_id, removed_at__isnull=True)


def _check_day(day: date, today: date) -> None:
    if day > today:
        raise Refused(f"拍摄日期 {day.isoformat()} 还没有到，请改正", code="bad-day")
    if day < EARLIEST:
        raise Refused(f"拍摄日期 {day.isoformat()} 过早，请改正", code="bad-day")


def _noted_day(picture: Picture, today: date) -> date:
    if picture.taken_on is None or not EARLIEST <= picture.taken_on <= today:
        raise Refused("照片里没有可信的拍摄日期，请填写拍摄日期，再选一次照片", code="missing-day")
    return picture.taken_on
