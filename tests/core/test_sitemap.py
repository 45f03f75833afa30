"""The sitemap, robots.txt, security.txt, and the one address of a list's page."""

import datetime
import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree
from wagtail.models import Page, PageViewRestriction

from core import sitemaps
from news.models import NewsPage
from tests.core.sitemaps import NAMES, entries
from tests.examples import add, translate

ROOT = "http://localhost"


@pytest.fixture
def some(home, kiswahili_home):
    page = add(home, "home.ContentPage", "Page")
    draft = add(home, "home.ContentPage", "Draft", live=False)
    add(draft, "home.ContentPage", "Below a draft")
    private = add(home, "home.ContentPage", "Private")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    add(private, "home.ContentPage", "Below a private page")
    page.create_alias(parent=home, update_slug="alias")
    translate(page, slug="ukurasa", live=False)
    return page


@pytest.mark.django_db
def test_only_live_public_canonical_pages(some, client):
    found = entries(client)
    assert set(found) == {f"{ROOT}/", f"{ROOT}/sw/", f"{ROOT}/page/", f"{ROOT}/draft/below-a-draft/"}
    assert found[f"{ROOT}/page/"][1] == {}
    for address in found:
        assert client.get(address.removeprefix(ROOT)).status_code == 200
    assert not [address for address in found if "search" in address or "tafuta" in address]


@pytest.mark.django_db
def test_many_pages_are_several_files(home, kiswahili_home, client, monkeypatch):
    for number in range(5):
        translate(add(home, "home.ContentPage", f"Page {number}"))
    whole = entries(client)
    assert len(whole) == 12
    monkeypatch.setattr(sitemaps, "PER_FILE", 5)
    index = etree.fromstring(client.get("/sitemap.xml").content)
    assert index.tag == f"{{{NAMES['s']}}}sitemapindex"
    parts = [element.text for element in index.iterfind("s:sitemap/s:loc", NAMES)]
    assert parts == [f"http://testserver/sitemap.xml?p={number}" for number in (1, 2, 3)]
    found = {}
    for part in parts:
        found.update(entries(client, part.removeprefix("http://testserver")))
    assert found == whole  # alternates too, which may stand in another file


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["0", "-1", "2", "x", "", "²"])
def test_no_such_file(home, client, part):
    assert client.get("/sitemap.xml", {"p": part}).status_code == 404


@pytest.mark.django_db
def test_more_pages_take_no_more_queries(home, client):
    def count():
        client.get("/sitemap.xml")
        with CaptureQueriesContext(connection) as queries:
            client.get("/sitemap.xml")
        return len(queries)

    before = count()
    for number in range(20):
        add(home, "home.ContentPage", f"Page {number}")
    assert count() == before <= 8


@pytest.mark.django_db
def test_a_page_below_a_draft_home_is_not_in_it(home, kiswahili_home, client):
    translate(add(home, "home.ContentPage", "Page"))
    Page.objects.filter(pk=kiswahili_home.pk).update(live=False)
    assert set(entries(client)) == {f"{ROOT}/", f"{ROOT}/page/"}


# --- security.txt --------------------------------------------------------------------------------------------------


def test_security_txt_follows_rfc_9116(client, settings):
    settings.SECURITY_CONTACT = ["security@example.org", "https://example.org/report"]
    settings.SECURITY_ENCRYPTION = "https://example.org/key.asc"
    settings.WAGTAILADMIN_BASE_URL = "https://example.org"
    response = client.get("/.well-known/security.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = [line.split(": ", 1) for line in response.content.decode().splitlines()]
    assert [name for name, _value in fields] == [
        "Contact", "Contact", "Expires", "Encryption", "Preferred-Languages", "Canonical",
    ]  # fmt: skip
    values = dict(fields)
    assert fields[0][1] == "mailto:security@example.org"
    assert values["Contact"] == "https://example.org/report"
    assert values["Canonical"] == "https://example.org/.well-known/security.txt"
    assert values["Preferred-Languages"] == "en, sw"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", values["Expires"])
    left = datetime.datetime.fromisoformat(values["Expires"]) - timezone.now()
    assert datetime.timedelta(days=90) < left < datetime.timedelta(days=365)
    again = client.get("/.well-known/security.txt", headers={"if-none-match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.django_db
def test_without_a_contact_there_is_no_security_txt(client, settings):
    settings.SECURITY_CONTACT = []
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize("wrong", ["http://example.org/", "a word", "ftp://example.org"])
def test_a_wrong_contact_is_one_sentence_at_start(monkeypatch, wrong):
    import importlib

    monkeypatch.setenv("SECURITY_CONTACT", wrong)
    module = importlib.import_module("imlu.settings.production")
    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT"):
        importlib.reload(module)
    monkeypatch.delenv("SECURITY_CONTACT")
    importlib.reload(module)


# --- Canonical addresses ---------------------------------------------------------------------------------------------


@pytest.fixture
def news(home):
    index = add(home, "news.NewsIndexPage", "News", slug="news")
    translate(home, slug="home-sw")
    translate(index, slug="habari")
    for day in range(1, 15):
        add(index, NewsPage, f"Item {day}", date=datetime.date(2024, 1, day), kind="opinion")
    return index


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "canonical", "listed"),
    [
        ("", "", True),
        ("?page=1", "", True),
        ("?utm_source=x&page=1", "", True),
        ("?kind=&year=&coalition=", "", True),
        ("?page=2", "?page=2", True),
        ("?page=2&x=1", "?page=2", True),
        ("?kind=opinion", "?kind=opinion", False),
        ("?page=2&year=2024&kind=opinion&x=1", "?kind=opinion&year=2024&page=2", False),
    ],
)
def test_canonical_address_of_a_list(news, get, query, canonical, listed):
    soup = get(f"/news/{query}").soup
    assert [link["href"] for link in soup.select("link[rel=canonical]")] == [f"{ROOT}/news/{canonical}"]
    assert soup.select_one("meta[property='og:url']")["content"] == f"{ROOT}/news/{canonical}"
    assert bool(soup.select("meta[name=robots][content=noindex]")) == (not listed)
    # Page 2 of the English list is no translation of page 2 of the Kiswahili one.
    assert bool(soup.select("link[hreflang]")) == (canonical == "")


@pytest.mark.django_db
def test_pages_of_a_filtered_list_drop_unknown_parameters(news, get):
    soup = get("/news/?x=1&kind=opinion").soup
    assert soup.select_one("a[rel=next]")["href"] == "?kind=opinion&page=2"
