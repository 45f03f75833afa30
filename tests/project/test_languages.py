"""English without a prefix, Kiswahili under /sw/: the address alone decides, and no language stands for the other."""

import re
from xml.etree import ElementTree

import pytest

from core.models import Footer, Menu, Wording
from tests.examples import HELPLINE, add, link, section, translate

pytestmark = [pytest.mark.django_db, pytest.mark.upgrade]


@pytest.fixture
def english(home):
    return add(home, "home.ContentPage", "English words", slug="page")


@pytest.fixture
def both(english, kiswahili_home):
    """A page in both languages: (English, Kiswahili)."""
    return english, translate(english, "Maneno ya Kiswahili", "ukurasa")


def languages_offered(soup):
    """[(text, address)] of the language switch."""
    return [(item.get_text(strip=True), item.a["href"]) for item in soup.select(".languages li")]


def test_both_languages_have_their_addresses(both, get):
    for page, address, language in zip(both, ("/page/", "/sw/ukurasa/"), ("en", "sw"), strict=True):
        assert page.url == address
        response = get(address)
        assert response.soup.html["lang"] == response.headers["Content-Language"] == language
        assert response.soup.h1.string == page.title


@pytest.mark.parametrize("address", ["/sw/page/", "/ukurasa/", "/en/page/", "/sw/sw/ukurasa/", "/swa/"])
def test_no_address_mixes_the_languages(both, get, address):
    get(address, 404)


def test_without_a_kiswahili_home_there_is_nothing_in_kiswahili(english, get):
    get("/sw/", 404)
    get("/sw/page/", 404)


def test_kiswahili_home_that_is_a_draft(both, kiswahili_home, get):
    type(kiswahili_home).objects.filter(pk=kiswahili_home.pk).update(live=False)
    get("/sw/", 404)
    get("/sw/ukurasa/", 404)
    soup = get("/page/").soup
    assert languages_offered(soup) == []
    assert not soup.select(".languages"), "an empty list of languages"


@pytest.mark.parametrize("wanted", ["sw", "sw-KE,sw;q=0.9,en;q=0.1", "en", "de", "*", "xx;;q"])
def test_the_browsers_language_changes_nothing(both, client, wanted):
    for address in ("/", "/page/", "/sw/", "/sw/ukurasa/"):
        plain = client.get(address)
        asked = client.get(address, headers={"accept-language": wanted}, cookies={"django_language": "sw"})
        assert (asked.status_code, asked.content) == (200, plain.content)
        assert "Accept-Language" not in asked.get("Vary", "")


def test_language_switch_keeps_the_page(both, get):
    assert languages_offered(get("/page/").soup) == [("Kiswahili", "/sw/ukurasa/")]
    ((_name, address),) = languages_offered(get("/sw/ukurasa/").soup)
    assert address == "/page/"


def test_language_switch_says_not_yet_and_offers_the_section(both, get):
    below = add(both[0], "home.ContentPage", "Below")
    soup = get(below.url).soup
    ((words, address),) = languages_offered(soup)
    assert words == "Not yet in Kiswahili.Maneno ya Kiswahili"
    assert address == "/sw/ukurasa/"
    assert soup.select_one(".languages a")["lang"] == "sw"
    assert not soup.select("link[hreflang]")


def test_language_switch_offers_home_where_no_section_is_translated(english, kiswahili_home, get):
    ((_words, address),) = languages_offered(get("/page/").soup)
    assert address == "/sw/"


@pytest.mark.parametrize(
    ("address", "language", "first", "other"), [("/nothing/", "en", "/", "/sw/"), ("/sw/hakuna/", "sw", "/sw/", "/")]
)
def test_missing_page_speaks_the_language_of_its_address(kiswahili_home, get, address, language, first, other):
    response = get(address, 404)
    assert response.soup.html["lang"] == response.headers["Content-Language"] == language
    assert (response.soup.h1.string == "This page is not here") == (language == "en")
    assert HELPLINE in response.soup.main.get_text()
    assert [address for _words, address in languages_offered(response.soup)] == [other]
    assert response.soup.select_one(f'main a[href="{first}"]')


def test_menu_and_footer_speak_the_language_of_the_page(both, home, get):
    english, kiswahili = both
    wording = Wording.for_site(home.get_site())
    for model, name in ((Menu, "menu"), (Footer, "footer")):
        items = {"items" if name == "menu" else "legal": [{"type": "link", "value": link(english, text="Words")}]}
        chosen = model.objects.create(title=name, **items)
        twin = chosen.copy_for_translation(kiswahili.locale)
        for stream in (twin.items if name == "menu" else twin.legal,):
            stream[0].value["text"] = "Maneno"
        twin.live = True
        twin.save()
        setattr(wording, name, chosen)
    wording.save()

    def links(address):
        return [(a.string, a["href"]) for a in get(address).soup.select("header nav a, footer a[href^='/']")]

    assert links("/") == [("Words", "/page/")] * 2
    assert links("/sw/") == [("Maneno", "/sw/ukurasa/")] * 2


def test_english_pages_listed_on_a_kiswahili_page_are_marked(both, kiswahili_home, get):
    index = add(both[0].get_parent().specific, "programmes.ProgrammeIndexPage", "What we do")
    translate(index, "Tunachofanya", "tunachofanya")
    add(index, "programmes.ServiceAreaPage", "Only in English", icon="forensic")
    item = get("/sw/tunachofanya/").soup.select_one(".areas li")
    assert "Only in English" in item.get_text()
    assert item["lang"] == "en"
    assert not get(index.url).soup.select_one(".areas li").has_attr("lang")


def test_links_in_text_lead_to_the_readers_language(both, home, get):
    english, _kiswahili = both
    text = f'<p><a linktype="page" id="{english.pk}">words</a></p>'
    page = add(home, "home.ContentPage", "With a link", slug="other", body=[section("One", text)])
    translate(page, slug="nyingine")
    assert get("/other/").soup.find("a", string="words")["href"] == "/page/"
    assert get("/sw/nyingine/").soup.find("a", string="words")["href"] == "/sw/ukurasa/"


def test_sitemap_knows_both_languages(both, client):
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    entries = {}
    for entry in tree.findall("s:url", names):
        alternates = {a.get("hreflang"): a.get("href") for a in entry.findall("x:link", names)}
        entries[entry.find("s:loc", names).text] = alternates
    both_ways = {"en": "http://localhost/page/", "sw": "http://localhost/sw/ukurasa/"}
    assert entries["http://localhost/page/"] == {**both_ways, "x-default": both_ways["en"]}
    assert entries["http://localhost/sw/ukurasa/"] == entries["http://localhost/page/"]
    assert set(entries) == {"http://localhost/", "http://localhost/sw/", *both_ways.values()}


def test_sitemap_page_in_one_language_has_no_alternates(english, client):
    assert b"xhtml:link" not in client.get("/sitemap.xml").content


def test_robots_keeps_search_and_admin_out(db, client):
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert {"User-agent: *", "Disallow: /admin/", "Disallow: /search/", "Disallow: /sw/tafuta/"} <= set(lines)
    assert "Sitemap: http://testserver/sitemap.xml" in lines


def test_robots_names_the_real_search_addresses(kiswahili_home, get):
    for line in get("/robots.txt").content.decode().splitlines():
        if re.match(r"Disallow: .*(search|tafuta)", line):
            get(line.removeprefix("Disallow: "))


@pytest.mark.parametrize("address", ["/.well-known/security.txt", "/documents/999/a%20file.pdf"])
def test_an_error_at_an_address_without_a_language_leads_home(both, get, settings, address):
    settings.SECURITY_CONTACT = []
    assert languages_offered(get(address, 404).soup) == [("Kiswahili", "/sw/")]
