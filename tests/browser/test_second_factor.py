"""Headquarters sets up one-time codes on a phone, logs in with one, loses the phone, and uses a recovery code."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from django_otp.oath import TOTP
from playwright.sync_api import Page, expect

from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from portal.accounts.models import SecondFactor
from portal.accounts.sealing import unseal
from tests.browser.conftest import PHONE
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


def shown_on_the_phone(key: str, *, later: int = 0) -> str:
    """What an authenticator makes of the key that the page shows; `later` in steps of 30 seconds."""
    import base64

    clock = TOTP(base64.b32decode(key.replace(" ", "")))
    clock.time = timezone.now().timestamp() + later * 30
    return f"{clock.token():06d}"


def give_password(page: Page) -> None:
    page.goto("/accounts/login/?next=/administration/thresholds/")
    page.get_by_label("用户名").fill("hq")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def test_from_the_first_scan_to_a_lost_phone(
    open_page: Callable[..., Page], hq_admin: User, city: dict[str, AreaUnit]
) -> None:
    page = open_page()
    give_password(page)
    page.get_by_role("link", name="hq").click()
    page.get_by_role("button", name="启用二次验证").click()
    drawing = page.get_by_role("img", name=re.compile("二维码"))
    box = drawing.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) > 180
    page.get_by_text("无法扫码").click()
    key = page.locator("code.secret").inner_text()
    page.locator("input[name=code]").fill("000 000")
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("验证码不正确")
    first = shown_on_the_phone(key)
    page.locator("input[name=code]").fill(f"{first[:3]} {first[3:]}")
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.locator(".code-list code")).to_have_count(10)
    recovery = page.locator(".code-list code").all_inner_texts()
    page.get_by_role("button", name="退出").click()

    phone = open_page(PHONE)
    give_password(phone)
    expect(phone).to_have_url(re.compile("/accounts/second-factor/"))
    phone.goto("/administration/thresholds/")
    expect(phone).to_have_url(re.compile("/accounts/second-factor/"))
    phone.locator("input[name=code]").fill(first)
    phone.get_by_role("button", name="继续").click()
    expect(phone.get_by_role("alert")).to_contain_text("已经用过")
    phone.locator("input[name=code]").fill(shown_on_the_phone(key, later=1))
    phone.get_by_role("button", name="继续").click()
    expect(phone).to_have_url(re.compile("/administration/thresholds/"))
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")

    lost = open_page()
    give_password(lost)
    lost.locator("input[name=code]").fill(recovery[0].lower())
    lost.get_by_role("button", name="继续").click()
    expect(lost).to_have_url(re.compile("/administration/thresholds/"))
    troubles: list[str] = page.troubles  # type: ignore[attr-defined] # of all three profiles
    assert all("422" in trouble for trouble in troubles)  # the two refusals, as the browser notes them
    troubles.clear()
    factor = SecondFactor.objects.get(user=hq_admin)
    assert factor.codes.filter(used_at__isnull=True).count() == 9
    assert unseal(factor.secret_sealed, user_id=hq_admin.pk)


def test_a_boundary_is_cut_on_the_map_and_keeps_its_hole(
    open_page: Callable[..., Page], hq_admin: User, city: dict[str, AreaUnit]
) -> None:
    """What django-leaflet's widget loses: two parts, one with a hole, drawn, saved, opened again."""
    page = open_page()
    give_password(page)
    page.goto("/administration/boundaries/430602/")
    page.locator("[data-boundary][data-ready]").wait_for()
    page.evaluate(
        """() => {
            const { boundary } = document.querySelector("[data-boundary]");
            const ring = (w, s, size) => [[s, w], [s, w + size], [s + size, w + size], [s + size, w]];
            boundary.parts.clearLayers();
            boundary.taken(L.polygon([ring(113.0, 29.2, 0.125), ring(113.03125, 29.23125, 0.03125)]));
            boundary.taken(L.polygon([ring(113.15, 29.2, 0.03125)]));
        }"""
    )
    expect(page.locator("[data-boundary-state]")).to_have_text("2 个部分，1 个洞，12 个顶点")
    page.get_by_label("边界依据").fill("2026 年勘界成果")
    page.get_by_role("button", name="保存边界").click()
    expect(page.locator(".messages")).to_contain_text("边界已保存")
    unit = AreaUnit.objects.get(code="430602")
    assert [len(part) for part in unit.geom.coords] == [2, 1]
    page.locator("[data-boundary][data-ready]").wait_for()
    expect(page.locator("[data-boundary-state]")).to_contain_text("2 个部分，1 个洞，12 个顶点")
    expect(page.locator("[data-boundary-state]")).to_contain_text("不变")
