"""With scripts switched off: the same headings and links, a menu that opens, forms that send."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.addresses import WALKS
from tests.browser.probes import Watch

pytestmark = pytest.mark.browser
OUTLINE = """() => [...document.querySelectorAll("h1, h2, h3, a[href], summary, label, button")].map(
  element => `${element.tagName} ${element.getAttribute("href") ?? ""} ${element.textContent.trim()}`)"""


@pytest.fixture
def plain(site, visitor):
    """A phone with scripts switched off."""
    return visitor(site, java_script_enabled=False)


def test_same_headings_and_links(site, visitor, plain):
    """On every page that has a script; one without is the same by nature."""
    scripted = visitor(site)
    watch = Watch(plain, site)
    compared = 0
    for address, language in WALKS:
        path = address.path(language)
        if not re.search(r"<script[^>]* src=", site.get(path)[2]):
            continue
        watch.expected = (site.url + path,)
        plain.goto(path)
        outline = plain.evaluate(OUTLINE)
        assert len(outline) > 20, path
        scripted.goto(path)
        assert scripted.evaluate(OUTLINE) == outline, path
        compared += 1
    assert compared >= 15
    assert not watch.problems()


def test_scripts_are_really_off(site, plain):
    plain.goto("/get-help/")
    assert plain.get_by_role("status").count() == 0


@pytest.mark.parametrize(("path", "menu", "link"), [("/", "Menu", "News"), ("/sw/", "Menyu", "Habari")])
def test_menu_on_a_phone(plain, path, menu, link):
    plain.goto(path)
    place = plain.locator("header").get_by_text(link, exact=True)
    expect(place).to_be_hidden()
    plain.get_by_text(menu, exact=True).click()
    expect(place).to_be_visible()
    place.click()
    expect(plain.locator("h1")).to_have_text(link)


def test_menu_on_a_desk(site, visitor):
    page = visitor(site, 1280, 800, java_script_enabled=False)
    page.goto("/")
    expect(page.locator("details.menu summary")).to_be_hidden()
    page.locator("header").get_by_role("link", name="News", exact=True).click()
    expect(page.locator("h1")).to_have_text("News")


@pytest.mark.parametrize(("path", "word", "found"), [("/", "police", "/search/"), ("/sw/", "polisi", "/sw/tafuta/")])
def test_search_in_the_menu(plain, path, word, found):
    plain.goto(path)
    plain.locator("details.menu summary").click()
    plain.locator("header input[type=search]").fill(word)
    plain.locator("header").get_by_role("button").click()
    expect(plain).to_have_url(re.compile(f"{found}[?]q={word}"))
    assert plain.locator("main li a").count() > 0


@pytest.mark.parametrize("path", ["/search/", "/not-here/"])
def test_search_on_the_page(plain, path):
    plain.goto(path)
    plain.locator("main input[type=search]").fill("zzzz")
    plain.locator("main input[type=search]").press("Enter")
    expect(plain).to_have_url(re.compile("/search/[?]q=zzzz"))
    expect(plain.get_by_role("status")).to_contain_text("Nothing found")


def test_filters_and_pages_of_the_news(plain):
    plain.goto("/news/")
    plain.get_by_label("Kind", exact=True).select_option("joint_statement")
    plain.get_by_label("Year", exact=True).select_option("2022")
    plain.locator("main").get_by_role("button").click()
    assert "kind=joint_statement" in plain.url
    assert "year=2022" in plain.url
    shown = plain.locator(".news-list li")
    assert shown.count() >= 1
    for item in shown.all():
        expect(item).to_contain_text("2022")
    plain.get_by_role("link", name="All news").click()
    first = shown.first.inner_text()
    plain.get_by_role("link", name="Next").click()
    assert shown.first.inner_text() != first


def test_language_switch_keeps_the_page(site, plain):
    plain.goto("/how-we-work/")
    plain.locator("details.menu summary").click()
    plain.get_by_role("link", name="Kiswahili").click()
    assert plain.url == f"{site.url}/sw/jinsi-tunavyofanya-kazi/"
    plain.locator("details.menu summary").click()
    plain.get_by_role("link", name="English").click()
    assert plain.url == f"{site.url}/how-we-work/"
