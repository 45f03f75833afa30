"""Signing in with a second factor, in a real browser: passkey, one-time code, recovery code; axe, no policy violated."""

import hashlib
import hmac
import struct
import time
from base64 import b32decode

import pytest
from playwright.sync_api import expect

from tests.browser.house import PASSWORD, USERNAME, Site
from tests.browser.probes import Watch, axe

pytestmark = pytest.mark.browser


def code_of(secret):
    """What an authenticator app shows (RFC 6238), by an implementation of its own."""
    digest = hmac.new(b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def wait_for_next_code():
    """A used code is refused: wait until the app shows another one."""
    time.sleep(30 - time.time() % 30 + 0.5)


@pytest.fixture
def strict_site(tmp_path):
    """A site on which the second factor is compulsory, as on a real one."""
    with Site(tmp_path / "var", SECOND_FACTOR="on") as running:
        yield running


@pytest.fixture
def desk(strict_site, visitor):
    """A new browser's page, with what it complains of."""
    pages = []

    def open_page():
        page = visitor(strict_site, width=800, height=900)
        pages.append((page, Watch(page, strict_site)))
        return page

    yield open_page
    assert [watch.problems() for _page, watch in pages] == [[] for _ in pages]


def password_step(page):
    page.goto("/admin/")
    page.wait_for_url("**/admin/sign-in/**")
    page.get_by_label("Username").fill(USERNAME)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def is_dashboard(page):
    page.wait_for_url("**/admin/")
    expect(page.locator(".sidebar")).to_be_attached()


def test_app_and_recovery_codes(strict_site, desk):
    page = desk()
    page.goto("/admin/sign-in/")
    assert axe(page) == []
    password_step(page)
    page.wait_for_url("**/sign-in/factor/")
    assert axe(page) == []
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator("#secret").inner_text()
    assert axe(page) == []
    used = code_of(secret)
    page.get_by_label("code").fill(used)
    page.get_by_role("button", name="Set up").click()
    recovery = page.locator(".codes code").all_inner_texts()
    assert len(recovery) == 10
    assert axe(page) == []
    page.get_by_role("link", name="I have kept them").click()
    is_dashboard(page)

    other = desk()
    password_step(other)
    other.wait_for_url("**/factor/ask/")
    assert axe(other) == []
    # The code that switched the app on is used up.
    other.get_by_label("Code").fill(used)
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.locator(".errorlist")).to_be_visible()
    wait_for_next_code()
    other.get_by_label("Code").fill(code_of(secret))
    other.keyboard.press("Enter")
    is_dashboard(other)

    third = desk()
    password_step(third)
    third.get_by_label("Code").fill(recovery[0])
    third.keyboard.press("Enter")
    is_dashboard(third)

    fourth = desk()
    password_step(fourth)
    fourth.get_by_label("Code").fill(recovery[0])
    fourth.keyboard.press("Enter")
    expect(fourth.locator(".errorlist")).to_be_visible()
    fourth.goto("/admin/")
    assert "/sign-in/" in fourth.url


def test_passkey(strict_site, desk):
    """Chromium's virtual authenticator stands in for a telephone's fingerprint."""
    page = desk()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    password_step(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Passwordless").check()
    assert axe(page) == []
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".codes code")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    is_dashboard(page)

    # Out, and in with the password and the passkey …
    page.goto("/admin/sign-in/sessions/")
    page.get_by_role("button", name="Sign out", exact=True).click()
    password_step(page)
    page.get_by_role("button", name="Use a passkey").click()
    is_dashboard(page)
    # … and with the passkey alone, which is two factors in one.
    page.goto("/admin/sign-in/sessions/")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    is_dashboard(page)


def test_in_kiswahili_at_360_px_and_by_keyboard(strict_site, visitor):
    page = visitor(strict_site, width=360, height=640)
    page.goto("/admin/sign-in/")
    page.get_by_role("link", name="Kiswahili").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingia")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe(page) == []
    page.get_by_label("Jina la mtumiaji").focus()
    page.keyboard.type(USERNAME)
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.type") != "password":
        page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/factor/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Uthibitisho wa pili")
