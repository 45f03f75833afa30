"""The Atom feed of the news, one a language."""

import datetime
from xml.etree import ElementTree

import pytest

from news.models import NewsPage
from tests.examples import add, translate

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def news(home, kiswahili_home):
    index = add(home, "news.NewsIndexPage", "News", slug="news", summary="All our news.")
    translate(index, "Habari", "habari")
    return index


def feed(client, address="/news/feed/"):
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    assert response.headers["Cache-Control"] == "public, max-age=300"
    return ElementTree.fromstring(response.content)


def titles(root):
    return [entry.find(f"{ATOM}title").text for entry in root.iter(f"{ATOM}entry")]


def item(news, title, day=1, **fields):
    return add(news, NewsPage, title, date=datetime.date(2024, 1, day), **fields)


def test_newest_first_without_stories_and_drafts(news, client):
    item(news, "First <b>&", 1, summary="Words & <b>")
    item(news, "Second", 2)
    item(news, "Story", 3, kind="story", seo_title="Information")
    item(news, "Draft", 4, live=False)
    root = feed(client)
    assert titles(root) == ["Second", "First <b>&"]
    entry = list(root.iter(f"{ATOM}entry"))[1]
    assert entry.find(f"{ATOM}link").get("href") == "http://localhost/news/first-b/"
    assert entry.find(f"{ATOM}summary").text == "Words & <b>"
    assert entry.find(f"{ATOM}published").text.startswith("2024-01-01")


def test_each_language_has_its_own(news, client):
    translate(item(news, "English"), "Kiswahili")
    item(news, "Only English")
    assert set(titles(feed(client))) == {"English", "Only English"}
    root = feed(client, "/sw/habari/feed/")
    assert titles(root) == ["Kiswahili"]
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "sw"


def test_entries_are_told_apart(news, client):
    translate(item(news, "One"))
    item(news, "Two")
    found = [entry.find(f"{ATOM}id").text for entry in feed(client).iter(f"{ATOM}entry")]
    found += [entry.find(f"{ATOM}id").text for entry in feed(client, "/sw/habari/feed/").iter(f"{ATOM}entry")]
    assert len(set(found)) == 3


def test_twenty_at_most(news, client):
    for day in range(1, 23):
        item(news, f"Item {day}", day)
    assert titles(feed(client)) == [f"Item {day}" for day in range(22, 2, -1)]


def test_an_empty_feed_is_well_formed(news, client):
    root = feed(client)
    assert root.find(f"{ATOM}title").text.endswith("News")
    assert titles(root) == []


def test_browsers_find_it(news, get):
    soup = get("/news/").soup
    assert soup.select_one('link[type="application/atom+xml"]')["href"] == "/news/feed/"
    get(soup.select_one('main a[href$="feed/"]')["href"])
