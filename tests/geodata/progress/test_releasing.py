"""Who lets a photo or a document out, what must be confirmed, and how it is taken back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from geodata.errors import Conflict, NotFound, NotPermitted, Refused
from geodata.progress.models import Attachment, Photo, Release
from geodata.progress.services import (
    release_document,
    release_photo,
    remove_photo,
    take_back_document,
    take_back_photo,
)
from geodata.projects.models import Project
from geodata.stewards.models import User
from tests.released import NOW, file, keep, let_out, scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    return make_project()


@pytest.fixture
def photo(project: Project, steward: User) -> Photo:
    return keep(project, steward)


@pytest.fixture
def document(project: Project, steward: User) -> Attachment:
    return file(project, steward)


def test_another_person_who_confirms_lets_a_photo_and_a_document_out(
    photo: Photo, document: Attachment, checker: User
) -> None:
    for thing in (photo, document):
        let_out(thing, checker)
    assert set(Release.objects.values_list("photo", "attachment", "released_by", "released_at", "ended_at")) == {
        (photo.pk, None, checker.pk, NOW, None),
        (None, document.pk, checker.pk, NOW, None),
    }
    with pytest.raises(Conflict, match="已经公开"):
        let_out(photo, checker)


def test_nobody_lets_out_what_he_sent_under_any_account(
    photo: Photo, document: Attachment, steward: User, checker: User
) -> None:
    User.objects.filter(pk__in=[steward.pk, checker.pk]).update(staff_no="YY-7")
    for person in (steward, checker):
        for thing in (photo, document):
            with pytest.raises(NotPermitted) as refusal:
                let_out(thing, person)
            assert refusal.value.code == "same-person"
    assert not Release.objects.exists()


def test_without_the_confirmation_nothing_is_public(photo: Photo, document: Attachment, checker: User) -> None:
    with pytest.raises(Refused, match="请先勾选确认"):
        release_photo(scope(checker), photo_id=photo.pk, confirmed=False, now=NOW)
    with pytest.raises(Refused, match="请先勾选确认"):
        release_document(scope(checker), attachment_id=document.pk, confirmed=False, now=NOW)
    assert not Release.objects.exists()


def test_only_those_who_decide_for_the_project_let_out(
    photo: Photo, document: Attachment, other_steward: User, leader: User
) -> None:
    for thing in (photo, document):
        with pytest.raises(NotFound):
            let_out(thing, other_steward)
        with pytest.raises(NotPermitted):
            let_out(thing, leader)


@pytest.mark.parametrize(("disclosure", "photos"), [("internal", False), ("partial", True)])
def test_a_project_that_is_not_public_lets_nothing_out(
    make_project: Callable[..., Project], steward: User, checker: User, disclosure: str, photos: bool
) -> None:
    project = make_project(disclosure=disclosure)
    photo, document = keep(project, steward), file(project, steward)
    with pytest.raises(Refused, match="不能公开"):
        let_out(document, checker)
    if photos:
        let_out(photo, checker)
    else:
        with pytest.raises(Refused, match="不能公开"):
            let_out(photo, checker)


def test_a_document_of_what_nobody_approved_stays_with_staff(project: Project, steward: User, checker: User) -> None:
    with pytest.raises(Conflict, match="还没有审核通过"):
        let_out(file(project, steward, reached=None), checker)


def test_taking_back_needs_a_reason_and_leaves_the_row(
    photo: Photo, document: Attachment, steward: User, checker: User
) -> None:
    with pytest.raises(Conflict, match="没有公开"):
        take_back_photo(scope(steward), photo_id=photo.pk, reason="拍到车牌", now=NOW)
    for thing in (photo, document):
        let_out(thing, checker)
    with pytest.raises(Refused, match="理由"):
        take_back_photo(scope(steward), photo_id=photo.pk, reason="  ", now=NOW)
    take_back_photo(scope(steward), photo_id=photo.pk, reason="拍到 车牌", now=NOW)
    take_back_document(scope(steward), attachment_id=document.pk, reason="版本有误", now=NOW)
    assert set(Release.objects.values_list("ended_by", "ended_at", "ended_reason")) == {
        (steward.pk, NOW, "拍到 车牌"),
        (steward.pk, NOW, "版本有误"),
    }
    let_out(photo, checker)
    assert Release.objects.filter(photo=photo).count() == 2


def test_another_district_takes_nothing_back(
    photo: Photo, document: Attachment, checker: User, other_steward: User
) -> None:
    for thing in (photo, document):
        let_out(thing, checker)
    with pytest.raises(NotFound):
        take_back_photo(scope(other_steward), photo_id=photo.pk, reason="越界", now=NOW)
    with pytest.raises(NotFound):
        take_back_document(scope(other_steward), attachment_id=document.pk, reason="越界", now=NOW)


def test_removing_a_photo_takes_the_release_with_it(photo: Photo, steward: User, checker: User) -> None:
    let_out(photo, checker)
    remove_photo(scope(steward), photo_id=photo.pk, reason="拍到居民面部", now=NOW)
    release = Release.objects.get()
    assert (release.ended_by_id, release.ended_reason) == (steward.pk, "拍到居民面部")
    with pytest.raises(NotFound):
        let_out(photo, checker)


def test_the_database_itself_holds_one_open_release_and_a_reason(photo: Photo, checker: User) -> None:
    let_out(photo, checker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(project=photo.project, photo=photo, released_by=checker, released_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.update(ended_at=NOW, ended_by=checker, ended_reason="")
