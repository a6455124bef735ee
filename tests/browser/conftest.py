"""A real Chromium before the live site: no outside request, no policy violation, no error on the console."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, Route, expect, sync_playwright

from geodata.stewards.models import User
from ops.packages import chromium

# Playwright's synchronous interface keeps an event loop in this thread; the ORM is used between its calls only.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# A page that is slow because the machine does other things has not failed; waiting ends as soon as the page is there.
PATIENCE = 60_000  # ms
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(program), args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def _plain_static_names(settings: Any) -> None:
    """The live server serves the files of today by their plain names, whatever was collected on this machine."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Opens a page of a fresh browser profile; at the end nothing may have gone wrong in any of them."""
    contexts: list[Any] = []
    troubles: list[str] = []

    def open_page(viewport: dict[str, int] = DESKTOP, **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport=viewport, locale="zh-CN", reduced_motion="reduce", **options
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)

        def refuse(route: Route) -> None:
            troubles.append(f"outside request: {route.request.url}")
            route.abort()

        # told by a pattern, which the driver reads: asking us about every script of a page takes long
        context.route(re.compile(rf"^(?!{re.escape(live_server.url)}/)"), refuse)
        page = context.new_page()
        page.on("console", lambda message: _note(message, troubles))
        page.on("response", lambda answer: _note_status(answer, troubles))
        page.on("pageerror", lambda error: troubles.append(f"page error: {error}"))
        page.site = live_server.url  # type: ignore[attr-defined]
        page.troubles = troubles  # type: ignore[attr-defined]  # a test that provokes an error empties it
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def sign_in(page: Page, username: str) -> None:
    """Gives the browser the session of somebody who logged in before: no form, and not the heavy first page."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": page.site}])  # type: ignore[attr-defined]


def _note_status(answer: Response, troubles: list[str]) -> None:
    if answer.status >= 400:
        troubles.append(f"{answer.status} {answer.url}")


def _note(message: ConsoleMessage, troubles: list[str]) -> None:
    if message.type == "error":
        troubles.append(f"console: {message.text}")
