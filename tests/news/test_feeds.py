"""The Atom feeds against RFC 4287, and their full text."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from news.feeds import portable
from news.models import NewsPage, Signatory
from tests.examples import add, block, make_document, make_facts, make_picture, section, translate
from tests.news.atom import ATOM, check

pytestmark = pytest.mark.django_db


@pytest.fixture
def news(home, kiswahili_home):
    index = add(home, "news.NewsIndexPage", "News", slug="news", summary="All our news.")
    translate(index, "Habari", "habari")
    return index


def item(news, title, day=1, **fields):
    return add(news, NewsPage, title, date=datetime.date(2024, 1, day), **fields)


@pytest.fixture
def feed(client):
    """Fetch a feed and check it: the grammar, and what RFC 4287 says beyond it."""

    def feed(address="/news/feed/"):
        response = client.get(address)
        assert response.status_code == 200
        root = etree.fromstring(response.content)
        check(root, address)
        return root

    return feed


def content(root, number=0):
    return root.findall(f"{ATOM}entry/{ATOM}content")[number].text


def test_full_text_with_files_signatories_and_sources(news, feed):
    document = make_document()
    page = item(
        news,
        "Item",
        summary="A summary.",
        body=[section("A heading", "<p>The whole text.</p>"), block("image", image=make_picture().pk)],
        files=[block("file", document=document.pk, title="The file")],
        sources=[block("source", name="A newspaper", url="https://example.org/source", date="2024")],
    )
    page.signatories.set([Signatory(name="An organisation")])
    page.save()
    text = content(feed())
    for words in (
        "A heading",
        "The whole text.",
        "The file",
        "An organisation",
        "A newspaper",
        "https://example.org/source",
    ):
        assert words in text
    assert '<img alt="Two empty chairs"' in text


def test_ids_outlive_every_change(news, feed):
    page = item(news, "Item")
    before = [element.text for element in feed().iter(f"{ATOM}id")]
    page = NewsPage.objects.get(pk=page.pk)
    page.title, page.slug, page.date = "Other", "other", datetime.date(2023, 1, 1)
    page.save()
    news = type(page.get_parent().specific).objects.get(pk=page.get_parent().pk)
    news.slug = "elsewhere"
    news.save()
    assert [element.text for element in feed("/elsewhere/feed/").iter(f"{ATOM}id")] == before


def test_what_xml_cannot_hold_is_left_out(news, feed):
    item(news, "A\x0btitle", summary="A\x1fsummary", body=[section("One\x01", "<p>Two\x0c \x08three</p>")])
    root = feed()
    assert root.find(f"{ATOM}entry/{ATOM}title").text == "Atitle"
    assert "three" in content(root)


def test_not_modified(news, client):
    item(news, "Item", body=[section()])
    first = client.get("/news/feed/")
    again = client.get("/news/feed/", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/news/feed/").status_code == 200
    # A date alone would not tell that an item was taken away.
    assert "Last-Modified" not in first.headers


@pytest.mark.parametrize(
    "change",
    [
        lambda page: setattr(page, "title", "Other"),
        lambda page: setattr(page, "body", [section("Other")]),
        lambda page: setattr(page, "live", False),
        lambda page: setattr(page, "kind", "story") or setattr(page, "seo_title", "Information"),
    ],
    ids=["title", "body", "taken down", "a story"],
)
def test_a_change_is_new(news, client, change):
    item(news, "First", 2)
    page = NewsPage.objects.get(pk=item(news, "Item").pk)
    old = client.get("/news/feed/").headers["ETag"]
    change(page)
    page.save()
    assert client.get("/news/feed/", headers={"if-none-match": old}).status_code == 200


def test_the_organisations_name_is_in_it(news, client):
    old = client.get("/news/feed/").headers["ETag"]
    make_facts(name="Another Unit")
    assert client.get("/news/feed/", headers={"if-none-match": old}).status_code == 200


def test_an_empty_feed_is_the_same_at_every_look(news, client, feed):
    feed()
    first = client.get("/news/feed/")
    assert client.get("/news/feed/", headers={"if-none-match": first.headers["ETag"]}).status_code == 304


def test_home_and_news_offer_it_in_their_language(news, get):
    for address, feed in (("/", "/news/feed/"), ("/news/", "/news/feed/"), ("/sw/", "/sw/habari/feed/")):
        links = get(address).soup.select('head link[rel=alternate][type="application/atom+xml"]')
        assert [link["href"] for link in links] == [feed]
        get(feed)


def test_home_offers_no_feed_of_a_draft(home, get):
    add(home, "news.NewsIndexPage", "News", live=False)
    assert not get("/").soup.select('link[type="application/atom+xml"]')


def test_more_items_take_no_more_queries(news, client):
    def count():
        client.get("/news/feed/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/news/feed/")
        return len(queries)

    for day in range(1, 4):
        item(news, f"Item {day}", day, body=[section()])
    few = count()
    for day in range(4, 24):
        item(news, f"Item {day}", day, body=[section()])
    assert count() == few


def test_portable():
    html = (
        '<section class="block"><h2 id="x">One</h2><p onclick="x()" style="color:red">Two <a href="/a?b=1#c" class="d">'
        'three</a> <a href="#e">four</a></p><script>alert(1)</script><form><input></form>'
        '<svg><use href="/sprite#x"></use></svg><img src="/media/i.webp" srcset="/media/i.webp 1x"'
        ' alt="A &amp; b"></section>'
    )
    assert portable(html, "https://example.org/news/item/") == (
        '<h2>One</h2><p>Two <a href="https://example.org/a?b=1#c">three</a> '
        '<a href="https://example.org/news/item/#e">four</a></p>'
        '<img alt="A &amp; b" src="https://example.org/media/i.webp"/>'
    )
