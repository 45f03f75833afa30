"""The feed of the whole example site: every kind of block, in both languages. (A module of its own: see whole_site.)"""

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from tests.examples import block, every_block
from tests.news.atom import ATOM, check


@pytest.mark.upgrade
def test_a_feed_with_everything_is_valid_in_both_languages(whole_site, db, client):
    counted = 0
    for language in ("en", "sw"):
        address = whole_site.page("news_index", language).url + "feed/"
        root = etree.fromstring(client.get(address).content)
        check(root, address)
        assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
        assert root.find(f"{ATOM}author/{ATOM}name").text == "Example Medico-Legal Unit"
        counted += len(root.findall(f"{ATOM}entry"))
    assert counted == 4  # a statement and a vacancy in each; no story


def test_every_block_can_be_read_anywhere(whole_site, db, client):
    page = whole_site.page("press_statement")
    page.body = [block(kind, **value) for kind, value in every_block(whole_site).items()]
    page.save()
    address = whole_site.page("news_index").url + "feed/"
    root = etree.fromstring(client.get(address).content)
    check(root, address)
    text = next(
        entry.find(f"{ATOM}content").text
        for entry in root.iter(f"{ATOM}entry")
        if entry.find(f"{ATOM}title").text == page.title
    )
    soup = BeautifulSoup(text, "lxml")
    assert len(soup.select("h2")) >= 15
    assert soup.select("img[alt][width][height]")
    assert soup.select("table td")
    assert soup.select('a[href="tel:0711000123"]')
    assert {link["href"] for link in soup.select("a[href]")} >= {f"http://localhost{whole_site.document.url}"}
