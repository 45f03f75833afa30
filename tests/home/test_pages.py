"""Home, plain, sensitive and contact pages."""

import json

import pytest
from django.core.exceptions import ValidationError

from core.models import Facts, Menu, Wording
from home.models import ContactPage, ContentPage, HomePage
from tests.examples import add, block, link, section

pytestmark = pytest.mark.django_db


@pytest.fixture
def sensitive(home):
    return add(home, "home.ContentPage", "After torture", slug="help", sensitive=True, seo_title="Information")


def test_a_sensitive_page_needs_neutral_words_for_the_tab(home):
    with pytest.raises(ValidationError) as caught:
        add(home, "home.ContentPage", "Help", sensitive=True)
    assert set(caught.value.message_dict) == {"seo_title"}


def test_a_sensitive_page_leaves_few_traces(sensitive, get):
    response = get("/help/")
    soup = response.soup
    assert response.headers["Cache-Control"] == "no-store"
    assert soup.title.string == "Information"
    assert not soup.select("meta[property^=og], script[type='application/ld+json']")
    assert "is-sensitive" in soup.body["class"]


def test_leave_this_page_works_without_javascript(sensitive, get):
    facts = Facts.objects.get()
    facts.exit_url = "https://example.org/weather"
    facts.save()
    soup = get("/help/").soup
    first, second = soup.select("a[data-leave]")
    for leave in (first, second):
        assert leave["href"] == "https://example.org/weather"
        assert "noreferrer" in leave["rel"]
        assert not leave.get("target")
    assert "skip" in first["class"], "a hidden second link beside the skip link"
    everything = soup.find_all(True)
    assert everything.index(second) < everything.index(soup.main), "high on the page"


@pytest.mark.parametrize("model", [ContentPage, HomePage])
def test_an_ordinary_page_has_no_such_link(home, get, model):
    add(home, "home.ContentPage", "Page", slug="page")
    soup = get("/page/" if model is ContentPage else "/").soup
    assert not soup.select("[data-leave], .is-sensitive")
    assert soup.select("meta[property^=og]")


def test_the_first_page_is_made_of_blocks_in_the_editors_order(home, get):
    home.body = [
        section("Second"),
        block("hero", heading="First words", text="T", link={"text": "Go", "url": "https://example.org/"}),
    ]
    home.save()
    soup = get("/").soup
    assert soup.h1.string == "First words"
    assert [heading.get_text() for heading in soup.main.find_all(["h1", "h2"])] == ["Second", "First words"]


def test_the_first_page_has_no_contents_list(home, get):
    home.body = [section(f"Section {number}") for number in range(5)]
    home.save()
    assert not get("/").soup.select(".contents")


def test_there_is_one_contact_page_in_a_section(home):
    add(home, "home.ContactPage", "Contact")
    assert not ContactPage.can_create_at(HomePage.objects.get())


def test_breadcrumbs_lead_up(home, get):
    above = add(home, "home.ContentPage", "About")
    page = add(above, "home.ContentPage", "History")
    response = get(page.url)
    assert [(link.string, link["href"]) for link in response.soup.select(".crumbs a")] == [
        ("Example Unit", "/"),
        ("About", "/about/"),
    ]
    data = json.loads(response.soup.find("script", type="application/ld+json").string)
    (trail,) = [entry for entry in data["@graph"] if entry["@type"] == "BreadcrumbList"]
    assert [entry["name"] for entry in trail["itemListElement"]] == ["Example Unit", "About", "History"]
    assert not get("/").soup.select(".crumbs")


def test_what_is_shared_can_be_worded(home, get):
    page = add(home, "home.ContentPage", "Page", summary="Summary", social_title="Shared", social_text="Shared text")
    soup = get(page.url).soup
    assert soup.find("meta", property="og:title")["content"] == "Shared"
    assert soup.find("meta", property="og:description")["content"] == "Shared text"
    assert soup.find("meta", attrs={"name": "description"})["content"] == "Summary"


def test_the_menu_marks_where_the_reader_is(home, get):
    about = add(home, "home.ContentPage", "About")
    below = add(about, "home.ContentPage", "History")
    other = add(home, "home.ContentPage", "About us too", slug="about-us-too")
    wording = Wording.for_site(home.get_site())
    items = [{"type": "link", "value": link(page)} for page in (about, other)]
    wording.menu = Menu.objects.create(title="Menu", items=items)
    wording.save()

    def marks(address):
        return [item.get("aria-current") for item in get(address).soup.select("header nav a")]

    assert marks(about.url) == ["page", None]
    assert marks(below.url) == ["true", None]
    assert marks(other.url) == [None, "page"]
    assert marks("/") == [None, None]


def test_a_menu_in_the_making_is_not_shown(home, get):
    page = add(home, "home.ContentPage", "About")
    wording = Wording.for_site(home.get_site())
    wording.menu = Menu.objects.create(title="M", live=False, items=[{"type": "link", "value": link(page)}])
    wording.save()
    assert not get("/").soup.select("header nav a")
