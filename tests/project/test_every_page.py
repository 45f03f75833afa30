"""Every page type, with everything and with its title alone, in both languages."""

import re

import pytest
from django.apps import apps
from django.conf import settings

from core.models import BasePage
from core.models.pages import TEMPLATE_IDS
from tests.conftest import with_soup
from tests.examples import EXAMPLES, HELPLINE_URI, add, section

EVERY_PAGE = [(name, language) for name in EXAMPLES for language in ("en", "sw")]
ORIGIN = "http://localhost"


def test_the_registry_has_every_page_type():
    page_types = {model._meta.label for model in apps.get_models() if issubclass(model, BasePage)}
    assert {example.label for example in EXAMPLES.values()} == page_types
    assert len(page_types) == 12
    assert len(EVERY_PAGE) == 30


@pytest.mark.upgrade
@pytest.mark.parametrize(("name", "language"), EVERY_PAGE)
def test_page_is_whole(tree, db, get, name, language):
    page = tree.page(name, language)
    twin = tree.page(name, "en" if language == "sw" else "sw")
    response = get(page.url)
    soup, html = response.soup, response.content.decode()

    assert soup.html["lang"] == response.headers["Content-Language"] == language
    assert len(soup.find_all("h1")) == 1
    assert soup.h1.get_text(strip=True)
    assert soup.title.string == ("Information" if EXAMPLES[name].is_sensitive else f"{page.title} – EMLU")
    assert soup.find("link", rel="canonical")["href"] == ORIGIN + page.url
    assert {link["hreflang"]: link["href"] for link in soup.select("link[hreflang]")} == {
        language: ORIGIN + page.url,
        twin.locale.language_code: ORIGIN + twin.url,
        "x-default": ORIGIN + (page if language == "en" else twin).url,
    }
    assert soup.select(f'a[href="{HELPLINE_URI}"]')
    assert soup.select_one(f'.languages a[href="{twin.url}"]')["hreflang"] == twin.locale.language_code
    assert not re.search(r"\{\{|\{%|\bNone\b|SECRET GAP|&lt;p&gt;", html)


def name_of(element, soup):
    """What a screen reader calls an element: its label, the heading that labels it, or its words and pictures."""
    if element.get("aria-labelledby"):
        return " ".join(soup.find(id=word).get_text(" ", strip=True) for word in element["aria-labelledby"].split())
    pictures = " ".join(image.get("alt", "") for image in element.find_all("img"))
    return (element.get("aria-label") or f"{element.get_text(' ', strip=True)} {pictures}").strip()


@pytest.mark.once
@pytest.mark.parametrize(("name", "language"), EVERY_PAGE)
def test_landmarks_and_controls_have_names(tree, db, get, name, language):
    soup = get(tree.page(name, language).url).soup
    assert [len(soup.select(landmark)) for landmark in ("main", "body > header", "body > footer")] == [1, 1, 1]
    for kind in ("nav", "aside", "section"):
        names = [name_of(element, soup) for element in soup.select(f"{kind}[aria-label], {kind}[aria-labelledby]")]
        assert all(names) and len(names) == len(set(names)), kind
    navigation = [name_of(element, soup) for element in soup.select("nav")]
    assert len(navigation) == len(soup.select("nav[aria-label], nav[aria-labelledby]"))
    assert len(navigation) >= (2 if tree.full else 0)
    searches = soup.select("form[role=search]")
    assert searches
    fields = soup.select("input:not([type=hidden]), select")
    assert all(soup.select_one(f'label[for="{field["id"]}"]').get_text(strip=True) for field in fields)
    controls = soup.select("a[href], button, summary")
    assert len(controls) >= 7
    assert not [str(control) for control in controls if not name_of(control, soup)]
    pressed = soup.select('header [aria-current="page"], header [aria-current="true"]')
    assert len(pressed) <= 1


@pytest.mark.once
@pytest.mark.parametrize(("name", "language"), EVERY_PAGE)
def test_page_has_a_right_outline(tree, db, get, name, language):
    soup = get(tree.page(name, language).url).soup
    ids = [element["id"] for element in soup.select("[id]")]
    assert sorted(ids) == sorted(set(ids))
    named = {word for element in soup.select("[aria-labelledby]") for word in element["aria-labelledby"].split()}
    anchors = {link["href"].removeprefix("#") for link in soup.select('a[href^="#"]')}
    assert named | anchors <= set(ids)
    levels = [int(heading.name[1]) for heading in soup.main.find_all(re.compile(r"^h[1-6]$"))]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    assert all(heading.get_text(strip=True) for heading in soup.find_all(re.compile(r"^h[1-6]$")))


@pytest.mark.upgrade
def test_no_link_of_the_site_is_dead(tree, db, client):
    found = {}
    for name, language in EVERY_PAGE:
        page = tree.page(name, language)
        for element in with_soup(client.get(page.url)).soup.select("a[href], form[action], img[src], link[href]"):
            address = element.get("href") or element.get("action") or element.get("src")
            assert address, f"an empty address on {page.url}"
            path = address.removeprefix(ORIGIN).partition("#")[0]
            if path.startswith(("/", "?")) and not path.startswith("/static/"):
                found[path if path.startswith("/") else page.url + path] = page.url
    dead = {path: source for path, source in found.items() if client.get(path).status_code != 200}
    assert not dead
    assert len(found) >= 40


@pytest.mark.upgrade
def test_blocks_of_the_whole_page(tree, db, get):
    if tree.full:
        kinds = {block.block_type for block in tree.pages["content"].body}
        assert kinds == set(tree.pages["content"].body.stream_block.child_blocks)
        assert len(kinds) == 20


def test_sections_with_the_same_heading_have_anchors_of_their_own(home, get):
    headings = ["Same", "Same", "Sources", "Find q", "صفحة", "Main"]
    page = add(home, "home.ContentPage", "Page", body=[section(heading) for heading in headings])
    soup = get(page.url).soup
    assert [heading["id"] for heading in soup.select("main section h2")] == [
        "same", "same-2", "sources-2", "find-q-2", "section", "main-2"
    ]  # fmt: skip
    assert [link["href"] for link in soup.select(".contents a")] == [
        "#same", "#same-2", "#sources-2", "#find-q-2", "#section", "#main-2"
    ]  # fmt: skip


def test_the_ids_of_templates_are_known():
    templates = settings.BASE_DIR.joinpath("templates").rglob("*.html")
    # The styleguide's sections are no editor's; nor are the pages for signing in and the admin's own.
    own = {"account", "mfa", "core", "desk", "wagtailadmin"}
    folder = settings.BASE_DIR / "templates"
    pages = [path for path in templates if path.name != "styleguide.html"]
    pages = [path for path in pages if path.relative_to(folder).parts[0] not in own and path.parent.name != "finance"]
    found = {name for path in pages for name in re.findall(r'\bid="([\w-]+)"', path.read_text())}
    assert found <= set(TEMPLATE_IDS)
    assert len(found) > 15
