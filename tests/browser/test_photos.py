"""A clerk sends a photo from the site, sees it on the page and large, and takes it away again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from geodata.progress.models import Photo
from geodata.projects.models import Project
from geodata.stewards.models import User
from tests.browser.conftest import DESKTOP, PHONE, sign_in
from tests.browser.test_map import road
from tests.geodata.sandbox.test_pictures import SVG, notes, picture_file

__all__ = ["road"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(content: bytes, name: str = "IMG_0001.jpg") -> dict[str, Any]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_clerk_sends_a_photo_and_sees_it(
    open_page: Callable[..., Page], steward: User, road: Project, viewport: dict[str, int]
) -> None:
    page = open_page(viewport)
    sign_in(page, "steward")
    page.goto(f"/workbench/projects/{road.serial_no}/#photos")
    section = page.locator("#photos")
    expect(section).to_contain_text("本项目没有照片")
    section.get_by_text("上传照片").click()
    section.get_by_label("照片文件").set_input_files([upload(picture_file(size=(2000, 1500), exif=notes()))])
    section.get_by_label("照片说明").fill("西段管沟开挖")
    section.get_by_role("button", name="上传").click()
    expect(section.get_by_role("status")).to_contain_text("照片已保存")
    picture = section.get_by_role("img", name="西段管沟开挖")
    expect(picture).to_be_in_viewport()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 480
    expect(section.locator("figcaption").first).to_contain_text("2026")
    picture.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("西段管沟开挖")
    assert dialog.get_by_role("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 1600
    box = dialog.bounding_box()
    assert box is not None
    assert box["width"] <= viewport["width"]
    assert box["height"] <= viewport["height"]
    dialog.get_by_role("button", name="关闭").click()
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    section.locator("summary", has_text="移除").click()
    section.get_by_label("移除的理由").fill("重拍")
    section.get_by_role("button", name="移除这张照片").click()
    expect(section.get_by_role("status")).to_contain_text("照片已移除")
    expect(section.locator(".photos")).to_have_count(0)
    assert Photo.objects.get().removed_reason == "重拍"


def test_a_refused_file_is_explained_where_the_clerk_stands(
    open_page: Callable[..., Page], steward: User, road: Project
) -> None:
    page = open_page()
    sign_in(page, "steward")
    page.goto(f"/workbench/projects/{road.serial_no}/#photos")
    section = page.locator("#photos")
    section.get_by_text("上传照片").click()
    section.get_by_label("照片文件").set_input_files([upload(SVG)])
    section.get_by_label("照片说明").fill("西段管沟开挖")
    section.get_by_role("button", name="上传").click()
    expect(section.get_by_role("alert")).to_contain_text("JPEG、PNG 或 WebP")
    expect(section.get_by_role("alert")).to_be_in_viewport()
    expect(section.get_by_label("照片说明")).to_have_value("西段管沟开挖")
    troubles: list[str] = page.troubles  # type: ignore[attr-defined]
    assert len(troubles) == 2
    assert all("422" in trouble for trouble in troubles)  # the refusal itself, as the browser notes it
    troubles.clear()
