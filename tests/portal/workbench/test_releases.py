"""Letting out and taking back on the project page, without scripts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from geodata.progress.models import Attachment, Photo, Release
from geodata.projects.models import Project
from geodata.stewards.models import User
from tests.conftest import TODAY
from tests.released import file, keep, let_out

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _surroundings(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    for module in ("portal.workbench.people", "portal.workbench.views.project"):
        monkeypatch.setattr(f"{module}.today", lambda: TODAY)


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    return make_project()


@pytest.fixture
def things(project: Project, steward: User) -> tuple[Photo, Attachment]:
    return keep(project, steward, caption="西段管沟"), file(project, steward)


def section(client: Client, project: Project, name: str, query: str = "") -> str:
    text = client.get(f"/workbench/projects/{project.serial_no}/{query}").content.decode()
    found: str = text.partition(f'id="{name}"')[2].partition("</section>")[0]
    return found


def ways(thing: Photo | Attachment) -> tuple[str, str]:
    kind = "photos" if isinstance(thing, Photo) else "attachments"
    return f"/workbench/{kind}/{thing.pk}/release", f"/workbench/{kind}/{thing.pk}/take-back"


def test_a_second_person_lets_out_and_the_first_takes_back(
    things: tuple[Photo, Attachment], project: Project, steward: User, checker: User, client_of: Callable
) -> None:
    first, second = client_of(steward), client_of(checker)
    for thing, name in zip(things, ("photos", "documents"), strict=True):
        release, take_back = ways(thing)
        said = section(second, project, name)
        assert "未公开" in said
        assert f'action="{release}"' in said
        response = second.post(release, {"confirmed": "yes"})
        assert response.headers["Location"].endswith(f"/{project.serial_no}/#{name}")
        said = section(second, project, name)
        assert "下一次发布起公开" in said
        assert "已公开" in said
        assert "checker" in said
        assert f'action="{take_back}"' in section(first, project, name)
        first.post(take_back, {"reason": "拍到车牌"})
        assert "一分钟内" in section(first, project, name)
    assert Release.objects.filter(ended_at=None).count() == 0


def test_the_sender_is_told_that_another_person_decides(
    things: tuple[Photo, Attachment], project: Project, steward: User, client_of: Callable
) -> None:
    client = client_of(steward)
    for thing, name in zip(things, ("photos", "documents"), strict=True):
        said = section(client, project, name)
        assert "须由另一人公开" in said
        assert "/release" not in said
        client.post(ways(thing)[0], {"confirmed": "yes"})
        assert "须由另一人审核" in section(client, project, name)
    assert not Release.objects.exists()


def test_without_the_check_mark_or_a_reason_nothing_happens(
    things: tuple[Photo, Attachment], project: Project, checker: User, client_of: Callable
) -> None:
    client = client_of(checker)
    client.post(ways(things[0])[0], {})
    assert "请先勾选确认" in section(client, project, "photos")
    let_out(things[0], checker)
    client.post(ways(things[0])[1], {"reason": ""})
    assert "请写明收回的理由" in section(client, project, "photos")
    assert Release.objects.filter(ended_at=None).count() == 1


def test_a_number_in_the_caption_or_title_is_refused_before_it_stops_a_publication(
    things: tuple[Photo, Attachment], project: Project, checker: User, client_of: Callable
) -> None:
    Photo.objects.update(caption="联系 13800138000")
    Attachment.objects.update(title="联系 13800138000")
    client = client_of(checker)
    for thing, name in zip(things, ("photos", "documents"), strict=True):
        client.post(ways(thing)[0], {"confirmed": "yes"})
        assert "138****00" in section(client, project, name)
    assert not Release.objects.exists()


def test_of_an_internal_project_and_of_a_past_day_nothing_can_be_let_out(
    things: tuple[Photo, Attachment], project: Project, checker: User, leader: User, client_of: Callable
) -> None:
    assert "/release" not in section(client_of(checker), project, "photos", "?as_of=2026-03-29")
    assert "/release" not in section(client_of(leader), project, "photos")
    Project.objects.update(disclosure="internal")
    for name in ("photos", "documents"):
        assert "/release" not in section(client_of(checker), project, name)
