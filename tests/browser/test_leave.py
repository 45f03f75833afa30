"""“Leave this page”: a plain link that works without JavaScript, and what it does beyond that with it."""

import re

import pytest

from tests.browser.addresses import SENSITIVE, SENSITIVE_IDS

pytestmark = pytest.mark.browser
TELLING = re.compile(r"IMLU|medico|torture|mateso|unit", re.IGNORECASE)
HELP = "/get-help/"


@pytest.fixture
def page(site, visitor):
    """A phone that came to the help page from the first page."""
    page = visitor(site)
    page.goto("/")
    page.goto(HELP)
    return page


def left(page, outside):
    """Wait until the page is the neutral one; the headers of that visit."""
    page.wait_for_url(outside.url)
    return outside.visits[-1]


# Click, look around at the same moment, and stop the browser before it leaves.
CLICK_AND_LOOK = """() => {
  document.querySelector(".leave").click();
  const seen = element => element.checkVisibility({visibilityProperty: true});
  const status = document.querySelector("[role=status]");
  const others = [...document.body.querySelectorAll("*")].filter(element => element !== status && seen(element));
  const found = {title: document.title, covered: !seen(document.body), others: others.length,
    announced: seen(status) && status.textContent};
  stop();
  return found;
}"""
SHOW_AGAIN = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"


def test_help_and_story_pages_are_walked():
    assert len(SENSITIVE) == 27


@pytest.mark.parametrize(("address", "language"), SENSITIVE, ids=SENSITIVE_IDS)
def test_every_sensitive_page(site, outside, visitor, address, language):
    page = visitor(site)
    answer = page.goto(address.path(language))
    assert answer.headers["cache-control"] == "no-store"
    assert page.title()
    assert not TELLING.search(page.title())
    links = page.locator("[data-leave]").all()
    assert [link.get_attribute("href") for link in links] == [outside.url] * 2
    assert ["noreferrer" in link.get_attribute("rel") for link in links] == [True, True]
    assert links[1].get_attribute("target") is None
    for place in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
        page.evaluate(f"scrollTo(0, {place})")
        box = links[1].bounding_box()
        assert 0 <= box["y"] <= 640 - box["height"], place
        assert 0 <= box["x"] <= 360 - box["width"]
        assert min(box["width"], box["height"]) >= 44
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip[data-leave]')"), "not next to the skip link"
    page.keyboard.press("Enter")
    assert "Referer" not in left(page, outside)


def test_without_javascript(site, outside, visitor):
    page = visitor(site, java_script_enabled=False)
    page.goto(HELP)
    page.locator(".leave").click()
    assert "Referer" not in left(page, outside)


def test_back_does_not_return(site, outside, page):
    page.locator(".leave").click()
    assert "Referer" not in left(page, outside)
    page.go_back()
    assert page.url == f"{site.url}/"
    page.go_forward()
    assert page.url == outside.url


def test_covered_renamed_and_announced_at_once(page):
    found = page.evaluate(CLICK_AND_LOOK)
    assert found == {"title": "127.0.0.1", "covered": True, "others": 0, "announced": "Leaving this page."}


def test_announced_in_kiswahili(page):
    page.goto("/sw/pata-msaada/")
    said = page.evaluate(CLICK_AND_LOOK)["announced"]
    assert said
    assert "Leaving" not in said


def test_coming_back_shows_the_page_again(page):
    title = page.title()
    page.evaluate(CLICK_AND_LOOK)
    page.evaluate(SHOW_AGAIN)
    assert page.title() == title
    assert page.locator("h1").is_visible()
    assert page.get_by_role("status").inner_text() == ""


def test_three_presses_of_shift(site, outside, page):
    for _ in range(3):
        page.keyboard.press("Shift")
    assert "Referer" not in left(page, outside)
    page.go_back()
    assert page.url == f"{site.url}/"


def test_slow_presses_within_five_seconds_each(outside, page):
    page.clock.install()
    page.goto(HELP)
    for _ in range(3):
        page.keyboard.press("Shift")
        page.clock.fast_forward(4000)
    left(page, outside)


@pytest.mark.parametrize("case", ["two", "too slow", "other key between", "capital letters"])
def test_what_does_not_leave(site, outside, page, case):
    page.clock.install()
    page.goto(HELP)
    visits = len(outside.visits)
    if case == "capital letters":
        page.locator("details.menu summary").click()
        page.locator("#find-q").press_sequentially("IMLU")
        for letter in "ABC":
            page.keyboard.press(f"Shift+{letter}")
    else:
        page.keyboard.press("Shift")
        page.keyboard.press("Shift")
        if case == "too slow":
            page.clock.fast_forward(5001)
            page.keyboard.press("Shift")
        elif case == "other key between":
            page.keyboard.press("a")
            page.keyboard.press("Shift")
    page.wait_for_timeout(300)
    assert page.url == site.url + HELP
    assert page.locator("h1").is_visible()
    assert len(outside.visits) == visits


def test_after_coming_back_presses_count_from_nothing(site, outside, page):
    visits = len(outside.visits)
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.evaluate(SHOW_AGAIN)
    page.keyboard.press("Shift")
    page.wait_for_timeout(300)
    assert page.url == site.url + HELP
    assert len(outside.visits) == visits
