"""The style sheet: no rule unused, and what becomes of pages with large type, on paper, in forced colours."""

import re

import pytest

from tests.browser.addresses import ADDRESSES
from tests.browser.probes import Wire

pytestmark = pytest.mark.browser
# Selectors of the style sheet that match nothing here, without what a page can't be caught in (`:hover`, `::before`).
UNUSED = """() => {
  document.querySelectorAll("details").forEach(details => { details.open = true; });
  const plain = selector => selector.replace(/::[\\w-]+(\\([^)]*\\))?/g, "")
    .replace(/:(hover|focus-visible|focus|open|first-letter)/g, "");
  const found = [];
  const walk = rules => { for (const rule of rules) {
    if (rule.selectorText) {
      const selector = plain(rule.selectorText);
      if (!document.querySelector(selector.replace(/(^|,\\s*)(?=,|$)/g, "$1*") || "*")) found.push(rule.selectorText);
    } else if (rule.cssRules) walk(rule.cssRules);
  }};
  for (const sheet of document.styleSheets) if (sheet.href.includes("/site.")) walk(sheet.cssRules);
  return found;
}"""
# What no address shows: where it is, and why.
ELSEWHERE = {
    ".brand__logo": "a logo of the organisation's own: none is loaded",
    ".is-leaving": "the moment of leaving (tests/browser/test_leave.py)",
    ".alone": "the error pages 500 and 400",
    ".for-mpesa": "another way than M-Pesa is chosen (tests/browser/test_giving.py)",
    ".frame": "the giving form on partners' pages (tests/browser/test_giving.py)",
    ".place": "the pattern in the place of a picture that is not cleared (tests/doors/test_pictures_of_people.py)",
    ".page-head .callout": "no vacancy or tender is loaded",
}


def test_readers_who_save_data_get_no_face(site, visitor):
    """Chromium can't be told to prefer less data, but the rule must be there, and name the same face as help pages."""
    page = visitor(site)
    wire = Wire(page)
    page.goto("/how-we-work/", wait_until="networkidle")
    assert [url for url in wire.sizes if ".woff2" in url], "the face is loaded at all"
    css = page.request.get(page.locator("link[rel=stylesheet]").get_attribute("href")).text()
    assert "@media (prefers-reduced-data: reduce){:root{--display:var(--like)}}" in css


def test_no_rule_is_unused(site, visitor):
    page = visitor(site, 1280, 800)
    unused, walked = None, 0
    for path in ["/styleguide/", *(address.en for address in ADDRESSES)]:  # a language has no rules of its own
        page.goto(path, wait_until="domcontentloaded")
        found = page.evaluate(UNUSED)
        unused = set(found) if unused is None else unused & set(found)
        walked += 1
    strange = [selector for selector in sorted(unused) if not any(name in selector for name in ELSEWHERE)]
    assert not strange, "\n".join(strange)
    assert walked == len(ADDRESSES) + 1 > 40


@pytest.mark.parametrize("path", ["/", "/how-we-work/", "/get-help/", "/sw/", "/figures/"])
def test_four_hundred_per_cent_and_spaced_text(site, visitor, path):
    """At 320 by 256 CSS pixels, with the spacing of WCAG 1.4.12, nothing is cut off or wider than the screen."""
    page = visitor(site, 320, 256, bypass_csp=True)
    page.goto(path)
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } "
        "p { margin-block-end: 2em !important }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    cut = page.evaluate(
        """() => [...document.querySelectorAll("main *, header *, .help-bar *")].filter(e => e.checkVisibility()
        && getComputedStyle(e).overflowX === "hidden" && e.scrollWidth > e.clientWidth + 1 && !e.closest("svg")
        && !e.matches(".visually-hidden, .lead--cloth, .call__cloth")).map(e => e.className)"""
    )
    assert not cut
    bar = page.locator(".help-bar")
    sticky = bar.evaluate("bar => getComputedStyle(bar).position") == "sticky"
    assert not sticky or "is-sensitive" in (page.get_attribute("body", "class") or ""), "the bar takes too much room"


@pytest.mark.parametrize("path", ["/how-we-work/", "/figures/", "/get-help/"])
def test_print(site, visitor, path):
    """On paper: the words, the addresses of links and of the page, its date, nothing to press; of tables all columns."""
    page = visitor(site, 642, 1000)  # what A4 leaves between its margins
    page.goto(path)
    own = page.locator(".on-paper")
    assert not own.is_visible()
    page.emulate_media(media="print")
    for gone in (".menu", ".skip", ".find", ".button.top__action", ".weave", ".leave", "button"):
        assert not [e for e in page.locator(gone).all() if e.is_visible()], gone
    assert page.locator("h1").is_visible()
    for table in page.locator(".table").all():
        assert table.evaluate("e => e.scrollWidth <= e.clientWidth && getComputedStyle(e).overflowX === 'visible'")
    assert re.fullmatch(rf"{site.url}{path} – last changed on \d+ \w+ 20\d\d", own.inner_text())
    after = "link => getComputedStyle(link, '::after').content"
    outside = page.locator('main a[href^="http"]')
    assert all("http" in link.evaluate(after) for link in outside.all())
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_forced_colours_keep_what_matters(site, visitor):
    page = visitor(site, 360, forced_colors="active")
    page.goto("/")
    assert page.locator(".help-bar__call").is_visible()
    assert page.locator(".hero .button--help").evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"
    assert not page.locator(".hero__cloth").is_visible()


def test_the_first_phone_screen_says_it_all(site, visitor):
    """At 360 by 640: who this is, how to get help, how to give."""
    for path, give in (("/", "/give/"), ("/sw/", "/sw/changia/")):
        page = visitor(site, 360, 640)
        page.goto(path)
        for seen in (".brand", "h1", ".lede", ".help-bar__call", ".hero .button--help", f'a[href="{give}"] >> nth=0'):
            box = page.locator(seen).first.bounding_box()
            assert box["y"] >= 0, f"{path} {seen}"
            assert box["y"] + box["height"] <= 640, f"{path} {seen}"
    assert re.search(r"IMLU", page.locator(".brand").text_content())
