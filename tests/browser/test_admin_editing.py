"""Editors change the site in the browser, and readers see it."""

import re

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from tests.browser.addresses import WALKS

pytestmark = pytest.mark.browser
OLD_NUMBER, NEW_NUMBER, NEW_LINK = "0800 721 401", "0800 555 012", "tel:0800555012"


def public(desk, path):
    """A public page as it is now (BeautifulSoup)."""
    status, _headers, html = desk.site.get(path)
    assert status == 200, path
    return BeautifulSoup(html, "lxml")


def test_call_to_action_leads_to_another_page(desk):
    words = re.compile("Learn more about the Police Reforms Working Group")
    assert public(desk, "/how-we-work/").find("a", string=words)["href"] == "/coalitions/prwg-k/"
    desk.edit("/how-we-work/")
    chooser = desk.page.locator(".page-chooser", has_text="Police Reforms Working Group Kenya")
    chooser.get_by_role("button", name="Choose another page").click()
    window = desk.page.get_by_role("dialog")
    window.get_by_label("Search term").fill("Missing Voices")
    window.get_by_role("link", name="Missing Voices", exact=True).click()
    expect(desk.page.locator(".page-chooser", has_text="Missing Voices")).to_be_visible()
    desk.publish()
    assert public(desk, "/how-we-work/").find("a", string=words)["href"] == "/coalitions/missing-voices/"
    assert not desk.watch.problems()


def test_toll_free_number_is_entered_once(desk):
    desk.open("settings/core/facts/")
    number = desk.field("phones-0-number")
    expect(number).to_have_value(OLD_NUMBER)
    number.fill(NEW_NUMBER)
    desk.page.get_by_role("button", name="Save", exact=True).click()
    desk.said("updated")
    for path in ("/", "/contact/", "/get-help/", "/sw/mawasiliano/", "/sw/pata-msaada/"):
        soup = public(desk, path)
        for part in ("aside.help-bar", "main", "footer"):
            assert soup.select_one(part).find("a", href=NEW_LINK, string=NEW_NUMBER), f"{path}: {part}"
    walked = [path for path in (address.path(language) for address, language in WALKS) if path]
    assert not [path for path in walked if OLD_NUMBER in desk.site.get(path)[2]]
    assert len(walked) >= 60
    assert NEW_NUMBER in (desk.site.folder / "last-known-facts.json").read_text()


def test_notice_in_both_languages(desk, visitor):
    desk.open("snippets/core/notice/add/")
    desk.field("severity").select_option("warning")
    desk.field("text_en").fill("Our office is closed on Friday.")
    desk.field("text_sw").fill("Ofisi yetu imefungwa Ijumaa.")
    desk.publish()
    for path, language, text in (("/", "en", "Our office is closed"), ("/sw/tafuta/", "sw", "Ofisi yetu imefungwa")):
        reader = visitor(desk.site)
        reader.goto(path)
        notice = reader.locator(".notice")
        expect(notice).to_contain_text(text)
        assert notice.evaluate("element => element.closest('[lang]').lang") == language
    desk.open("snippets/core/notice/")
    desk.page.get_by_role("link", name="Our office is closed on Friday.").click()
    desk.page.get_by_role("button", name="More actions").click()
    desk.page.get_by_role("link", name="Unpublish").click()
    desk.page.get_by_role("button", name="Yes, unpublish").click()
    desk.said("unpublished")
    assert not public(desk, "/").select(".notice")
    assert not public(desk, "/sw/").select(".notice")
    assert not desk.watch.problems()


def test_ninth_service_area_appears_everywhere(desk):
    assert len(public(desk, "/how-we-work/").select(".areas li")) == 8
    desk.open(f"pages/add/programmes/serviceareapage/{desk.page_id('/what-we-do/')}/")
    desk.field("title").fill("Help for families")
    desk.field("summary").fill("Support for those who lost someone.")
    desk.field("icon").select_option(index=3)
    desk.publish()
    for path in ("/", "/how-we-work/", "/what-we-do/"):
        areas = public(desk, path).select(".areas li")
        assert len(areas) == 9, path
        assert areas[-1].a["href"] == "/what-we-do/help-for-families/"
        assert "Support for those who lost someone." in areas[-1].get_text()
        assert areas[-1].svg["aria-hidden"] == "true"
    assert public(desk, "/what-we-do/help-for-families/").h1.get_text() == "Help for families"


def test_preview_of_an_unpublished_change(desk):
    desk.edit("/about/")
    desk.field("title").fill("About tomorrow")
    desk.page.get_by_role("button", name="Toggle preview").click()
    preview = desk.page.frame_locator("iframe[title='Preview']").last
    expect(preview.locator("h1")).to_have_text("About tomorrow", timeout=15_000)
    assert preview.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") != "rgba(0, 0, 0, 0)"
    assert public(desk, "/about/").h1.get_text() == "About IMLU"
    assert not desk.watch.problems()


def test_add_and_date_picker_are_alive(desk):
    desk.open("settings/core/facts/")
    forms = desk.page.locator("#id_phones-FORMS [data-inline-panel-child]:visible")
    expect(forms).to_have_count(1)
    desk.page.get_by_role("button", name="Add Number").click()
    expect(forms).to_have_count(2)
    expect(desk.field("phones-1-number")).to_be_visible()
    desk.open("snippets/core/notice/add/")
    desk.field("show_until").click()
    picker = desk.page.locator(".xdsoft_datetimepicker:visible")
    picker.locator(".xdsoft_date:not(.xdsoft_disabled)").first.click()
    assert re.match(r"\d{4}-\d\d-\d\d", desk.field("show_until").input_value())
    assert not desk.watch.problems()
