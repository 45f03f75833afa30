"""Redirects and moves in the real admin: under its Content Security Policy, with Wagtail's own scripts at work."""

import http.client

import pytest
from playwright.sync_api import expect

from tests.browser.house import PASSWORD, USERNAME

pytestmark = pytest.mark.browser


def ask(site, path):
    """(status, where to) of an address, without following."""
    connection = http.client.HTTPConnection("localhost", site.port)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers["Location"]


@pytest.fixture
def admin(fresh_site, visitor):
    """A page of the admin, signed in; `complaints` has what the browser refused or failed at."""
    page = visitor(fresh_site, width=1280, height=900, accept_downloads=True)
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda line: page.complaints.append(line.text) if "Security Policy" in line.text else None)
    page.goto("/admin/sign-in/")
    page.fill("[name=login]", USERNAME)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    yield page
    assert page.complaints == []


def test_redirects_are_imported_added_and_exported(admin, fresh_site, tmp_path):
    file = tmp_path / "redirects.csv"
    file.write_text(f"From,To\n/old-one/,{fresh_site.url}/about/\n/about/,{fresh_site.url}/news/\n")
    admin.goto("/admin/redirects/import/")
    admin.set_input_files("[name=import_file]", file)
    admin.click("input[value=Import]")
    admin.select_option("[name=from_index]", "0")
    admin.select_option("[name=to_index]", "1")
    admin.click("input[value=Confirm]")
    expect(admin.locator("main")).to_contain_text("This is the present address of")  # the row that was refused, and why

    admin.goto("/admin/redirects/add/")
    admin.fill("[name=old_path]", "/old-two")
    admin.click("button:has-text('Choose a page')")
    admin.click(".modal a.choose-page >> nth=0")
    admin.wait_for_selector(".modal", state="detached")
    admin.click("main form button[type=submit], main form input[type=submit]")
    admin.wait_for_url("**/admin/redirects/")

    with admin.expect_download() as download:
        admin.evaluate("location.href = '/admin/redirects/?export=csv'")
    lines = download.value.path().read_text().splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [
        ["/old-one", f"{fresh_site.url}/about/"],
        ["/old-two", f"{fresh_site.url}/"],
    ]
    assert ask(fresh_site, "/old-one/") == (301, "/about/")
    assert ask(fresh_site, "/old-two") == (301, "/")


def test_moving_one_language_offers_the_other(admin, fresh_site):
    numbers = dict(
        fresh_site.sql("SELECT slug, id FROM wagtailcore_page WHERE live AND slug IN ('history', 'what-we-do')")
    )
    admin.goto(f"/admin/pages/{numbers['history']}/move/{numbers['what-we-do']}/confirm/")
    assert "Only this language is moved" in admin.inner_text(".messages")
    admin.click("input[value='Yes, move this page']")
    admin.click(".messages a:has-text('Move it too')")
    admin.click("input[value='Yes, move this page']")
    admin.wait_for_selector(".messages")
    assert ask(fresh_site, "/about/history/") == (301, "/what-we-do/history/")
    assert ask(fresh_site, "/sw/kuhusu-sisi/historia/") == (301, "/sw/tunachofanya/historia/")
