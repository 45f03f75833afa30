"""Each address in each language: accessible, light, still, quiet, alone, forgetful, never wider than the screen.

Times are not tested here (`make audit` measures them): bytes and counts are the same on every machine.
"""

import pytest

from tests.browser.addresses import ADDRESSES, WALK_IDS, WALKS
from tests.browser.probes import COLOURS, Watch, Wire, axe, kept, too_wide

pytestmark = pytest.mark.browser
HELP, TEXT, HOME, REQUESTS = 20_000, 40_000, 100_000, 8  # bytes on the wire of a first visit, and requests
FORM_COOKIE = '"name": "form"'
LIVE_PAGES = """
    SELECT replace(page.url_path, root.url_path, CASE code.language_code WHEN 'en' THEN '/' ELSE '/sw/' END),
    type.model, page.translation_key FROM wagtailcore_page AS page
    JOIN django_content_type AS type ON type.id = page.content_type_id
    JOIN wagtailcore_locale AS code ON code.id = page.locale_id
    JOIN wagtailcore_page AS root ON root.depth = 2 AND root.locale_id = page.locale_id
    WHERE page.live AND page.depth > 1
"""


def test_the_registry_is_whole(site):
    pages = {path: (model, key) for path, model, key in site.sql(LIVE_PAGES)}
    walked = {address.path(language).partition("?")[0] for address, language in WALKS}
    types = {model for model, _key in pages.values()}
    assert {pages[path][0] for path in walked if path in pages} == types
    assert len(types) == 12
    twins = [address for address in ADDRESSES if address.sw and address.en in pages]
    assert [address.name for address in twins if pages[address.en] != pages[address.sw]] == []
    assert len(twins) >= 22
    keys = [key for _model, key in pages.values()]
    lonely = [address for address in ADDRESSES if not address.sw and "?" not in address.en]
    assert [address.name for address in lonely if keys.count(pages[address.en][1]) > 1] == [], "it has a translation"
    assert len(WALKS) >= 62


@pytest.mark.parametrize(("address", "language"), WALKS, ids=WALK_IDS)
def test_page(site, visitor, address, language):
    page = visitor(site)
    watch, wire = Watch(page, site), Wire(page)
    path = address.path(language)
    watch.expected = (site.url + path,) if address.status != 200 else ()
    assert page.goto(path).status == address.status
    assert page.get_attribute("html", "lang") == language
    call = page.locator(".help-bar__call").bounding_box()
    assert call["y"] + call["height"] < 640, "the helpline is not on the first phone screen"
    problems = [f"360 light: {each}" for each in axe(page)]
    page.wait_for_load_state("networkidle")
    problems += [*over_budget(address, wire.sizes), *(f"moved: {each}" for each in wire.shifts())]
    page.emulate_media(color_scheme="dark")
    problems += [f"360 dark: {each}" for each in axe(page, *COLOURS)]
    page.emulate_media(color_scheme="light")
    problems += too_wide(page, 320, 360, 1280)
    if language == "en":
        problems += [f"1280: {each}" for each in axe(page)]
        page.set_viewport_size({"width": 768, "height": 1024})
        problems += [f"768: {each}" for each in axe(page)]
    # A form that is sent by POST has one cookie, which reaches nothing else and ends with the browser.
    left = [each for each in kept(page) if not (address.name in ("donate", "gift-failed") and FORM_COOKIE in each)]
    problems += [*watch.problems(), *left]
    assert not problems, "\n".join([path, *problems])


def over_budget(address, sizes):
    """Where a first visit costs more than it may (list of str); `sizes` is that of `Wire`."""
    pictures = {url: size for url, size in sizes.items() if "/media/" in url}
    total, text = sum(sizes.values()), sum(sizes.values()) - sum(pictures.values())
    found = [] if len(sizes) > 1 else ["no style sheet was counted"]
    if address.sensitive:
        found += [f"{total} bytes, more than {HELP}"] if total > HELP else []
        found += [f"not on help pages: {url}" for url in sizes if ".woff2" in url or url in pictures]
    elif address.name == "home":
        found += [f"{total} bytes, more than {HOME}"] if total > HOME else []
    else:
        found += [f"{text} bytes without pictures, more than {TEXT}"] if text > TEXT else []
    asked = len(sizes) - len(pictures)
    found += [f"{asked} requests, more than {REQUESTS}"] if asked > REQUESTS else []
    return [*found, *(f"{size:7} {url}" for url, size in sizes.items())] if found else []


def test_a_budget_can_be_passed():
    page, help_page = (next(a for a in ADDRESSES if a.name == name) for name in ("about", "get-help"))
    light = {"/": 9_000, "/static/site.css": 9_000}
    assert over_budget(page, light) == over_budget(help_page, light) == []
    assert "41000 bytes without pictures, more than 40000" in over_budget(page, {**light, "/x.js": 23_000})
    assert "21000 bytes, more than 20000" in over_budget(help_page, {**light, "/x.js": 3_000})
    assert "not on help pages: /static/face.woff2" in over_budget(help_page, {**light, "/static/face.woff2": 9})
    assert "9 requests, more than 8" in over_budget(page, {**light, **{f"/{n}.js": 1 for n in range(7)}})
    assert over_budget(page, {"/": 9_000})[0] == "no style sheet was counted"
