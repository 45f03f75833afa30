"""Drafts and private pages and documents answer 404, and no page, list, feed or search leads to them."""

import json
import re

import pytest
from django.test import Client
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from core.pictures import PUBLIC_SPECS
from tests.conftest import with_soup
from tests.examples import EXAMPLES, make_document

pytestmark = pytest.mark.django_db

TARGETS = [name for name in EXAMPLES if name != "home"]


def hide(page, how):
    """Take a page from the public in one of the possible ways."""
    if how == "draft":
        Page.objects.filter(pk=page.pk).update(live=False)
    else:
        PageViewRestriction.objects.create(page=page, restriction_type=how, password="x" if how == "password" else "")


def addresses(response):
    """Every address in a page: links, forms, alternates, and those in its structured data."""
    found = {re.sub(r"^http://localhost", "", element["href"]) for element in response.soup.select("[href]")}
    data = response.soup.find("script", type="application/ld+json")
    if data:
        items = [item for entry in json.loads(data.string)["@graph"] for item in entry.get("itemListElement", [])]
        found |= {item["item"].removeprefix("http://localhost") for item in items}
    return found


def look(tree, client, address, words):
    """(addresses, words) of one answer: a page, search for `words`, the sitemap, a feed."""
    response = with_soup(client.get(address, {"q": words} if address == "/search/" else {}))
    text = response.content.decode()
    if hasattr(response, "soup"):
        for part in response.soup.select("title, .find"):  # the search form repeats the words
            part.decompose()
        return addresses(response), str(response.soup)
    return set(re.findall(r"http://localhost(/[^<\"]*)[<\"]", text)), text


@pytest.fixture(scope="module")
def leads_to(whole_site):
    """{address: what leads there} while everything is live; of the frame of all pages, the home pages' alone."""
    found, client = {}, Client()
    homes = {whole_site.page("home", language).url for language in ("en", "sw")}
    for page in [*whole_site.pages.values(), *whole_site.kiswahili.values()]:
        response = with_soup(client.get(page.url))
        if page.url not in homes:
            for part in response.soup.select("header, footer, .notice"):
                part.decompose()
        for address in addresses(response):
            found.setdefault(address, set()).add(page.url)
    for page in [*whole_site.pages.values(), *whole_site.kiswahili.values()]:
        found.setdefault(page.url, set()).update(["/search/", "/sitemap.xml", "/example-news-index/feed/", "/nothing/"])
    return found


def surfaces(tree, client, places, words):
    for address in sorted(places):
        yield (address, *look(tree, client, address, words))


def test_all_other_page_types_are_hidden():
    assert len(TARGETS) == 14


@pytest.mark.parametrize("name", TARGETS)
def test_a_live_page_is_found(whole_site, leads_to, client, name):
    """The counterpart of the next test: each page can be found in several places."""
    page = whole_site.pages[name]
    found = [
        place
        for place, links, _text in surfaces(whole_site, client, leads_to[page.url], page.title)
        if page.url in links
    ]
    assert {"/search/", "/sitemap.xml"} <= set(found)
    assert len(found) > 3


@pytest.mark.upgrade
@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("how", ["draft", "login"])
def test_a_hidden_page_is_nowhere(whole_site, leads_to, client, name, how):
    page = whole_site.pages[name]
    hide(page, how)
    assert client.get(page.url).status_code == 404
    title = re.compile(rf"{page.title}(?! index| kwa)")
    for place, links, text in surfaces(whole_site, client, leads_to[page.url] - {page.url}, page.title):
        assert page.url not in links, f"{place} leads to the hidden page"
        assert not title.search(text), f"{place} names the hidden page"


@pytest.mark.parametrize("how", ["login", "password", "groups"])
def test_what_lies_below_a_private_page_is_private(whole_site, leads_to, client, how):
    hide(whole_site.pages["news_index"], how)
    for name in ("news_index", "press_statement", "vacancy"):
        assert client.get(whole_site.pages[name].url).status_code == 404
    assert client.get("/example-news-index/feed/").status_code == 404
    below = leads_to[whole_site.pages["press_statement"].url]
    for place, links, _text in surfaces(whole_site, client, below, "Example press statement"):
        assert not [address for address in links if address.startswith("/example-news-index/")], place


def test_private_page_asks_nobody_to_sign_in(whole_site, admin_client):
    """There is no sign-in on the public site, so not even an editor's browser sees it there."""
    hide(whole_site.pages["content"], "login")
    assert admin_client.get(whole_site.pages["content"].url).status_code == 404


@pytest.mark.upgrade
@pytest.mark.parametrize("how", ["draft", "login"])
def test_hidden_translation_is_not_offered(whole_site, leads_to, client, how):
    english, kiswahili = whole_site.page("contact"), whole_site.page("contact", "sw")
    hide(kiswahili, how)
    assert client.get(kiswahili.url).status_code == 404
    for place, links, _text in surfaces(whole_site, client, leads_to[kiswahili.url], english.title):
        assert kiswahili.url not in links, place
    soup = with_soup(client.get(english.url)).soup
    assert not soup.select("link[hreflang]")
    assert client.get("/sw/").status_code == 200
    assert english.url in addresses(with_soup(client.get("/sw/"))), "English stands in, marked as English"


@pytest.mark.parametrize("how", ["draft", "login"])
def test_hidden_kiswahili_home_takes_its_pages_along(whole_site, leads_to, client, how):
    hide(whole_site.kiswahili["home"], how)
    for page in whole_site.kiswahili.values():
        assert client.get(page.url).status_code == 404
    for place, links, _text in surfaces(whole_site, client, leads_to["/sw/"], "Example content"):
        assert not [address for address in links if re.match(r"/sw/(?!search|tafuta)", address)], place


@pytest.fixture
def private_document(whole_site):
    """The example document in a collection that asks for a sign-in."""
    collection = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    type(whole_site.document).objects.filter(pk=whole_site.document.pk).update(collection=collection)
    return type(whole_site.document).objects.get(pk=whole_site.document.pk)


@pytest.mark.upgrade
def test_private_document_is_nowhere(whole_site, leads_to, client, private_document):
    assert client.get(private_document.url).status_code == 404
    places = leads_to[private_document.url]
    assert len(places) == 14  # home, content, programme, three news items, publication; in both languages
    for place, links, text in surfaces(whole_site, client, places, "Report"):
        assert private_document.url not in links, place
        assert 'id="files"' not in text, f"{place} has a heading without files"


def test_private_document_asks_nobody_for_a_password(whole_site, client, private_document):
    restriction = private_document.collection.get_view_restrictions().get()
    address = f"/documents/authenticate_with_password/{restriction.pk}/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"password": "x"}).status_code == 404


@pytest.mark.upgrade
def test_originals_are_for_people_who_are_signed_in(whole_site, client, admin_client):
    name = whole_site.picture.file.name
    assert name.startswith("original_images/")
    assert client.get(f"/media/{name}").status_code == 404
    address = whole_site.picture.file.url
    assert address.startswith("/admin/private/original_images/")
    assert client.get(address).status_code == 302
    response = admin_client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert admin_client.get("/admin/private/documents/report.txt").status_code == 404
    assert admin_client.get("/admin/private/original_images/../../secret-key").status_code in {400, 404}


@pytest.mark.upgrade
def test_rendition_alone_has_an_address(whole_site, client):
    rendition = whole_site.picture.get_rendition(sorted(PUBLIC_SPECS)[0])
    assert rendition.url.startswith("/media/images/")
    assert client.get(rendition.url).status_code == 200


def test_nobody_guesses_the_address_of_a_document(client, db):
    """It is there before anybody has reviewed the page that links to it; number and title are no secret."""
    document = make_document("Report")
    assert client.get(document.url).status_code == 200
    assert client.get(document.url).headers["Content-Disposition"].endswith('filename="report.txt"')
    start = f"/documents/{document.pk}"
    for guess in ("report.txt", "/report.txt", "0123456789abcdef/report.txt", f"{document.address_key}/other.txt"):
        assert client.get(f"{start}/{guess}").status_code == 404
    assert make_document("Report").address_key != document.address_key


def test_a_document_from_before_there_were_keys_keeps_its_address(client, db):
    document = make_document("Report", address_key="")
    assert document.url == f"/documents/{document.pk}/report.txt"
    assert client.get(document.url).status_code == 200
