"""The frame around every page: logo, the menu's button, the manifest, links for sharing, the error pages' looks."""

import json
import threading
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import kept
from core.models import Facts, Menu, Wording
from news.models import NewsPage
from tests.conftest import with_soup
from tests.core.schema_org import organisation
from tests.examples import add, link, make_picture, translate

pytestmark = pytest.mark.django_db


def show_menu(home, **fields):
    wording = Wording.for_site(home.get_site())
    wording.menu = Menu.objects.create(title="Menu", **fields)
    wording.save()


def test_without_a_logo_the_name_is_set_in_type(home, get):
    brand = get("/").soup.select_one("header .brand")
    assert brand.b.string == "EMLU"
    assert brand.select_one("svg.mark[aria-hidden=true]")
    assert not brand.img


def test_the_organisations_own_logo_takes_its_place(home, get):
    facts = Facts.objects.get()
    facts.logo = make_picture("Logo")
    facts.save()
    brand = get("/").soup.select_one("header .brand")
    assert brand.img["alt"] == "EMLU"
    assert brand.img["width"]
    assert brand.img["height"]
    assert not brand.select_one(".mark, b")
    assert "Example Medico-Legal Unit" in brand.get_text()
    assert organisation(get("/"))["logo"] == f"http://localhost{brand.img['src']}"


def test_a_long_heading_is_set_smaller(home, get):
    """A hundred characters in the size of a short heading filled the whole screen of a tablet."""
    for title, its_class in (("x" * 60, None), ("x" * 61, ["is-long"])):
        page = add(home, "home.ContentPage", title)
        assert get(page.url).soup.h1.get("class") == its_class


def test_a_logo_whose_file_is_gone_gives_way_to_the_mark(home, get):
    facts = Facts.objects.get()
    facts.logo = make_picture("Logo")
    facts.save()
    facts.logo.file.storage.delete(facts.logo.file.name)
    response = get("/")
    assert response.soup.select_one("header .brand svg.mark")
    assert "img/mark" in organisation(response)["logo"]


def test_the_menus_button_stands_outside_the_folded_menu(home, get):
    page = add(home, "home.ContentPage", "Give")
    show_menu(home, action=[{"type": "link", "value": link(page, text="Give now")}])
    button = get("/").soup.select_one("header .button")
    assert (button.string, button["href"]) == ("Give now", page.url)
    assert not button.find_parent("details")


def test_a_button_that_leads_nowhere_is_not_shown(home, get):
    page = add(home, "home.ContentPage", "Give", live=False)
    show_menu(home, action=[{"type": "link", "value": link(page)}])
    assert not get("/").soup.select("header .button")


def test_the_button_leads_to_the_readers_language(home, kiswahili_home, get):
    page = add(home, "home.ContentPage", "Give")
    translate(page, slug="changia")
    show_menu(home, action=[{"type": "link", "value": link(page)}])
    assert get("/sw/").soup.select_one("header .button")["href"] == "/sw/changia/"


def test_manifest(home, get):
    href = get("/").soup.select_one("link[rel=manifest]")["href"]
    response = get(href)
    assert response.headers["Content-Type"] == "application/manifest+json"
    found = json.loads(response.content)
    assert (found["name"], found["short_name"]) == ("Example Medico-Legal Unit", "EMLU")
    assert "Set-Cookie" not in response.headers
    for icon in found["icons"]:
        assert get(icon["src"]).headers["Content-Type"] == "image/png"


def test_help_pages_leave_no_name_on_a_home_screen(home, get):
    page = add(home, "home.ContentPage", "Help", sensitive=True, seo_title="Information")
    assert not get(page.url).soup.select("link[rel=manifest], link[rel=apple-touch-icon]")


def test_news_is_shared_by_plain_links(home, get):
    item = add(add(home, "news.NewsIndexPage", "News"), NewsPage, "Killings & figures: 97%?")
    links = get(item.url).soup.select(".share a")
    assert [a.string for a in links] == ["WhatsApp", "X", "Facebook", "E-mail"]
    for a in links:
        query = parse_qs(urlsplit(a["href"]).query)
        assert f"http://localhost{item.url}" in " ".join(value for values in query.values() for value in values)
        assert a["href"].startswith("mailto:") or a["rel"] == ["noreferrer"]
    assert "Killings & figures: 97%?" in unquote(links[0]["href"])


def test_stories_are_not_offered_for_sharing(home, get):
    fields = {"kind": "story", "seo_title": "Information"}
    item = add(add(home, "news.NewsIndexPage", "News"), NewsPage, "A story", **fields)
    assert not get(item.url).soup.select(".share")


def test_error_page_has_its_looks_and_does_without(home, get, client, monkeypatch):
    def broken(*_arguments, **_more):
        raise ValueError("no such static file")

    client.raise_request_exception = False
    monkeypatch.setattr("home.models.HomePage.get_context", broken)
    assert get("/", 500).soup.select_one('link[href$="css/site.css"]')
    monkeypatch.setattr(staticfiles_storage._wrapped, "url", broken)
    assert get("/", 500).soup.h1
    assert not get("/", 500).soup.select("link")


class Outside:
    """The connection as if no transaction were open: inside one nothing is remembered (core.kept)."""

    in_atomic_block = False

    def __getattr__(self, name):
        return getattr(connection, name)


def test_a_page_read_again_asks_less_and_each_language_keeps_its_own(client, home, kiswahili_home, monkeypatch):
    """A menu in English alone, with a link to the home page, which has a Kiswahili twin."""
    menu = Menu.objects.create(title="Menu", items=[{"type": "link", "value": link(home, text="")}])
    Wording.objects.create(site=home.sites_rooted_here.get(), menu=menu)
    monkeypatch.setattr(kept, "connection", Outside())
    monkeypatch.setattr(kept, "_thread", threading.local())

    def read(path):
        with CaptureQueriesContext(connection) as queries:
            soup = with_soup(client.get(path)).soup
        return [link.text for link in soup.select(".menu nav a")], len(queries)

    english, cold = read("/")
    assert english == [home.title]
    assert read("/sw/")[0] == [kiswahili_home.title]
    again, warm = read("/")
    assert again == english
    assert warm < cold / 2
    assert read("/sw/")[0] == [kiswahili_home.title]
